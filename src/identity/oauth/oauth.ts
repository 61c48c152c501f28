import type { KeyObject } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { default as Provider } from 'oidc-provider'
import type { Database } from '../../database/sql.ts'
import type { AccessTokens } from '../access-tokens.ts'
import type { Accounts } from '../accounts.ts'
import type { Clients } from '../clients.ts'
import type { RecordEvent } from '../record-event.ts'
import type { Session } from '../sessions.ts'
import type { SpendOnce } from '../spend-once.ts'
import { watchAnswers } from './answers.ts'
import { createAppsOf } from './apps-of.ts'
import { smartConfiguration } from './discovery.ts'
import { createGrants } from './grants.ts'
import { createInteractions } from './interactions.ts'
import { createLaunches } from './launches.ts'
import { createOauthKeys } from './oauth-keys.ts'
import { createOauthRows } from './oauth-rows.ts'
import { createProvider } from './provider.ts'
import { createRegistration } from './registration.ts'
import { createUserinfo } from './userinfo.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

type Needs = {
  readonly database: Database
  readonly key: () => KeyObject
  readonly accounts: Accounts
  readonly clients: Clients
  readonly accessTokens: AccessTokens
  readonly spendOnce: SpendOnce
  readonly record: RecordEvent
  /** The session of a request's cookies. */
  readonly sessionOf: (cookieHeader: string | undefined) => Promise<Session | undefined>
}

export type Oauth = ReturnType<typeof createOauth>
/** The authorization server at its address. */
export type OauthAt = ReturnType<Oauth['at']>

const KEYS_LOOKED_AT_MS = 10_000
const SWEPT_EACH_MS = 3_600_000

/** OAuth 2.0, OpenID Connect and SMART App Launch 2.2. */
export function createOauth({
  database: sql,
  key,
  accounts,
  clients,
  accessTokens,
  spendOnce,
  record,
  sessionOf,
}: Needs) {
  const rows = createOauthRows({ sql, key })
  const keys = createOauthKeys({ sql, key })
  const launches = createLaunches({ rows, clients })

  /** `url` is the issuer; the FHIR base below it is the audience of every token. */
  function at(url: string, defect: (error: unknown) => void) {
    const base = `${url}/fhir`
    const grants = createGrants({ rows, clients, accessTokens, record, base })
    let made: { provider: Provider; mark: string; handle: Handle } | undefined
    let looked = 0
    let swept = 0
    let making: Promise<Provider> | undefined

    async function make(): Promise<Provider> {
      const { keys: served, mark } = await keys.served()
      if (made?.mark !== mark) {
        const needs = { sql, rows, accounts, clients, accessTokens, grants, launches, sessionOf, spendOnce, record }
        const provider = createProvider({ ...needs, url, keys: served })
        watchAnswers(provider, { clients, accounts, record, sessionOf, url, defect })
        made = { provider, mark, handle: provider.callback() }
      }
      if (Date.now() - swept > SWEPT_EACH_MS) {
        swept = Date.now()
        await rows.sweep()
      }
      looked = Date.now()
      return made.provider
    }

    /** With the keys there are now: a rotation is noticed within seconds. */
    function provider(): Promise<Provider> {
      if (made !== undefined && Date.now() - looked < KEYS_LOOKED_AT_MS) return Promise.resolve(made.provider)
      making ??= make().finally(() => {
        making = undefined
      })
      return making
    }

    return {
      url,
      base,
      provider,
      /** Reads the request and writes the answer, at the addresses of the library. */
      async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        await provider()
        await made?.handle(request, response)
      },
      grants,
      launches,
      interactions: createInteractions({ grants, launches, clients, record }),
      /** The public app that a refresh token was given to. */
      async publicClientOf(refreshToken: string): Promise<string | undefined> {
        const id = (await rows.find('RefreshToken', refreshToken))?.clientId
        const client = id === undefined ? undefined : await clients.find(id)
        return client?.public === true ? client.id : undefined
      },
      register: createRegistration({ clients, record }),
      userinfo: createUserinfo({ accessTokens, accounts, base }),
      smartConfiguration: () => smartConfiguration(url),
      appsOf: createAppsOf({ clients, grants }),
    }
  }

  return { at, keys }
}
