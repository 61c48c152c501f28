import type { KoaContextWithOIDC, default as Provider } from 'oidc-provider'
import { Refusal } from '../../kernel/refusal.ts'
import type { AccountId } from '../account.ts'
import type { Accounts } from '../accounts.ts'
import { actorOfClient, type Clients } from '../clients.ts'
import { actorOfAccount, type RecordEvent } from '../record-event.ts'
import { CLOSED_AT, smartDiscovery } from './discovery.ts'
import type { Extra } from './granted-of.ts'
import { forgetOthersLogin, type SessionOf } from './login-policy.ts'
import { LOGIN_COOKIE } from './provider.ts'

type Needs = {
  readonly clients: Pick<Clients, 'find'>
  readonly accounts: Pick<Accounts, 'find'>
  readonly record: RecordEvent
  readonly sessionOf: SessionOf
  readonly url: string
  readonly defect: (error: unknown) => void
}

const OPEN_TO_ALL = new Set(['jwks', 'discovery'])

/** With prompt=none: nothing was refused, a person has to be asked. */
const WANTS_A_PERSON = new Set(['login_required', 'consent_required', 'interaction_required'])

type Body = Record<string, unknown> | undefined

/** What stands around the library's own answers: SMART's additions, entries for refusals and ends, and no defect told outside. */
export function watchAnswers(provider: Provider, { clients, accounts, record, sessionOf, url, defect }: Needs): void {
  const failures = new WeakMap<object, unknown>()
  const refusals = new WeakMap<object, Body>()
  provider.on('authorization.error', (ctx, { error, error_description }) =>
    refusals.set(ctx, { error, error_description }),
  )
  provider.on('server_error', (ctx, error) => failures.set(ctx, error))
  ;(provider as unknown as NodeJS.EventEmitter).on('error', defect)

  provider.use(async (ctx, next) => {
    try {
      if (ctx.path.startsWith('/oauth/authorize'))
        await forgetOthersLogin(ctx as unknown as KoaContextWithOIDC, sessionOf, LOGIN_COOKIE)
      await next()
      const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>
      if (failures.has(ctx)) failed(ctx, failures.get(ctx))
      else if (oidc !== undefined) await answered(ctx as unknown as KoaContextWithOIDC, oidc)
    } catch (error) {
      failed(ctx, error)
    }
  })

  async function answered(ctx: KoaContextWithOIDC, oidc: KoaContextWithOIDC['oidc']): Promise<void> {
    const body = ctx.body as Body
    if (ctx.get('origin') === '' && !OPEN_TO_ALL.has(oidc.route)) ctx.remove('access-control-allow-origin')
    if (oidc.route === 'discovery') ctx.body = { ...body, ...smartDiscovery(url) }
    if (oidc.route === 'token' && typeof body?.access_token === 'string') ctx.body = { ...body, ...contextOf(oidc) }
    const refused = refusals.get(ctx) ?? (ctx.status >= 400 ? body : undefined)
    if (refused !== undefined) await recordRefusal(oidc, refused)
    else if (oidc.route === 'revocation') await recordRevocation(oidc)
  }

  function failed(ctx: { status: number; body: unknown }, failure: unknown): void {
    const unavailable = failure instanceof Refusal
    if (!unavailable) defect(failure)
    ctx.status = unavailable ? failure.status : 500
    ctx.body = {
      error: 'server_error',
      error_description: 'The server failed; nothing was granted. Try again shortly.',
    }
  }

  async function recordRefusal(oidc: KoaContextWithOIDC['oidc'], body: Body): Promise<void> {
    const id = oidc.client?.clientId
    if (id === undefined || !CLOSED_AT.has(oidc.route) || WANTS_A_PERSON.has(String(body?.error))) return
    const [client, account] = await Promise.all([
      clients.find(id),
      accounts.find((oidc.account?.accountId ?? '') as AccountId),
    ])
    if (client === undefined) return
    const by = actorOfClient(client, [])
    await record({
      interaction: `${oidc.route}-refused`,
      actor: account === undefined ? by : { ...actorOfAccount(account), act: by },
      done: false,
      what: [`client/${id}`],
      reasons: [
        String(body?.error ?? 'refused'),
        ...(body?.error_description ? [String(body.error_description).slice(0, 200)] : []),
      ],
    })
  }

  async function recordRevocation({ client, entities }: KoaContextWithOIDC['oidc']): Promise<void> {
    const token = entities.AccessToken ?? entities.RefreshToken ?? entities.ClientCredentials
    const found = client && (await clients.find(client.clientId))
    if (token === undefined || found === undefined) return
    await record({
      interaction: 'token-revoked',
      actor: actorOfClient(found, []),
      done: true,
      what: [`client/${found.id}`],
    })
  }
}

/** SMART App Launch 2.2, token response: the launch context beside the token. */
function contextOf({ entities }: KoaContextWithOIDC['oidc']): object {
  const { patient, encounter } = ((entities.AccessToken as { extra?: Extra } | undefined)?.extra ?? {}) as Extra
  if (patient === undefined && encounter === undefined) return {}
  return {
    ...(patient !== undefined && { patient }),
    ...(encounter !== undefined && { encounter }),
    // Nobody but us knows whether the app stands beside a chart of ours.
    need_patient_banner: true,
  }
}
