import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json, putsAs } from '../asking.ts'
import { startRunning } from '../running.ts'
import { type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const DAY = 86_400_000
const instant = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString()

test('what somebody wrote about themselves stays their own word, whoever writes on the record after', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  for (const id of ['ada', 'bea']) await put({ resourceType: 'Patient', id, name: [{ family: id }] })
  await put({ resourceType: 'Location', id: 'ward-3', status: 'active' })
  const { noor, max, kim } = (await workAs(running, [
    'noor,Noor Haddadi,nurse,,Practitioner/noor',
    'max,Max Orme,physician,,Practitioner/max',
    'kim,Kim Sato,nurse,,Practitioner/kim',
  ])) as Record<'noor' | 'max' | 'kim', Working>
  for (const id of ['ada', 'bea'])
    await put({
      resourceType: 'CareTeam',
      id: `max-${id}`,
      status: 'active',
      subject: ref(`Patient/${id}`),
      participant: [{ member: ref('Practitioner/max') }],
    })
  /** What noor does with an order of hers, and what is left to her when it is done. */
  const afterwards = async (act: () => Promise<unknown>) => {
    const order = (status: string) =>
      put({
        resourceType: 'ServiceRequest',
        id: 'order',
        status,
        intent: 'order',
        subject: ref('Patient/ada'),
        requester: ref('Practitioner/noor'),
      })
    await order('active')
    assert.equal((await noor.ask('GET', '/Patient/ada')).status, 200)
    await act()
    await order('completed')
    return (await noor.ask('GET', '/Patient/ada')).status
  }
  const team = (participant: object[], more: object = {}): Json => ({
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: ref('Patient/ada'),
    participant,
    ...more,
  })
  const herself = { member: ref('Practitioner/noor') }
  const create = async (resource: Json) => {
    const { id: _, ...body } = resource
    const told = await noor.ask('POST', `/${resource.resourceType}`, body)
    assert.equal(told.status, 201, told.text)
    return told.json.id as string
  }
  const sees = async () => (await noor.ask('GET', '/Patient/ada')).status

  await t.test('a typo that a colleague or an app mends makes it no evidence', async () => {
    let id = ''
    assert.equal(await afterwards(async () => (id = await create(team([herself])))), 404)
    await put({ ...team([herself], { name: 'Team' }), id }, max.ask)
    assert.equal(await sees(), 404, 'a colleague')
    await put({ ...team([herself], { name: 'The team' }), id })
    assert.equal(await sees(), 404, 'an app')
    await put({ ...team([{ member: { reference: 'Practitioner/noor', display: 'Noor' } }]), id }, max.ask)
    assert.equal(await sees(), 404, 'a name beside it')
    await put({ ...team([herself], { period: { end: instant(DAY) } }), id }, max.ask)
    assert.equal(await sees(), 404, 'a time for all of it')
    await put({ ...team([{ ...herself, period: { end: instant(DAY) } }]), id }, max.ask)
    assert.equal(await sees(), 200, 'who treats the patient says it of her')
    await loader('DELETE', `/CareTeam/${id}`)
    assert.equal(await sees(), 404)
  })
  await t.test('the officer is asked to look at it', async () => {
    const { cases } = (await running.cli('watch', 'cases')).answer
    const hers = cases.find((one: Json) => one.about === 'noor')
    assert.match(hers.alerts[0].explanation, /by which they would have to do with Patient\/ada\. .* Why\?/)
  })
  await t.test('one who may not confirm it changes nothing by changing it', async () => {
    let id = ''
    await afterwards(async () => (id = await create(team([herself]))))
    const order = { resourceType: 'ServiceRequest', id: 'kims', intent: 'order', subject: ref('Patient/ada') }
    await put({ ...order, status: 'active', requester: ref('Practitioner/kim') })
    await put({ ...team([{ ...herself, period: { end: instant(DAY) } }]), id }, kim.ask)
    assert.equal(await sees(), 404)
    await loader('DELETE', `/CareTeam/${id}`)
  })
  await t.test('she keeps what others said of her when she mends a typo, and no longer than they said', async () => {
    const given = { ...herself, period: { end: instant(DAY) } }
    const longer = { ...herself, period: { end: instant(9 * DAY) } }
    await put(team([given]))
    const name = (some: string) => put(team([given], { name: some }), noor.ask)
    await name('Team')
    assert.equal(await sees(), 200)
    await put(team([longer]), noor.ask)
    assert.equal(await sees(), 404, 'what she makes longer is her own word')
    await put(team([longer], { name: 'x' }))
    assert.equal(await sees(), 404)
    await put(team([{ member: ref('Practitioner/max') }]))
    await put(team([longer]))
    assert.equal(await sees(), 200, 'put in again by another')
    await put(team([given], { status: 'inactive' }))
    assert.equal(await afterwards(() => put(team([given]), noor.ask)), 404, 'nor does she bring one back to life')
  })
  await t.test('nor by her role, or her ward, which lets in the others of it', async () => {
    await put({
      resourceType: 'PractitionerRole',
      id: 'noors',
      practitioner: ref('Practitioner/noor'),
      location: [ref('Location/ward-3')],
    })
    await put({
      resourceType: 'PractitionerRole',
      id: 'kims',
      practitioner: ref('Practitioner/kim'),
      location: [ref('Location/ward-3')],
    })
    assert.equal(await afterwards(() => create(team([{ member: ref('PractitionerRole/noors') }]))), 404)
    const stay = {
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: ref('Patient/ada'),
      location: [{ location: ref('Location/ward-3') }],
    }
    await put({
      resourceType: 'ServiceRequest',
      id: 'kims',
      status: 'revoked',
      intent: 'order',
      subject: ref('Patient/ada'),
    })
    assert.equal((await kim.ask('GET', '/Patient/ada')).status, 404)
    let id = ''
    assert.equal(await afterwards(async () => (id = await create(stay))), 404)
    assert.equal((await kim.ask('GET', '/Patient/ada')).status, 200, 'to the others of the ward it is another’s word')
    await put({ ...stay, id, status: 'in-progress', priority: { text: 'urgent' } })
    assert.equal(await sees(), 404)
  })
  await t.test('a record moved to another patient brings nobody along', async () => {
    await put({ ...team([herself]), id: 'moved' })
    await put({
      ...team([herself]),
      id: 'there',
      subject: ref('Patient/bea'),
      participant: [{ member: ref('Practitioner/noor'), period: { end: instant(3_000) } }],
    })
    assert.equal((await noor.ask('GET', '/Patient/bea')).status, 200)
    await put({ ...team([herself]), id: 'moved', subject: ref('Patient/bea') }, noor.ask)
    await new Promise((resolve) => setTimeout(resolve, 3_200))
    assert.equal((await noor.ask('GET', '/Patient/bea')).status, 404)
  })
  const verified = await running.cli('verify')
  assert.equal(verified.code, 0, JSON.stringify(verified.answer))
  await t.test('who makes it evidence in the database is found', async () => {
    await (await running.database()).query("update care_relations set kind = 'care-team' where kind = 'self-declared'")
    const { code, answer } = await running.cli('verify')
    assert.equal(code, 4)
    assert.ok(
      answer.findings.every((one: Json) => one.code === 'relation.unfounded'),
      JSON.stringify(answer.findings),
    )
  })
})
