import { hash } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { AccessTokens } from './access-tokens.ts'
import { actorOfClient, type Client, type Clients, secretMatches } from './clients.ts'
import { narrowScopes, parseScopes, scopeText } from './scopes.ts'

const LASTS_SECONDS = 300
const ALGORITHMS = ['ES384', 'RS384', 'ES256']
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type Needs = {
  readonly sql: Sql
  readonly clients: Clients
  readonly accessTokens: AccessTokens
  /** Writes the entry for the token; MUST be durable before it resolves. */
  readonly record: (actor: Actor) => Promise<void>
}

/**
 * OAuth 2.0 client credentials as SMART Backend Services 2.2 has it: `private_key_jwt` with ES384, RS384 or
 * ES256, an assertion good once. A client secret is taken from loopback only.
 */
export function createClientCredentials({ sql, clients, accessTokens, record }: Needs) {
  return async function clientCredentials(
    form: Readonly<Record<string, unknown>>,
    endpoint: string,
    fromLoopback: boolean,
  ) {
    if (form.grant_type !== 'client_credentials')
      throw new Refusal('oauth.unsupported-grant-type', 'This endpoint takes grant_type=client_credentials.')
    const client =
      form.client_assertion_type === JWT_BEARER
        ? await byAssertion(String(form.client_assertion ?? ''), endpoint)
        : await bySecret(form, fromLoopback)
    let asked: ReturnType<typeof parseScopes>
    try {
      asked = parseScopes(String(form.scope ?? scopeText(client.scopes)))
    } catch (error) {
      throw new Refusal('oauth.invalid-scope', (error as Error).message)
    }
    const scopes = narrowScopes(asked, client.scopes)
    if (scopes.length === 0)
      throw new Refusal('oauth.invalid-scope', 'None of the scopes asked for was granted to this client.')
    const actor = actorOfClient(client, scopes)
    await record(actor)
    const { token } = await accessTokens.issue(actor, LASTS_SECONDS, client.id)
    return { access_token: token, token_type: 'bearer', expires_in: LASTS_SECONDS, scope: scopeText(scopes) }
  }

  async function byAssertion(assertion: string, endpoint: string): Promise<Client> {
    const refused = new Refusal('oauth.invalid-client', 'The client assertion is not valid.')
    let issuer: string
    try {
      issuer = String(decodeJwt(assertion).iss)
    } catch {
      throw refused
    }
    const client = await clients.find(issuer)
    if (client?.jwks === undefined) throw refused
    try {
      const { payload } = await jwtVerify(assertion, createLocalJWKSet(client.jwks as unknown as JSONWebKeySet), {
        algorithms: ALGORITHMS,
        audience: endpoint,
        issuer: client.id,
        subject: client.id,
        maxTokenAge: '5 minutes',
        requiredClaims: ['exp', 'jti', 'iat'],
      })
      await spendOnce(`${client.id} ${payload.jti}`, payload.exp as number)
    } catch (error) {
      if (error instanceof Refusal) throw error
      throw refused
    }
    return client
  }

  async function spendOnce(assertion: string, expires: number): Promise<void> {
    await sql.query(`delete from spent_assertions where expires_at < now() - interval '10 minutes'`)
    const rows = await sql.query(
      `insert into spent_assertions (tenant_id, assertion_hash, expires_at) values (${TENANT_ID}, $1, to_timestamp($2)) on conflict do nothing returning tenant_id`,
      [hash('sha256', assertion, 'buffer'), expires],
    )
    if (rows.length === 0) throw new Refusal('oauth.invalid-client', 'This client assertion was used before.')
  }

  async function bySecret(form: Readonly<Record<string, unknown>>, fromLoopback: boolean): Promise<Client> {
    const [id, secret] = [form.client_id, form.client_secret]
    if (typeof id !== 'string' || typeof secret !== 'string')
      throw new Refusal('oauth.invalid-client', 'Send a client_assertion (private_key_jwt).')
    if (!fromLoopback)
      throw new Refusal('oauth.invalid-client', 'A client secret is taken on loopback only; use private_key_jwt.')
    const client = await clients.find(id)
    if (client === undefined || !secretMatches(client, secret))
      throw new Refusal('oauth.invalid-client', 'The client or its secret is not known.')
    return client
  }
}
