import type { KeyObject } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { type EntryId, type OwnerId, type RowId, TENANT_ID } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import { rowDigest } from '../ledger/commitment.ts'
import type { VerifiedEntry } from '../ledger/verify-ledger.ts'
import type { KeyStore } from '../vault/key-store.ts'
import { open } from '../vault/seal.ts'
import { type Blob, splitBlob } from './blobs/blob.ts'
import { categoriesOf } from './categories-of.ts'
import type { ConsentEngine } from './consents/consent-engine.ts'
import { checkConsents } from './consents/verify-consents.ts'
import { checkBrokenGlass } from './emergency/verify-broken-glass.ts'
import { extractValues } from './fhir/extract-values.ts'
import type { Resource } from './fhir/parse-resource.ts'
import { type Label, openLabel } from './label.ts'
import { keyClassOf } from './labelling/key-class-of.ts'
import { missingRows } from './missing-rows.ts'
import { checkRelations, saidTies } from './relations/verify-relations.ts'
import { createReviews } from './reviews.ts'
import type { Tokens } from './tokens.ts'
import { type Current, checkBlobs, checkPages, checkTokens, type Report } from './verify-index.ts'
import { openOwners } from './verify-owners.ts'

/** What the check may open with; absent for a check of digests only. */
export type Keys = {
  readonly store: KeyStore
  readonly labelKey: KeyObject
  readonly tokens: Tokens
  readonly receipt: Receipt
  readonly consents: ConsentEngine
}

type Needs = {
  readonly sql: Sql
  readonly keys: Keys | undefined
  /** The digests every entry commits to, from the walk of the ledger. */
  readonly entries: ReadonlyMap<EntryId, Buffer>
  readonly report: Report
  readonly progress: (done: number, of: number) => void
}

type Version = {
  row_id: RowId
  version: number
  type: string
  owner_id: OwnerId
  at: Date
  act: string
  label: Buffer
  body: Buffer | null
  entry_id: EntryId
  head_version: number | null
  head_deleted: boolean | null
  head_owner: OwnerId | null
}

const CHUNK = 500
const DIGEST = 32
const START = '00000000-0000-0000-0000-000000000000'

/**
 * Checks every version of every record: its digest is one its ledger entry commits to, every committed row is
 * there, heads point at the newest, and with keys, every row opens and is the record it says it is, and the
 * index and the search tokens are those of the content. Returns how many versions it checked.
 */
