import type { Purpose } from './purpose.ts'

/** One SMART scope, parsed: `context/Type.interactions`. */
export type Scope = {
  readonly context: 'patient' | 'user' | 'system'
  /** A FHIR resource type, or `*`. */
  readonly type: string
  /** Any of `c r u d s`, in that order. */
  readonly may: string
}

/**
 * Whoever acts. People, apps, devices, jobs and the operator at a terminal are all Actors; there is no
 * other way to be somebody. One who acts for another carries both names: `act` is the one really present.
 */
export type Actor = {
  readonly kind: 'person' | 'client' | 'operator' | 'machine'
  /** Stable and unique within the kind: a client id, an operator's name, a job's name. */
  readonly id: string
  readonly name: string
  /** The hospital's word for what this actor is: `physician`, `patient`, `backend`, `operator`. */
  readonly role: string
  readonly scopes: readonly Scope[]
  readonly purpose: Purpose
  /** The actor's own record, when there is one: `Practitioner/x` or `Patient/x`. */
  readonly fhirUser?: string
  readonly act?: Actor
  /** Where the request came from, for the audit entry; never used to decide. */
  readonly address?: string
}
