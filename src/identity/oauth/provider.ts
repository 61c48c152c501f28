import type { JWK } from 'jose'
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Sql } from '../../database/sql.ts'
import type { AccessTokens } from '../access-tokens.ts'
import { type AccountId, employed } from '../account.ts'
import type { Accounts } from '../accounts.ts'
import { DPOP_ALGORITHMS } from '../check-dpop.ts'
import { actorOfClient, type Clients, hashMatches } from '../clients.ts'
import type { RecordEvent } from '../record-event.ts'
import type { SpendOnce } from '../spend-once.ts'
import { createAdapter } from './adapter.ts'
import { ASSERTION_ALGORITHMS } from './client-parts.ts'
import { createFetchJwks, isOnThisMachine } from './fetch-jwks.ts'
import type { Extra } from './granted-of.ts'
import { OPENID_WORDS } from './granted-words.ts'
import { GRANT_LASTS_SECONDS, type Grants } from './grants.ts'
import { launchContextOf } from './launch-context.ts'
import type { Launches } from './launches.ts'
import { loginPolicy, type SessionOf } from './login-policy.ts'
import { ID_TOKEN_LASTS_SECONDS } from './oauth-keys.ts'
import type { OauthRows } from './oauth-rows.ts'
import { ACR_VALUES } from './proof-of-identity.ts'
import { createRecordToken } from './record-token.ts'
import { rememberedGrant } from './remembered-grant.ts'
import { CLIENT_TOKEN_SECONDS, createResourceServer, refreshes } from './resource-server.ts'

export type ProviderNeeds = {
  readonly sql: Sql
  readonly rows: OauthRows
  readonly accounts: Accounts
  readonly clients: Clients
  readonly accessTokens: AccessTokens
  readonly grants: Grants
  readonly launches: Launches
  readonly sessionOf: SessionOf
  readonly spendOnce: SpendOnce
  readonly record: RecordEvent
  /** Where this server is reached: the issuer. */
  readonly url: string
  readonly keys: readonly JWK[]
}

const CLOCK_TOLERANCE_SECONDS = 5
const REFRESH_LASTS_SECONDS = 30 * 24 * 3600
const LOGIN_LASTS_SECONDS = 24 * 3600
const INTERACTION_LASTS_SECONDS = 1800
export const LOGIN_COOKIE = 'chartwarden-oauth'
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export const ROUTES = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  jwks: '/oauth/jwks',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
} as const

