import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Enrolled } from '../identity/enrolment.ts'
import type { Identity } from '../identity/identity.ts'
import { Refusal } from '../kernel/refusal.ts'
import { accountDoor, HOST_COOKIE, SESSION_COOKIE, textOf } from './account-door.ts'
import { fromOf, sessionOf, sessionView, signedIn } from './session-view.ts'

type Needs = {
  readonly identity: Identity
  readonly url: () => string
  readonly defect: (error: unknown) => void
}

const BODY_LIMIT = 65_536
const ENROLMENT_COOKIE = '__Host-chartwarden-enrolment'

/** The calls of the console's pages that are about oneself (docs/account-api.md), one row each. */
export function accountRoutes({ identity, url, defect }: Needs) {
  const { sessions, signIn, enrolment, own, organisation, passwordMinimum } = identity
  const member = (request: FastifyRequest, name: string): unknown =>
    (request.body as Record<string, unknown> | null)?.[name]
  const via = (request: FastifyRequest) => ({
    token: textOf(request.body, 'token'),
    browser: request.cookies[ENROLMENT_COOKIE],
    from: fromOf(request),
  })
  const enrolled = (reply: FastifyReply, done: Enrolled) => {
    reply.clearCookie(ENROLMENT_COOKIE, HOST_COOKIE)
    return { ...signedIn(reply, done), recoveryCodes: done.recoveryCodes }
  }
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id
  const me = (request: FastifyRequest) => sessionOf(sessions, request)

  return async function account(server: FastifyInstance): Promise<void> {
    accountDoor(server, { url, defect })
    const get = (path: string, act: (request: FastifyRequest) => unknown) => server.get(path, act)
    const write =
      (method: 'POST' | 'PATCH' | 'DELETE') =>
      (path: string, act: (request: FastifyRequest, reply: FastifyReply) => unknown) =>
        server.route({ method, url: path, bodyLimit: BODY_LIMIT, handler: act })
    const post = write('POST')

    get('/api/session', async (request) => {
      const cookie = request.cookies[SESSION_COOKIE]
      const session = cookie === undefined ? undefined : await sessions.find(cookie, true)
      return { organisation, session: session === undefined ? null : sessionView(session) }
    })
    post('/api/sign-in/passkey/options', () => signIn.passkeyOptions())
    post('/api/sign-in/passkey', async (request, reply) =>
      signedIn(reply, await signIn.withPasskey(member(request, 'response'), fromOf(request))),
    )
    post('/api/sign-in/password', async (request, reply) =>
      signedIn(
        reply,
        await signIn.withPassword({ username: textOf(request.body, 'username'), ...secrets(request) }, fromOf(request)),
      ),
    )
    post('/api/sign-out', async (request, reply) => {
      const session = await me(request)
      if (member(request, 'everywhere') === true) await signIn.signOutElsewhere(session, 'everywhere')
      else await signIn.signOut(session)
      reply.clearCookie(SESSION_COOKIE, HOST_COOKIE)
      return {}
    })
    post('/api/step-up/passkey/options', async (request) => signIn.stepUpOptions(await me(request)))
    post('/api/step-up/passkey', async (request, reply) =>
      signedIn(reply, await signIn.stepUpWithPasskey(await me(request), member(request, 'response'), request.ip)),
    )
    post('/api/step-up/password', async (request, reply) =>
      signedIn(reply, await signIn.stepUpWithPassword(await me(request), secrets(request), fromOf(request))),
    )

    post('/api/enrolment/open', async (request, reply) => {
      const { link, browser } = await enrolment.open(via(request))
      reply.setCookie(ENROLMENT_COOKIE, browser, { ...HOST_COOKIE, sameSite: 'strict' })
      const { kind, account: person, expiresAt } = link
      return { kind, name: person.name, username: person.username, expiresAt, passwordMinimum }
    })
    post('/api/enrolment/passkey/options', (request) => enrolment.passkeyOptions(via(request)))
    post('/api/enrolment/passkey', async (request, reply) =>
      enrolled(
        reply,
        await enrolment.withPasskey(via(request), member(request, 'response'), textOf(request.body, 'name', 60)),
      ),
    )
    post('/api/enrolment/password/begin', (request) =>
      enrolment.beginPassword(via(request), textOf(request.body, 'password', 1024)),
    )
    post('/api/enrolment/password', async (request, reply) =>
      enrolled(reply, await enrolment.withPassword(via(request), textOf(request.body, 'code'))),
    )

    get('/api/credentials', async (request) => own.list(await me(request)))
    post('/api/passkeys/options', async (request) => own.passkeyOptions(await me(request)))
    post('/api/passkeys', async (request) =>
      own.addPasskey(await me(request), member(request, 'response'), textOf(request.body, 'name', 60)),
    )
    write('PATCH')('/api/passkeys/:id', async (request) => {
      await own.renamePasskey(await me(request), idOf(request), textOf(request.body, 'name', 60))
      return {}
    })
    write('DELETE')('/api/passkeys/:id', async (request) => {
      await own.removePasskey(await me(request), idOf(request))
      return {}
    })
    post('/api/password', async (request) => {
      await own.setPassword(await me(request), textOf(request.body, 'password', 1024))
      return {}
    })
    post('/api/totp/begin', async (request) => own.beginTotp(await me(request)))
    post('/api/totp', async (request) => {
      await own.setTotp(await me(request), textOf(request.body, 'code'))
      return {}
    })
    post('/api/recovery-codes', async (request) => ({ recoveryCodes: await own.renewRecoveryCodes(await me(request)) }))

    get('/api/sessions', async (request) => {
      const { id: current, account: person } = await me(request)
      const all = await sessions.list(person.id)
      return {
        sessions: all.map(({ id, deviceName, place, method, createdAt, seenAt, expiresAt, address }) => {
          return { id, current: id === current, deviceName, place, method, createdAt, seenAt, expiresAt, address }
        }),
      }
    })
    write('PATCH')('/api/sessions/:id', async (request) => {
      const { account: person } = await me(request)
      const session = (await sessions.list(person.id)).find((one) => one.id === idOf(request))
      if (session === undefined) throw new Refusal('record.not-found', 'There is no such session any more.')
      await sessions.renew(session, { deviceName: textOf(request.body, 'deviceName', 60) })
      return {}
    })
    write('DELETE')('/api/sessions/:id', async (request) => {
      await signIn.signOutElsewhere(await me(request), idOf(request))
      return {}
    })
  }
}

const secrets = ({ body }: FastifyRequest) => ({
  password: textOf(body, 'password', 1024),
  code: textOf(body, 'code', 64),
})
