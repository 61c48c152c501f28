import { hash } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Person } from '../account.ts'

/** NIST SP 800-63B-4 §3.1.1.2 asks for 8 beside a second factor; we ask for more, and for nothing else. */
export const PASSWORD_MINIMUM = 12
const PASSWORD_MAXIMUM = 256

/** The first 8 bytes of SHA-256 of a password in lowercase: how `blocked_passwords` names it. */
export const blockedDigest = (password: string): Buffer =>
  hash('sha256', password.normalize('NFKC').toLowerCase(), 'buffer').subarray(0, 8)

export type BlockList = (password: string) => Promise<boolean>

/** The list that comes along (`@zxcvbn-ts/language-common`), and what `passwords load` brought into the database. */
export function createBlockList(sql: Sql): BlockList {
  let shipped: Promise<Set<string>> | undefined
  return async (password) => {
    shipped ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
    const lower = password.normalize('NFKC').toLowerCase()
    if ((await shipped).has(lower)) return true
    return (await sql.query('select from blocked_passwords where digest = $1', [blockedDigest(password)])).length > 0
  }
}

const weak = (why: string) => new Refusal('identity.weak-password', why)

/**
 * Length and blocklist, no composition rules, no expiry (NIST SP 800-63B-4 §3.1.1.2). Throws `identity.weak-password`,
 * which says why and what helps.
 */
export async function refuseWeakPassword(
  password: string,
  person: Pick<Person, 'username' | 'name' | 'unit'>,
  { organisation, isBlocked }: { organisation: string; isBlocked: BlockList },
): Promise<void> {
  const length = [...password.normalize('NFKC')].length
  if (length < PASSWORD_MINIMUM)
    throw weak(
      `Use at least ${PASSWORD_MINIMUM} characters; this has ${length}. A few words in a row are easy to keep.`,
    )
  if (length > PASSWORD_MAXIMUM) throw weak(`Use at most ${PASSWORD_MAXIMUM} characters.`)
  const core = withoutTail(password)
  if ((await isBlocked(password)) || (core !== password && core.length > 2 && (await isBlocked(core))))
    throw weak('This password is on a list of passwords that attackers try first. Choose another one.')
  if (new Set(password.toLowerCase()).size < 5) throw weak('This password repeats itself. Choose another one.')
  const word = contextWords(person, organisation).find((one) => restOf(password, one) < PASSWORD_MINIMUM - 4)
  if (word !== undefined)
    throw weak(`This password is little more than “${word}”, which others know of you. Choose another one.`)
}

/** `summer2024!!` is `summer` with a tail. */
const withoutTail = (password: string): string => password.replace(/[^\p{L}]+$/u, '')

/** What anybody could guess of this person and this place: words of four letters or more. */
function contextWords(
  { username, name, unit }: Pick<Person, 'username' | 'name' | 'unit'>,
  organisation: string,
): string[] {
  const words = [username, ...`${name} ${unit ?? ''} ${organisation} chartwarden`.split(/[^\p{L}\p{N}]+/u)]
  return [...new Set(words.map((one) => one.toLowerCase()).filter((one) => one.length >= 4))]
}

/** How much is left of a password when a word is taken out; all of it when the word is not in it. */
function restOf(password: string, word: string): number {
  const lower = password.toLowerCase()
  return lower.includes(word) ? lower.replaceAll(word, '').length : Number.POSITIVE_INFINITY
}
