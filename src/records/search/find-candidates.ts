import type { Actor } from '../../kernel/actor.ts'
import { newRowId, type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Decide } from '../../policy/decide.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import type { ChartKeys } from '../chart-keys.ts'
import { aboutRecord } from '../consents/about-record.ts'
import { type FactsFor, STRANGER } from '../facts-for.ts'
import { extractValues } from '../fhir/extract-values.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { matches, type SearchQuery } from '../fhir/search-query.ts'
import type { IndexPages } from '../index-pages.ts'
import type { OwnChart, SealedRow } from '../own-chart.ts'
import type { Carers } from '../relations/carers.ts'
import { standingsOfRows } from '../relations/standings-of-rows.ts'
import type { Tokens } from '../tokens.ts'
import { type Candidate, MOST_ROWS } from './candidate.ts'
import { type FoundOwner, standingsWith } from './find-owners.ts'
import type { FoundRows } from './find-rows.ts'

type Needs = {
  readonly carers: Carers
  readonly owners: OwnerCache
  readonly pages: IndexPages
  readonly keys: ChartKeys
  readonly chart: OwnChart
  readonly decide: Decide
  readonly factsFor: FactsFor
  readonly tokens: Tokens
}

/** A candidate as a decision sees it: what its label would say. */
const labelledAs = (type: string, { self, categories, security, entry }: Candidate) =>
  ({ type, id: self.id, categories, security, about: aboutRecord(entry) }) as const

const PATIENT_PLACEHOLDER = '\0'
const constrained = (actor: Actor): boolean => actor.scopes.some((scope) => scope.where !== undefined)

/** Finds what a search may consider: every candidate has passed the same decision as a direct read. */
export function createFindCandidates({ carers, owners, pages, keys, chart, decide, factsFor, tokens }: Needs) {
  /** Whether the actor may read records of this type of this owner, when they speak of nobody else. */
  function mayRead(actor: Actor, type: string, owner: FoundOwner, act: 'read' | 'search' = 'search'): boolean {
    const about = { type, patient: patientOf(actor, owner), categories: 'any' } as const
    return decide(factsFor(actor, act, about, owner)).permitted
  }

  /** The FHIR id of an owner, when it is one of the two that a decision may ask for: the actor's own, or the launch's. */
  function patientOf(actor: Actor, owner: FoundOwner): string | undefined {
    if (owner.owner === TENANT_OWNER) return undefined
    const own = actor.fhirUser?.startsWith('Patient/') === true ? actor.fhirUser.slice(8) : undefined
    return (
      [own, actor.launchPatient].find(
        (id) => id !== undefined && owner.patientToken === tokens.id('Patient', id).toString('hex'),
      ) ?? PATIENT_PLACEHOLDER
    )
  }

  /** Candidates from the index pages of these owners, of which the actor may read each, that match the query. */
  async function fromPages(
    actor: Actor,
    carer: Buffer,
    query: SearchQuery,
    among: readonly FoundOwner[],
    receipt: Receipt,
  ): Promise<Candidate[]> {
    const { type } = query
    const byId = new Map(among.map((owner) => [owner.owner, owner]))
    const candidates: Candidate[] = []
    const shared: Candidate[] = []
    const live = among.filter((owner) => owner.wrappedKey !== null)
    const keysOf = (owner: OwnerId) =>
      owners.unwrap(byId.get(owner) as FoundOwner, (byId.get(owner) as FoundOwner).keysEpoch)
    for (const { owner, page } of await pages.ofOwners(
      receipt,
      keysOf,
      live.map((one) => one.owner),
      type,
    )) {
      for (const indexed of page.entries()) {
        if (!matches(query, indexed.values, indexed)) continue
        const { row, id, lastUpdated, values, patients, categories, security } = indexed
        const candidate = {
          row,
          owner,
          patients: patients ?? [],
          ...(categories && { categories }),
          ...(security && { security }),
          entry: values,
          self: { id, lastUpdated },
        }
        ;(patients === undefined ? candidates : shared).push(candidate)
      }
    }
    const tenant = byId.get(TENANT_OWNER)
    const readable =
      tenant !== undefined && !mayRead(actor, type, tenant)
        ? candidates.filter((one) => one.owner !== TENANT_OWNER)
        : candidates
    const each = constrained(actor)
    const own = readable.filter(
      (one) =>
        (!each && one.security === undefined && (byId.get(one.owner) as FoundOwner).consents === null) ||
        covered(actor, type, byId, one),
    )
    return shared.length === 0 ? own : [...own, ...(await readableShared(actor, carer, type, shared))]
  }

  /** With granular scopes, and where records are sensitive, an owner is not enough to decide on. */
  function covered(actor: Actor, type: string, byId: ReadonlyMap<OwnerId, FoundOwner>, one: Candidate): boolean {
    const owner = byId.get(one.owner) as FoundOwner
    return decide(factsFor(actor, 'search', { ...labelledAs(type, one), patient: patientOf(actor, owner) }, owner))
      .permitted
  }

  /** Of records that speak of several patients, those whose every patient the actor may read. */
  async function readableShared(
    actor: Actor,
    carer: Buffer,
    type: string,
    shared: readonly Candidate[],
  ): Promise<Candidate[]> {
    const standings = await standingsWith(carers, carer, [...new Set(shared.flatMap((one) => one.patients))])
    return shared.filter(
      (one) =>
        decide(
          factsFor(
            actor,
            'search',
            { ...labelledAs(type, one), patients: one.patients },
            one.patients.map((patient) => standings.get(patient) ?? STRANGER),
          ),
        ).permitted,
    )
  }

  /** Of rows found by token or id, those the actor may read: still sealed. */
  async function readable(
    actor: Actor,
    act: 'read' | 'search',
    carer: Buffer,
    type: string,
    { rows, decoys }: FoundRows,
  ): Promise<SealedRow[]> {
    if (rows.length >= MOST_ROWS)
      throw new Refusal('search.too-costly', 'Too many records share these values. Add another search parameter.')
    const some = rows.length + decoys.length > 0
    const fetched = await chart.byRows(some ? [...rows, ...decoys] : [newRowId()], carer)
    const wanted = new Set(rows)
    const labelled = fetched.flatMap((one) => {
      const row = one.row ?? one.decoy
      if (row === undefined) return []
      const meant = one.row !== undefined && wanted.has(row.row)
      return [{ row, label: keys.label(row), meant }]
    })
    const standingOf = await standingsOfRows(carers, carer, labelled)
    return labelled.flatMap((one) => {
      const { row, meant } = one
      keys.keysOf(row)
      const live = meant && row.act !== 'D' && row.type === type && row.owner.wrappedKey !== null
      const allowed = decide(factsFor(actor, act, one.label, standingOf(one))).permitted
      return live && allowed ? [row] : []
    })
  }

  /** Opens rows to see what they hold. `receipt` is internal: nothing of this leaves. */
  function opened(rows: readonly SealedRow[], receipt: Receipt): Candidate[] {
    return rows.map((row) => {
      const label = keys.label(row)
      const resource = JSON.parse(keys.body(row, label, receipt)) as Resource
      return {
        row: row.row,
        owner: row.owner.owner,
        patients: label.patients ?? ([] as OwnerId[]),
        ...(label.security && { security: label.security }),
        entry: extractValues(resource),
        self: { id: label.id, lastUpdated: row.at.getTime() },
        sealed: row,
      }
    })
  }

  return {
    mayRead,
    fromPages,
    readable,
    opened,
    hold: (owner: FoundOwner) => void owners.unwrap(owner, owner.keysEpoch),
  }
}
