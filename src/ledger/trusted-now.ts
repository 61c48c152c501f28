import type { Sql } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { cosignatureTime } from './cosignature.ts'
import type { KnownWitness } from './parse-witness.ts'
import { openNote } from './signed-note.ts'

/**
 * "Now" for what must not be hurried by who can set this machine's clock: the newest time that a witness of ours
 * signed. Without witnesses it is the database's clock; with witnesses of which none has signed, it is refused.
 */
export async function trustedNow(sql: Sql, clock: Clock, witnesses: readonly KnownWitness[]): Promise<Date> {
  if (witnesses.length === 0) return clock.now()
  const rows = await sql.query<{ witness: string; checkpoint: string; cosignature: string }>(
    'select witness, checkpoint, cosignature from ledger_cosignatures',
  )
  const times = rows.flatMap(({ witness, checkpoint, cosignature }) => {
    const known = witnesses.find(({ name }) => name === witness)
    if (known === undefined) return []
    try {
      return openNote(`${checkpoint}${cosignature}`, [known.verifier]).signatures.map((one) =>
        Number(cosignatureTime(one.signature)),
      )
    } catch {
      return []
    }
  })
  if (times.length === 0) {
    throw new Refusal(
      'key.approvals',
      'No witness has signed the ledger yet, so nobody can say how late it is. Let a witness answer first.',
    )
  }
  return new Date(Math.max(...times) * 1000)
}
