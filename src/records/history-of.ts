import type { Actor } from '../kernel/actor.ts'
import { type OwnerId, TENANT_OWNER } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Append, Appended } from '../ledger/append.ts'
import type { Decide } from '../policy/decide.ts'
import { scopeOf } from '../policy/scope.ts'
import type { ChartKeys } from './chart-keys.ts'
import type { Circumstance, Receipted } from './circumstance.ts'
import { type FactsFor, missing, STRANGER } from './facts-for.ts'
import type { Label } from './label.ts'
import type { Masking } from './mask/masking.ts'
import type { Fetched, OwnChart, SealedRow } from './own-chart.ts'
import { carerToken } from './read-record.ts'
import type { Carers } from './relations/carers.ts'
import { standingsOfRows } from './relations/standings-of-rows.ts'
import type { Tokens } from './tokens.ts'

type Pairs = readonly (readonly [string, string])[]
type Needs = {
  readonly carers: Carers
  readonly chart: OwnChart
  readonly keys: ChartKeys
  readonly tokens: Tokens
  readonly decide: Decide
  readonly factsFor: FactsFor
  readonly append: Append['append']
  readonly masking: Masking
}
type Seen = { readonly row: SealedRow; readonly label: Label; readonly permitted: boolean }

const MOST = 1000
/** Years 1 to 9999, which Date and the database both know. */
const INSTANT = /^(?!0000)\d{4}(?:-|$)/
const DEFAULT = 100
/** Versions looked at together, at least. */
const WINDOW = 200
const STATUS = { C: '201 Created', U: '200 OK', D: '204 No Content' } as const
const METHOD = { C: 'POST', U: 'PUT', D: 'DELETE' } as const

/**
 * The history of one record, or of a type: versions newest first, deletions included. Pages are made of what the actor may
 * read, so that neither their length nor a next link tells of anything else.
 */
