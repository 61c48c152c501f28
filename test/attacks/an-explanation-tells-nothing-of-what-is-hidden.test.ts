import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { askAs, type Json, putsAs } from '../asking.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'
import { workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const valuesOf = (json: Json, name: string): unknown[] =>
  json.parameter.filter((one: Json) => one.name === name).map(({ name: _, ...value }: Json) => Object.values(value)[0])

test('who is refused learns what would help in general, and nothing of what is there', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  const condition = (id: string, patient: string, more: object = {}) => ({
    resourceType: 'Condition',
    id,
    subject: ref(`Patient/${patient}`),
    code: { coding: [{ system: 'http://snomed.info/sct', code: '75544000' }] },
    ...more,
  })
  for (const id of ['ada', 'bea']) await put({ resourceType: 'Patient', id })
  for (const id of ['hidden', 'gone']) await put(condition(id, 'ada'))
  await loader('DELETE', '/Condition/gone')
  await put({
    resourceType: 'Encounter',
    id: 'stay',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: ref('Patient/bea'),
    participant: [{ individual: ref('Practitioner/noor') }],
  })
  await put(condition('sensitive', 'bea'))
  const people = await workAs(running, [
    'noor,Noor Haddadi,nurse,,Practitioner/noor',
    'constance,Constance Whitlock,privacy-officer,,Practitioner/constance',
  ])
  const { noor, constance } = people as Record<'noor' | 'constance', (typeof people)[string]>
  const explain = (id: string, who = noor, query = '') => who.ask('GET', `/${id}/$explain-access${query}`)

  await t.test('hidden, deleted and unknown are explained in the same bytes', async () => {
    const never = await explain('Condition/never')
    assert.equal(never.status, 200, never.text)
    for (const id of ['hidden', 'gone', 'sensitive']) {
      const reply = await explain(`Condition/${id}`)
      assert.equal(reply.text, never.text, id)
      assert.deepEqual([...reply.headers.keys()], [...never.headers.keys()])
      assert.ok(reply.headers.get('chartwarden-receipt'))
    }
    assert.deepEqual(valuesOf(never.json, 'permitted'), [false])
    assert.deepEqual(valuesOf(never.json, 'role'), ['nurse'])
    const would = valuesOf(never.json, 'wouldAllow')
    assert.ok(would.includes('the relation care-team'))
    assert.ok(would.includes('the relation break-glass for the purpose ETREAT'))
    assert.equal((await explain('Patient/ada')).text, (await explain('Patient/never')).text)
  })
  await t.test('who may read is told why', async () => {
    const { json } = await explain('Patient/bea')
    assert.deepEqual(valuesOf(json, 'permitted'), [true])
    assert.deepEqual(valuesOf(json, 'policy'), ['clinician-for-patients-in-care'])
    assert.deepEqual(valuesOf(json, 'relation'), ['encounter'])
  })
  await t.test('an officer is told all of somebody’s access; others are not', async () => {
    const query = '?actor=Practitioner/noor&role=nurse'
    const { status, json, text } = await explain('Condition/sensitive', constance, query)
    assert.equal(status, 200, text)
    assert.deepEqual(valuesOf(json, 'permitted'), [false])
    assert.deepEqual(valuesOf(json, 'relation'), ['encounter'])
    assert.ok(valuesOf(json, 'policy').length > 0, text)
    const others = []
    for (const id of ['sensitive', 'hidden', 'never']) {
      const reply = await explain(`Condition/${id}`, noor, query)
      others.push([reply.status, reply.text.replaceAll(id, 'x')])
    }
    assert.deepEqual(others[0], others[2])
    assert.deepEqual(others[1], others[2])
    assert.equal(others[0]?.[0], 404)
    assert.equal((await explain('Condition/sensitive', constance, '?actor=noor')).status, 400)
    assert.equal((await explain('Nothing/x')).status, 404)
  })
  await t.test('by the same statements, and the patient can see that somebody asked', async () => {
    await running.stop()
    const { chartwarden, installation, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: running.data }))
    try {
      const { records, of } = tracedRecords(chartwarden, installation.expectedPatients)
      const actor: Actor = {
        kind: 'person',
        id: 'n',
        name: 'n',
        role: 'nurse',
        scopes: parseScopes('user/*.cruds'),
        purpose: 'TREAT',
        fhirUser: 'Practitioner/noor',
      }
      // Why it was refused is for the patient and the officer: the reasons are in the entry, and nowhere else.
      const trace = async (id: string) =>
        (await of(() => records.explainAccess({ actor, requestId: 'r' }, { type: 'Condition', id }))).map((one) =>
          one.replace(/"reasons":\[.*\]/, ''),
        )
      await trace('never')
      const never = await trace('never')
      assert.deepEqual(await trace('hidden'), never)
      assert.deepEqual(await trace('gone'), never)
      const asPatient = {
        actor: { ...actor, role: 'patient', purpose: 'PATRQT', fhirUser: 'Patient/ada' },
        requestId: 'r',
      } as const
      const { lines } = await records.accessReport(asPatient, 'ada', { unexpectedOnly: true })
      assert.ok(
        lines.some((one) => one.did.endsWith('asked who may open')),
        JSON.stringify(lines),
      )
    } finally {
      await close()
    }
  })
})
