import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { newRowId, TENANT_ID } from '../../kernel/ids.ts'
import type { AccountId } from '../account.ts'
import { openJson, sealJson } from '../sealed-rows.ts'
import type { PasswordHash } from './password-hash.ts'

export type Passkey = {
  /** As the authenticator names it, base64url. */
  readonly credentialId: string
  /** COSE key, base64url. */
  readonly publicKey: string
  readonly transports: readonly string[]
  readonly name: string
  /** Whether it is copied to the person's other devices (WebAuthn: backup state). */
  readonly synced: boolean
}
/** What each kind keeps, sealed. */
export type Kept = {
  passkey: Passkey
  password: PasswordHash
  totp: { readonly secret: string }
  recovery: Record<string, never>
}
export type Kind = keyof Kept
export type Credential<K extends Kind = Kind> = {
  [Each in K]: {
    readonly id: string
    readonly account: AccountId
    readonly kind: Each
    readonly counter: number
    readonly createdAt: Date
    readonly usedAt: Date | null
    readonly kept: Kept[Each]
  }
}[K]

type Row = {
  credential_id: string
  account_id: AccountId
  kind: Kind
  sealed: Buffer
  counter: number
  created_at: Date
  used_at: Date | null
}
const COLUMNS = 'credential_id, account_id, kind, sealed, counter, created_at, used_at'

export type CredentialRows = ReturnType<typeof createCredentialRows>

/** Owner of the table `credentials`. Every call takes the connection or transaction it belongs to. */
export function createCredentialRows(key: () => KeyObject) {
  const opened = (row: Row) =>
    ({
      id: row.credential_id,
      account: row.account_id,
      kind: row.kind,
      counter: row.counter,
      createdAt: row.created_at,
      usedAt: row.used_at,
      kept: openJson(key(), `credential-${row.kind}`, row.credential_id, row.sealed),
    }) as Credential

  return {
    async of(sql: Sql, account: AccountId): Promise<Credential[]> {
      const rows = await sql.query<Row>(
        `select ${COLUMNS} from credentials where tenant_id = ${TENANT_ID} and account_id = $1 order by created_at, credential_id`,
        [account],
      )
      return rows.map(opened)
    },
    async byLookup(sql: Sql, lookup: Buffer): Promise<Credential | undefined> {
      const [row] = await sql.query<Row>(
        `select ${COLUMNS} from credentials where tenant_id = ${TENANT_ID} and lookup = $1`,
        [lookup],
      )
      return row && opened(row)
    },
    async add<K extends Kind>(
      sql: Sql,
      {
        account,
        kind,
        kept,
        lookup = null,
        counter = 0,
      }: {
        account: AccountId
        kind: K
        kept: Kept[K]
        lookup?: Buffer | null
        counter?: number
      },
    ): Promise<string> {
      const id = newRowId()
      await sql.query(
        `insert into credentials (tenant_id, credential_id, account_id, kind, lookup, sealed, counter) values (${TENANT_ID}, $1, $2, $3, $4, $5, $6)`,
        [id, account, kind, lookup, sealJson(key(), `credential-${kind}`, id, kept), counter],
      )
      return id
    },
    /** Puts another content in place of what is kept. */
    async keep<K extends Kind>(
      sql: Sql,
      { id, kind }: Pick<Credential<K>, 'id' | 'kind'>,
      kept: Kept[K],
    ): Promise<void> {
      await sql.query(`update credentials set sealed = $2 where tenant_id = ${TENANT_ID} and credential_id = $1`, [
        id,
        sealJson(key(), `credential-${kind}`, id, kept),
      ])
    },
    /** Marks a use. `counter` MUST be above the one before, unless both are 0; false when another use came first. */
    async used(sql: Sql, id: string, counter: number): Promise<boolean> {
      const rows = await sql.query(
        `update credentials set used_at = now(), counter = $2
         where tenant_id = ${TENANT_ID} and credential_id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning credential_id`,
        [id, counter],
      )
      return rows.length > 0
    },
    /** Removes one, or all of a kind, or everything of a person; how many went. */
    async remove(sql: Sql, account: AccountId, which: { id?: string; kind?: Kind } = {}): Promise<number> {
      const rows = await sql.query(
        `delete from credentials where tenant_id = ${TENANT_ID} and account_id = $1
         and ($2::uuid is null or credential_id = $2) and ($3::text is null or kind = $3) returning credential_id`,
        [account, which.id ?? null, which.kind ?? null],
      )
      return rows.length
    },
  }
}
