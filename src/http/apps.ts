import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OauthAt } from '../identity/oauth/oauth.ts'
import type { Session, Sessions } from '../identity/sessions.ts'
import { Refusal } from '../kernel/refusal.ts'
import { accountDoor, optionalTextOf, textOf } from './account-door.ts'
import type { createPatientsFor } from './patients-for.ts'
import { sessionOf } from './session-view.ts'

type Needs = {
  readonly oauth: () => OauthAt
  readonly sessions: Sessions
  readonly patients: ReturnType<typeof createPatientsFor>
  readonly defect: (error: unknown) => void
}

/** The console's calls about apps: while one asks, and what was allowed to whom (docs/account-api.md). */
export function appRoutes({ oauth, sessions, patients, defect }: Needs) {
  const me = (request: FastifyRequest) => sessionOf(sessions, request)
  const signedIn = (request: FastifyRequest): Promise<Session | undefined> =>
    me(request).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'identity.unknown') return undefined
      throw error
    })
  const uidOf = (request: FastifyRequest) => (request.params as { uid: string }).uid
  const http = (request: FastifyRequest, reply: FastifyReply) => ({ req: request.raw, res: reply.raw })

  return async function apps(server: FastifyInstance): Promise<void> {
    accountDoor(server, { url: () => oauth().url, defect })
    const post = (path: string, act: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
      server.post(path, { bodyLimit: 65_536 }, act)

    server.get('/interaction/:uid/details', async (request, reply) => {
      const session = await signedIn(request)
      const provider = await oauth().provider()
      const details = await oauth().interactions.details(provider, http(request, reply), uidOf(request), session)
      const chosen = details.patient?.chosen
      if (session === undefined || chosen === undefined) return details
      return { ...details, patient: { needed: true, chosen: await patients.one(session.account, chosen) } }
    })
    post('/interaction/:uid/sign-in', async (request, reply) => {
      const session = await signedIn(request)
      const provider = await oauth().provider()
      return { redirectTo: await oauth().interactions.signIn(provider, http(request, reply), uidOf(request), session) }
    })
    post('/interaction/:uid/patients', async (request, reply) => {
      const session = await me(request)
      const provider = await oauth().provider()
      // Only while an app asks, in the browser it asks in.
      await oauth().interactions.details(provider, http(request, reply), uidOf(request), session)
      return { patients: await patients.find(session.account, textOf(request.body, 'text')) }
    })
    post('/interaction/:uid/consent', async (request, reply) => {
      const session = await me(request)
      const provider = await oauth().provider()
      const redirectTo = await oauth().interactions.consent(
        provider,
        http(request, reply),
        uidOf(request),
        session,
        { scopes: textsOf(request.body, 'scopes'), patient: optionalTextOf(request.body, 'patient', 64) },
        async (patient) => void (await patients.one(session.account, patient)),
      )
      return { redirectTo }
    })
    post('/interaction/:uid/refuse', async (request, reply) => {
      const session = await signedIn(request)
      const provider = await oauth().provider()
      return { redirectTo: await oauth().interactions.refuse(provider, http(request, reply), uidOf(request), session) }
    })

    server.get('/api/apps', async (request) => {
      const { account } = await me(request)
      const { granted, launchable } = await oauth().appsOf(account)
      const apps = await Promise.all(
        granted.map(async ({ patient, ...app }) => ({
          ...app,
          ...(patient !== undefined && {
            patient: await patients.one(account, patient).catch(() => ({ id: patient, name: patient })),
          }),
        })),
      )
      return { apps, launchable }
    })
    server.delete('/api/apps/:id', async (request) => {
      const { account } = await me(request)
      await oauth().grants.stop(account, (request.params as { id: string }).id)
      return {}
    })
    post('/api/launches', async (request) => {
      const { account } = await me(request)
      const clientId = textOf(request.body, 'client', 64)
      const patient = optionalTextOf(request.body, 'patient', 64)
      const encounter = optionalTextOf(request.body, 'encounter', 64)
      if (patient !== undefined) await patients.one(account, patient)
      if (encounter !== undefined) await patients.encounter(account, encounter, patient)
      const context = { ...(patient !== undefined && { patient }), ...(encounter !== undefined && { encounter }) }
      return { url: await oauth().launches.start({ accountId: account.id, clientId, ...context }, oauth().base) }
    })
  }
}

function textsOf(body: unknown, name: string): string[] {
  const value = (body as Record<string, unknown> | null)?.[name]
  if (Array.isArray(value) && value.length <= 200 && value.every((one) => typeof one === 'string'))
    return value as string[]
  throw new Refusal('request.invalid', `Send ${name}: a list of texts.`)
}
