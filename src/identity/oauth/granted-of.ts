import type { AdapterPayload } from 'oidc-provider'
import type { AccountId } from '../account.ts'
import type { Granted } from '../actor-of-token.ts'
import { strengthOf } from './proof-of-identity.ts'

/** What goes with a token beyond OAuth's own: the launch context (SMART App Launch 2.2), and how the person signed in. */
export type Extra = {
  readonly patient?: string
  readonly encounter?: string
  readonly fhirUser?: string
  readonly acr?: string
  /** How the client proved itself, for a token of its own. */
  readonly client_auth?: 'key' | 'secret'
}

/** A token of the authorization server as it is kept. `session` is the one it ends with. */
export function grantedOf(payload: AdapterPayload, session: string | undefined): Granted {
  const { clientId, accountId, grantId, scope, aud, jkt } = payload as AdapterPayload & { jkt?: string }
  if (clientId === undefined || typeof aud !== 'string') throw new Error('a token has a client and one audience')
  const { patient, acr, client_auth } = (payload.extra ?? {}) as Extra
  return {
    clientId,
    ...(accountId !== undefined && { accountId: accountId as AccountId }),
    ...(grantId !== undefined && { grantId }),
    ...(session !== undefined && { sessionId: session }),
    scope: scope ?? '',
    audience: aud,
    ...(patient !== undefined && { patient }),
    strength: accountId === undefined ? (client_auth ?? 'key') : strengthOf(acr),
    ...(jkt !== undefined && { jkt }),
    payload: { ...payload },
  }
}
