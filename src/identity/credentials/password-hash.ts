import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ARGON2ID } from '../../vault/root-file.ts'

const stretch = promisify(argon2)

/** An argon2id hash (RFC 9106) with what made it, so that stronger parameters can follow. Base64. */
export type PasswordHash = {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly nonce: string
  readonly tag: string
}

const TAG_BYTES = 32

async function tagOf(
  password: string,
  { memory, passes, parallelism, nonce }: Omit<PasswordHash, 'tag'>,
): Promise<Buffer> {
  return stretch('argon2id', {
    message: Buffer.from(password.normalize('NFKC')),
    nonce: Buffer.from(nonce, 'base64'),
    memory,
    passes,
    parallelism,
    tagLength: TAG_BYTES,
  })
}

export async function hashPassword(password: string): Promise<PasswordHash> {
  const with_ = { ...ARGON2ID, nonce: randomBytes(16).toString('base64') }
  return { ...with_, tag: (await tagOf(password, with_)).toString('base64') }
}

/** Nobody's password: what is checked for who is not there, at the same cost. */
const NOBODY: PasswordHash = {
  ...ARGON2ID,
  nonce: Buffer.alloc(16).toString('base64'),
  tag: Buffer.alloc(TAG_BYTES).toString('base64'),
}

/** Costs the same whether there is a hash to compare with or none. */
export async function passwordMatches(password: string, known: PasswordHash | undefined): Promise<boolean> {
  const { tag, ...made } = known ?? NOBODY
  const same = timingSafeEqual(await tagOf(password, made), Buffer.from(tag, 'base64'))
  return same && known !== undefined
}

/** Whether it was made with other parameters than a new one would be. */
export const isOutdated = ({ memory, passes, parallelism }: PasswordHash): boolean =>
  memory !== ARGON2ID.memory || passes !== ARGON2ID.passes || parallelism !== ARGON2ID.parallelism
