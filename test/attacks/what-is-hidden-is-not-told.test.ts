import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Json } from '../asking.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'

const LAB = 'http://terminology.hl7.org/CodeSystem/observation-category'
const ref = (reference: string) => ({ reference })
const concept = (system: string, code: string) => ({ coding: [{ system, code }] })
const observation = (id: string, patient: string, category: string, more: Json = {}): Json => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [concept(LAB, category)],
  code: { text: 'x' },
  subject: ref(`Patient/${patient}`),
  ...more,
})
const condition = (id: string, code: string, more: Json = {}): Json => ({
  resourceType: 'Condition',
  id,
  code: concept('http://snomed.info/sct', code),
  subject: ref('Patient/ada'),
  ...more,
})
const OPIOIDS = '75544000'
const RESTRICTED = {
  meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] },
}
const client = (id: string, scopes: string): Actor => ({
  kind: 'client',
  id,
  name: id,
  role: 'backend',
  scopes: parseScopes(scopes),
  purpose: 'TREAT',
})
const nurse: Actor = { ...client('n', 'user/*.cruds'), kind: 'person', role: 'nurse', fhirUser: 'Practitioner/n' }

/** Each of these the leak suite found (test/leak). */
test('what is hidden is not told by pages, ids, writes, older versions or statements', async (t) => {
  const { data } = await startRunning(t, { serving: false })
  const { chartwarden, installation, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: data }))
  const { records, of } = tracedRecords(chartwarden, installation.expectedPatients)
  const as = (actor: Actor) => ({ actor, requestId: 'r' })
  const put = (resource: Json, actor = client('loader', 'system/*.cruds')) =>
    records.updateRecord(as(actor), { type: resource.resourceType, id: resource.id }, JSON.stringify(resource))
  const code = (act: Promise<unknown>) =>
    act.then(
      () => 'done',
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    )
  for (const id of ['ada', 'bea', 'cyd']) await put({ resourceType: 'Patient', id })
  for (const id of ['ada', 'bea'])
    await put({
      resourceType: 'Encounter',
      id,
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: ref(`Patient/${id}`),
      participant: [{ individual: ref('Practitioner/n') }],
    })

  await t.test('pages of a history are made of what may be read', async () => {
    for (const id of ['own-1', 'own-2']) await put(observation(id, 'ada', 'laboratory'))
    const page = async () => (await records.historyOf(as(nurse), { type: 'Observation' }, [['_count', '2']], 'b')).text
    const before = await page()
    await put(observation('hidden-1', 'cyd', 'laboratory'))
    assert.equal(await page(), before)
    assert.ok(!before.includes('"next"') && before.includes('own-1') && before.includes('own-2'))
  })
  await t.test('a record of several patients is read as it is found', async () => {
    const member = (...ids: string[]) => ids.map((id) => ({ entity: ref(`Patient/${id}`) }))
    for (const [id, ids] of [
      ['ours', ['ada', 'bea']],
      ['theirs', ['ada', 'cyd']],
    ] as const)
      await put({ resourceType: 'Group', id, type: 'person', actual: true, member: member(...ids) })
    const read = (id: string) => code(records.readRecord(as(nurse), { type: 'Group', id }))
    const found = (await records.searchRecords(as(nurse), 'Group', [], 'b')).text.toString()
    assert.deepEqual([await read('ours'), found.includes('Group/ours')], ['done', true])
    assert.deepEqual([await read('theirs'), found.includes('Group/theirs')], ['record.not-found', false])
    const by = (await records.searchRecords(as(nurse), 'Group', [['_id', 'ours,theirs']], 'b')).text.toString()
    assert.match(by, /"total":1/)
  })
  await t.test('who sees only some records of a type does not choose ids', async () => {
    const scoped = client('scoped', `system/Observation.cruds?category=${LAB}|laboratory`)
    await put(observation('pulse', 'ada', 'vital-signs'))
    const write = (id: string) => code(put(observation(id, 'ada', 'laboratory'), scoped))
    assert.deepEqual([await write('pulse'), await write('never')], ['record.not-found', 'record.not-found'])
    assert.equal(
      await code(
        records.createRecord(as(scoped), 'Observation', JSON.stringify(observation('x', 'ada', 'laboratory'))),
      ),
      'done',
    )
  })
  await t.test('what policy keeps from the eyes is not written over', async () => {
    await put(condition('sud', OPIOIDS))
    assert.equal(await code(records.readRecord(as(nurse), { type: 'Condition', id: 'sud' })), 'record.not-found')
    assert.equal(await code(put(condition('sud', '38341003'), nurse)), 'record.not-found')
  })
  await t.test('what is restricted now was not open before', async () => {
    await put(condition('turns', '38341003'))
    await put(condition('turns', '38341003', RESTRICTED))
    const ref1 = { type: 'Condition', id: 'turns', version: 1 }
    assert.equal(await code(records.readRecord(as(nurse), ref1)), 'record.not-found')
    assert.equal(
      await code(records.historyOf(as(nurse), { type: 'Condition', id: 'turns' }, [], 'b')),
      'record.not-found',
    )
    await put(condition('turns', '38341003'))
    assert.equal(await code(records.readRecord(as(nurse), ref1)), 'done')
  })
  await t.test('a search by id or identifier takes the same statements', async () => {
    await put(observation('there-1', 'cyd', 'laboratory', { identifier: [{ system: 'urn:x', value: 'there-1' }] }))
    for (const query of [
      (id: string) => ['_id', id] as const,
      (id: string) => ['identifier', `urn:x|${id}`] as const,
    ]) {
      const trace = (id: string) => of(() => records.searchRecords(as(nurse), 'Observation', [query(id)], 'b'))
      await trace('never-1')
      assert.deepEqual(await trace('there-1'), await trace('never-1'))
    }
  })
  await t.test('a search by patient takes the same statements for who sees only some records', async () => {
    const scoped = as(client('scoped', `system/Observation.rs?category=${LAB}|laboratory`))
    await put(observation('only-pulse', 'dov', 'vital-signs'))
    const trace = (id: string) => of(() => records.searchRecords(scoped, 'Observation', [['patient', id]], 'b'))
    await trace('dov')
    assert.deepEqual(await trace('dov'), await trace('nev'))
  })
  await close()
})
