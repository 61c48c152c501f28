import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import { queryText } from '../../kernel/query-pairs.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import { isFhirId } from '../../kernel/record-ref.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Decide } from '../../policy/decide.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import { type FactsFor, STRANGER } from '../facts-for.ts'
import { compareBy } from '../fhir/compare-by.ts'
import { matches, parseSearch, type SearchQuery } from '../fhir/search-query.ts'
import type { Masking } from '../mask/masking.ts'
import { refuseMaskedSearch } from '../mask/reads-masked.ts'
import { carerToken } from '../read-record.ts'
import type { Carers } from '../relations/carers.ts'
import type { Tokens } from '../tokens.ts'
import { type Candidate, MOST_OWNERS, MOST_ROWS } from './candidate.ts'
import { openCursor, sealCursor } from './cursor.ts'
import type { createFindCandidates } from './find-candidates.ts'
import { createOwnersOfPatients, ownersWithType } from './find-owners.ts'
import { createRowsByAny, type FoundRows, rowsByIds, rowsByTokens } from './find-rows.ts'
import type { createLookAmong } from './look-among.ts'
import { planSearch, type SearchPlan } from './plan-search.ts'
import { refuseUncovered } from './refuse-uncovered.ts'
import type { createReleaseCandidates } from './release-candidates.ts'
import { searchBundle } from './search-bundle.ts'

type Pairs = readonly (readonly [string, string])[]
type Needs = {
  readonly sql: Sql
  readonly carers: Carers
  readonly tokens: Tokens
  readonly decide: Decide
  readonly factsFor: FactsFor
  readonly append: Append['append']
  readonly find: ReturnType<typeof createFindCandidates>
  readonly release: ReturnType<typeof createReleaseCandidates>
  readonly masking: Masking
  readonly cursorKey: () => KeyObject
  readonly lookAmong: ReturnType<typeof createLookAmong>
}

/** What a plan found, with the receipts under which it looked. */
type Found = {
  readonly candidates: readonly Candidate[]
  readonly receipts: Map<OwnerId, Receipt>
  readonly entry: Appended
}

/**
 * Searches one type. The parameters decide where to look; every candidate passes the same decision as a
 * direct read; what is found is released with an entry for each owner. A query over what may not be read
 * answers as if it did not exist.
 */