export async function verifyRecords(needs: Needs): Promise<{ versions: number; records: number }> {
  const { sql, keys, entries, report, progress } = needs
  const owners = await openOwners(sql, keys?.store, report)
  const [count] = await sql.query<{ n: number }>(
    `select count(*) as n from record_versions where tenant_id = ${TENANT_ID}`,
  )
  const seen = new Map<EntryId, Set<string>>()
  const current = new Map<RowId, Current>()
  /** Of consents, what the newest version that counts says of relations. */
  const consentTies = new Map<RowId, string[]>()
  const counting = new Map<RowId, { owner: OwnerId; version: number }>()
  const blobs: { blob: Blob; where: string }[] = []
  let versions = 0
  let last: { row: string; version: number } = { row: START, version: 0 }
  for (;;) {
    const rows = await sql.query<Version>(
      `select v.row_id, v.version, v.type, v.owner_id, v.at, v.act, v.label, v.body, v.entry_id,
         h.version as head_version, h.deleted as head_deleted, h.owner_id as head_owner
       from record_versions v left join record_heads h on h.tenant_id = v.tenant_id and h.row_id = v.row_id
       where v.tenant_id = ${TENANT_ID} and (v.row_id, v.version) > ($1, $2) order by v.row_id, v.version limit ${CHUNK}`,
      [last.row, last.version],
    )
    for (const row of rows) {
      if (row.row_id === last.row && row.version !== last.version + 1)
        report('record.version-missing', nameOf(row), `versions ${last.version + 1} to ${row.version - 1} are gone`)
      if (row.row_id !== last.row && row.version !== 1)
        report('record.version-missing', nameOf(row), 'its first versions are gone')
      checkVersion(row)
      last = { row: row.row_id, version: row.version }
    }
    versions += rows.length
    progress(versions, count?.n ?? 0)
    if (rows.length < CHUNK) break
  }
  for (const [entry, missing] of missingRows(entries, seen))
    report('record.missing', `entry ${entry}`, `${missing} of the rows it wrote are gone or changed`)
  await checkHeads(sql, report)
  if (keys !== undefined) {
    const looked = { sql, owners, current, report }
    await checkPages(looked, keys.receipt)
    await checkTokens(looked, keys.tokens)
    await checkRelations(looked, keys.labelKey)
    await checkConsents(sql, keys.labelKey, counting, report)
    await checkBrokenGlass(
      sql,
      createReviews(() => keys.store.key('audit')),
      report,
    )
    await checkBlobs(sql, blobs, keys.receipt, report)
  }
  return { versions, records: current.size }

  function checkVersion(row: Version): void {
    const where = nameOf(row)
    const digest = rowDigest(row.row_id, row.version, row.label, row.body)
    const committed = entries.get(row.entry_id)
    if (committed === undefined) report('record.no-entry', where, `the ledger has no entry ${row.entry_id} for it`)
    else if (!includes(committed, digest)) report('record.changed', where, 'it is not what its ledger entry commits to')
    else seen.set(row.entry_id, (seen.get(row.entry_id) ?? new Set()).add(digest.toString('base64')))
    if (row.head_version === null) report('record.head-missing', where, 'the record has no head: it cannot be found')
    else if (row.version > row.head_version)
      report('record.rolled-back', where, `the head points at version ${row.head_version}: an older one`)
    const isCurrent = row.version === row.head_version
    if (isCurrent && row.head_deleted !== (row.act === 'D'))
      report('record.head', where, 'the head says otherwise about its deletion')
    if (isCurrent && row.head_owner !== row.owner_id) report('record.head', where, 'the head names another owner')
    const held = keys === undefined ? {} : openVersion(row, keys)
    if (isCurrent && row.act !== 'D') current.set(row.row_id, { type: row.type, owner: row.owner_id, ...held })
  }

  function openVersion(
    row: Version,
    { labelKey, receipt, tokens, consents }: Keys,
  ): Pick<Current, 'values' | 'relations' | 'categories' | 'security'> {
    const where = nameOf(row)
    const place = { owner: row.owner_id, type: row.type, row: row.row_id, version: row.version }
    const own = owners.get(row.owner_id)
    if (own === 'shredded') return {}
    if (own === undefined) {
      report('key.missing', where, `the keys of its owner ${row.owner_id} are gone`)
      return {}
    }
    try {
      const label: Label = openLabel(labelKey, place, row.label)
      if (row.body === null) {
        if (label.counts) counting.delete(row.row_id)
        return {}
      }
      const { json, blob } = splitBlob(open(receipt, own, label.keyClass, { ...place, column: 'body' }, row.body))
      if (blob !== undefined) blobs.push({ blob, where })
      const resource = JSON.parse(json.toString()) as Resource
      if (
        resource.id !== label.id ||
        resource.resourceType !== row.type ||
        resource.meta?.versionId !== String(row.version)
      ) {
        report('record.content', where, 'what it holds is another record than its label says')
      }
      const values = extractValues(resource)
      if (label.categories !== undefined && label.categories.join() !== categoriesOf(row.type, values)?.join())
        report('record.content', where, 'it has other categories than its label says')
      if (label.keyClass !== keyClassOf(label.security))
        report('record.content', where, 'it is not sealed under the key class of its label')
      if (label.counts) {
        if (consents.compile(resource) === undefined) counting.delete(row.row_id)
        else counting.set(row.row_id, { owner: row.owner_id, version: row.version })
      }
      const told = saidTies(tokens, resource, label.ties)
      if (label.counts) consentTies.set(row.row_id, told)
      const relations = row.type === 'Consent' ? (consentTies.get(row.row_id) ?? []) : told
      return { values, relations, categories: label.categories, security: label.security }
    } catch {
      report('record.does-not-open', where, 'it is not what was sealed here')
      return {}
    }
  }
}

const nameOf = (row: Pick<Version, 'row_id' | 'type' | 'version'>): string =>
  `${row.type} row ${row.row_id} version ${row.version}`

function includes(digests: Buffer, digest: Buffer): boolean {
  for (let at = 0; at < digests.length; at += DIGEST) if (digests.subarray(at, at + DIGEST).equals(digest)) return true
  return false
}

async function checkHeads(sql: Sql, report: Report): Promise<void> {
  const rows = await sql.query<{ row_id: RowId; type: string; version: number }>(
    `select h.row_id, h.type, h.version from record_heads h where h.tenant_id = ${TENANT_ID}
     and not exists (select from record_versions v where v.tenant_id = h.tenant_id and v.row_id = h.row_id and v.version = h.version)`,
  )
  for (const row of rows) report('record.missing', nameOf(row), 'the head points at a version that is gone')
}

/** Collects what `verifyRecords` needs from the walk of the ledger. */
export function collectDigests(into: Map<EntryId, Buffer>): (entry: VerifiedEntry) => void {
  return ({ entry, digests }) => {
    if (digests !== null) into.set(entry, digests)
  }
}
