import assert from 'node:assert/strict'
import test from 'node:test'
import { auditedAccess, networkOf } from './audit-access.ts'

const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const client = (code: string) => ({
  type: { coding: [{ system: DCM, code }] },
  requestor: false,
  who: { display: 'workstation' },
  network: { address: '2001:0db8:85a3:0000:0000:8a2e:0370:7334', type: '2' },
})
const server = { type: { coding: [{ code: 'custodian' }] }, requestor: false, who: { reference: 'Device/server' } }
const person = { requestor: true, who: { display: 'John Smith' }, purposeOfUse: [{ coding: [{ code: 'TREAT' }] }] }
const patient = { type: { code: '1' }, role: { code: '1' }, what: { reference: 'Patient/p' } }
const list = { type: { code: '2' }, role: { code: '4' }, what: { reference: 'List/l' } }
const request = { type: { code: 'XrequestId' }, what: { identifier: { value: 'r' } } }
const query = (text: string) => ({ role: { code: '24' }, query: Buffer.from(text).toString('base64') })

const told = (more: object) =>
  auditedAccess({
    recorded: '2026-02-01T10:00:00Z',
    type: { code: 'rest' },
    subtype: [{ code: 'read' }],
    action: 'R',
    outcome: '0',
    agent: [client('110152'), server, person],
    entity: [list, patient, request],
    ...more,
  })

test('a read after BALP: who, from where, what, of whom and why', () => {
  assert.deepEqual(told({}), {
    at: Date.parse('2026-02-01T10:00:00Z'),
    names: ['John Smith'],
    session: '',
    network: '2001:0db8:85a3::/48',
    device: 'workstation',
    action: 'read',
    resourceType: 'List',
    patient: 'Patient/p',
    count: 1,
    purpose: 'TREAT',
    failed: false,
  })
})

test('what the codes of DICOM and REST say comes before the letter', () => {
  const action = (codes: readonly string[], more: object = {}) =>
    told({ subtype: codes.map((code) => ({ code })), ...more })?.action
  assert.equal(action(['search-type'], { action: 'E' }), 'search')
  assert.equal(action(['patch'], { action: 'U' }), 'update')
  assert.equal(action(['110127'], { action: 'E' }), 'break-glass')
  assert.equal(action(['110122'], { action: 'E' }), 'login')
  assert.equal(action(['110122'], { action: 'E', outcome: '8' }), 'login-failed')
  assert.equal(action(['disclose', 'read'], { type: { code: '110106' } }), 'export')
  assert.equal(action(['something-else'], { action: 'D' }), 'delete')
  for (const code of ['110123', '110120', '110113']) assert.equal(told({ subtype: [{ code }] }), undefined)
})

test('a search without a patient entity tells its patient and type by its query', () => {
  const found = told({
    subtype: [{ code: 'search-type' }],
    entity: [query('GET test.fhir.org/r4/Observation?patient=ex-p&_lastUpdated=gt2020'), request],
  })
  assert.equal(found?.patient, 'Patient/ex-p')
  assert.equal(found?.resourceType, 'Observation')
  const posted = told({ entity: [query('POST /r4/Condition/_search HTTP/1.1\nHost: x\n\nsubject=Patient%2Fq')] })
  assert.equal(posted?.patient, 'Patient/q')
  assert.equal(posted?.resourceType, 'Condition')
})

test('without a user the program acted, and a minimal profile leaves only the token', () => {
  assert.deepEqual(told({ agent: [client('110152'), server] })?.names, ['client:workstation'])
  const token = { requestor: true, policy: ['urn:ietf:params:oauth:jti:77'] }
  const found = told({ agent: [token, server, client('110152')] })
  assert.deepEqual(found?.names, ['token:urn:ietf:params:oauth:jti:77'])
  assert.equal(found?.session, 'urn:ietf:params:oauth:jti:77')
  assert.equal(told({ agent: [server] }), null)
})

test('an address becomes the network it belongs to', () => {
  assert.equal(networkOf('10.1.2.3'), '10.1.2.0/24')
  assert.equal(networkOf('10.1.2.0/24'), '10.1.2.0/24')
  assert.equal(networkOf('ward-3.example'), 'ward-3.example')
})
