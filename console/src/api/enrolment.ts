import type {
  PublicKeyCredentialCreationOptionsJSON as CreationOptions,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import { ask } from './ask.ts'
import type { Session } from './session.ts'

export type Enrolment = {
  readonly kind: 'enrol' | 'recover'
  readonly name: string
  readonly username: string
  readonly expiresAt: string
  readonly passwordMinimum: number
}

export type Totp = { readonly totpUri: string; readonly totpSecret: string }
export type Enrolled = {
  readonly session: Session
  /** None beside a passkey: they stand in for an authenticator app. */
  readonly recoveryCodes: readonly string[]
}

export const openEnrolment = (token: string) => ask<Enrolment>('POST', '/api/enrolment/open', { token })
export const enrolPasskeyOptions = (token: string) =>
  ask<CreationOptions>('POST', '/api/enrolment/passkey/options', { token })
export const enrolPasskey = (token: string, response: RegistrationResponseJSON, name: string, deviceName: string) =>
  ask<Enrolled>('POST', '/api/enrolment/passkey', { token, response, name, deviceName })
export const beginEnrolPassword = (token: string, password: string) =>
  ask<Totp>('POST', '/api/enrolment/password/begin', { token, password })
export const enrolPassword = (token: string, code: string, deviceName: string) =>
  ask<Enrolled>('POST', '/api/enrolment/password', { token, code, deviceName })
