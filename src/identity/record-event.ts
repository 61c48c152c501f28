import type { Actor } from '../kernel/actor.ts'
import type { TenantAct } from '../ledger/happening.ts'
import type { Account } from './account.ts'

/**
 * Writes what happens to an identity into the ledger, where it is an AuditEvent (DICOM event codes where there is one).
 * MUST be durable before it resolves, so that nothing is granted without its entry. `what` names accounts, credentials
 * and clients; `reasons` never holds a secret.
 */
export type RecordEvent = (event: TenantAct) => Promise<void>

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
