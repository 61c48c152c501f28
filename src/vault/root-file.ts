import { argon2Sync, createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lengthPrefixed } from '../kernel/bytes.ts'
import { writeDurably } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openBytes, sealBytes } from './cobblestone.ts'

/** OWASP's first choice of 2025 for argon2id: 46 MiB, one pass, one lane; RFC 9106 parameters are stored beside. */
export const ARGON2ID = { memory: 47104, passes: 1, parallelism: 1 } as const

type RootFile =
  | { readonly format: 'chartwarden/root/v1'; readonly kind: 'file'; readonly root: string }
  | {
      readonly format: 'chartwarden/root/v1'
      readonly kind: 'passphrase'
      readonly argon2id: { memory: number; passes: number; parallelism: number; nonce: string }
      readonly sealed: string
    }

const context = lengthPrefixed(['cw1', 'root'])
export const rootPath = (folder: string) => join(folder, 'root.json')

function stretched(
  passphrase: string,
  { memory, passes, parallelism, nonce }: { memory: number; passes: number; parallelism: number; nonce: string },
) {
  const message = Buffer.from(passphrase.normalize('NFKC'))
  return createSecretKey(
    argon2Sync('argon2id', {
      message,
      nonce: Buffer.from(nonce, 'base64'),
      memory,
      passes,
      parallelism,
      tagLength: 32,
    }),
  )
}

/** A value that tells whether this is the right root, and nothing else about it. */
export function checkValue(root: KeyObject): string {
  return createHmac('sha256', root).update('chartwarden/root-check/v1').digest('base64')
}

/** Writes the root key: sealed by a passphrase, or in a 0600 file for a start without a person. */
export function writeRoot(folder: string, root: Buffer, passphrase?: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (existsSync(rootPath(folder)))
    throw new Refusal('start.unsafe', `There is a root key in ${folder} already; it is never overwritten.`)
  let file: RootFile = { format: 'chartwarden/root/v1', kind: 'file', root: root.toString('base64') }
  if (passphrase !== undefined) {
    const argon2id = { ...ARGON2ID, nonce: randomBytes(16).toString('base64') }
    file = {
      format: 'chartwarden/root/v1',
      kind: 'passphrase',
      argon2id,
      sealed: sealBytes(stretched(passphrase, argon2id), context, root).toString('base64'),
    }
  }
  writeDurably(rootPath(folder), JSON.stringify(file))
}

/** Reads the root key. Refuses when a passphrase is needed and not given, or wrong. */
export function readRoot(folder: string, passphrase?: string): KeyObject {
  const file = JSON.parse(readFileSync(rootPath(folder), 'utf8')) as RootFile
  if (file.kind === 'file') return createSecretKey(Buffer.from(file.root, 'base64'))
  if (passphrase === undefined) {
    throw new Refusal(
      'start.unsafe',
      'The root key is sealed by a passphrase. Put it in CHARTWARDEN_PASSPHRASE_FILE, or start in a terminal.',
    )
  }
  try {
    return createSecretKey(openBytes(stretched(passphrase, file.argon2id), context, Buffer.from(file.sealed, 'base64')))
  } catch (cause) {
    throw new Refusal('start.unsafe', 'The passphrase does not open the root key.', { cause })
  }
}