/** The authorization server: `oidc-provider` with our rows, our people, and SMART's rules. */
export function createProvider(needs: ProviderNeeds): Provider {
  const { sql, rows, accounts, clients, accessTokens, sessionOf, spendOnce, record, url, keys } = needs
  const base = `${url}/fhir`
  const resources = createResourceServer({ clients, base })
  const adapter = createAdapter({
    sql,
    rows,
    clients,
    accessTokens,
    recordToken: createRecordToken({ accounts, clients, record }),
  })

  const configuration: Configuration = {
    adapter,
    jwks: { keys: [...keys] },
    routes: ROUTES,
    scopes: [...OPENID_WORDS],
    responseTypes: ['code'],
    acrValues: [...ACR_VALUES],
    claims: { openid: ['sub', 'auth_time', 'acr', 'amr'], fhirUser: ['fhirUser'], profile: ['name', 'fhirUser'] },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: {
      clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS],
      dPoPSigningAlgValues: [...DPOP_ALGORITHMS],
      idTokenSigningAlgValues: ['RS256'],
    },
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    extraParams: { aud: null, launch: checkLaunch },
    formats: { bitsOfOpaqueRandomness: 256 },
    clientBasedCORS: (_ctx, origin, client) =>
      client.clientAuthMethod === 'none' &&
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin && origin !== 'null'),
    pkce: { required: () => true },
    cookies: {
      names: { session: LOGIN_COOKIE, interaction: 'chartwarden-asks', resume: 'chartwarden-goes-on' },
      long: { httpOnly: true, sameSite: 'lax', signed: false },
      short: { httpOnly: true, sameSite: 'lax', signed: false },
    },
    ttl: {
      AuthorizationCode: 60,
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? CLIENT_TOKEN_SECONDS,
      ClientCredentials: () => CLIENT_TOKEN_SECONDS,
      RefreshToken: () => REFRESH_LASTS_SECONDS,
      IdToken: () => ID_TOKEN_LASTS_SECONDS,
      Interaction: () => INTERACTION_LASTS_SECONDS,
      Session: () => LOGIN_LASTS_SECONDS,
      Grant: () => GRANT_LASTS_SECONDS,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) =>
          token.clientId === client.clientId || (await clients.find(client.clientId))?.introspects === true,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: resources.defaultResource,
        getResourceServerInfo: resources.getResourceServerInfo,
        useGrantedResource: () => true,
      },
    },
    interactions: { policy: loginPolicy(sessionOf), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && [...source.scopes].some(refreshes),
    rotateRefreshToken: true,
    // What ends with the session is ended by our own session: see adapter.ts.
    expiresWithSession: () => false,
    loadExistingGrant: (ctx) => rememberedGrant(ctx, needs),
    fetch: createFetchJwks(isOnThisMachine(url)),
    async findAccount(_ctx, sub) {
      const account = await accounts.find(sub as AccountId)
      if (account === undefined || !employed(account, new Date())) return undefined
      return {
        accountId: account.id,
        claims: () => ({
          sub: account.id,
          name: account.name,
          ...(account.fhirUser !== undefined && { fhirUser: `${base}/${account.fhirUser}` }),
        }),
      }
    },
    async extraTokenClaims(ctx, token) {
      const { entities, client } = ctx.oidc
      if (token.kind !== 'AccessToken')
        return { client_auth: client?.tokenEndpointAuthMethod === 'private_key_jwt' ? 'key' : 'secret' } satisfies Extra
      const { acr } = entities.RefreshToken ?? entities.AuthorizationCode ?? {}
      const { fhirUser } = ((await entities.Account?.claims('userinfo', '', {}, [])) ?? {}) as { fhirUser?: string }
      return {
        ...launchContextOf(entities.Grant),
        ...(acr !== undefined && { acr }),
        ...(fhirUser !== undefined && { fhirUser }),
      } satisfies Extra
    },
    async assertJwtClientAuthClaimsAndHeader(_ctx, claims, header, client) {
      const now = Date.now() / 1000
      const { exp, iat } = claims as { exp: number; iat?: number }
      if (exp > now + CLIENT_TOKEN_SECONDS + CLOCK_TOLERANCE_SECONDS || (iat ?? 0) > now + CLOCK_TOLERANCE_SECONDS)
        throw new errors.InvalidClientAuth('the assertion must be issued now and end within five minutes')
      if (typeof header.kid !== 'string') throw new errors.InvalidClientAuth('the assertion must name its key (kid)')
      if (!(await clients.noteKeyUsed(client.clientId, header.kid))) return
      const found = await clients.find(client.clientId)
      if (found === undefined) throw new errors.InvalidClientAuth('client not found')
      const what = [`client/${client.clientId}`, `key/${header.kid}`]
      await record({ interaction: 'client-key-first-used', actor: actorOfClient(found, []), done: true, what })
    },
    renderError(ctx, out) {
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body = `The app's request cannot go on.\n\n${out.error}: ${out.error_description ?? ''}\n`
    },
  }

  async function checkLaunch(ctx: KoaContextWithOIDC, launch: string | undefined): Promise<void> {
    if (launch === undefined) return
    const found = await needs.launches.find(launch)
    if (found === undefined || found.clientId !== ctx.oidc.client?.clientId)
      throw new errors.InvalidRequest('the launch is not known, or was used before: start the app again')
  }

  const provider = new Provider(url, configuration)
  provider.proxy = true
  provider.silent = true
  for (const Model of [provider.AccessToken, provider.ClientCredentials])
    Object.assign(Model.prototype, {
      generateTokenId(this: { format?: string }) {
        this.format = 'opaque'
        return accessTokens.newToken()
      },
    })
  provider.ReplayDetection.unique = (issuer, jti, exp) => spendOnce(issuer, jti, new Date(exp * 1000))
  // A secret is known by its hash, and taken on loopback only: by a server that is reached from nowhere else.
  provider.Client.prototype.compareClientSecret = function compareClientSecret(
    this: { clientSecret?: string },
    secret,
  ) {
    const ip = Provider.ctx?.ip ?? ''
    return (
      isOnThisMachine(url) &&
      LOOPBACK.has(ip) &&
      this.clientSecret !== undefined &&
      hashMatches(this.clientSecret, secret)
    )
  }
  return provider
}