export function createSearchRecords({
  sql,
  carers,
  tokens,
  decide,
  factsFor,
  append,
  find,
  release,
  masking,
  cursorKey,
  lookAmong,
}: Needs) {
  const ownersOfPatients = createOwnersOfPatients(carers)
  const rowsByAny = createRowsByAny(carers)

  return async function searchRecords(
    who: Circumstance,
    type: string,
    asked: Pairs,
    base: string,
  ): Promise<Receipted & { text: Buffer }> {
    const { actor } = who
    const cursorText = asked.find(([name]) => name === '_cursor')?.[1]
    if (cursorText !== undefined && asked.some(([name]) => name !== '_cursor'))
      throw new Refusal('search.cursor', 'A page link is used as it is, without other parameters.')
    const cursor = cursorText === undefined ? undefined : openCursor(cursorKey(), actor, cursorText)
    if (cursor !== undefined && cursor.type !== type)
      throw new Refusal('search.cursor', 'This page link belongs to another search.')
    const pairs = cursor?.pairs ?? asked
    const query = parseSearch(type, pairs)
    if (query.summary === 'true')
      throw new Refusal(
        'search.invalid-value',
        '_summary=true is not served yet; use _elements, or _summary=data, text or count.',
      )
    const words = { interaction: 'search-type', query: `${type}?${queryText(pairs)}` }
    await refuseUncovered(append, who, type, words, () => refuseMaskedSearch(query, masking.obligationsOf(actor, type)))

    const carer = carerToken(tokens, actor.fhirUser)
    const { candidates, receipts, entry } = await candidatesOf(who, carer, query, planSearch(query, pairs), words)

    const matching = candidates
      .filter((one) => matches(query, one.entry, one.self))
      .sort((a, b) => compareBy(query, a, b))
    const rest = cursor === undefined ? matching : matching.filter((one) => compareBy(query, one, cursor.last) > 0)
    const page = query.summary === 'count' ? [] : rest.slice(0, query.count)
    const { rows } = page.length > 0 ? await release(who, carer, page, receipts, words) : { rows: [] }
    const last = page.at(-1)
    const next =
      last !== undefined && rest.length > page.length && query.count > 0
        ? sealCursor(cursorKey(), actor, { type, pairs, last: forCursor(query, last) })
        : undefined
    const text = searchBundle({ base, type, pairs, cursor: cursorText, query, rows, total: matching.length, next })
    return { text, receipt: entry.receipt.id, promise: entry.promise }
  }

  function candidatesOf(
    who: Circumstance,
    carer: Buffer,
    query: SearchQuery,
    plan: SearchPlan,
    words: { interaction: string; query: string },
  ): Promise<Found> {
    const { type } = query
    switch (plan.by) {
      case 'patients':
        return byPatients(who, carer, query, plan.patients, words)
      case 'ids':
        return byRows(who, carer, type, words, () =>
          rowsByIds(
            sql,
            plan.ids.filter(isFhirId).map((id) => tokens.id(type, id)),
          ),
        )
      case 'tokens': {
        const lists = plan.lists.map(({ any }) =>
          any.map(({ param, value }) => ({
            param: `${type}.${param}`,
            token: tokens.value(`${type}.${param}`, value),
          })),
        )
        const [any] = lists
        const among = lookAmong(who.actor, 'search', type, carer)
        return byRows(who, carer, type, words, () =>
          any !== undefined && lists.length === 1
            ? rowsByAny({ any, among })
            : rowsByTokens(carers, lists, MOST_ROWS, among),
        )
      }
      case 'scan':
        return byScan(who, carer, query, words)
    }
  }

  /** One entry for each patient asked for, permitted or not; then the pages of those permitted. */
  async function byPatients(
    who: Circumstance,
    carer: Buffer,
    query: SearchQuery,
    patients: readonly string[],
    words: { interaction: string; query: string },
  ): Promise<Found> {
    const { actor, requestId } = who
    const { type } = query
    const ids = [...new Set(patients)].filter(isFhirId).slice(0, 100)
    const owners = await ownersOfPatients(
      carer,
      ids.map((id) => tokens.id('Patient', id)),
    )
    const byToken = new Map(owners.map((owner) => [owner.patientToken, owner]))
    const judged = (ids.length > 0 ? ids : ['']).map((id) => {
      const owner = byToken.get(tokens.id('Patient', id).toString('hex'))
      const decision = decide(factsFor(actor, 'search', { type, patient: id, categories: 'any' }, owner ?? STRANGER))
      return { id, owner: decision.permitted ? owner : undefined, known: owner, decision }
    })
    const tenant = owners.find((owner) => owner.owner === TENANT_OWNER)
    for (const { known } of judged) if (known !== undefined) find.hold(known)
    const appended = await append(
      judged.map(({ id, owner, known, decision }) => ({
        kind: 'release',
        action: 'E',
        outcome: decision.permitted ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: known?.owner ?? TENANT_OWNER,
        ...(known !== undefined && { patient: `Patient/${id}` }),
        reasons: [...decision.reasons, `policy ${decision.version}`],
        requestId,
        opens: { owners: new Set(decision.permitted ? [owner?.owner ?? TENANT_OWNER, TENANT_OWNER] : []) },
        ...words,
      })),
    )
    const candidates: Candidate[] = []
    const receipts = new Map<OwnerId, Receipt>()
    for (const [n, { owner, decision }] of judged.entries()) {
      if (!decision.permitted) continue
      const { receipt } = appended[n] as Appended
      if (owner !== undefined) receipts.set(owner.owner, receipt)
      // Also for a patient who is not known, so that it takes the same statements as one of whom nothing may be seen.
      const among = [owner, candidates.length === 0 ? tenant : undefined].filter((one) => one !== undefined)
      candidates.push(...(await find.fromPages(actor, carer, query, among, receipt)))
    }
    return { candidates, receipts, entry: appended[0] as Appended }
  }

  /** One internal entry for the query; the rows found are opened under it to be verified. */
  async function byRows(
    who: Circumstance,
    carer: Buffer,
    type: string,
    words: { interaction: string; query: string },
    rows: () => Promise<FoundRows>,
  ): Promise<Found> {
    const sealed = await find.readable(who.actor, 'search', carer, type, await rows())
    const entry = await internal(who, words, { rows: new Set(sealed.map((row) => row.row)) })
    return { candidates: find.opened(sealed, entry.receipt), receipts: new Map(), entry }
  }

  async function byScan(
    who: Circumstance,
    carer: Buffer,
    query: SearchQuery,
    words: { interaction: string; query: string },
  ): Promise<Found> {
    const { type } = query
    const { actor } = who
    const look = lookAmong(actor, 'search', type, carer)
    const own = look === 'everybody' ? undefined : look.own
    const owners = await ownersWithType(carers, carer, type, MOST_OWNERS + 1, own)
    if (owners.length > MOST_OWNERS)
      throw new Refusal(
        'search.too-costly',
        `This would look through every ${type} there is. Name a patient, an identifier or a name.`,
      )
    const among = owners.filter((owner) => owner.owner === TENANT_OWNER || find.mayRead(actor, type, owner))
    const entry = await internal(who, words, { owners: new Set(among.map((owner) => owner.owner)) })
    return {
      candidates: await find.fromPages(who.actor, carer, query, among, entry.receipt),
      receipts: new Map(),
      entry,
    }
  }

  async function internal(
    { actor, requestId }: Circumstance,
    words: { interaction: string; query: string },
    opens: { rows: Set<Candidate['row']> } | { owners: Set<OwnerId> },
  ): Promise<Appended> {
    const [entry] = await append([
      {
        kind: 'internal',
        action: 'E',
        outcome: '0',
        actor,
        purpose: actor.purpose,
        owner: TENANT_OWNER,
        requestId,
        opens,
        ...words,
      },
    ])
    return entry as Appended
  }
}

/** What a cursor keeps of the last record: the values it was sorted by, and no others. */
function forCursor(query: SearchQuery, { entry, self }: Candidate): Pick<Candidate, 'entry' | 'self'> {
  const sorted = new Set(query.sort.map((one) => one.code))
  return { self, entry: Object.fromEntries(Object.entries(entry).filter(([name]) => sorted.has(name))) }
}
