import { hash, randomBytes } from 'node:crypto'
import { fromCrockford, toCrockford } from '../../vault/crockford.ts'
import type { AccountId } from '../account.ts'

export const RECOVERY_CODES = 10
/** More than 112 bits, so that a plain hash is enough to keep them (ASVS 5.0, 6.5.2). */
const BYTES = 15

/** 120 random bits as 24 symbols of Crockford's Base32, in fours. */
export const newRecoveryCode = (): string => (toCrockford(randomBytes(BYTES)).match(/.{4}/g) as string[]).join('-')

/** What a person typed, however they write it, as it is stored; undefined when it cannot be a recovery code. */
export function recoveryLookup(account: AccountId, typed: string): Buffer | undefined {
  const code = fromCrockford(typed.replaceAll(/[\s-]/g, ''))
  if (code?.length !== BYTES) return undefined
  return hash('sha256', `chartwarden/recovery-code/v1 ${account} ${code.toString('hex')}`, 'buffer')
}
