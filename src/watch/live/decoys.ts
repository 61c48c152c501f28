import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import { createSealed } from './sealed.ts'

export type Decoy = { readonly patient: string; readonly by: string; readonly at: string }
type Row = { patient_token: Buffer; sealed: Buffer }

/**
 * Owner of the table `watch_decoys`: patients who are nobody. They have an ordinary record, and no appointment, no ward and
 * no relation leads to them, so that only who goes through all there is will touch one.
 */
export function createDecoys(sql: Sql, key: () => KeyObject, token: (kind: string, name: string) => Buffer) {
  const sealed = createSealed(key, 'WatchDecoy')
  const tokenOf = (patient: string) => token('watch-decoy', patient)
  let tokens = new Set<string>()
  return {
    async add(decoy: Decoy): Promise<void> {
      const at = tokenOf(decoy.patient)
      await sql.query(
        `insert into watch_decoys (tenant_id, patient_token, sealed) values (${TENANT_ID}, $1, $2) on conflict do nothing`,
        [at, sealed.seal(at.toString('hex'), decoy)],
      )
    },
    /** For the officer only: which they are. */
    async all(): Promise<Decoy[]> {
      const rows = await sql.query<Row>(
        `select patient_token, sealed from watch_decoys where tenant_id = ${TENANT_ID} order by patient_token limit 10000`,
      )
      return rows.map((row) => sealed.open<Decoy>(row.patient_token.toString('hex'), row.sealed))
    },
    async read(): Promise<void> {
      const rows = await sql.query<Row>(
        `select patient_token from watch_decoys where tenant_id = ${TENANT_ID} order by patient_token limit 10000`,
        [],
        'watch-decoys',
      )
      tokens = new Set(rows.map((row) => row.patient_token.toString('hex')))
    },
    has: (patient: string): boolean => tokens.size > 0 && tokens.has(tokenOf(patient).toString('hex')),
  }
}
