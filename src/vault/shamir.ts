import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { Refusal } from '../kernel/refusal.ts'
import { fromCrockford, toCrockford } from './crockford.ts'

/**
 * Shares for people to keep on paper: `cwshare1-<set>-<k>-<number>-<groups of five>`. The groups hold the check
 * value of the secret (8 bytes), the share (Shamir over GF(2^8)), and 25 bits that show a typing error.
 * Upper and lower case are the same, I and L are 1, O is 0, and spaces and hyphens are interchangeable.
 */
const PREFIX = 'CWSHARE1'
const CHECK = 8
const CHECKSUM = 5
const LEAST_SECRET = 16
const MOST_SECRET = 64
const MOST_SHARES = 255

type Share = {
  readonly set: string
  readonly threshold: number
  readonly number: number
  readonly check: Buffer
  readonly bytes: Buffer
}

const refuse = (message: string) => new Refusal('request.invalid', message)

/** Says whether a secret is the right one, and nothing useful about it, as long as it was random. */
const checkValue = (secret: Buffer, set: string) =>
  createHmac('sha256', secret).update(`chartwarden/shamir-check/v1\0${set}`).digest().subarray(0, CHECK)

function checksum({ set, threshold, number }: Omit<Share, 'check' | 'bytes'>, payload: Buffer): string {
  const head = Buffer.from(`${PREFIX}-${set}-${threshold}-${number}-`)
  return toCrockford(hash('sha256', Buffer.concat([head, payload]), 'buffer')).slice(0, CHECKSUM)
}

function formatShare(share: Share): string {
  const payload = Buffer.concat([share.check, share.bytes])
  const groups = (toCrockford(payload) + checksum(share, payload)).match(/.{1,5}/g) ?? []
  return [PREFIX.toLowerCase(), share.set, share.threshold, share.number, ...groups].join('-')
}

const readAsTyped = (text: string) => text.trim().toUpperCase().replaceAll(/[IL]/g, '1').replaceAll('O', '0')

/** Reads one share; `place` is which of those given it is, for the message. */
function parseShare(text: string, place: number): Share {
  const [prefix, set = '', k = '', index = '', ...groups] = readAsTyped(text).split(/[\s\-\u2010-\u2015]+/)
  if (prefix !== PREFIX)
    throw refuse(`Share ${place} of those given is not a share: it has to begin with ${PREFIX.toLowerCase()}.`)
  const plain = { set: toCrockford(fromCrockford(set) ?? Buffer.alloc(0)), threshold: Number(k), number: Number(index) }
  const body = groups.join('')
  const payload = fromCrockford(body.slice(0, -CHECKSUM)) ?? Buffer.alloc(0)
  const written = toCrockford(fromCrockford(`${body.slice(-CHECKSUM)}000`) ?? Buffer.alloc(0)).slice(0, CHECKSUM)
  if (payload.length < CHECK + LEAST_SECRET + 1 || written !== checksum(plain, payload)) {
    throw refuse(`Share ${place} of those given (number ${index || '?'} of set ${set || '?'}) has a typing error.`)
  }
  return { ...plain, check: payload.subarray(0, CHECK), bytes: payload.subarray(CHECK) }
}

/**
 * Splits a secret, which MUST be random and have 16 to 64 bytes, so that any `threshold` of the shares give it
 * back and fewer say nothing about it. Every call makes a new set, and shares of two sets do not go together.
 */
export async function splitSecret(secret: Buffer, shares: number, threshold: number): Promise<string[]> {
  if (secret.length < LEAST_SECRET || secret.length > MOST_SECRET) throw refuse('A secret to split has 16 to 64 bytes.')
  const counts = Number.isInteger(shares) && Number.isInteger(threshold)
  if (!counts || threshold < 2 || shares < threshold || shares > MOST_SHARES) {
    throw refuse('At least 2 shares have to be needed, no more than there are, and there can be 255.')
  }
  const set = toCrockford(randomBytes(5))
  const check = checkValue(secret, set)
  const parts = await split(new Uint8Array(secret), shares, threshold)
  return parts.map((bytes, n) => formatShare({ set, threshold, number: n + 1, check, bytes: Buffer.from(bytes) }))
}

/**
 * Puts a secret together. Throws Refusal, which says what to do, for a share that is mistyped, of another set or
 * given twice, for too few, and for shares that do not give the secret that was split.
 */
export async function combineShares(shares: string[]): Promise<Buffer> {
  const parsed = shares.map((text, n) => parseShare(text, n + 1))
  const [first] = parsed
  if (first === undefined) throw refuse('No share was given.')
  const seen = new Set<number>()
  for (const [n, { set, number }] of parsed.entries()) {
    if (set !== first.set) {
      throw refuse(
        `Share ${n + 1} of those given is of set ${set}, and the first is of set ${first.set}: they do not go together.`,
      )
    }
    if (seen.has(number))
      throw refuse(`Share number ${number} was given twice; ${first.threshold} different ones are needed.`)
    seen.add(number)
  }
  if (parsed.length < first.threshold)
    throw refuse(`${first.threshold} shares are needed, and ${parsed.length} were given.`)
  const whole = await combine(parsed.map(({ bytes }) => new Uint8Array(bytes))).then(Buffer.from, () => undefined)
  const right = whole !== undefined && parsed.every(({ check }) => timingSafeEqual(check, checkValue(whole, first.set)))
  if (!right) throw refuse(`These shares of set ${first.set} do not give the secret that was split.`)
  return whole
}
