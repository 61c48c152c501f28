import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { AccessTokens } from '../access-tokens.ts'
import type { AccountId } from '../account.ts'
import type { Clients } from '../clients.ts'
import { wordsOf } from '../scopes.ts'
import { grantedOf } from './granted-of.ts'
import { metadataOf } from './metadata-of.ts'
import type { OauthRows } from './oauth-rows.ts'
import type { RecordToken } from './record-token.ts'

type Needs = {
  readonly sql: Sql
  readonly rows: OauthRows
  readonly clients: Clients
  readonly accessTokens: AccessTokens
  /** Durable before the token is there. */
  readonly recordToken: RecordToken
}

/** Which session of ours a login of the authorization server belongs to. */
export type LoginState = { readonly sessionId?: string }

const SESSION_BOUND = new Set(['AuthorizationCode', 'RefreshToken'])
/** Without `offline_access` an app ends with the session of the person (SMART App Launch 2.2, `online_access`). */
const outlivesSession = ({ scope }: AdapterPayload): boolean => wordsOf(scope ?? '').includes('offline_access')

const nothing = () => Promise.resolve(undefined)

/** Where the authorization server keeps what, by model: its rows, our clients, our access tokens. */
export function createAdapter({ sql, rows, clients, accessTokens, recordToken }: Needs) {
  /** A login lives as long as the session it came from. */
  async function withItsSession(login: AdapterPayload | undefined): Promise<AdapterPayload | undefined> {
    const { sessionId } = (login?.state ?? {}) as LoginState
    if (login?.accountId === undefined) return login
    if (sessionId === undefined) return undefined
    const lives = await sql.query(
      `select from account_sessions where tenant_id = ${TENANT_ID} and account_id = $1 and session_id = $2
       and idle_until > now() and expires_at > now()`,
      [login.accountId as AccountId, sessionId],
    )
    return lives.length > 0 ? login : undefined
  }

  /** A code or a refresh token, unless the session that it ends with has ended. */
  async function whileItsSession(payload: AdapterPayload | undefined): Promise<AdapterPayload | undefined> {
    if (payload === undefined || outlivesSession(payload)) return payload
    const login = await rows.findByUid('Session', payload.sessionUid ?? '').then(withItsSession)
    return login?.accountId === payload.accountId ? payload : undefined
  }

  const rowAdapter = (model: string): Adapter => {
    const found = (payload: Promise<AdapterPayload | undefined>) =>
      model === 'Session'
        ? payload.then(withItsSession)
        : SESSION_BOUND.has(model)
          ? payload.then(whileItsSession)
          : payload
    return {
      upsert: (id, payload, lastsSeconds) => rows.put(model, id, payload, lastsSeconds),
      find: (id) => found(rows.find(model, id)),
      findByUid: (uid) => found(rows.findByUid(model, uid)),
      findByUserCode: nothing,
      destroy: (id) => rows.destroy(model, id),
      revokeByGrantId: (grantId) => rows.endGrant(model, grantId),
      // Two who come at once both saw it unused: the second ends the grant, as any reuse does (RFC 9700 §4.14.2).
      async consume(id) {
        if (await rows.consume(model, id)) return
        const grantId = (await rows.find(model, id))?.grantId
        if (grantId !== undefined) {
          await rows.destroy('Grant', grantId)
          await Promise.all(['AuthorizationCode', 'RefreshToken'].map((one) => rows.endGrant(one, grantId)))
          await accessTokens.endGrant(grantId)
        }
        throw new errors.InvalidGrant('it was used before')
      },
    }
  }

  const tokenAdapter = (model: string): Adapter => ({
    async upsert(id, payload, lastsSeconds) {
      const login =
        payload.accountId === undefined || outlivesSession(payload)
          ? undefined
          : await rows.findByUid('Session', payload.sessionUid ?? '').then(withItsSession)
      const session = (login?.state as LoginState | undefined)?.sessionId
      if (payload.accountId !== undefined && !outlivesSession(payload) && session === undefined)
        throw new errors.InvalidGrant('the session it belongs to has ended')
      const granted = grantedOf(payload, session)
      await recordToken(granted)
      await accessTokens.keep(id, granted, lastsSeconds as number)
    },
    async find(id) {
      const granted = await accessTokens.granted(id)
      const payload = granted?.payload as AdapterPayload | undefined
      return payload?.kind === model ? payload : undefined
    },
    findByUid: nothing,
    findByUserCode: nothing,
    consume: () => Promise.resolve(),
    destroy: (id) => accessTokens.end(id),
    revokeByGrantId: (grantId) => accessTokens.endGrant(grantId),
  })

  const clientAdapter: Adapter = {
    async find(id) {
      const client = await clients.find(id)
      return client && metadataOf(client)
    },
    findByUid: nothing,
    findByUserCode: nothing,
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  }

  return function adapter(model: string): Adapter {
    if (model === 'Client') return clientAdapter
    return model === 'AccessToken' || model === 'ClientCredentials' ? tokenAdapter(model) : rowAdapter(model)
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('clients are written by operators only'))
}
