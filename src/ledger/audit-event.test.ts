import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalJson } from '../../test/canonical-json.ts'
import type { Actor } from '../kernel/actor.ts'
import { newEntryId, TENANT_OWNER } from '../kernel/ids.ts'
import { auditEvent } from './audit-event.ts'
import type { Happening } from './happening.ts'

const operator: Actor = { kind: 'operator', id: 'o', name: 'o', role: 'operator', scopes: [], purpose: 'HSYSADMIN' }
const nurse: Actor = {
  kind: 'person',
  id: 'n',
  name: 'Nurse "N"',
  role: 'nurse',
  scopes: [],
  purpose: 'TREAT',
  fhirUser: 'Practitioner/n',
  act: operator,
}
const bare: Happening = {
  kind: 'release',
  interaction: 'read',
  action: 'R',
  outcome: '0',
  actor: nurse,
  purpose: 'TREAT',
  owner: TENANT_OWNER,
  opens: { rows: new Set() },
}
const full: Happening = {
  ...bare,
  interaction: 'transaction',
  action: 'C',
  patient: 'Patient/p',
  what: ['Observation/a/_history/1', 'Patient/p'],
  digests: [Buffer.alloc(32, 1)],
  query: 'a=b',
  reasons: ['because', 'policy 1'],
  requestId: 'r',
}

test('an event is canonical JSON as it is written', () => {
  for (const happening of [bare, full, { ...bare, actor: operator, interaction: 'key-rotated' }]) {
    const text = auditEvent(happening, { id: newEntryId(), at: new Date(0) }, 'node-1')
    assert.equal(text, canonicalJson(JSON.parse(text)))
  }
})

test('one who acts for another is named beside them, and is the requestor', () => {
  const { agent } = JSON.parse(auditEvent(full, { id: newEntryId(), at: new Date(0) }, 'node-1')) as {
    agent: { requestor: boolean; who: { display: string } }[]
  }
  assert.deepEqual(
    agent.slice(2).map(({ requestor, who }) => [who.display, requestor]),
    [
      ['Nurse "N"', false],
      ['o', true],
    ],
  )
})

test('roles turn round when the client sends', () => {
  const roleOfClient = (happening: Happening) =>
    (
      JSON.parse(auditEvent(happening, { id: newEntryId(), at: new Date(0) }, 'node-1')) as {
        agent: { type: { coding: { code: string }[] } }[]
      }
    ).agent[0]?.type.coding[0]?.code
  assert.equal(roleOfClient(bare), '110152')
  assert.equal(roleOfClient(full), '110153')
})
