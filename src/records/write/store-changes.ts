import type { KeyObject } from 'node:crypto'
import { insertRows } from '../../database/insert-rows.ts'
import type { Transaction } from '../../database/sql.ts'
import { type OwnerId, TENANT_ID } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import {
  appended,
  EMPTY_PAGE,
  type IndexPages,
  type OpenPage,
  PAGE_ENTRIES,
  pageOf,
  pagesToWrite,
  type SealedPage,
} from '../index-pages.ts'
import type { Change } from './change.ts'
import type { State } from './plan.ts'
import { storeConsents } from './store-consents.ts'
import { storeRelations } from './store-relations.ts'
import type { OwnerRow } from './write-state.ts'

type Needs = {
  readonly owners: OwnerCache
  readonly pages: IndexPages
  readonly standing: () => Promise<Receipt>
  readonly labelKey: () => KeyObject
}
type Working = {
  readonly owner: OwnerId
  readonly type: string
  readonly page: number
  readonly version: number
  content: OpenPage
}

/**
 * Writes planned changes: versions, heads, index pages, tokens and relations, a statement for each kind. All are sent
 * at once, in order; returns what has to be waited for.
 */
export function createStoreChanges({ owners, pages, standing, labelKey }: Needs) {
  return async function storeChanges(
    tx: Transaction,
    state: State,
    changes: readonly Change[],
    freshOwners: readonly OwnerRow[],
  ): Promise<Promise<unknown>[]> {
    const made = insertRows(
      tx,
      'owners',
      ['tenant_id', 'owner_id', 'patient_token', 'shard', 'kek_version', 'wrapped_key', 'audit_key'],
      freshOwners.map((one) => [
        TENANT_ID,
        one.owner,
        one.patientToken === null ? null : Buffer.from(one.patientToken, 'hex'),
        one.shard,
        one.kekVersion,
        one.wrappedKey,
        one.auditKey,
      ]),
    )
    made.catch(() => undefined)
    const { pageOf, stored } = await storePages(tx, state, changes)
    const versions = insertRows(
      tx,
      'record_versions',
      ['tenant_id', 'row_id', 'version', 'type', 'owner_id', 'at', 'act', 'label', 'body', 'entry_id'],
      changes.map((one) => [
        TENANT_ID,
        one.row,
        one.version,
        one.type,
        one.owner,
        one.at,
        one.act,
        one.sealedLabel,
        one.sealedBody,
        one.entry,
      ]),
    )
    const blobs = changes.flatMap(({ blobId, row }) =>
      blobId === undefined
        ? []
        : [
            tx.query(
              `update blobs set row_id = $2 where tenant_id = ${TENANT_ID} and blob_id = $1`,
              [blobId, row],
              'own-blob',
            ),
          ],
    )
    return [
      made,
      stored,
      versions,
      ...storeHeads(tx, changes, pageOf),
      ...storeTokens(tx, changes),
      ...storeRelations(tx, changes, labelKey()),
      storeConsents(tx, state.consents),
      ...blobs,
    ]
  }

  async function storePages(
    tx: Transaction,
    state: State,
    changes: readonly Change[],
  ): Promise<{ pageOf: Map<Change, number | null>; stored: Promise<void> }> {
    const tails = [
      ...new Map(
        changes
          .filter((one) => one.indexed)
          .map((one) => [`${one.owner} ${one.type}`, { owner: one.owner, type: one.type }]),
      ).values(),
    ]
    const named = changes.flatMap((one) => (one.before ? [{ ...one.before, type: one.type }] : []))
    const receipt = await standing()
    const open = new Map<string, Working>()
    const last = new Map<string, Working>()
    const keysOf = (owner: OwnerId) => owners.unwrap(state.owners.get(owner) as OwnerRow, state.keysEpoch)
    for (const sealed of tails.length + named.length === 0 ? [] : await pagesToWrite(tx, tails, named)) {
      const { owner, type, page, version } = sealed
      const working: Working = { owner, type, page, version, content: pages.open(receipt, keysOf(owner), sealed) }
      open.set(`${owner} ${type} ${page}`, working)
      const before = last.get(`${owner} ${type}`)
      if (before === undefined || before.page < page) last.set(`${owner} ${type}`, working)
    }
    const dirty = new Set<Working>()
    const placed = new Map<Change, number | null>()
    const current = new Map<string, Working>()

    for (const change of changes) {
      const { row, owner, type, indexed } = change
      const at = `${owner} ${type}`
      const before =
        current.get(row) ?? (change.before && open.get(`${change.before.owner} ${type} ${change.before.page}`))
      const stays = before !== undefined && before.owner === owner && indexed !== null
      if (before !== undefined) {
        before.content = pageOf(
          before.content.entries().flatMap((one) => (one.row !== row ? [one] : stays && indexed ? [indexed] : [])),
        )
        dirty.add(before)
      }
      let page = stays ? before : undefined
      if (!stays && indexed !== null) {
        page = last.get(at)
        if (page === undefined || page.content.entries().length >= PAGE_ENTRIES) {
          page = { owner, type, page: (page?.page ?? 0) + 1, version: 0, content: EMPTY_PAGE }
          last.set(at, page)
          open.set(`${at} ${page.page}`, page)
        }
        page.content = appended(page.content, indexed)
        dirty.add(page)
      }
      if (page !== undefined) current.set(row, page)
      else current.delete(row)
      placed.set(change, page?.page ?? null)
    }

    const rows = [...dirty].map((page) => {
      const at: Omit<SealedPage, 'sealed'> = {
        owner: page.owner,
        type: page.type,
        page: page.page,
        version: page.version + 1,
      }
      return [TENANT_ID, page.owner, page.type, page.page, at.version, pages.seal(keysOf(page.owner), at, page.content)]
    })
    const stored = insertRows(
      tx,
      'index_pages',
      ['tenant_id', 'owner_id', 'type', 'page', 'version', 'sealed'],
      rows,
      'on conflict (tenant_id, owner_id, type, page) do update set version = excluded.version, sealed = excluded.sealed',
    )
    return { pageOf: placed, stored }
  }
}

