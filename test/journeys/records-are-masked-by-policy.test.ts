import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json, putsAs } from '../asking.ts'
import { researchConsentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const NOTE = 'Told me in confidence that she drinks'
const claim = (id: string, more: object = {}) => ({
  resourceType: 'Claim',
  id,
  status: 'active',
  type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'institutional' }] },
  use: 'claim',
  patient: ref('Patient/ada'),
  created: '2026-05-05',
  provider: ref('Organization/here'),
  priority: { coding: [{ code: 'normal' }] },
  insurance: [{ sequence: 1, focal: true, coverage: { display: 'x' } }],
  total: { value: 1.1, currency: 'EUR' },
  ...more,
})
const noted = (id: string) =>
  claim(id, { supportingInfo: [{ sequence: 1, category: { text: 'note' }, valueString: NOTE }] })
const STUDY = researchConsentOf('study', 'ada')
const SECURITY = (json: Json): string[] => (json.meta.security ?? []).map((one: Json) => one.code)

test('records leave masked as policy says, by every way out, and nothing hidden is lost or told', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  await put({
    resourceType: 'Patient',
    id: 'ada',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ada Lind</div>' },
    identifier: [{ system: 'urn:mrn', value: '4711' }],
    name: [{ family: 'Lind', given: ['Ada'] }],
    telecom: [{ system: 'phone', value: '555' }],
    gender: 'female',
    birthDate: '1961-07-07',
    address: [{ city: 'Aarhus' }],
  })
  await put({
    resourceType: 'Observation',
    id: 'weight',
    status: 'final',
    code: { text: 'weight' },
    subject: { reference: 'Patient/ada', display: 'Ada Lind' },
    note: [{ text: 'Ada was tired' }],
    valueQuantity: { value: 61.5, unit: 'kg' },
  })
  await put({
    resourceType: 'Task',
    id: 't',
    status: 'in-progress',
    intent: 'order',
    for: ref('Patient/ada'),
    owner: ref('Practitioner/bill'),
  })
  await put(noted('c1'))
  await put(claim('plain'))
  const people = await workAs(running, [
    'bill,Bill Quade,billing,,Practitioner/bill',
    'rhea,Rhea Stone,researcher,,Practitioner/rhea',
    'ada,Ada Lind,patient,,Patient/ada',
  ])
  const { bill, rhea, ada } = people as Record<'bill' | 'rhea' | 'ada', (typeof people)[string]>
  await put(STUDY, ada.ask)
  const batch = (method: string, url: string, resource?: Json) => ({
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method, url }, ...(resource && { resource }) }],
  })

  await t.test('a clerk sees the claim without its notes, read, searched, in its history, in a batch', async () => {
    const read = await bill.ask('GET', '/Claim/c1')
    assert.equal(read.status, 200, read.text)
    assert.deepEqual(SECURITY(read.json), ['REDACTED'])
    assert.equal(read.json.total.value, 1.1)
    assert.equal(read.headers.get('etag'), 'W/"1"')
    for (const reply of [
      read,
      await bill.ask('GET', '/Claim/c1/_history/1'),
      await bill.ask('GET', '/Claim/c1/_history'),
      await bill.ask('GET', '/Claim/_history'),
      await bill.ask('GET', '/Claim?patient=ada'),
      await bill.ask('GET', '/Claim?_id=c1'),
      await bill.ask('GET', '/Claim?_id=c1&_elements=supportingInfo'),
      await bill.ask('POST', '/', batch('GET', 'Claim/c1')),
      await bill.ask('POST', '/', batch('GET', 'Claim?_id=c1')),
    ]) {
      assert.equal(reply.status, 200, reply.text)
      assert.ok(reply.text.includes('"c1"') && reply.text.includes('REDACTED'), reply.text)
      assert.ok(!reply.text.includes('confidence'), reply.text)
    }
    assert.ok((await ada.ask('GET', '/Claim/c1')).text.includes(NOTE), 'the patient sees it')
  })
  await t.test('and the ledger says by which rule', async () => {
    const { headers } = await bill.ask('GET', '/Claim/c1')
    const entry = await ada.ask('GET', `/AuditEvent/${headers.get('chartwarden-receipt')}`)
    assert.match(entry.json.outcomeDesc, /mask billing-sees-no-notes/)
  })
  await t.test('what is masked is not written over: by PUT, PATCH, a condition, a bundle', async () => {
    const read = await bill.ask('GET', '/Claim/c1')
    const patch = { headers: { 'content-type': 'application/json-patch+json' } }
    const back = { ...read.json, status: 'cancelled' }
    const transaction = { ...batch('PUT', 'Claim/c1', back), type: 'transaction' }
    for (const reply of [
      await bill.ask('PUT', '/Claim/c1', back),
      await bill.ask('PUT', '/Claim/c1', noted('c1')),
      await bill.ask('PUT', '/Claim?_id=c1', back),
      await bill.ask('PATCH', '/Claim/c1', [{ op: 'replace', path: '/status', value: 'cancelled' }], patch),
      await bill.ask('PATCH', '/Claim/c1', [{ op: 'test', path: '/supportingInfo/0/valueString', value: 'x' }], patch),
      await bill.ask('POST', '/', transaction),
    ]) {
      assert.equal(reply.status, 403, reply.text)
      assert.match(reply.text, /policy\.masked|masked for you/)
      assert.ok(reply.headers.get('chartwarden-receipt'))
    }
    const inBatch = await bill.ask('POST', '/', batch('PUT', 'Claim/c1', back))
    assert.match(inBatch.json.entry[0].response.status, /^403/)
    const kept = (await loader('GET', '/Claim/c1')).json
    assert.equal(kept.meta.versionId, '1')
    assert.equal(kept.supportingInfo[0].valueString, NOTE)
  })
  await t.test('a record of which nothing is masked is changed as ever, and what comes back is masked', async () => {
    const changed = await bill.ask('PUT', '/Claim/plain', claim('plain', { status: 'cancelled' }))
    assert.equal(changed.status, 200, changed.text)
    const patch = { headers: { 'content-type': 'application/json-patch+json' } }
    const patched = await bill.ask(
      'PATCH',
      '/Claim/plain',
      [{ op: 'replace', path: '/status', value: 'active' }],
      patch,
    )
    assert.equal(patched.status, 200, patched.text)
    const own = await bill.ask('PUT', '/Claim/plain', noted('plain'))
    assert.equal(own.status, 200, own.text)
    assert.ok(!own.text.includes('confidence') && own.text.includes('REDACTED'), own.text)
    assert.ok((await loader('GET', '/Claim/plain')).text.includes(NOTE), 'it is kept')
    assert.equal((await bill.ask('PUT', '/Claim/plain', claim('plain'))).status, 403)
  })
  await t.test('research sees a year of birth, and not who it is', async () => {
    const { status, json, text } = await rhea.ask('GET', '/Patient/ada')
    assert.equal(status, 200, text)
    assert.equal(json.birthDate, '1961')
    assert.equal(json.gender, 'female')
    assert.deepEqual(SECURITY(json).sort(), ['MASKED', 'REDACTED'])
    const weight = await rhea.ask('GET', '/Observation?patient=ada')
    assert.equal(weight.json.entry[0].resource.valueQuantity.value, 61.5)
    for (const said of [text, weight.text])
      for (const word of ['Lind', '4711', '555', 'Aarhus', '07-07', 'tired']) assert.ok(!said.includes(word), word)
  })
})
