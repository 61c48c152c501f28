import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json, putsAs } from '../asking.ts'
import { consentOf as consent } from '../consents.ts'
import { startRunning } from '../running.ts'
import { parameters, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const IRCP = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'

test('patients decide who sees what, and it holds with the next request, everywhere', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  const observation = (id: string, patient: string, code: string, date = '2026-05-05') => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    effectiveDateTime: date,
    subject: ref(`Patient/${patient}`),
  })
  for (const id of ['ada', 'bea']) {
    await put({ resourceType: 'Patient', id, name: [{ family: id }] })
    await put({
      resourceType: 'CareTeam',
      id: `team-${id}`,
      status: 'active',
      subject: ref(`Patient/${id}`),
      participant: [{ member: ref('Practitioner/noor') }, { member: ref('Practitioner/max') }],
    })
    await put(observation(`weight-${id}`, id, '29463-7'))
    await put(observation(`old-${id}`, id, '29463-7', '2019-02-02'))
  }
  const people = await workAs(running, [
    'noor,Noor Haddadi,nurse,,Practitioner/noor',
    'max,Max Orme,physician,,Practitioner/max',
    'ada,Ada Lind,patient,,Patient/ada',
    'desmond,Desmond Yarrow,registration,,Practitioner/desmond',
    'rhea,Rhea Stone,researcher,,Practitioner/rhea',
  ])
  const { noor, max, ada, desmond, rhea } = people as Record<
    'noor' | 'max' | 'ada' | 'desmond' | 'rhea',
    (typeof people)[string]
  >
  const sees = async (who: typeof noor, path: string) => (await who.ask('GET', path)).status
  const found = async (who: typeof noor, query: string) =>
    ((await who.ask('GET', query)).json.entry ?? []).map((one: Json) => one.resource.id).sort()
  const OBSERVATIONS = '/Observation?patient=ada'

  await t.test('what an app submits is a report, and decides nothing', async () => {
    await put(consent('by-app', 'ada', { type: 'deny' }))
    assert.equal(await sees(noor, '/Patient/ada'), 200)
  })
  await t.test(
    'one nurse shall not: she finds nothing, by no way; the others do, and so does the patient',
    async () => {
      await put(
        consent('not-noor', 'ada', {
          type: 'permit',
          provision: [{ type: 'deny', actor: [{ role: IRCP, reference: ref('Practitioner/noor') }] }],
        }),
        ada.ask,
      )
      assert.equal(await sees(noor, '/Patient/ada'), 404)
      assert.equal(await sees(noor, '/Observation/weight-ada'), 404)
      assert.equal(await sees(noor, '/Observation/weight-ada/_history/1'), 404)
      assert.deepEqual(await found(noor, OBSERVATIONS), [])
      assert.equal((await noor.ask('GET', '/Observation?_summary=count')).json.total, 2, 'the other patient’s')
      assert.equal(
        (await noor.ask('PUT', '/Observation/weight-ada', observation('weight-ada', 'ada', '29463-7'))).status,
        404,
      )
      assert.equal(await sees(max, '/Patient/ada'), 200)
      assert.deepEqual(await found(max, OBSERVATIONS), ['old-ada', 'weight-ada'])
      assert.equal(await sees(ada, '/Patient/ada'), 200)
      assert.equal(await sees(noor, '/Patient/bea'), 200)
    },
  )
  await t.test('one that cannot be read denies, and the officer is told', async () => {
    await put(
      {
        ...consent('unreadable', 'bea', { type: 'permit' }),
        modifierExtension: [{ url: 'urn:unknown', valueBoolean: true }],
      },
      desmond.ask,
    )
    assert.equal(await sees(noor, '/Patient/bea'), 404)
    const { cases } = (await running.cli('watch', 'cases')).answer
    assert.match(
      cases.find((one: Json) => one.about === 'desmond').alerts[0].explanation,
      /cannot be read.*look at it today/,
    )
    assert.equal((await desmond.ask('DELETE', '/Consent/unreadable')).status, 204)
    assert.equal(await sees(noor, '/Patient/bea'), 200)
  })
  await t.test('an emergency opens all the same, and is seen', async () => {
    const broken = await noor.ask(
      'POST',
      '/Patient/ada/$break-glass',
      parameters({ reason: 'Collapsed in the corridor', confirm: true }),
    )
    assert.equal(broken.status, 200, broken.text)
    const emergency = { headers: { 'x-purpose-of-use': 'ETREAT' } }
    assert.equal((await noor.ask('GET', '/Patient/ada', undefined, emergency)).status, 200)
  })
  await t.test('by time of the data, and by what it is; withdrawn, it is as before', async () => {
    const window = {
      type: 'permit',
      provision: [{ type: 'deny', dataPeriod: { start: '2019-01-01', end: '2019-12-31' } }],
    }
    await put(consent('not-noor', 'ada', window), ada.ask)
    assert.deepEqual(await found(noor, OBSERVATIONS), ['weight-ada'])
    assert.equal(await sees(noor, '/Observation/old-ada'), 404)
    const coded = {
      type: 'permit',
      provision: [{ type: 'deny', code: [{ coding: [{ system: 'http://loinc.org', code: '29463-7' }] }] }],
    }
    await put(consent('not-noor', 'ada', coded), ada.ask)
    assert.deepEqual(await found(noor, OBSERVATIONS), [])
    assert.equal(await sees(noor, '/Patient/ada'), 200)
    await put(consent('not-noor', 'ada', coded, { status: 'inactive' }), ada.ask)
    assert.deepEqual(await found(noor, OBSERVATIONS), ['old-ada', 'weight-ada'])
  })
  await t.test('a label: what is about the mind is for nobody but the physician', async () => {
    await put({ ...observation('mood', 'bea', '44249-1'), meta: { security: [{ system: ACT, code: 'PSY' }] } })
    const psy = {
      type: 'permit',
      purpose: [{ system: REASON, code: 'TREAT' }],
      provision: [
        {
          type: 'deny',
          securityLabel: [{ system: ACT, code: 'PSY' }],
          actor: [{ role: IRCP, reference: ref('Practitioner/noor') }],
        },
      ],
    }
    assert.equal(await sees(noor, '/Observation/mood'), 200)
    await put(consent('mind', 'bea', psy), desmond.ask)
    assert.equal(await sees(noor, '/Observation/mood'), 404)
    assert.deepEqual(await found(noor, '/Observation?patient=bea'), ['old-bea', 'weight-bea'])
    assert.equal(await sees(max, '/Observation/mood'), 200)
  })
  await t.test('an app cannot undo what the patient decided', async () => {
    const told = await loader('PUT', '/Consent/mind', consent('mind', 'bea', { type: 'permit' }))
    assert.ok(told.status < 300 || told.status === 404)
    await loader('DELETE', '/Consent/mind')
    assert.equal(await sees(noor, '/Observation/mood'), 404)
  })
  await t.test('one that nobody understands shuts the chart until it is put right', async () => {
    const odd = consent(
      'odd',
      'bea',
      { type: 'permit', actor: [{ role: { text: 'friends' }, reference: ref('Practitioner/max') }] },
      { policy: [{ uri: 'urn:policy:odd' }] },
    )
    await put(odd, desmond.ask)
    assert.equal(await sees(max, '/Patient/bea'), 404)
    await put({ ...odd, status: 'entered-in-error' }, desmond.ask)
    assert.equal(await sees(max, '/Patient/bea'), 200)
  })
  await t.test('research reads who agreed, and no name', async () => {
    assert.deepEqual(await found(rhea, '/Observation'), [])
    const research = consent(
      'study',
      'ada',
      { type: 'permit', purpose: [{ system: REASON, code: 'HRESCH' }] },
      {
        policy: [{ uri: 'urn:policy:study' }],
        scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'research' }] },
      },
    )
    await put(research, ada.ask)
    assert.deepEqual(await found(rhea, '/Observation'), ['old-ada', 'weight-ada'])
    assert.equal((await rhea.ask('GET', '/Patient/ada')).json.name, undefined, 'and never who it is')
    assert.equal(await sees(max, '/Patient/ada'), 200, 'joining a study sends no doctor away')
  })
  assert.equal((await running.cli('verify')).code, 0)
  await t.test('who takes a consent out of the database is found', async () => {
    await (await running.database()).query('delete from owner_consents')
    const { code, answer } = await running.cli('verify')
    assert.equal(code, 4)
    assert.ok(
      answer.findings.every((one: Json) => one.code === 'consent.not-in-force'),
      JSON.stringify(answer.findings),
    )
  })
})
