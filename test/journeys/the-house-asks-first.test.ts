import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, putsAs } from '../asking.ts'
import { consentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { parameters, type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const EMERGENCY = { headers: { 'x-purpose-of-use': 'ETREAT' } }
const consent = (purposes: readonly string[]) =>
  consentOf('c', 'ada', { type: 'permit', purpose: purposes.map((code) => ({ system: REASON, code })) })

/** Who sees the patient before and after the patient has said yes. */
const HOUSES = [
  ['deny', ['loader', 'ada', 'desmond'], ['loader', 'ada', 'desmond', 'noor', 'bill']],
  ['basic-normal', ['loader', 'ada', 'desmond', 'noor'], ['loader', 'ada', 'desmond', 'noor', 'bill']],
] as const

for (const [house, before, after] of HOUSES)
  test(`of a patient who said nothing, ${house}`, async (t) => {
    const running = await startRunning(t, { settings: { CHARTWARDEN_IMPLICIT_CONSENT: house } })
    const loader = await askAs(running, 'loader')
    const put = putsAs(loader)
    await put({ resourceType: 'Patient', id: 'ada', name: [{ family: 'Lind' }] })
    await put({ resourceType: 'Patient', id: 'ada', name: [{ family: 'Lind' }], active: true })
    await put({
      resourceType: 'CareTeam',
      id: 'team',
      status: 'active',
      subject: ref('Patient/ada'),
      participant: [{ member: ref('Practitioner/noor') }],
    })
    const task = { resourceType: 'Task', id: 'bill-it', status: 'accepted', intent: 'order', for: ref('Patient/ada') }
    await put({ ...task, owner: ref('Practitioner/bill') })
    const { noor, bill, ada, desmond, rhea } = (await workAs(running, [
      'noor,Noor Haddadi,nurse,,Practitioner/noor',
      'bill,Bill Quade,billing,,Practitioner/bill',
      'ada,Ada Lind,patient,,Patient/ada',
      'desmond,Desmond Yarrow,registration,,Practitioner/desmond',
      'rhea,Rhea Stone,researcher,,Practitioner/rhea',
    ])) as Record<'noor' | 'bill' | 'ada' | 'desmond' | 'rhea', Working>
    const asks = { loader, ada: ada.ask, desmond: desmond.ask, noor: noor.ask, bill: bill.ask }
    const seenBy = async () => {
      const seen = Object.entries(asks).map(async ([name, ask]) => {
        const read = (await ask('GET', '/Patient/ada')).status === 200
        assert.equal(((await ask('GET', '/Patient')).json.total ?? 0) > 0, read, `${name} finds what they read`)
        return read ? [name] : []
      })
      return (await Promise.all(seen)).flat()
    }
    assert.deepEqual(await seenBy(), before)
    if (house === 'deny') {
      const broken = await noor.ask(
        'POST',
        '/Patient/ada/$break-glass',
        parameters({ reason: 'Collapsed in the corridor', confirm: true }),
      )
      assert.equal(broken.status, 200, broken.text)
      assert.equal((await noor.ask('GET', '/Patient/ada', undefined, EMERGENCY)).status, 200, 'an emergency opens')
      assert.equal((await noor.ask('GET', '/Patient/ada')).status, 404)
    }
    await put(consent(['TREAT', 'HPAYMT', 'HOPERAT']), ada.ask)
    assert.deepEqual(await seenBy(), after, 'with the next request')
    assert.equal(
      (await rhea.ask('GET', '/Task')).json.total ?? 0,
      0,
      'what a house takes for granted is no yes to research',
    )
    assert.equal((await running.cli('verify')).code, 0)
  })

test('a house rule that nobody knows stops the start', async (t) => {
  const running = await startRunning(t, { serving: false })
  const child = running.beginWith({ CHARTWARDEN_IMPLICIT_CONSENT: 'permit' }, 'serve')
  const code = await new Promise((resolve) => child.once('exit', resolve))
  assert.notEqual(code, 0)
})
