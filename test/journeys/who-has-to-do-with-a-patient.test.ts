import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, putsAs } from '../asking.ts'
import { startRunning } from '../running.ts'
import { workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const HOUR = 3_600_000
const instant = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString()

test('relations open a chart by what others wrote, for their time, and close it again', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  for (const id of ['ada', 'bea']) await put({ resourceType: 'Patient', id, name: [{ family: id }] })
  for (const id of ['ada', 'bea'])
    await put({
      resourceType: 'Observation',
      id: `o-${id}`,
      status: 'final',
      code: { text: 'x' },
      subject: ref(`Patient/${id}`),
    })
  for (const id of ['ward-3', 'ward-4']) await put({ resourceType: 'Location', id, status: 'active' })
  const people = await workAs(running, [
    'noor,Noor Haddadi,nurse,Ward 3,Practitioner/noor',
    'bill,Bill Quade,billing,Accounts,Practitioner/bill',
  ])
  const { noor, bill } = people as Record<'noor' | 'bill', (typeof people)[string]>
  const sees = async (who: typeof noor, path: string) => (await who.ask('GET', path)).status
  const stay = (id: string, ward: string, more: object = {}) => ({
    resourceType: 'Encounter',
    id: `stay-${id}`,
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: ref(`Patient/${id}`),
    location: [{ location: ref(`Location/${ward}`) }],
    ...more,
  })
  const shift = (ward: string, period: object) => ({
    resourceType: 'PractitionerRole',
    id: 'noor-works',
    practitioner: ref('Practitioner/noor'),
    location: [ref(`Location/${ward}`)],
    period,
  })
  await put(stay('ada', 'ward-3'))
  await put(stay('bea', 'ward-4'))

  await t.test('a nurse sees the patients of her ward during her shift, and loses them when she changes', async () => {
    assert.equal(await sees(noor, '/Patient/ada'), 404)
    await put(shift('ward-3', { start: instant(-HOUR), end: instant(HOUR) }))
    assert.equal(await sees(noor, '/Patient/ada'), 200)
    assert.equal(await sees(noor, '/Observation/o-ada'), 200)
    assert.equal(await sees(noor, '/Patient/bea'), 404)
    assert.equal((await noor.ask('GET', '/Observation')).json.total, 1, 'a search finds the ward’s')
    await put(shift('ward-4', { start: instant(-HOUR) }))
    assert.equal(await sees(noor, '/Patient/ada'), 404, 'at the very next request')
    assert.equal(await sees(noor, '/Patient/bea'), 200)
    await put(shift('ward-4', { start: instant(-2 * HOUR), end: instant(-HOUR) }))
    assert.equal(await sees(noor, '/Patient/bea'), 404, 'the shift is over')
    await put(shift('ward-4', { start: instant(HOUR) }))
    assert.equal(await sees(noor, '/Patient/bea'), 404, 'it has not begun')
  })
  await t.test('a stay that is over, or elsewhere, is none', async () => {
    await put(shift('ward-3', { start: instant(-HOUR) }))
    assert.equal(await sees(noor, '/Patient/ada'), 200)
    await put(stay('ada', 'ward-3', { status: 'finished' }))
    assert.equal(await sees(noor, '/Patient/ada'), 404)
    await put(stay('ada', 'ward-3', { period: { start: instant(-HOUR), end: instant(3_000) } }))
    assert.equal(await sees(noor, '/Patient/ada'), 200)
    await new Promise((resolve) => setTimeout(resolve, 3_300))
    assert.equal(await sees(noor, '/Patient/ada'), 404, 'with the end of the stay, by the clock')
  })
  await t.test('what she writes about herself opens nothing', async () => {
    await put(stay('ada', 'ward-3'))
    const team = (id: string, patient: string) => ({
      resourceType: 'CareTeam',
      id,
      status: 'active',
      subject: ref(`Patient/${patient}`),
      participant: [{ member: ref('Practitioner/noor') }],
    })
    const told = await noor.ask('POST', '/CareTeam', team('mine', 'ada'))
    assert.equal(told.status, 201, told.text)
    await put(stay('ada', 'ward-4'))
    assert.equal(await sees(noor, '/Patient/ada'), 404, 'her own word does not keep it open')
    assert.equal((await noor.ask('POST', '/CareTeam', team('mine', 'bea'))).status, 403)
    await put(team('theirs', 'ada'))
    assert.equal(await sees(noor, '/Patient/ada'), 200, 'another’s does')
  })
  await t.test('a billing clerk sees the claim of a task, and not the note', async () => {
    await put({
      resourceType: 'Claim',
      id: 'c',
      status: 'active',
      type: { text: 'x' },
      use: 'claim',
      patient: ref('Patient/bea'),
      created: '2027-01-01',
      provider: { display: 'x' },
      priority: { text: 'x' },
      insurance: [{ sequence: 1, focal: true, coverage: { display: 'x' } }],
    })
    await put({
      resourceType: 'DocumentReference',
      id: 'note',
      status: 'current',
      subject: ref('Patient/bea'),
      content: [{ attachment: { title: 'note' } }],
    })
    assert.equal(await sees(bill, '/Claim/c'), 404)
    await put({
      resourceType: 'Task',
      id: 'bill-it',
      status: 'accepted',
      intent: 'order',
      for: ref('Patient/bea'),
      owner: ref('Practitioner/bill'),
    })
    assert.equal(await sees(bill, '/Claim/c'), 200)
    assert.equal(await sees(bill, '/DocumentReference/note'), 404)
    assert.equal((await bill.ask('GET', '/DocumentReference?patient=bea')).json.total, 0)
    await put({
      resourceType: 'Task',
      id: 'bill-it',
      status: 'completed',
      intent: 'order',
      for: ref('Patient/bea'),
      owner: ref('Practitioner/bill'),
    })
    assert.equal(await sees(bill, '/Claim/c'), 404)
  })
  assert.equal((await running.cli('verify')).code, 0)
})