function storeHeads(
  tx: Transaction,
  changes: readonly Change[],
  pageOf: ReadonlyMap<Change, number | null>,
): Promise<unknown>[] {
  const newest = new Map(changes.map((one) => [one.row, one]))
  const first = new Set(changes.filter((one) => one.version === 1).map((one) => one.row))
  const columns = ['tenant_id', 'id_token', 'row_id', 'type', 'version', 'deleted', 'owner_id', 'page']
  const rowOf = (one: Change) => [
    TENANT_ID,
    one.idToken,
    one.row,
    one.type,
    one.version,
    one.act === 'D',
    one.owner,
    pageOf.get(one) ?? null,
  ]
  const all = [...newest.values()]
  return [
    insertRows(tx, 'record_heads', columns, all.filter((one) => first.has(one.row)).map(rowOf)),
    insertRows(
      tx,
      'record_heads',
      columns,
      all.filter((one) => !first.has(one.row)).map(rowOf),
      'on conflict (tenant_id, id_token) do update set version = excluded.version, deleted = excluded.deleted, owner_id = excluded.owner_id, page = excluded.page',
    ),
  ]
}

function storeTokens(tx: Transaction, changes: readonly Change[]): Promise<unknown>[] {
  const newest = [...new Map(changes.map((one) => [one.row, one])).values()]
  const replaced = newest.filter((one) => one.version > 1).map((one) => one.row)
  return [
    ...(replaced.length === 0
      ? []
      : [
          tx.query(
            `delete from search_tokens where tenant_id = ${TENANT_ID} and row_id = any($1)`,
            [replaced],
            'delete-tokens',
          ),
        ]),
    insertRows(
      tx,
      'search_tokens',
      ['tenant_id', 'param', 'token', 'row_id'],
      newest.flatMap((one) => one.tokens.map(({ param, token }) => [TENANT_ID, param, token, one.row])),
      'on conflict do nothing',
    ),
  ]
}
