import type { Branded } from '../kernel/ids.ts'

/** One person who can sign in. 32 lowercase hex digits, random. */
export type AccountId = Branded<string, 'AccountId'>

/** What is known of a person: sealed in the database, opened only by identity. */
export type Person = {
  /** Lowercase, unique: what they type when they have no passkey at hand. */
  readonly username: string
  readonly name: string
  /** The hospital's word, which the policies know: `physician`, `nurse`, `patient`, … */
  readonly role: string
  readonly unit?: string
  /** Their own record: `Practitioner/x` or `Patient/x`. */
  readonly fhirUser?: string
  /** ISO 8601 UTC. Outside [from, until) nobody signs in, and no token or session of theirs works. */
  readonly employedFrom?: string
  readonly employedUntil?: string
}

export type Account = Person & {
  readonly id: AccountId
  /** Counts up with every change, so that what was remembered of an older one is noticed. */
  readonly version: number
}

/** Whether the person works here at this moment. */
export function employed({ employedFrom, employedUntil }: Person, now: Date): boolean {
  if (employedFrom !== undefined && now < new Date(employedFrom)) return false
  return employedUntil === undefined || now < new Date(employedUntil)
}
