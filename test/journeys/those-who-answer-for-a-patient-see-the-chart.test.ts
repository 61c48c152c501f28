import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, putsAs } from '../asking.ts'
import { consentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const HOUR = 3_600_000
const instant = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString()
const now = { start: instant(-HOUR), end: instant(HOUR) }
const over = { start: instant(-2 * HOUR), end: instant(-HOUR) }
const CARDIOLOGY = { coding: [{ system: 'urn:specialties', code: 'cardiology' }] }
const CONSULT = { coding: [{ system: 'http://snomed.info/sct', code: '11429006' }] }
const ON_CALL = { coding: [{ system: 'urn:chartwarden:roster', code: 'on-call' }] }
const IRCP = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }

test('a group, a duty, a consult and a patient’s own word open a chart, for their time', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  for (const id of ['ada', 'bea', 'cyd']) await put({ resourceType: 'Patient', id, name: [{ family: id }] })
  for (const id of ['ada', 'bea'])
    await put({
      resourceType: 'Condition',
      id: `c-${id}`,
      code: { text: 'x' },
      subject: ref(`Patient/${id}`),
    })
  await put({ resourceType: 'Organization', id: 'rehab', name: 'Rehabilitation' })
  await put({ resourceType: 'Location', id: 'ward-3', status: 'active' })
  const people = await workAs(running, [
    'dina,Dina Roth,nurse,,Practitioner/dina',
    'otto,Otto Brand,physician,,Practitioner/otto',
    'ada,Ada Lind,patient,,Patient/ada',
  ])
  const { dina, otto, ada } = people as Record<'dina' | 'otto' | 'ada', Working>
  const sees = async (who: Working, path: string) => (await who.ask('GET', path)).status
  const role = (more: object) => ({
    resourceType: 'PractitionerRole',
    id: 'r',
    practitioner: ref('Practitioner/dina'),
    ...more,
  })

  await t.test('who manages a group of patients, by their role, for as long as each is in it', async () => {
    const group = (member: object[], more: object = {}) => ({
      resourceType: 'Group',
      id: 'diabetics',
      type: 'person',
      actual: true,
      managingEntity: ref('PractitionerRole/r'),
      member,
      ...more,
    })
    const [one, other] = ['ada', 'bea'].map((id) => ({ entity: ref(`Patient/${id}`) })) as [object, object]
    await put(group([one, other]))
    assert.equal(await sees(dina, '/Patient/ada'), 404)
    await put(role({ period: now }))
    assert.equal(await sees(dina, '/Patient/ada'), 200)
    assert.equal((await dina.ask('GET', '/Condition')).json.total, 2, 'a search finds the group’s')
    await put(group([one, { ...other, period: over }]))
    assert.equal(await sees(dina, '/Patient/bea'), 404)
    await put(role({ period: over }))
    assert.equal(await sees(dina, '/Patient/ada'), 404, 'her role is over')
    await put(role({ period: now }))
    await put(group([one, other], { active: false }))
    assert.equal(await sees(dina, '/Patient/ada'), 404)
  })
  await t.test('all of a unit that is in a team, and nobody else', async () => {
    const team = (status: string) => ({
      resourceType: 'CareTeam',
      id: 'team',
      status,
      subject: ref('Patient/bea'),
      participant: [{ member: ref('Organization/rehab') }],
    })
    await put(team('active'))
    assert.equal(await sees(dina, '/Patient/bea'), 404)
    await put(role({ organization: ref('Organization/rehab'), period: now }))
    assert.equal(await sees(dina, '/Patient/bea'), 200)
    assert.equal(await sees(otto, '/Patient/bea'), 404)
    await put(team('inactive'))
    assert.equal(await sees(dina, '/Patient/bea'), 404)
  })
  const duty = (planningHorizon: object, more: object) => ({
    resourceType: 'Schedule',
    id: 'night',
    serviceCategory: [ON_CALL],
    planningHorizon,
    ...more,
  })
  await t.test('who is on call for a ward has its patients, for the night', async () => {
    await put({
      resourceType: 'Encounter',
      id: 'stay',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: ref('Patient/ada'),
      location: [{ location: ref('Location/ward-3') }],
      serviceType: CARDIOLOGY,
    })
    const ward = { actor: [ref('Practitioner/otto'), ref('Location/ward-3')] }
    await put({ ...duty(now, ward), serviceCategory: [CARDIOLOGY] })
    assert.equal(await sees(otto, '/Condition/c-ada'), 404, 'a consulting hour is no duty')
    await put(duty(now, ward))
    assert.equal(await sees(otto, '/Condition/c-ada'), 200)
    assert.equal(await sees(otto, '/Condition/c-bea'), 404)
    await put(duty(over, ward))
    assert.equal(await sees(otto, '/Condition/c-ada'), 404)
    await put(duty(now, { actor: [ref('Practitioner/otto')], specialty: [CARDIOLOGY] }))
    assert.equal(await sees(otto, '/Condition/c-ada'), 200, 'for a specialty')
    await put(duty(over, { actor: [ref('Practitioner/otto')], specialty: [CARDIOLOGY] }))
  })
  await t.test('a consult is answered by who is on call', async () => {
    const request = (status: string) => ({
      resourceType: 'ServiceRequest',
      id: 'consult',
      status,
      intent: 'order',
      category: [CONSULT],
      subject: ref('Patient/bea'),
      performerType: CARDIOLOGY,
    })
    await put(request('active'))
    assert.equal(await sees(otto, '/Condition/c-bea'), 404)
    await put(duty(now, { actor: [ref('Practitioner/otto')], specialty: [CARDIOLOGY] }))
    assert.equal(await sees(otto, '/Condition/c-bea'), 200)
    await put(request('completed'))
    assert.equal(await sees(otto, '/Condition/c-bea'), 404)
    await put(duty(over, { actor: [ref('Practitioner/otto')], specialty: [CARDIOLOGY] }))
  })
  await t.test('whom the patient names sees what the patient named, until the day the patient said', async () => {
    const consent = (provision: object, more: object = {}) =>
      consentOf('mine', 'ada', provision, { policy: [{ uri: 'urn:policy:named' }], ...more })
    const named = (actor: string, more: object = {}) => ({
      type: 'permit',
      actor: [{ role: IRCP, reference: ref(actor) }],
      ...more,
    })
    const onlyConditions = { class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Condition' }] }
    assert.equal(await sees(otto, '/Condition/c-ada'), 404)
    await put(consent(named('Practitioner/otto', onlyConditions)))
    assert.equal(await sees(otto, '/Condition/c-ada'), 404, 'an app’s word is not the patient’s')
    await put(consent(named('Practitioner/otto', onlyConditions)), ada.ask)
    assert.equal(await sees(otto, '/Condition/c-ada'), 200)
    assert.equal(await sees(otto, '/Patient/ada'), 404, 'and no more')
    assert.equal((await otto.ask('GET', '/Condition')).json.total, 1)
    await put(consent(named('Practitioner/otto'), { status: 'inactive' }))
    assert.equal(await sees(otto, '/Condition/c-ada'), 200, 'an app does not take it back')
    await put(consent(named('Practitioner/otto', { period: { start: '2026-01-01', end: instant(-HOUR) } })), ada.ask)
    assert.equal(await sees(otto, '/Condition/c-ada'), 404, 'it is over')
    await put(consent(named('Practitioner/otto')), ada.ask)
    assert.equal(await sees(otto, '/Patient/ada'), 200)
    await put(consent(named('Practitioner/otto'), { status: 'inactive' }), ada.ask)
    assert.equal(await sees(otto, '/Patient/ada'), 404)
  })
  const verified = await running.cli('verify')
  assert.equal(verified.code, 0, JSON.stringify(verified.answer))
})
