import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json, putsAs } from '../asking.ts'
import { researchConsentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const V3 = 'http://terminology.hl7.org/CodeSystem'
const IRCP = { coding: [{ system: `${V3}/v3-ParticipationType`, code: 'IRCP' }] }
const DAY = 86_400_000
const day = (fromNow: number) => new Date(Date.now() + fromNow * DAY).toISOString().slice(0, 10)

test('a researcher gets the study’s patients, in the classes agreed to and nothing sensitive', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  const condition = (id: string, patient: string, code: string) => ({
    resourceType: 'Condition',
    id,
    code: { coding: [{ system: 'http://snomed.info/sct', code }] },
    subject: ref(`Patient/${patient}`),
    recordedDate: '2026-05-05',
  })
  for (const id of ['ada', 'bea', 'cyd']) {
    await put({ resourceType: 'Patient', id, name: [{ family: id }] })
    await put(condition(`pressure-${id}`, id, '38341003'))
    await put(condition(`mind-${id}`, id, '370143000'))
    await put({
      resourceType: 'Observation',
      id: `lab-${id}`,
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] },
      subject: ref(`Patient/${id}`),
      effectiveDateTime: '2026-05-05',
    })
    await put({
      resourceType: 'DocumentReference',
      id: `note-${id}`,
      status: 'current',
      subject: ref(`Patient/${id}`),
      content: [{ attachment: { title: 'note' } }],
    })
  }
  const team = (...members: string[]) => ({
    resourceType: 'Group',
    id: 'study-team',
    type: 'practitioner',
    actual: true,
    member: members.map((one) => ({ entity: ref(one) })),
  })
  await put(team('Practitioner/rhea'))
  const { rhea, otis, ada, bea, max } = (await workAs(running, [
    'rhea,Rhea Stone,researcher,,Practitioner/rhea',
    'otis,Otis Vane,researcher,,Practitioner/otis',
    'ada,Ada Lind,patient,,Patient/ada',
    'bea,Bea Moor,patient,,Patient/bea',
    'max,Max Orme,physician,,Practitioner/max',
  ])) as Record<'rhea' | 'otis' | 'ada' | 'bea' | 'max', Working>
  const found = async (who: Working, query: string) =>
    ((await who.ask('GET', query)).json.entry ?? []).map((one: Json) => one.resource.id).sort()
  const all = async (who: Working) =>
    (await Promise.all(['/Condition', '/Observation'].map((one) => found(who, one)))).flat()
  const agrees = (patient: string, period: object) =>
    researchConsentOf(
      `study-${patient}`,
      patient,
      {
        period,
        actor: [{ role: IRCP, reference: ref('Group/study-team') }],
        class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Condition' }],
        securityLabel: [{ system: `${V3}/v3-Confidentiality`, code: 'N' }],
      },
      { policy: [{ uri: 'urn:policy:study' }] },
    )

  await t.test('nobody has agreed, so there is nobody', async () => {
    assert.deepEqual(await all(rhea), [])
  })
  await t.test('who agreed is in it, with what they agreed to: diagnoses, and none that are sensitive', async () => {
    await put(agrees('ada', { end: day(30) }), ada.ask)
    assert.deepEqual(await all(rhea), ['pressure-ada'])
    assert.equal((await rhea.ask('GET', '/Condition/pressure-ada')).status, 200)
    for (const path of [
      '/Condition/mind-ada',
      '/Observation/lab-ada',
      '/DocumentReference/note-ada',
      '/Patient/ada',
      '/Condition/pressure-bea',
    ])
      assert.equal((await rhea.ask('GET', path)).status, 404, path)
    assert.equal((await rhea.ask('GET', '/Condition?_summary=count')).json.total, 1)
    assert.deepEqual(await found(rhea, '/Condition?patient=cyd'), [])
  })
  await t.test('only for the study’s people, for research, and until the day agreed', async () => {
    assert.deepEqual(await all(otis), [], 'another researcher')
    assert.deepEqual(await all(max), [], 'a physician who has nothing to do with them')
    assert.equal(
      (await rhea.ask('GET', '/Condition/pressure-ada', undefined, { headers: { 'x-purpose-of-use': 'TREAT' } }))
        .status,
      404,
    )
    await put(agrees('bea', { start: '2026-01-02', end: day(-1) }), bea.ask)
    assert.deepEqual(await all(rhea), ['pressure-ada'], 'what was agreed is over')
    await put(agrees('bea', { start: '2026-01-02', end: day(1) }), bea.ask)
    assert.deepEqual(await all(rhea), ['pressure-ada', 'pressure-bea'])
    await put(team('Practitioner/otis'))
    assert.deepEqual(await all(rhea), [], 'who leaves the study')
    assert.deepEqual(await all(otis), ['pressure-ada', 'pressure-bea'])
    await put({ ...agrees('ada', {}), status: 'inactive', provision: { type: 'permit' } }, ada.ask)
    assert.deepEqual(await all(otis), ['pressure-bea'], 'who takes it back')
  })
})
