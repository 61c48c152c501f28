import { DPOP_ALGORITHMS } from '../check-dpop.ts'
import { ASSERTION_ALGORITHMS } from './client-parts.ts'
import { isOnThisMachine } from './fetch-jwks.ts'
import { OPENID_WORDS } from './granted-words.ts'

/** Endpoints where a refusal of a known client is an entry of the ledger. */
export const CLOSED_AT: ReadonlySet<string> = new Set([
  'token',
  'introspection',
  'revocation',
  'authorization',
  'resume',
])

/** A secret is taken on this machine only, so only there it is offered. */
const secretsTaken = isOnThisMachine

const SCOPES = [
  ...OPENID_WORDS,
  'patient/*.cruds',
  'patient/*.rs',
  'patient/*.read',
  'user/*.cruds',
  'user/*.rs',
  'user/*.read',
  'system/*.cruds',
  'system/*.rs',
  'system/*.read',
  'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
]

/** What OpenID discovery says here that the library does not say, or says otherwise. */
export const smartDiscovery = (url: string) => ({
  scopes_supported: SCOPES,
  response_modes_supported: ['query'],
  registration_endpoint: `${url}/oauth/register`,
  userinfo_endpoint: `${url}/oauth/userinfo`,
  introspection_endpoint: `${url}/oauth/introspect`,
  revocation_endpoint: `${url}/oauth/revoke`,
  token_endpoint_auth_methods_supported: authMethods(url),
  introspection_endpoint_auth_methods_supported: authMethods(url),
  revocation_endpoint_auth_methods_supported: authMethods(url),
})

const authMethods = (url: string) => [
  'private_key_jwt',
  'none',
  ...(secretsTaken(url) ? ['client_secret_basic', 'client_secret_post'] : []),
]

/** SMART App Launch 2.2, `.well-known/smart-configuration`: what is there, and nothing else. */
export const smartConfiguration = (url: string) => ({
  issuer: url,
  jwks_uri: `${url}/oauth/jwks`,
  authorization_endpoint: `${url}/oauth/authorize`,
  token_endpoint: `${url}/oauth/token`,
  registration_endpoint: `${url}/oauth/register`,
  introspection_endpoint: `${url}/oauth/introspect`,
  revocation_endpoint: `${url}/oauth/revoke`,
  userinfo_endpoint: `${url}/oauth/userinfo`,
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: authMethods(url),
  token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
  scopes_supported: SCOPES,
  capabilities: [
    'launch-ehr',
    'launch-standalone',
    'authorize-post',
    'client-public',
    'client-confidential-asymmetric',
    ...(secretsTaken(url) ? ['client-confidential-symmetric'] : []),
    'sso-openid-connect',
    'context-banner',
    'context-ehr-patient',
    'context-ehr-encounter',
    'context-standalone-patient',
    'permission-offline',
    'permission-online',
    'permission-patient',
    'permission-user',
    'permission-v1',
    'permission-v2',
  ],
})
