import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { passkeyTrouble } from './passkey-trouble.ts'

export const passkeysWork = (): boolean => browserSupportsWebAuthn()
export const autofillWorks = (): Promise<boolean> => browserSupportsWebAuthnAutofill()

/** Opens the system's dialog to use a passkey. Throws a Problem. */
export async function askPasskey(
  optionsJSON: PublicKeyCredentialRequestOptionsJSON,
  useBrowserAutofill = false,
): Promise<AuthenticationResponseJSON> {
  try {
    return await startAuthentication({ optionsJSON, useBrowserAutofill })
  } catch (error) {
    throw passkeyTrouble(error)
  }
}

/** Opens the system's dialog to make a passkey. Throws a Problem. */
export async function makePasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<RegistrationResponseJSON> {
  try {
    return await startRegistration({ optionsJSON })
  } catch (error) {
    throw passkeyTrouble(error)
  }
}
