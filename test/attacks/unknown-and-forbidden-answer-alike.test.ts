import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import type { Records } from '../../src/records/records.ts'
import { type Ask, askAs, type Json, type More, type Reply } from '../asking.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'

/** Ids and identifiers of one length, so that equal answers are equal to the byte. */
const THERE = 'there-1'
const GONE = 'gone--1'
const NEVER = 'never-1'
const patient = (id: string) => ({
  resourceType: 'Patient',
  id,
  name: [{ family: `Family${id}` }],
  identifier: [{ system: 'urn:mrn', value: id }],
})
const observation = (id: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${THERE}` },
})
const PATCH = { 'content-type': 'application/json-patch+json' }
const MATCH = { 'if-match': 'W/"1"' }
const bundle = (type: string, method: string, url: string, resource?: Json, more: object = {}) => ({
  resourceType: 'Bundle',
  type,
  entry: [{ ...(resource && { resource }), request: { method, url, ...more } }],
})

/** What one may try to learn whether a record is there: name, method, path, body, more. */
type Probe = readonly [
  string,
  string,
  (id: string) => string,
  (((id: string) => Json) | undefined)?,
  ((id: string) => More)?,
]
const probes = (type: string, resource: (id: string) => Json): readonly Probe[] => [
  ['read', 'GET', (id) => `/${type}/${id}`],
  ['read if changed', 'GET', (id) => `/${type}/${id}`, undefined, () => ({ headers: { 'if-none-match': 'W/"1"' } })],
  ['a version', 'GET', (id) => `/${type}/${id}/_history/1`],
  ['history', 'GET', (id) => `/${type}/${id}/_history`],
  ['update', 'PUT', (id) => `/${type}/${id}`, resource],
  ['update of a version', 'PUT', (id) => `/${type}/${id}`, resource, () => ({ headers: MATCH })],
  ['patch', 'PATCH', (id) => `/${type}/${id}`, () => [], () => ({ headers: PATCH })],
  ['patch of a version', 'PATCH', (id) => `/${type}/${id}`, () => [], () => ({ headers: { ...PATCH, ...MATCH } })],
  ['delete', 'DELETE', (id) => `/${type}/${id}`],
  ['delete of a version', 'DELETE', (id) => `/${type}/${id}`, undefined, () => ({ headers: MATCH })],
  ['search by id', 'GET', (id) => `/${type}?_id=${id}`],
  ['search by identifier', 'GET', (id) => `/${type}?identifier=urn:mrn|${id}`],
  ['count by id', 'GET', (id) => `/${type}?_id=${id}&_summary=count`],
  ['search of what is about it', 'GET', (id) => `/Condition?patient=${id}`],
  [
    'create if none is there',
    'POST',
    () => `/${type}`,
    resource,
    (id) => ({ headers: { 'if-none-exist': `identifier=urn:mrn|${id}` } }),
  ],
  ['update where', 'PUT', (id) => `/${type}?identifier=urn:mrn|${id}`, resource],
  ['delete where', 'DELETE', (id) => `/${type}?identifier=urn:mrn|${id}`],
  ['read in a batch', 'POST', () => '/', (id) => bundle('batch', 'GET', `${type}/${id}`)],
  ['read in a transaction', 'POST', () => '/', (id) => bundle('transaction', 'GET', `${type}/${id}`)],
  ['update in a batch', 'POST', () => '/', (id) => bundle('batch', 'PUT', `${type}/${id}`, resource(id))],
  ['delete in a transaction', 'POST', () => '/', (id) => bundle('transaction', 'DELETE', `${type}/${id}`)],
  [
    'a reference by condition',
    'POST',
    () => '/',
    (id) =>
      bundle('transaction', 'POST', 'Basic', {
        resourceType: 'Basic',
        code: { text: 'x' },
        subject: { reference: `${type}?identifier=urn:mrn|${id}` },
      }),
  ],
]

/** All that can be seen of an answer, but for the id that was asked, ids and times that differ every time. */
function visible({ status, headers, text }: Reply, id: string) {
  const passing = [
    'date',
    'x-request-id',
    'chartwarden-receipt',
    'chartwarden-promise',
    'last-modified',
    'location',
    'content-length',
  ]
  return {
    status,
    text: text
      .replaceAll(id, '{id}')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{random}')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '{time}'),
    headers: [...headers].filter(([name]) => !passing.includes(name)),
    names: [...headers.keys()],
  }
}

test('unknown and forbidden answer alike', async (t) => {
  const running = await startRunning(t, {
    clients: {
      loader: 'system/*.cruds',
      elsewhere: 'system/Observation.cruds system/Basic.cruds',
      creator: 'system/Patient.c system/Basic.c',
      searcher: 'system/Patient.s system/Condition.s',
    },
  })
  const loader = await askAs(running, 'loader')
  const prepare = async () => {
    for (const id of [THERE, GONE]) await loader('PUT', `/Patient/${id}`, patient(id))
    await loader('DELETE', `/Patient/${GONE}`)
    await loader('PUT', `/Observation/${THERE}`, {
      ...observation(THERE),
      identifier: [{ system: 'urn:mrn', value: THERE }],
    })
  }
  await prepare()

  for (const as of ['elsewhere', 'creator', 'searcher']) {
    const ask: Ask = await askAs(running, as)
    for (const [name, method, path, body, more] of probes('Patient', patient))
      await t.test(`${as}: ${name}`, async () => {
        const answers = []
        for (const id of [THERE, GONE, NEVER]) {
          const reply = await ask(method, path(id), body?.(id), more?.(id))
          answers.push(visible(reply, id))
          if (reply.status >= 400) assert.ok(reply.headers.get('chartwarden-receipt'), `${reply.status} has a receipt`)
        }
        assert.deepEqual(answers[0], answers[2], 'what is there')
        assert.deepEqual(answers[1], answers[2], 'what was deleted')
        assert.equal((await loader('GET', `/Patient/${THERE}`)).headers.get('etag'), 'W/"1"', 'and it is untouched')
        assert.equal((await loader('GET', `/Patient/${GONE}`)).status, 410)
      })
  }

  await t.test('a person with no relation to a patient, too, and by the same statements', async () => {
    await running.stop()
    const config = readConfig({ CHARTWARDEN_DATA: running.data })
    const { chartwarden, installation, close } = await openInstallation(config)
    try {
      const traced = tracedRecords(chartwarden, installation.expectedPatients)
      const scopes = parseScopes('user/*.cruds')
      const nurse: Actor = {
        kind: 'person',
        id: 'n-1',
        name: 'Nurse',
        role: 'nurse',
        scopes,
        purpose: 'TREAT',
        fhirUser: 'Practitioner/n-1',
      }
      const app: Actor = {
        ...nurse,
        kind: 'client',
        id: 'a-1',
        role: 'backend',
        scopes: parseScopes('system/Basic.cruds'),
      }
      for (const actor of [nurse, app]) {
        const who = { actor, requestId: 'r' }
        for (const [name, act] of Object.entries(acts(traced.records))) {
          await act(who, NEVER).catch(() => undefined)
          const [there, gone, never] = [
            await traced.of(() => act(who, THERE)),
            await traced.of(() => act(who, GONE)),
            await traced.of(() => act(who, NEVER)),
          ]
          assert.ok(never.length > 0 && never.some((one) => one.startsWith('entry')), `${name} is in the ledger`)
          assert.deepEqual(there, never, `${actor.role}: ${name}, what is there`)
          assert.deepEqual(gone, never, `${actor.role}: ${name}, what was deleted`)
        }
      }
    } finally {
      await close()
    }
  })
})

/** Its label depends on the age of the patient, which is looked up. */
const sensitive = (id: string) => ({
  resourceType: 'Condition',
  subject: { reference: `Patient/${id}` },
  code: { coding: [{ system: 'http://snomed.info/sct', code: '86406008' }] },
})

type Who = Parameters<Records['readRecord']>[0]
const acts = (records: Records): Record<string, (who: Who, id: string) => Promise<unknown>> => ({
  read: (who, id) => records.readRecord(who, { type: 'Patient', id }),
  vread: (who, id) => records.readRecord(who, { type: 'Patient', id, version: 1 }),
  history: (who, id) => records.historyOf(who, { type: 'Patient', id }, [], 'b'),
  update: (who, id) => records.updateRecord(who, { type: 'Patient', id }, JSON.stringify(patient(id))),
  'update of a version': (who, id) =>
    records.updateRecord(who, { type: 'Patient', id }, JSON.stringify(patient(id)), 1),
  patch: (who, id) => records.patchRecord(who, { type: 'Patient', id }, '[]'),
  'create of what is sensitive': (who, id) => records.createRecord(who, 'Condition', JSON.stringify(sensitive(id))),
  delete: (who, id) => records.deleteRecord(who, { type: 'Patient', id }),
  'delete where': (who, id) => records.deleteWhere(who, 'Patient', [['identifier', `urn:mrn|${id}`]]),
  'update where': (who, id) =>
    records.updateWhere(who, 'Patient', [['identifier', `urn:mrn|${id}`]], JSON.stringify(patient(id))),
  search: (who, id) => records.searchRecords(who, 'Observation', [['patient', id]], 'b'),
  'search of who looked': (who, id) => records.searchRecords(who, 'AuditEvent', [['patient', id]], 'b'),
  'search by id': (who, id) => records.searchRecords(who, 'Patient', [['_id', id]], 'b'),
  'search by name': (who, id) => records.searchRecords(who, 'Patient', [['family:exact', `Family${id}`]], 'b'),
  batch: (who, id) => records.transact(who, JSON.stringify(bundle('batch', 'GET', `Patient/${id}`)), 'b'),
  transaction: (who, id) =>
    records.transact(who, JSON.stringify(bundle('transaction', 'PUT', `Patient/${id}`, patient(id))), 'b'),
})
