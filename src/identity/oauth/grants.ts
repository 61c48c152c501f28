import type { Grant, default as Provider } from 'oidc-provider'
import { Refusal } from '../../kernel/refusal.ts'
import type { AccessTokens } from '../access-tokens.ts'
import type { Account, AccountId } from '../account.ts'
import type { Clients } from '../clients.ts'
import { actorOfAccount, type RecordEvent } from '../record-event.ts'
import { wordsOf } from '../scopes.ts'
import { OPENID_WORDS } from './granted-words.ts'
import { type LaunchContext, launchContextOf, setLaunchContext } from './launch-context.ts'
import type { GrantRow, OauthRows } from './oauth-rows.ts'

/** Consent is asked for again after this, whatever an app still holds. */
export const GRANT_LASTS_SECONDS = 180 * 24 * 3600

export type Consent = {
  readonly account: Account
  readonly clientId: string
  /** Every word the app asked for, and of these the granted. */
  readonly asked: readonly string[]
  readonly granted: readonly string[]
  readonly context: LaunchContext
}

export type GrantedApp = {
  readonly id: string
  readonly clientId: string
  readonly words: readonly string[]
  readonly grantedAt: Date
  readonly patient?: string
}

type Needs = {
  readonly rows: OauthRows
  readonly clients: Pick<Clients, 'find'>
  readonly accessTokens: Pick<AccessTokens, 'endGrant'>
  readonly record: RecordEvent
  readonly base: string
}

export type Grants = ReturnType<typeof createGrants>

/** What people allowed to apps. */
export function createGrants({ rows, clients, accessTokens, record, base }: Needs) {
  const wordsIn = ({ payload }: GrantRow): string[] =>
    wordsOf((payload as { resources?: Record<string, string> }).resources?.[base] ?? '')

  async function give(provider: Provider, consent: Consent, interaction: string): Promise<Grant> {
    const { account, clientId, asked, granted, context } = consent
    const grant = new provider.Grant({ accountId: account.id, clientId })
    const refused = asked.filter((word) => !granted.includes(word))
    const openid = (words: readonly string[]) => words.filter((word) => OPENID_WORDS.includes(word)).join(' ')
    grant.addOIDCScope(openid(granted))
    grant.addResourceScope(base, granted.join(' '))
    if (refused.length > 0) {
      grant.rejectOIDCScope(openid(refused))
      grant.rejectResourceScope(base, refused.join(' '))
    }
    setLaunchContext(grant, context)
    await record({
      interaction,
      actor: actorOfAccount(account),
      done: true,
      what: [`client/${clientId}`, ...(context.patient === undefined ? [] : [`Patient/${context.patient}`])],
      reasons: [granted.join(' ')],
    })
    await grant.save()
    return grant
  }

  async function end(grantId: string): Promise<void> {
    await rows.destroy('Grant', grantId)
    await Promise.all(['AuthorizationCode', 'RefreshToken'].map((model) => rows.endGrant(model, grantId)))
    await accessTokens.endGrant(grantId)
  }

  return {
    give: (provider: Provider, consent: Consent) => give(provider, consent, 'consent-given'),
    /** A grant without asking, when the person granted at least as much to this app before and it can keep a secret. */
    async remembered(provider: Provider, consent: Omit<Consent, 'granted'>): Promise<Grant | undefined> {
      const client = await clients.find(consent.clientId)
      if (client === undefined || client.public === true || client.type === 'native') return undefined
      const before = (await rows.grantsOf(consent.account.id)).filter((one) => one.payload.clientId === client.id)
      const enough = before.some((one) => {
        const words = new Set(wordsIn(one))
        return consent.asked.every((word) => words.has(word))
      })
      return enough ? give(provider, { ...consent, granted: consent.asked }, 'consent-remembered') : undefined
    },
    /** One for each app, as it was granted last. */
    async list(account: AccountId): Promise<GrantedApp[]> {
      const seen = new Map<string, GrantedApp>()
      for (const row of await rows.grantsOf(account)) {
        const clientId = row.payload.clientId as string
        if (seen.has(clientId)) continue
        const { patient } = launchContextOf(row.payload as { rar?: object[] })
        seen.set(clientId, {
          id: row.idHash,
          clientId,
          words: wordsIn(row),
          grantedAt: row.grantedAt,
          ...(patient !== undefined && { patient }),
        })
      }
      return [...seen.values()]
    },
    /** Ends everything the person ever granted to the app of this grant. */
    async stop(account: Account, id: string): Promise<void> {
      const all = await rows.grantsOf(account.id)
      const clientId = all.find((one) => one.idHash === id)?.payload.clientId
      if (clientId === undefined) throw new Refusal('record.not-found', 'You have not allowed this app anything.')
      for (const { payload } of all) if (payload.clientId === clientId) await end(payload.jti as string)
      await record({
        interaction: 'consent-withdrawn',
        actor: actorOfAccount(account),
        done: true,
        what: [`client/${clientId}`],
      })
    },
  }
}
