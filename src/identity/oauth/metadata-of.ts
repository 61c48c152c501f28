import type { AdapterPayload } from 'oidc-provider'
import type { Client } from '../clients.ts'

/** A client in the words of RFC 7591; undefined for one that cannot prove itself and has nowhere to send anybody. */
export function metadataOf(client: Client): AdapterPayload | undefined {
  const { redirectUris = [], jwks, jwksUri, secretHash } = client
  const method =
    client.public === true
      ? 'none'
      : jwks !== undefined || jwksUri !== undefined
        ? 'private_key_jwt'
        : secretHash !== undefined
          ? 'client_secret_basic'
          : undefined
  if (method === undefined || (method === 'none' && redirectUris.length === 0)) return undefined
  const forPeople = redirectUris.length > 0
  return {
    client_id: client.id,
    client_name: client.name,
    ...(client.uri !== undefined && { client_uri: client.uri }),
    // `native` lets a loopback redirect have any port (RFC 8252 §7.3); a private scheme is native too.
    application_type: client.type ?? 'web',
    redirect_uris: [...redirectUris],
    response_types: forPeople ? ['code'] : [],
    response_modes: forPeople ? ['query'] : [],
    grant_types: [
      ...(forPeople ? ['authorization_code', 'refresh_token'] : []),
      ...(method === 'none' ? [] : ['client_credentials']),
    ],
    token_endpoint_auth_method: method,
    ...(jwksUri !== undefined ? { jwks_uri: jwksUri } : jwks !== undefined && { jwks: { keys: [...jwks.keys] } }),
    // Compared by its hash: see compareClientSecret.
    ...(method === 'client_secret_basic' && { client_secret: secretHash }),
    dpop_bound_access_tokens: client.requireDpop === true,
    id_token_signed_response_alg: 'RS256',
    require_auth_time: false,
  } as AdapterPayload
}
