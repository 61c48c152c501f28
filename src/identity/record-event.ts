import type { Actor } from '../kernel/actor.ts'
import type { Account } from './account.ts'

/** What happens to identities, and the ledger keeps: each becomes an AuditEvent (BALP; DICOM event codes where there is one). */
export type IdentityEvent = {
  readonly interaction: string
  readonly actor: Actor
  /** Refused when false. */
  readonly done: boolean
  /** What it was about: `account/…`, `credential/…`, `client/…`. */
  readonly what?: readonly string[]
  /** Why, in a few words; never a secret. */
  readonly reasons?: readonly string[]
}

/** MUST be durable before it resolves, so that nothing is granted without its entry. */
export type RecordEvent = (event: IdentityEvent) => Promise<void>

/** A person as the one who acts on their own account. */
export const actorOfAccount = (account: Account, address?: string): Actor => ({
  kind: 'person',
  id: account.username,
  name: account.name,
  role: account.role,
  scopes: [],
  purpose: account.role === 'patient' ? 'PATRQT' : 'HOPERAT',
  ...(account.fhirUser !== undefined && { fhirUser: account.fhirUser }),
  ...(account.unit !== undefined && { unit: account.unit }),
  ...(address !== undefined && { address }),
})

/** Whoever tries to sign in and is not known: no name is taken from what they typed. */
export const stranger = (address: string): Actor => ({
  kind: 'person',
  id: 'unknown',
  name: 'somebody not known',
  role: 'unknown',
  scopes: [],
  purpose: 'HOPERAT',
  address,
})
