import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Account } from '../identity/account.ts'
import type { Sessions } from '../identity/sessions.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { LiveWatch } from '../watch/live/live-watch.ts'
import { accountDoor, textOf } from './account-door.ts'
import { sessionOf } from './session-view.ts'

type Needs = {
  readonly asking: LiveWatch['asking']
  readonly sessions: Sessions
  readonly actorOf: (account: Account, address: string) => Actor
  readonly url: () => string
  readonly defect: (error: unknown) => void
}

const MOST_WORDS = 500

/** What the watch asks whoever is signed in, and their answers (docs/account-api.md). */
export function questionRoutes({ asking, sessions, actorOf, url, defect }: Needs) {
  const me = async (request: FastifyRequest) => actorOf((await sessionOf(sessions, request)).account, request.ip)

  return async function questions(server: FastifyInstance): Promise<void> {
    accountDoor(server, { url, defect })
    server.get('/api/questions', async (request) => ({ questions: await asking.asked(await me(request)) }))
    server.post('/api/questions/:id', async (request) => {
      const actor = await me(request)
      const { id } = request.params as { id: string }
      const answer = textOf(request.body, 'answer', 20)
      const { words = '' } = request.body as { words?: unknown }
      if (typeof words !== 'string' || words.length > MOST_WORDS)
        throw new Refusal('request.invalid', `Send words as text, at most ${MOST_WORDS} characters.`)
      await asking.answer(actor, id, answer, words.trim())
      return {}
    })
  }
}
