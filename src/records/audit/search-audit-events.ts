import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import type { Actor } from '../../kernel/actor.ts'
import { type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import { type QueryPairs, queryText } from '../../kernel/query-pairs.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import { extractValues } from '../fhir/extract-values.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { matches, parseSearch, type SearchQuery } from '../fhir/search-query.ts'
import { carerToken } from '../read-record.ts'
import type { Carers } from '../relations/carers.ts'
import { openCursor, sealCursor } from '../search/cursor.ts'
import type { createFindCandidates } from '../search/find-candidates.ts'
import { createOwnersOfPatients, ownersRelated } from '../search/find-owners.ts'
import type { createLookAmong } from '../search/look-among.ts'
import { refuseUncovered } from '../search/refuse-uncovered.ts'
import { searchBundle } from '../search/search-bundle.ts'
import type { Tokens } from '../tokens.ts'
import { type AuditRow, auditRows, openEvent } from './audit-rows.ts'

type Needs = {
  readonly sql: Sql
  readonly carers: Carers
  readonly owners: OwnerCache
  readonly tokens: Tokens
  readonly append: Append['append']
  readonly find: ReturnType<typeof createFindCandidates>
  readonly cursorKey: () => KeyObject
  readonly settle: () => Promise<void>
  readonly lookAmong: ReturnType<typeof createLookAmong>
}

/** How many entries one page looks through; a page that found fewer than asked has a next link all the same. */
const WINDOW = 4_000
const SORTS = new Set(['', '-date', '-_lastUpdated'])

/**
 * Searches the ledger as AuditEvents, newest first: of one patient by `patient`, or of everybody for who may.
 * A patient's own entries are found by that patient's sequence; nothing outside is opened for it.
 */
export function createSearchAuditEvents({
  sql,
  carers,
  owners,
  tokens,
  append,
  find,
  cursorKey,
  settle,
  lookAmong,
}: Needs) {
  const ownersOfPatients = createOwnersOfPatients(carers)

  return async function searchAuditEvents(
    { actor, requestId }: Circumstance,
    asked: QueryPairs,
    base: string,
  ): Promise<Receipted & { text: Buffer }> {
    const cursorText = asked.find(([name]) => name === '_cursor')?.[1]
    const cursor = cursorText === undefined ? undefined : openCursor(cursorKey(), actor, cursorText)
    const pairs = cursor?.pairs ?? asked
    const query = parseSearch('AuditEvent', pairs)
    const sort = query.sort.map(({ code, desc }) => `${desc ? '-' : ''}${code}`).join(',')
    if (!SORTS.has(sort)) throw new Refusal('search.invalid-value', 'AuditEvents are sorted by -date only.')
    const words = { interaction: 'search-type', query: `AuditEvent?${queryText(pairs)}` }
    await refuseUncovered(append, { actor, requestId }, 'AuditEvent', words)
    await settle()

    const [patient, ...others] = query.patient ?? []
    if (others.length > 0) throw new Refusal('search.too-costly', 'Name one patient at a time.')
    const id = patient?.slice('Patient/'.length)
    const carer = carerToken(tokens, actor.fhirUser)
    const found = await ownersOfPatients(carer, id === undefined ? [] : [tokens.id('Patient', id)])
    const owner = found.find((one) => (id === undefined ? one.owner === TENANT_OWNER : one.owner !== TENANT_OWNER))
    const allowed = owner !== undefined && find.mayRead(actor, 'AuditEvent', owner)
    if (owner !== undefined) find.hold(owner)
    const [entry] = await append([
      {
        kind: 'release',
        ...words,
        action: 'E',
        outcome: allowed ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: owner?.owner ?? TENANT_OWNER,
        ...(owner !== undefined && id !== undefined && { patient: `Patient/${id}` }),
        requestId,
        opens: allowed
          ? id === undefined
            ? { events: true }
            : { owners: new Set([owner.owner]) }
          : { rows: new Set() },
      },
    ])
    const { receipt, promise } = entry as Appended
    const before = cursor === undefined ? undefined : Number(cursor.last.self.id)
    const among = allowed && id === undefined ? await readableOwners(actor, carer) : undefined
    const rows = allowed
      ? await auditRows(sql, { owner: id === undefined ? undefined : owner.owner, among, before, limit: WINDOW })
      : []
    const page = allowed
      ? matching(query, rows, (row) =>
          id !== undefined || find.mayRead(actor, 'AuditEvent', row.owner)
            ? openEvent(receipt, owners, row)
            : undefined,
        )
      : { found: [], last: undefined }
    const next =
      page.last === undefined
        ? undefined
        : sealCursor(cursorKey(), actor, {
            type: 'AuditEvent',
            pairs,
            last: { entry: {}, self: { id: String(page.last), lastUpdated: 0 } },
          })
    const released = page.found.map(({ row, text }) => ({ id: row.entry, json: Buffer.from(text) }))
    const text = searchBundle({
      base,
      type: 'AuditEvent',
      pairs,
      cursor: cursorText,
      query: { ...query, total: 'none' },
      rows: released,
      total: 0,
      next,
    })
    return { text, receipt: receipt.id, promise }
  }

  /** Whose entries somebody reads who does not read everybody's: a page is cut from these, so that it tells of no others. */
  async function readableOwners(actor: Actor, carer: Buffer): Promise<OwnerId[] | undefined> {
    const look = lookAmong(actor, 'search', 'AuditEvent', carer)
    if (look === 'everybody') return undefined
    const owners = await ownersRelated(carers, carer, look.own)
    return owners.filter((one) => find.mayRead(actor, 'AuditEvent', one)).map((one) => one.owner)
  }
}

/** Opens and matches row after row until the page is full; `last` is where the next one goes on, if anywhere. */
function matching(query: SearchQuery, rows: readonly AuditRow[], opened: (row: AuditRow) => string | undefined) {
  const found: { row: AuditRow; text: string }[] = []
  for (const row of rows) {
    if (found.length >= query.count) return { found, last: found.at(-1)?.row.idx }
    const text = opened(row)
    if (text === undefined) continue
    const event = JSON.parse(text) as Resource & { recorded: string }
    if (matches(query, extractValues(event), { id: row.entry, lastUpdated: Date.parse(event.recorded) }))
      found.push({ row, text })
  }
  return { found, last: rows.length === WINDOW ? rows.at(-1)?.idx : undefined }
}
