import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { writeDurably } from '../kernel/durable-file.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { refuseReadable } from '../vault/key-store.ts'
import { operatorsFolder } from './data-folder.ts'

export type Operator = { readonly id: string; readonly key: KeyObject; readonly actor: Actor }

const pathOf = (data: string, id: string) => join(operatorsFolder(data), `${id}.pem`)

export const operatorActor = (id: string): Actor => ({
  kind: 'operator',
  id,
  name: id,
  role: 'operator',
  scopes: [],
  purpose: 'HSYSADMIN',
})

/** Makes an operator with an Ed25519 key of their own; the private half stays in a 0600 file. */
export async function addOperator(sql: Sql, data: string, id: string): Promise<{ keyFile: string }> {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(id))
    throw new Refusal('request.invalid', 'An operator name has lowercase letters, digits and dashes, 31 at most.')
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const rows = await sql.query(
    `insert into operators (tenant_id, operator_id, public_key) values (${TENANT_ID}, $1, $2) on conflict do nothing returning operator_id`,
    [id, publicKey.export({ type: 'spki', format: 'der' })],
  )
  if (rows.length === 0) throw new Refusal('record.conflict', `There is, or was, an operator ${id}.`)
  mkdirSync(operatorsFolder(data), { recursive: true, mode: 0o700 })
  writeDurably(pathOf(data, id), privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  return { keyFile: pathOf(data, id) }
}

/**
 * The operator at this terminal: named, or the only one with a key here. The key MUST be the one that is
 * registered and not removed.
 */
export async function currentOperator(sql: Sql, data: string, named?: string): Promise<Operator> {
  const folder = operatorsFolder(data)
  const there = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.pem'))
        .map((file) => file.slice(0, -4))
    : []
  const id = named ?? process.env.CHARTWARDEN_OPERATOR ?? (there.length === 1 ? there[0] : undefined)
  if (id === undefined) {
    throw new Refusal(
      'identity.unknown',
      there.length === 0
        ? 'There is no operator key in this data folder.'
        : `Say who you are: --operator ${there.join(' | ')}`,
    )
  }
  if (!there.includes(id))
    throw new Refusal('identity.unknown', `There is no key of operator ${JSON.stringify(id)} in this data folder.`)
  refuseReadable(pathOf(data, id))
  const key = createPrivateKey(readFileSync(pathOf(data, id)))
  const [row] = await sql.query<{ public_key: Buffer }>(
    `select public_key from operators where tenant_id = ${TENANT_ID} and operator_id = $1 and removed_at is null`,
    [id],
  )
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' })
  if (row === undefined || !row.public_key.equals(own))
    throw new Refusal('identity.unknown', `${id} is not an operator here, or not any more.`)
  return { id, key, actor: operatorActor(id) }
}
