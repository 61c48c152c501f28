import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'

const HOUR = "interval '1 hour'"

/**
 * How many different things somebody did within an hour that nothing explains, counted in the database: the bound holds
 * over all nodes. Only what is unexplained comes here, so that an explained read costs no statement.
 */
export function createSharedCounts(sql: Sql, token: (kind: string, name: string) => Buffer) {
  return {
    /** Notes things and returns how many different ones there are now. */
    async note(actor: string, kind: string, things: readonly string[]): Promise<number> {
      const who = token('watch-actor', `${kind} ${actor}`)
      const [row] = await sql.query<{ many: number }>(
        `with noted as (
           insert into watch_counts (tenant_id, actor_token, thing_token, at)
           select ${TENANT_ID}, $1, thing, now() from unnest($2::bytea[]) as thing
           on conflict (tenant_id, actor_token, thing_token) do update set at = excluded.at
           returning thing_token)
         select (select count(*) from noted)::int4 + (select count(*) from watch_counts
           where tenant_id = ${TENANT_ID} and actor_token = $1 and at > now() - ${HOUR}
             and not (thing_token = any ($2::bytea[])))::int4 as many`,
        [who, things.map((thing) => token('watch-thing', thing))],
        'watch-count',
      )
      return row?.many ?? 0
    },
    async forget(): Promise<void> {
      await sql.query(`delete from watch_counts where tenant_id = ${TENANT_ID} and at < now() - ${HOUR} * 2`)
    },
  }
}
