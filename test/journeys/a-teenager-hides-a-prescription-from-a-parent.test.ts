import assert from 'node:assert/strict'
import test from 'node:test'
import { hidingConsent } from '../../src/consent/hiding-consent.ts'
import { askAs, type Json, putsAs } from '../asking.ts'
import { startRunning } from '../running.ts'
import { type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const yearsAgo = (years: number) => `${new Date().getUTCFullYear() - years}-01-01`

test('a teenager hides a contraceptive prescription from the parent’s proxy view', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  const prescription = (id: string, atc: string) => ({
    resourceType: 'MedicationRequest',
    id,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { coding: [{ system: 'http://www.whocc.no/atc', code: atc }] },
    subject: ref('Patient/tess'),
    authoredOn: '2026-05-05',
  })
  await put({ resourceType: 'Patient', id: 'tess', name: [{ family: 'Moor' }], birthDate: yearsAgo(15) })
  await put({ resourceType: 'RelatedPerson', id: 'mum', patient: ref('Patient/tess'), active: true })
  await put(prescription('asthma', 'R03AC02'))
  await put(prescription('hay-fever', 'R06AX13'))
  await put(prescription('pill', 'G03AA07'))
  await put({
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: ref('Patient/tess'),
    participant: [{ member: ref('Practitioner/max') }],
  })
  const { tess, mum, max } = (await workAs(running, [
    'tess,Tess Moor,patient,,Patient/tess',
    'mum,Mona Moor,proxy,,RelatedPerson/mum',
    'max,Max Orme,physician,,Practitioner/max',
  ])) as Record<'tess' | 'mum' | 'max', Working>
  const sees = async (who: Working) =>
    ((await who.ask('GET', '/MedicationRequest?patient=tess')).json.entry ?? [])
      .map((one: Json) => one.resource.id)
      .sort()
  const status = async (who: Working, id: string) => (await who.ask('GET', `/MedicationRequest/${id}`)).status

  await t.test('what is a young person’s own, a parent does not see to begin with', async () => {
    assert.deepEqual(await sees(tess), ['asthma', 'hay-fever', 'pill'])
    assert.deepEqual(await sees(mum), ['asthma', 'hay-fever'])
    assert.equal(await status(mum, 'pill'), 404)
    assert.equal((await mum.ask('GET', '/Patient/tess')).status, 200)
  })
  await t.test('what else she hides, disappears from the parent’s view and from nobody else’s', async () => {
    const hidden = hidingConsent(
      { id: 'hide', patient: 'Patient/tess', organization: 'Organization/house', signedAt: '2026-06-01' },
      { from: ['RelatedPerson/mum'], records: ['MedicationRequest/hay-fever'] },
    )
    await put(hidden, tess.ask)
    assert.deepEqual(await sees(mum), ['asthma'])
    assert.equal(await status(mum, 'hay-fever'), 404)
    assert.equal((await mum.ask('GET', '/MedicationRequest?_summary=count')).json.total, 1)
    assert.deepEqual(await sees(tess), ['asthma', 'hay-fever', 'pill'])
    assert.deepEqual(await sees(max), ['asthma', 'hay-fever', 'pill'])
    assert.equal(
      (await mum.ask('GET', '/Consent?patient=tess')).json.entry?.length ?? 0,
      0,
      'nor is it told that something is hidden',
    )
  })
  await t.test('nor does the parent see who looked, and when the proxy ends, it ends', async () => {
    assert.equal((await mum.ask('GET', '/AuditEvent?patient=tess')).json.entry?.length ?? 0, 0)
    await put({ resourceType: 'RelatedPerson', id: 'mum', patient: ref('Patient/tess'), active: false })
    assert.deepEqual(await sees(mum), [])
  })
})
