import type { KeyObject } from 'node:crypto'
import type { Transaction } from '../../database/sql.ts'
import type { Actor } from '../../kernel/actor.ts'
import { type EntryId, newEntryId, type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import { refText } from '../../kernel/record-ref.ts'
import { rowDigest } from '../../ledger/commitment.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import { seal } from '../../vault/seal.ts'
import { type IndexPages, pageOf, pagesToWrite } from '../index-pages.ts'
import { sealLabel } from '../label.ts'
import { lockOwners } from '../write/write-state.ts'
import type { createNewLabels, Relabelled } from './new-labels.ts'
import { storedVersions } from './stored-versions.ts'

type Needs = {
  readonly owners: OwnerCache
  readonly pages: IndexPages
  readonly labelKey: () => KeyObject
  readonly newLabels: ReturnType<typeof createNewLabels>
}
type Resealed = {
  readonly one: Relabelled
  readonly label: Buffer
  readonly body: Buffer | null
  readonly entry: EntryId
}

/** A record has come to another owner since it was looked at: the receipt does not cover that one. Look again. */
export class OwnerMoved extends Error {}

/**
 * Reseals versions of these records under the labels of today: under the locks of a write, in its order, so that it
 * may run beside any. Throws `OwnerMoved`. Text, version and time stay. The entry of each owner names, for every version, the digest that
 * was and the one that takes its place. Body and label always go together: nobody sees which of them changed.
 */
export function createResealVersions({ owners, pages, labelKey, newLabels }: Needs) {
  return async function resealVersions(
    tx: Transaction,
    rows: readonly RowId[],
    { actor, receipt, all }: { actor: Actor; receipt: Receipt; all: boolean },
  ): Promise<{ resealed: number; happenings: Happening[] }> {
    await tx.query(
      `select id_token from record_heads where tenant_id = ${TENANT_ID} and row_id = any($1) order by id_token for update`,
      [rows],
    )
    const concerned = await tx.query<{ owner_id: OwnerId }>(
      `select distinct owner_id from record_versions where tenant_id = ${TENANT_ID} and row_id = any($1)`,
      [rows],
    )
    await lockOwners(
      tx,
      [],
      concerned.map((one) => one.owner_id),
    )
    const { opens } = receipt
    if ('owners' in opens && concerned.some((one) => !opens.owners.has(one.owner_id))) throw new OwnerMoved()
    const labelled = await newLabels(await storedVersions(tx, rows), receipt)
    const entries = new Map<OwnerId, EntryId>()
    const resealed = labelled.filter((one) => all || one.changed).map((one) => reseal(one, entries))
    if (resealed.length === 0) return { resealed: 0, happenings: [] }
    await storeVersions(tx, resealed)
    await storePages(tx, resealed, receipt)
    return { resealed: resealed.length, happenings: happeningsOf(actor, entries, resealed) }
  }

  function reseal(one: Relabelled, entries: Map<OwnerId, EntryId>): Resealed {
    const { row, version, type, owner, keysEpoch } = one.stored
    const place = { owner: owner.owner, type, row, version }
    const entry = entries.get(owner.owner) ?? newEntryId()
    entries.set(owner.owner, entry)
    const label = sealLabel(labelKey(), place, one.label)
    if (one.plaintext === null) return { one, label, body: null, entry }
    const keys = owners.unwrap(owner, keysEpoch)
    return { one, label, body: seal(keys, one.label.keyClass, { ...place, column: 'body' }, one.plaintext), entry }
  }

  async function storePages(tx: Transaction, resealed: readonly Resealed[], receipt: Receipt): Promise<void> {
    const indexed = resealed.flatMap(({ one }) => (one.stored.current && one.stored.page !== null ? [one] : []))
    const byRow = new Map(indexed.map((one) => [one.stored.row, one]))
    const named = new Map(
      indexed.map(({ stored: { owner, type, page } }) => [
        `${owner.owner} ${type} ${page}`,
        { owner: owner.owner, type, page: page as number },
      ]),
    )
    const byOwner = new Map(indexed.map((one) => [one.stored.owner.owner, one.stored]))
    for (const sealed of named.size === 0 ? [] : await pagesToWrite(tx, [], [...named.values()])) {
      const { owner, keysEpoch } = byOwner.get(sealed.owner) as Relabelled['stored']
      const keys = owners.unwrap(owner, keysEpoch)
      const content = pageOf(
        pages
          .open(receipt, keys, sealed)
          .entries()
          .map((entry) => {
            const found = byRow.get(entry.row)
            if (found === undefined) return entry
            const { security: _before, ...rest } = entry
            return { ...rest, ...(found.label.security && { security: found.label.security }) }
          }),
      )
      const at = { owner: sealed.owner, type: sealed.type, page: sealed.page, version: sealed.version + 1 }
      await tx.query(
        `update index_pages set version = $4, sealed = $5 where tenant_id = ${TENANT_ID} and owner_id = $1 and type = $2 and page = $3`,
        [at.owner, at.type, at.page, at.version, pages.seal(keys, at, content)],
        'reseal-page',
      )
    }
  }
}

async function storeVersions(tx: Transaction, resealed: readonly Resealed[]): Promise<void> {
  await tx.query(
    `update record_versions v set label = n.label, body = n.body, entry_id = n.entry_id
     from unnest($1::uuid[], $2::int[], $3::bytea[], $4::bytea[], $5::uuid[]) n(row_id, version, label, body, entry_id)
     where v.tenant_id = ${TENANT_ID} and v.row_id = n.row_id and v.version = n.version`,
    [
      resealed.map(({ one }) => one.stored.row),
      resealed.map(({ one }) => one.stored.version),
      resealed.map((one) => one.label),
      resealed.map((one) => one.body),
      resealed.map((one) => one.entry),
    ],
    'reseal-versions',
  )
}

function happeningsOf(
  actor: Actor,
  entries: ReadonlyMap<OwnerId, EntryId>,
  resealed: readonly Resealed[],
): Happening[] {
  const byEntry = Map.groupBy(resealed, ({ entry }) => entry)
  return [...entries].map(([owner, id]) => {
    const own = byEntry.get(id) ?? []
    const patient = own[0]?.one.label.patient
    return {
      id,
      kind: 'internal',
      interaction: 'relabel',
      action: 'U',
      outcome: '0',
      actor,
      purpose: actor.purpose,
      owner,
      ...(patient !== undefined && { patient: `Patient/${patient}` }),
      what: own.map(({ one: { label, stored } }) =>
        refText({ type: label.type, id: label.id, version: stored.version }),
      ),
      digests: own.flatMap(({ one: { stored }, label, body }) => [
        rowDigest(stored.row, stored.version, stored.label, stored.body),
        rowDigest(stored.row, stored.version, label, body),
      ]),
      opens: { rows: new Set() },
    }
  })
}
