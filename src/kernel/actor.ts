import type { Purpose } from './purpose.ts'

/** One SMART scope, parsed: `context/Type.interactions?constraints`. */
export type Scope = {
  readonly context: 'patient' | 'user' | 'system'
  /** A FHIR resource type, or `*`. */
  readonly type: string
  /** Any of `c r u d s`, in that order. */
  readonly may: string
  /** Granular scopes (SMART App Launch 2.2): every one MUST hold; each is a search parameter and its alternatives. */
  readonly where?: readonly { readonly param: 'category'; readonly anyOf: readonly string[] }[]
}

/**
 * How the actor proved who they are: a passkey, a password with a second factor, a client's key or secret; `minted`
 * when an operator at the machine made the token, which never satisfies a step-up.
 */
export type Strength = 'phishing-resistant' | 'multi-factor' | 'key' | 'secret' | 'minted'

/**
 * Whoever acts. People, apps, devices, jobs and the operator at a terminal are all Actors; there is no
 * other way to be somebody. One who acts for another carries both names: `act` is the one really present.
 */
export type Actor = {
  readonly kind: 'person' | 'client' | 'operator' | 'machine'
  /** Stable and unique within the kind: a client id, an operator's name, a job's name, a user name. */
  readonly id: string
  readonly name: string
  /** The hospital's word for what this actor is: `physician`, `patient`, `backend`, `operator`. */
  readonly role: string
  readonly scopes: readonly Scope[]
  readonly purpose: Purpose
  /** The actor's own record, when there is one: `Practitioner/x` or `Patient/x`. */
  readonly fhirUser?: string
  /** Where a person works, in the hospital's own words. */
  readonly unit?: string
  /** The patient whom `patient/` scopes speak of: chosen at the launch of an app. */
  readonly launchPatient?: string
  readonly strength?: Strength
  readonly act?: Actor
  /** The sign-in or token it speaks with, by a name that opens nothing; never used to decide what is allowed. */
  readonly session?: string
  /** Where the request came from, for the audit entry; never used to decide. */
  readonly address?: string
}
