import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import { Refusal } from '../../kernel/refusal.ts'
import type { Clients } from '../clients.ts'
import { scopeText, wordsOf } from '../scopes.ts'
import { grantedWords, unknownWords } from './granted-words.ts'

/** A client's own token: SMART Backend Services 2.2 says at most five minutes. */
export const CLIENT_TOKEN_SECONDS = 300
/** With a refresh token beside it a token is short; without one it is all the app has. */
const REFRESHED_TOKEN_SECONDS = 900
const ONLY_TOKEN_SECONDS = 3600

/** Where what is asked for is written anew as what is granted. */
const REWRITTEN = new Set(['authorization', 'resume'])

type Asked = {
  readonly scope?: string
  readonly launch?: string
  readonly aud?: string
  readonly resource?: string | string[]
}

const askedOf = (ctx: KoaContextWithOIDC): Asked => (ctx.method === 'POST' ? ctx.oidc.body : ctx.query) as Asked

/**
 * The one audience of tokens: the FHIR base. An authorization request MUST name it in `aud` (SMART App Launch 2.2) or
 * `resource` (RFC 8707); a missing or foreign one is refused. What is asked for is narrowed here, before anybody is
 * asked for consent.
 */
export function createResourceServer({ clients, base }: { clients: Pick<Clients, 'find'>; base: string }) {
  function refuseForeignAudience(ctx: KoaContextWithOIDC): void {
    const { aud, resource } = askedOf(ctx)
    const named = [aud, resource].flat().filter((one) => one !== undefined)
    if (named.length === 0) throw new errors.InvalidTarget(`aud must be ${base}`)
    if (!named.every((one) => one === base || (one === aud && one === `${base}/`)))
      throw new errors.InvalidTarget(`the audience is not this server: ${base}`)
  }

  async function wordsFor(ctx: KoaContextWithOIDC): Promise<string[]> {
    const { route, params, entities } = ctx.oidc
    const client = await clients.find(ctx.oidc.client?.clientId ?? '')
    if (client === undefined || params === undefined) throw new errors.InvalidClientAuth('client not found')
    if (params.grant_type === 'client_credentials') {
      const asked = (params.scope as string | undefined) ?? scopeText(client.scopes)
      if (unknownWords(asked).length > 0)
        throw new errors.InvalidScope('a scope this server does not grant. Example: system/Patient.rs', asked)
      return grantedWords(asked, client, 'client')
    }
    // The library drops offline_access where prompt=consent is not asked for, which SMART apps do not: read again.
    if (route === 'authorization') {
      const { scope = '', launch } = askedOf(ctx)
      return grantedWords(scope, client, 'person').filter((word) => word !== 'launch' || launch !== undefined)
    }
    // The person may have allowed less, or a narrower scope in place of one: from here on, that is what is asked.
    const given = (ctx.oidc.result?.consent as { grantId?: string } | undefined)?.grantId
    if (route === 'resume' && given !== undefined)
      return wordsOf((await ctx.oidc.provider.Grant.find(given))?.getResourceScope(base) ?? '')
    const before = params.scope ?? entities.AuthorizationCode?.scope ?? entities.RefreshToken?.scope
    return grantedWords((before as string | undefined) ?? '', client, 'person')
  }

  return {
    /** The default of RFC 8707's `resource`: the base, for what asked for it properly. */
    defaultResource(ctx: KoaContextWithOIDC): string {
      if (ctx.oidc.route === 'authorization') refuseForeignAudience(ctx)
      return base
    },
    async getResourceServerInfo(ctx: KoaContextWithOIDC, resource: string): Promise<ResourceServer> {
      if (resource !== base) throw new errors.InvalidTarget(`the audience is not this server: ${base}`)
      const { params, route } = ctx.oidc
      if (route === 'authorization') refuseForeignAudience(ctx)
      let words: string[]
      try {
        words = await wordsFor(ctx)
      } catch (error) {
        if (error instanceof Refusal) throw new errors.InvalidScope(error.message, '')
        throw error
      }
      if (words.length === 0)
        throw new errors.InvalidScope('none of the scopes asked for was granted to this client', '')
      const scope = words.join(' ')
      if (params !== undefined && (REWRITTEN.has(route) || params.grant_type === 'client_credentials')) {
        params.scope = scope
        params.resource = base
      }
      return { scope, audience: base, accessTokenFormat: 'opaque', accessTokenTTL: lastsSeconds(ctx, words) }
    },
  }
}

function lastsSeconds(ctx: KoaContextWithOIDC, words: readonly string[]): number {
  if (ctx.oidc.params?.grant_type === 'client_credentials') return CLIENT_TOKEN_SECONDS
  return words.some(refreshes) ? REFRESHED_TOKEN_SECONDS : ONLY_TOKEN_SECONDS
}

export const refreshes = (word: string): boolean => word === 'offline_access' || word === 'online_access'
