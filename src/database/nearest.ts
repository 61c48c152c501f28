import { TENANT_ID } from '../kernel/ids.ts'

/**
 * SQL for the row of `table` that has a token, or else the next one in the order of tokens, which begins anew at its end:
 * a decoy. Looking for what is not there so fetches a row as looking for what is there does, by the same plan, and as
 * tokens are keyed hashes, it is one like any other: as long, as warm in memory, as old. MUST be asked for the token again:
 * what has another is not what was meant. `where` narrows what counts.
 */
export const nearest = (table: string, column: string, token: string, where = ''): string => {
  const first = (from: string) =>
    `(select * from ${table} where tenant_id = ${TENANT_ID} ${where} and ${column} ${from} order by ${column} limit 1)`
  return `(select * from (${first(`>= ${token}`)} union all ${first('is not null')}) near limit 1)`
}
