import { randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import { Refusal } from '../../kernel/refusal.ts'
import { actorOfClient, type Client, type Clients } from '../clients.ts'
import type { RecordEvent } from '../record-event.ts'
import { scopeText } from '../scopes.ts'
import { isRedirectUri, withKids } from './client-parts.ts'
import { isJwksAddress } from './fetch-jwks.ts'
import { OPENID_WORDS } from './granted-words.ts'
import { readScope } from './read-scope.ts'

/** Beyond this many nobody has looked at, no more are taken. */
const MOST_PENDING = 100

type Metadata = Readonly<Record<string, unknown>>

const invalid = (text: string) => new Refusal('oauth.invalid-client-metadata', text)

const texts = (metadata: Metadata, name: string, most = 10): string[] => {
  const value = metadata[name] ?? []
  if (
    Array.isArray(value) &&
    value.length <= most &&
    value.every((one) => typeof one === 'string' && one.length <= 2000)
  )
    return value as string[]
  throw invalid(`${name} takes at most ${most} texts.`)
}
const text = (metadata: Metadata, name: string, most = 200): string | undefined => {
  const value = metadata[name]
  if (value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= most)) return value
  throw invalid(`${name} is a text of at most ${most} characters.`)
}

/** An app that registers itself (RFC 7591): kept, and able to do nothing until an operator approves it. */
export function createRegistration({ clients, record }: { clients: Clients; record: RecordEvent }) {
  return async function register(metadata: Metadata, address: string): Promise<Record<string, unknown>> {
    const redirectUris = texts(metadata, 'redirect_uris')
    if (!redirectUris.every((uri) => isRedirectUri(uri)))
      throw new Refusal('oauth.invalid-redirect-uri', 'redirect_uris are https addresses, or http on the same machine.')
    const method = text(metadata, 'token_endpoint_auth_method') ?? 'none'
    if (method !== 'none' && method !== 'private_key_jwt')
      throw invalid('token_endpoint_auth_method is private_key_jwt or none; no secrets are given out.')
    const jwks = metadata.jwks as { keys?: JWK[] } | undefined
    const jwksUri = text(metadata, 'jwks_uri', 2000)
    if (method === 'private_key_jwt' && (jwks === undefined) === (jwksUri === undefined))
      throw invalid('private_key_jwt needs jwks or jwks_uri, one of them.')
    if (jwksUri !== undefined && !isJwksAddress(jwksUri)) throw invalid('jwks_uri is an https address.')
    if (method === 'none' && redirectUris.length === 0)
      throw invalid('Without redirect_uris and keys it could do nothing.')
    const { scopes, words } = readScope(text(metadata, 'scope', 2000) ?? '', redirectUris.length > 0)
    const launchUri = text(metadata, 'initiate_login_uri', 2000)
    if (launchUri !== undefined && !isRedirectUri(launchUri)) throw invalid('initiate_login_uri is an https address.')
    const uri = text(metadata, 'client_uri', 2000)
    if ((await clients.list()).filter((one) => one.pending === true && one.revokedAt === null).length >= MOST_PENDING)
      throw new Refusal('request.throttled', 'Too many apps wait for approval. Ask the operator.')
    const client: Omit<Client, 'secretHash'> = {
      id: `app-${randomBytes(8).toString('hex')}`,
      name: text(metadata, 'client_name') ?? 'an app without a name',
      scopes,
      words,
      redirectUris,
      ...(uri !== undefined && isRedirectUri(uri) && { uri }),
      ...(launchUri !== undefined && { launchUri }),
      ...(method === 'none'
        ? { public: true }
        : jwksUri !== undefined
          ? { jwksUri }
          : { jwks: { keys: await withKids(jwks?.keys ?? []) } }),
      ...(metadata.dpop_bound_access_tokens === true && { requireDpop: true }),
      ...(metadata.application_type === 'native' && { type: 'native' }),
      pending: true,
    }
    await clients.add(client, false)
    await record({
      interaction: 'client-registered',
      actor: { ...actorOfClient(client, []), address },
      done: true,
      what: [`client/${client.id}`],
    })
    return {
      client_id: client.id,
      client_id_issued_at: Math.floor(Date.now() / 1000),
      client_name: client.name,
      redirect_uris: redirectUris,
      grant_types: redirectUris.length > 0 ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
      response_types: redirectUris.length > 0 ? ['code'] : [],
      token_endpoint_auth_method: method,
      scope: [...words.filter((word) => OPENID_WORDS.includes(word)), scopeText(scopes)]
        .filter((one) => one !== '')
        .join(' '),
      ...(jwksUri !== undefined && { jwks_uri: jwksUri }),
      ...(jwksUri === undefined && client.jwks !== undefined && { jwks: client.jwks }),
      // RFC 7591 lets the answer say more: an operator has to approve it first.
      approval: 'pending',
    }
  }
}
