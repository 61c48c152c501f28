import type {
  PublicKeyCredentialCreationOptionsJSON as CreationOptions,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import { queryOptions } from '@tanstack/react-query'
import { ask, path } from './ask.ts'
import type { Totp } from './enrolment.ts'

export type Passkey = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly usedAt?: string
  readonly synced: boolean
}

export type Credentials = {
  readonly passkeys: readonly Passkey[]
  readonly password: { readonly changedAt: string } | null
  readonly totp: { readonly createdAt: string } | null
  readonly recoveryCodesLeft: number
}

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: () => ask<Credentials>('GET', '/api/credentials'),
})

export const addPasskeyOptions = () => ask<CreationOptions>('POST', '/api/passkeys/options')
export const addPasskey = (response: RegistrationResponseJSON, name: string) =>
  ask<{ id: string }>('POST', '/api/passkeys', { response, name })
export const renamePasskey = (id: string, name: string) => ask('PATCH', path`/api/passkeys/${id}`, { name })
export const removePasskey = (id: string) => ask('DELETE', path`/api/passkeys/${id}`)
export const setPassword = (password: string) => ask('POST', '/api/password', { password })
export const beginTotp = () => ask<Totp>('POST', '/api/totp/begin')
export const confirmTotp = (code: string) => ask('POST', '/api/totp', { code })
export const newRecoveryCodes = () => ask<{ recoveryCodes: readonly string[] }>('POST', '/api/recovery-codes')
