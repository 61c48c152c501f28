import type { Sql } from '../../database/sql.ts'
import { type EntryId, TENANT_ID } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import { foundOwner, type OwnerRowFound } from '../search/find-owners.ts'
import { openEvent } from './audit-rows.ts'

/** How far each chain of a node had come: chain and the number of its last entry. */
export type Positions = readonly (readonly [chain: number, seq: number])[]

const WINDOW = 500

type Row = OwnerRowFound & { entry_id: EntryId; sealed: Buffer }
type Needs = { readonly sql: Sql; readonly owners: OwnerCache; readonly standing: () => Promise<Receipt> }

/** What one node has told the ledger, also what is not in the tree yet. `standing` MUST open events. */
export function createEventsOfNode({ sql, owners, standing }: Needs) {
  /** Undefined where the chart was erased with its keys, or where `verify` finds damage: nothing is learned from it. */
  function opened(receipt: Receipt, row: Row): string | undefined {
    try {
      return openEvent(receipt, owners, { entry: row.entry_id, sealed: row.sealed, owner: foundOwner(row) })
    } catch {
      return undefined
    }
  }

  return {
    async positions(node: string): Promise<Positions> {
      const rows = await sql.query<{ chain_id: number; seq: number }>(
        `select c.chain_id, last.seq from ledger_chains c
           cross join lateral (select seq from ledger_entries e where e.chain_id = c.chain_id order by seq desc limit 1) last
         where c.node = $1`,
        [node],
      )
      return rows.map((row) => [row.chain_id, row.seq])
    },
    /** The last `most` events since some positions, in the order of their times, as JSON. */
    async *since(node: string, positions: Positions, most: number): AsyncGenerator<string> {
      const found = await sql.query<{ entry_id: EntryId }>(
        `select e.entry_id from ledger_chains c
           left join unnest($2::int[], $3::bigint[]) p(chain_id, seq) on p.chain_id = c.chain_id
           cross join lateral (select entry_id, at from ledger_entries e
             where e.chain_id = c.chain_id and e.seq > coalesce(p.seq, 0) order by e.seq desc limit $4) e
         where c.node = $1 order by e.at desc, e.entry_id desc limit $4`,
        [node, positions.map(([chain]) => chain), positions.map(([, seq]) => seq), most],
      )
      const entries = found.map((row) => row.entry_id).reverse()
      for (let at = 0; at < entries.length; at += WINDOW) {
        const receipt = await standing()
        for (const row of await sql.query<Row>(
          `select e.entry_id, e.sealed, o.owner_id, o.patient_token, o.shard, o.kek_version, o.wrapped_key, o.audit_key,
             null as relations, null::bytea as consents,
             (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch
           from unnest($1::uuid[]) with ordinality n(entry_id, place)
             join ledger_entries e on e.tenant_id = ${TENANT_ID} and e.entry_id = n.entry_id
             join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = e.owner_id
           order by n.place`,
          [entries.slice(at, at + WINDOW)],
          'events-of-node',
        )) {
          const event = opened(receipt, row)
          if (event !== undefined) yield event
        }
      }
    },
  }
}