export function createHistoryOf({ carers, chart, keys, tokens, decide, factsFor, append, masking }: Needs) {
  const released = (actor: Actor, { row, label }: Seen, receipt: Receipt): string =>
    masking.masked(actor, label.type, keys.opened(row, label, receipt).json).toString()

  /** Whose charts a history of a type is looked for in, as with a search: undefined is everybody's. */
  function ownOf(actor: Actor, type: string): Buffer[] | undefined {
    const about = { type, patient: actor.launchPatient ?? '', categories: 'any' } as const
    if (scopeOf(decide, factsFor(actor, 'read', about, STRANGER)) === 'everybody') return undefined
    const own = [actor.fhirUser?.split('/')[1], actor.launchPatient].filter((id) => id !== undefined)
    return own.map((id) => tokens.id('Patient', id))
  }

  /** Window by window, until so many are found that may be read and are not older than `since`. */
  async function readableOf(
    actor: Actor,
    carer: Buffer,
    fetch: (window: { limit: number; offset: number }) => Promise<Fetched[]>,
    wanted: number,
    since: Date | undefined,
  ): Promise<{ seen: Seen[]; readable: Seen[] }> {
    const limit = Math.max(WINDOW, wanted)
    const seen: Seen[] = []
    const readable: Seen[] = []
    // What is restricted now was not open before: who may not read the newest version of an owner's reads none before it.
    const newest = new Map<string, boolean>()
    for (let offset = 0; ; offset += limit) {
      const rows = await fetch({ limit, offset })
      const labelled = rows.map((one) => {
        const row = (one.row ?? one.decoy) as SealedRow
        return { row, label: keys.label(row), meant: one.row !== undefined }
      })
      const standingOf = await standingsOfRows(carers, carer, labelled)
      for (const one of labelled) {
        keys.keysOf(one.row)
        const at = `${one.row.row} ${one.row.owner.owner}`
        const permitted =
          newest.get(at) !== false && decide(factsFor(actor, 'read', one.label, standingOf(one))).permitted
        if (!newest.has(at)) newest.set(at, permitted)
        if (!one.meant) continue
        seen.push({ ...one, permitted })
        if (permitted && (since === undefined || one.row.at >= since)) readable.push({ ...one, permitted })
      }
      if (rows.length < limit || readable.length >= wanted) return { seen, readable }
    }
  }

  return async function historyOf(
    who: Circumstance,
    ref: { type: string; id?: string },
    pairs: Pairs,
    base: string,
  ): Promise<Receipted & { text: string }> {
    const { actor, requestId } = who
    const { count, since, offset } = readParameters(pairs)
    const carer = carerToken(tokens, actor.fhirUser)
    const { id } = ref
    const own = ownOf(actor, ref.type)
    const fetch = (window: { limit: number; offset: number }) =>
      id === undefined
        ? chart.versionsOfType(ref.type, carer, { since, own, ...window })
        : chart.versions(tokens.id(ref.type, id), carer, window)
    const { seen, readable } = await readableOf(actor, carer, fetch, offset + count + 1, since)
    const allowed = readable.slice(offset, offset + count)
    const known = id === undefined || seen.some((one) => one.permitted)
    if (!known) decide(factsFor(actor, 'read', missing(ref.type), STRANGER))

    const owners = new Map<OwnerId, Seen[]>()
    for (const one of allowed) owners.set(one.row.owner.owner, [...(owners.get(one.row.owner.owner) ?? []), one])
    if (owners.size === 0) owners.set(seen[0]?.row.owner.owner ?? TENANT_OWNER, [])
    const appended = await append(
      [...owners].map(([owner, of]) => {
        const patient = (of[0] ?? seen[0])?.label.patient
        return {
          kind: 'release',
          interaction: id === undefined ? 'history-type' : 'history-instance',
          action: 'R',
          outcome: known ? '0' : '4',
          actor,
          purpose: actor.purpose,
          owner,
          ...(patient !== undefined && { patient: `Patient/${patient}` }),
          what: id === undefined ? of.map(({ label }) => `${label.type}/${label.id}`) : [`${ref.type}/${id}`],
          requestId,
          opens: { rows: new Set(of.map(({ row }) => row.row)) },
        }
      }),
    )
    const receipts = new Map<OwnerId, Receipt>(
      [...owners.keys()].map((owner, n) => [owner, (appended[n] as Appended).receipt]),
    )
    const { receipt, promise } = appended[0] as Appended
    if (!known)
      throw new Refusal('record.not-found', `${ref.type}/${id} is not known.`, { receipt: receipt.id, promise })
    const entries = allowed.map((one) =>
      entryOf(one, base, one.row.act === 'D' ? undefined : released(actor, one, receipts.get(one.row.owner.owner)!)),
    )
    const at = `${base}/${ref.type}${id === undefined ? '' : `/${id}`}/_history`
    const next =
      readable.length > offset + count
        ? [{ relation: 'next', url: `${at}?_count=${count}&_offset=${offset + count}` }]
        : []
    const link = JSON.stringify([{ relation: 'self', url: at }, ...next])
    const entry = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
    return { text: `{"resourceType":"Bundle","type":"history","link":${link}${entry}}`, receipt: receipt.id, promise }
  }
}

function entryOf({ row, label }: Seen, base: string, text: string | undefined): string {
  const address = `${label.type}/${label.id}`
  const request = { method: METHOD[row.act], url: row.act === 'C' ? label.type : address }
  const response = { status: STATUS[row.act], etag: `W/"${row.version}"`, lastModified: row.at.toISOString() }
  const resource = text === undefined ? '' : `"resource":${text},`
  return `{"fullUrl":${JSON.stringify(`${base}/${address}`)},${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`
}

function readParameters(pairs: Pairs): { count: number; since?: Date; offset: number } {
  let count = DEFAULT
  let offset = 0
  let since: Date | undefined
  for (const [name, value] of pairs) {
    if (name === '_count' && /^\d{1,9}$/.test(value)) count = Math.max(1, Math.min(MOST, Number(value)))
    else if (name === '_offset' && /^\d{1,9}$/.test(value)) offset = Number(value)
    else if (name === '_since' && INSTANT.test(value) && !Number.isNaN(Date.parse(value))) since = new Date(value)
    else if (name !== '_format' && name !== '_pretty') {
      const known = ['_count', '_offset', '_since'].includes(name)
      throw new Refusal(
        known ? 'search.invalid-value' : 'search.unknown-parameter',
        `${JSON.stringify(name.slice(0, 40))} ${known ? 'has a value it cannot have' : 'is not a parameter of history here'}.`,
      )
    }
  }
  return { count, offset, ...(since && { since }) }
}
