import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { Session } from '../sessions.ts'
import type { LoginState } from './adapter.ts'

/** The person's own session in the request, if they are signed in with us. */
export type SessionOf = (cookieHeader: string | undefined) => Promise<Session | undefined>

/**
 * When somebody has to sign in or consent. The authorization server's login is but a shadow of our session: another
 * session in the same browser, or none, means signing in again.
 */
export function loginPolicy(sessionOf: SessionOf) {
  const policy = interactionPolicy.base()
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('other_session', 'the login is not of this session', async (ctx) => {
      const login = ctx.oidc.session
      if (login?.accountId === undefined) return interactionPolicy.Check.NO_NEED_TO_PROMPT
      const session = await sessionOf(ctx.get('cookie'))
      if (session === undefined || session.account.id !== login.accountId) return interactionPolicy.Check.REQUEST_PROMPT
      const of = (login.state as LoginState | undefined)?.sessionId
      if (of === session.id) return interactionPolicy.Check.NO_NEED_TO_PROMPT
      if (ctx.oidc.result?.login === undefined) return interactionPolicy.Check.REQUEST_PROMPT
      login.state = { sessionId: session.id } satisfies LoginState
      return interactionPolicy.Check.NO_NEED_TO_PROMPT
    }),
  )
  return policy
}

/** Forgets a login that is not of whoever is signed in here now, before anything is decided by it. */
export async function forgetOthersLogin(
  ctx: KoaContextWithOIDC,
  sessionOf: SessionOf,
  cookieName: string,
): Promise<void> {
  const id = ctx.cookies.get(cookieName)
  if (id === undefined) return
  const { Session } = ctx.app as unknown as typeof ctx.oidc.provider
  const login = await Session.find(id)
  if (login?.accountId === undefined) return
  const session = await sessionOf(ctx.get('cookie'))
  if (session?.account.id !== login.accountId) await login.destroy()
}
