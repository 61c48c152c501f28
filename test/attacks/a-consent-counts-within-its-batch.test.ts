import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Json } from '../asking.ts'
import { consentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'

const ref = (reference: string) => ({ reference })
const person = (id: string, role: string, fhirUser: string, purpose: Actor['purpose'] = 'TREAT'): Actor => ({
  kind: 'person',
  id,
  name: id,
  role,
  scopes: parseScopes('user/*.cruds'),
  purpose,
  fhirUser,
})
const LOADER: Actor = {
  kind: 'client',
  id: 'loader',
  name: 'loader',
  role: 'backend',
  scopes: parseScopes('system/*.cruds'),
  purpose: 'TREAT',
}
const NURSE = person('noor', 'nurse', 'Practitioner/noor')
const ADA = person('ada', 'patient', 'Patient/ada', 'PATRQT')
const DESK = person('desmond', 'registration', 'Practitioner/desmond', 'HOPERAT')
const consent = (status: string, provision: object = { type: 'deny' }): Json =>
  consentOf('no', 'ada', provision, { status })
const patient = (more: object = {}): Json => ({
  resourceType: 'Patient',
  id: 'ada',
  name: [{ family: 'Lind' }],
  ...more,
})
const note = (id: string): Json => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: ref('Patient/ada'),
})
const bundle = (type: string, entries: readonly (Json | string)[]) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type,
    entry: entries.map((one) =>
      typeof one === 'string'
        ? { request: { method: 'GET', url: one } }
        : { resource: one, request: { method: 'PUT', url: `${one.resourceType}/${one.id}` } },
    ),
  })

test('a consent counts at once, for what is written and read after it in the same batch', async (t) => {
  const { data } = await startRunning(t, { serving: false })
  const { chartwarden, installation, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: data }))
  const { records } = tracedRecords(chartwarden, installation.expectedPatients)
  const as = (actor: Actor) => ({ actor, requestId: 'r' })
  const put = (actor: Actor, resource: Json) =>
    records.updateRecord(as(actor), { type: resource.resourceType, id: resource.id }, JSON.stringify(resource)).then(
      () => 'done',
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    )
  const read = () =>
    records.readRecord(as(NURSE), { type: 'Patient', id: 'ada' }).then(
      () => 'done',
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    )
  await put(LOADER, patient())
  await put(LOADER, {
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: ref('Patient/ada'),
    participant: [{ member: ref('Practitioner/noor') }],
  })
  await put(LOADER, note('first'))
  const restore = async () => assert.equal(await put(ADA, consent('inactive')), 'done')

  await t.test('writes of several people that share a transaction', async () => {
    const writes = [put(LOADER, note('busy')), put(ADA, consent('active')), put(NURSE, note('first'))]
    assert.deepEqual(await Promise.all(writes), ['done', 'done', 'record.not-found'])
    assert.equal(await read(), 'record.not-found')
    const back = [put(ADA, patient({ active: true })), put(ADA, consent('inactive')), put(NURSE, note('first'))]
    assert.deepEqual((await Promise.all(back)).slice(1), ['done', 'done'])
    assert.equal(await read(), 'done')
  })
  await t.test('what is refused with its transaction leaves no consent behind', async () => {
    const both = [consent('active'), patient({ active: false })]
    const told = records.transact(as(DESK), bundle('transaction', both), 'b')
    await assert.rejects(told, (error: Refusal) => error.code === 'record.not-found')
    assert.equal(await read(), 'done')
    const writes = [put(LOADER, note('busy')), put(NURSE, note('first'))]
    assert.deepEqual(await Promise.all(writes), ['done', 'done'])
    await records.transact(as(DESK), bundle('transaction', both.toReversed()), 'b')
    assert.equal(await read(), 'record.not-found', 'the other order is another thing')
    await restore()
  })
  await t.test('reads of a batch, before and after', async () => {
    const asked = ['Patient/ada', consent('active'), 'Patient/ada', ...Array(40).fill('Patient/ada')]
    const { text } = await records.transact(as(DESK), bundle('batch', asked), 'b')
    const statuses = JSON.parse(text).entry.map((one: Json) => one.response.status.slice(0, 3))
    assert.deepEqual(statuses.slice(0, 3), ['200', '200', '404'])
    assert.ok(statuses.slice(2).every((one: string) => one === '404'))
    await restore()
  })
  await close()
})
