import type { Actor } from '../../kernel/actor.ts'
import type { Purpose } from '../../kernel/purpose.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { Access } from '../access.ts'
import { type Act, accessOf } from './access-of.ts'
import { explainedBy } from './by-relation.ts'

/** As ledger/audit-event.ts writes it; only what is read here. */
type Agent = {
  readonly network?: { readonly address: string }
  readonly policy?: readonly string[]
  readonly requestor: boolean
  readonly role?: readonly { readonly coding: readonly { readonly code: string }[] }[]
  readonly who: { readonly display: string; readonly identifier?: { readonly system: string; readonly value: string } }
}
type Entity = {
  readonly query?: string
  readonly role?: { readonly code: string }
  readonly what?: { readonly reference?: string }
}
type Event = Pick<Happening, 'action' | 'outcome'> & {
  readonly agent: readonly Agent[]
  readonly entity: readonly Entity[]
  readonly extension?: readonly {
    readonly url: string
    readonly valueBoolean?: boolean
    readonly valueInteger?: number
  }[]
  readonly purposeOfEvent: readonly { readonly coding: readonly { readonly code: string }[] }[]
  readonly recorded: string
  readonly subtype: readonly { readonly code: string }[]
}

const lastOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

function actorOf({ who, role, policy }: Agent, purpose: Purpose, address: string | undefined): Actor {
  const { system = '', value = '' } = who.identifier ?? {}
  const session = policy?.[0]
  return {
    kind: lastOf(system) as Actor['kind'],
    id: value,
    name: who.display,
    role: role?.[0]?.coding[0]?.code ?? '',
    scopes: [],
    purpose,
    ...(session !== undefined && { session: lastOf(session) }),
    ...(address !== undefined && { address }),
  }
}

/**
 * An entry of the ledger as the accesses that were judged when it was made, and who made them: one for each record that was
 * written, else one. None when nothing of a record left or changed.
 */
export function accessesOfEntry(text: string): { readonly actor: Actor; readonly accesses: readonly Access[] } {
  const event = JSON.parse(text) as Event
  const [client, , first, second] = event.agent as [Agent, Agent, Agent, Agent | undefined]
  const purpose = event.purposeOfEvent[0]?.coding[0]?.code as Purpose
  const address = client.network?.address === 'local' ? undefined : client.network?.address
  const actor = {
    ...actorOf(first, purpose, address),
    ...(second !== undefined && { act: actorOf(second, purpose, undefined) }),
  }
  const said = (name: string) => event.extension?.find(({ url }) => lastOf(url) === name)
  const byRelation = said('by-relation')?.valueBoolean
  const interaction = event.subtype[0]?.code ?? ''
  const query = event.entity.find((one) => one.query !== undefined)?.query
  const patient = event.entity.find((one) => one.role?.code === '1')?.what?.reference
  const what = event.entity.flatMap((one) => (one.role?.code === '4' && one.what?.reference) || [])
  const happening: Act = {
    kind: byRelation === undefined ? 'internal' : 'release',
    interaction,
    action: event.action,
    outcome: event.outcome,
    actor,
    purpose,
    ...(query !== undefined && { query: Buffer.from(query, 'base64').toString() }),
    ...(patient !== undefined && { patient }),
    opens: { rows: new Set() },
  }
  const at = Date.parse(event.recorded)
  const count = said('records')?.valueInteger ?? 1
  const acts = writtenOf(happening, what) ?? [{ ...happening, what }]
  const accesses = acts.flatMap((one) => {
    const access = accessOf(one, at)
    if (access === undefined) return []
    const judged = acts.length > 1 ? access : { ...access, count }
    return [byRelation === undefined ? judged : { ...judged, said: explainedBy(one, byRelation) }]
  })
  return { actor, accesses }
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'transaction', 'batch'])

/** A group of writes, which has one entry for each owner: each write by itself. */
function writtenOf(happening: Act, what: readonly string[]): Act[] | undefined {
  if (!WRITES.has(happening.interaction)) return undefined
  const written = what.filter((one) => one.includes('/_history/'))
  if (written.length === 0) return undefined
  return written.map((one) => {
    const action = happening.action === 'E' ? (one.endsWith('/_history/1') ? 'C' : 'U') : happening.action
    return { ...happening, action, what: [one] }
  })
}
