import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON as RequestOptions,
} from '@simplewebauthn/browser'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

export type Place = 'own' | 'shared'
export type Method = 'passkey' | 'password' | 'recovery'

export type Session = {
  readonly person: {
    readonly username: string
    readonly name: string
    readonly role: string
    readonly unit?: string
    readonly fhirUser?: string
  }
  readonly place: Place
  readonly deviceName: string
  readonly method: Method
  readonly authenticatedAt: string
  readonly stepUpUntil: string
  readonly idleUntil: string
  readonly expiresAt: string
}

export type Visit = { readonly organisation: string; readonly session: Session | null }
export type Where = { readonly place: Place; readonly deviceName: string }
type Signed = { readonly session: Session }

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => ask<Visit>('GET', '/api/session'),
  staleTime: 15_000,
  refetchOnWindowFocus: 'always',
})

export const passkeyOptions = () => ask<RequestOptions>('POST', '/api/sign-in/passkey/options')
export const signInWithPasskey = (response: AuthenticationResponseJSON, where: Where) =>
  ask<Signed>('POST', '/api/sign-in/passkey', { response, ...where })
export const signInWithPassword = (fields: { username: string; password: string; code: string }, where: Where) =>
  ask<Signed>('POST', '/api/sign-in/password', { ...fields, ...where })
export const signOut = (everywhere: boolean) => ask('POST', '/api/sign-out', everywhere ? { everywhere } : {})

export const stepUpOptions = () => ask<RequestOptions>('POST', '/api/step-up/passkey/options')
export const stepUpWithPasskey = (response: AuthenticationResponseJSON) =>
  ask<Signed>('POST', '/api/step-up/passkey', { response })
export const stepUpWithPassword = (fields: { password: string; code: string }) =>
  ask<Signed>('POST', '/api/step-up/password', fields)

/** Keeps what the server said of the session, without asking again. */
export function keepSession(queries: QueryClient, session: Session | null): void {
  queries.setQueryData(sessionQuery.queryKey, (visit) => visit && { ...visit, session })
}
