import assert from 'node:assert/strict'
import test from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import { newEntryId, newRowId, TENANT_OWNER } from '../../kernel/ids.ts'
import { auditEvent } from '../../ledger/audit-event.ts'
import { type Happening, tenantAct } from '../../ledger/happening.ts'
import { createWatch } from '../engine.ts'
import { createHospital } from '../hospital/hospital.ts'
import { WATCH_DEFAULTS } from '../settings.ts'
import { accessOf, watchedName } from './access-of.ts'
import { explainedBy } from './by-relation.ts'
import { accessesOfEntry } from './entry-accesses.ts'

const petra: Actor = {
  kind: 'person',
  id: 'petra',
  name: 'Petra Quill',
  role: 'registration',
  scopes: [],
  purpose: 'TREAT',
  session: '0123456789abcdef',
  address: '192.0.2.7',
}
const monitor: Actor = { ...petra, kind: 'client', id: 'monitor', name: 'Monitor', role: 'device', session: 'fedc' }
const operator: Actor = { ...petra, kind: 'operator', id: 'quinn', name: 'Quinn Abara', role: 'operator' }
const release: Happening = {
  kind: 'release',
  interaction: 'read',
  action: 'R',
  outcome: '0',
  actor: petra,
  purpose: 'TREAT',
  owner: TENANT_OWNER,
  patient: 'Patient/ada',
  what: ['Observation/1/_history/1'],
  opens: { rows: new Set([newRowId()]) },
}
const searched: Happening = {
  ...release,
  interaction: 'search-type',
  action: 'E',
  query: 'Patient?family=x',
  opens: { rows: new Set([newRowId(), newRowId(), newRowId()]) },
}
const { what: _, ...page } = searched
const acts: readonly Happening[] = [
  release,
  page,
  { ...release, purpose: 'ETREAT' },
  { ...release, interaction: 'break-glass', action: 'E' },
  { ...release, interaction: 'update', action: 'U', opens: { rows: new Set() } },
  { ...release, actor: monitor },
  { ...release, actor: { ...petra, act: operator } },
  tenantAct({ interaction: 'sign-in', actor: petra, done: true }),
  tenantAct({ interaction: 'sign-in', actor: { ...petra, id: 'a stranger' }, what: ['account/omar'], done: false }),
]
const byRelation = ({ actor }: Happening) => actor.kind === 'client'
const entered = (happening: Happening, at: number) =>
  auditEvent(
    happening,
    {
      id: newEntryId(),
      at: new Date(at),
      byRelation: happening.kind === 'release' ? byRelation(happening) : undefined,
    },
    'node-1',
  )

test('the ledger says again all that was judged, so that a restart knows what it knew', () => {
  const [live, recovered] = [0, 1].map(() => {
    const hospital = createHospital()
    const engine = createWatch(hospital, WATCH_DEFAULTS)
    return { hospital, engine }
  }) as [Side, Side]
  for (let turn = 0; turn < 40; turn++)
    for (const [n, act] of acts.entries()) {
      const at = Date.UTC(2026, 2, 2, 8 + (turn % 9), turn, n)
      const happening = { ...act, ...(act.patient !== undefined && { patient: `Patient/ada-${turn}` }) }
      const access = accessOf(happening, at)
      assert.ok(access !== undefined)
      consider(live, happening.actor, { ...access, said: explainedBy(happening, byRelation(happening)) })
      const told = accessesOfEntry(entered(happening, at))
      assert.equal(told.accesses.length, 1)
      for (const one of told.accesses) consider(recovered, told.actor, one)
    }
  assert.deepEqual(recovered.engine.save(), live.engine.save())
  assert.ok(live.engine.sizes().actors >= 3)
})

test('a group of writes is as many accesses as records were written; what was refused is none', () => {
  const group: Happening = {
    ...release,
    interaction: 'transaction',
    action: 'E',
    what: ['Observation/1/_history/1', 'Condition/2/_history/4'],
    opens: { rows: new Set() },
  }
  const { accesses } = accessesOfEntry(entered(group, 0))
  assert.deepEqual(
    accesses.map(({ action, resourceType, patient, count }) => [action, resourceType, patient, count]),
    [
      ['create', 'Observation', 'ada', 1],
      ['update', 'Condition', 'ada', 1],
    ],
  )
  for (const none of [
    { ...release, outcome: '4' } as const,
    tenantAct({ interaction: 'run', actor: petra, done: true }),
  ])
    assert.deepEqual(accessesOfEntry(entered(none, 0)).accesses, [])
})

type Side = { hospital: ReturnType<typeof createHospital>; engine: ReturnType<typeof createWatch> }
function consider({ hospital, engine }: Side, actor: Actor, access: Parameters<Side['engine']['consider']>[0]) {
  const member = { unit: '', address: '', familyName: '', employedFrom: 0, employedTo: 0x7fffffff }
  if (!access.failed) hospital.addMember(watchedName(actor), { ...member, role: actor.role })
  engine.consider(access)
}
