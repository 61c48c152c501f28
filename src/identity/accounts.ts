import type { KeyObject } from 'node:crypto'
import { nearest } from '../database/nearest.ts'
import type { Database, Sql, Transaction } from '../database/sql.ts'
import { isRowId, newRowId, TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Account, AccountId, Person } from './account.ts'
import { keyedToken } from './keyed-token.ts'
import { openJson, sealJson } from './sealed-rows.ts'

export type AccountRow = { account_id: AccountId; account_sealed: Buffer; account_version: number }
/** What a statement selects so that `accountOf` can open it. */
export const ACCOUNT_COLUMNS = 'a.account_id, a.sealed as account_sealed, a.version as account_version'

export const accountOf = (key: KeyObject, row: AccountRow): Account => ({
  ...openJson<Person>(key, 'account', row.account_id, row.account_sealed),
  id: row.account_id,
  version: row.account_version,
})

const USERNAME = /^[a-z][a-z0-9._-]{1,62}$/

/** Throws `request.invalid` for what is no user name; the same person is found however they write it. */
export function parseUsername(text: string): string {
  const username = text.trim().toLowerCase()
  if (USERNAME.test(username)) return username
  throw new Refusal('request.invalid', 'A user name has 2 to 63 letters, digits, dots and dashes, a letter first.')
}

export type Accounts = ReturnType<typeof createAccounts>

/** The people who can sign in. Owner of the table `accounts`. */
export function createAccounts({
  database,
  key,
  tokenKey,
}: {
  database: Database
  key: () => KeyObject
  tokenKey: () => KeyObject
}) {
  const token = (username: string) => keyedToken(tokenKey(), 'username', username)
  const one = async (sql: Sql, condition: string, value: unknown, lock = ''): Promise<Account | undefined> => {
    const [row] = await sql.query<AccountRow>(
      `select ${ACCOUNT_COLUMNS} from accounts a where a.tenant_id = ${TENANT_ID} and ${condition}${lock}`,
      [value],
    )
    return row && accountOf(key(), row)
  }

  return {
    /** Takes any text that is meant as an id: what is none is nobody's. */
    find: async (id: AccountId, sql: Sql = database) => (isRowId(id) ? one(sql, 'a.account_id = $1', id) : undefined),
    /** Takes any text: what is no user name is nobody's, by the same statement. */
    byUsername: (username: string, sql: Sql = database) =>
      one(sql, 'a.username_token = $1', token(username.trim().toLowerCase())),
    /**
     * As `byUsername`, but for who is not there it is somebody else with `there` false, whose account is fetched and
     * opened as theirs would be: so what follows can take as long. Undefined where there is nobody at all.
     */
    async nearest(username: string): Promise<{ account: Account; there: boolean } | undefined> {
      const [row] = await database.query<AccountRow & { there: boolean }>(
        `select ${ACCOUNT_COLUMNS}, a.username_token = $1 as there from ${nearest('accounts', 'username_token', '$1')} a`,
        [token(username.trim().toLowerCase())],
      )
      return row && { account: accountOf(key(), row), there: row.there }
    },
    /** Throws `record.conflict` when the user name is taken. */
    async add(person: Person, sql: Sql = database): Promise<Account> {
      const username = parseUsername(person.username)
      const id = newRowId() as string as AccountId
      const rows = await sql.query(
        `insert into accounts (tenant_id, account_id, username_token, sealed, version) values (${TENANT_ID}, $1, $2, $3, 1)
         on conflict do nothing returning account_id`,
        [id, token(username), sealJson(key(), 'account', id, { ...person, username })],
      )
      if (rows.length === 0) throw new Refusal('record.conflict', `There is a person ${username} already.`)
      return { ...person, username, id, version: 1 }
    },
    /** Changes what is known of a person, but not their user name; it takes effect with their next request. */
    async change(id: AccountId, changed: Omit<Person, 'username'>, tx: Transaction): Promise<void> {
      const account = await one(tx, 'a.account_id = $1', id, ' for update')
      if (account === undefined) throw new Refusal('record.not-found', 'There is no such person.')
      const person: Person = { ...changed, username: account.username }
      await tx.query(
        `update accounts set sealed = $2, version = version + 1 where tenant_id = ${TENANT_ID} and account_id = $1`,
        [id, sealJson(key(), 'account', id, person)],
      )
    },
    async list(): Promise<Account[]> {
      const rows = await database.query<AccountRow>(
        `select ${ACCOUNT_COLUMNS} from accounts a where a.tenant_id = ${TENANT_ID} order by a.created_at, a.account_id`,
      )
      return rows.map((row) => accountOf(key(), row))
    },
  }
}
