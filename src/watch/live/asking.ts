import type { Actor } from '../../kernel/actor.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Append } from '../../ledger/append.ts'
import { tenantAct } from '../../ledger/happening.ts'
import type { Access } from '../access.ts'
import { CAPS } from '../decide/caps.ts'
import { setRecent } from '../state/recent.ts'
import type { Measures } from './measures.ts'
import { askedAs, type createQuestions, type Question, type ToldQuestion, toldQuestion } from './questions.ts'
import { notMe } from './remarked.ts'
import type { createStoredCases } from './stored-cases.ts'
import type { createStoredHolds } from './stored-holds.ts'
import { WATCH } from './watch-actor.ts'

const STEP_UP_MS = 3_600_000
const NOT_ME_MS = CAPS.minutes.again * 60_000
const FRESH_MS = 15 * 60_000
const MOST_PROOFS = 20_000

type Needs = {
  readonly clock: Clock
  readonly appendWith: Append['appendWith']
  readonly questions: ReturnType<typeof createQuestions>
  readonly cases: ReturnType<typeof createStoredCases>
  readonly holds: ReturnType<typeof createStoredHolds>
  readonly measures: Measures
  readonly accountOf: (username: string) => Promise<unknown>
  readonly blocks: boolean
}

/** Asking people: why, and whether it is them. */
export function createAsking(needs: Needs) {
  const { clock, appendWith, questions, cases, holds, measures, accountOf, blocks } = needs
  const proven = new Map<string, number>()
  const now = () => clock.now().getTime()
  const isFresh = (username: string) => now() - (proven.get(username) ?? 0) < FRESH_MS

  return {
    /** Why they opened a chart, afterwards. */
    async why({ actor, session, patient, at }: Access): Promise<void> {
      const text = `We noticed that you opened the chart of Patient/${patient}, and could not see from the records why. That may be our records’ fault. What did you need it for?`
      await appendWith(async (tx) => {
        await questions.ask(tx, { to: { name: actor }, about: actor, session, text, at })
        const act = tenantAct({ interaction: 'watch-ask', actor: WATCH, what: [`actor ${actor}`], done: true })
        return { value: undefined, happenings: [act] }
      })
    },
    /** Until they have proven who they are, a person gets nothing more; whoever did a moment ago is not asked. */
    async proof({ actor, at }: Access, why: string): Promise<void> {
      if (isFresh(actor) || (await accountOf(actor)) === undefined) return
      const until = at + STEP_UP_MS
      await measures.begin({ kind: 'actor', what: actor, step: 'step-up', since: at, until, why, by: 'watch' })
      throw measures.stepUpRefusal()
    },
    /** Somebody has just proven who they are: nobody has to ask them any more. */
    async proven(username: string): Promise<void> {
      setRecent(proven, username, now(), MOST_PROOFS)
      if (!blocks) return
      for (const { id, kind, what, step } of await holds.all())
        if (kind === 'actor' && what === username && step === 'step-up') await measures.end(id, WATCH)
    },
    /** What somebody is asked and has not answered. */
    asked: async (by: Actor): Promise<ToldQuestion[]> => (await questions.waiting(askedAs(by))).map(toldQuestion),
    /**
     * Keeps what somebody answered, in its case too. Who says that it was not them has the session held, and proves anew
     * who they are. Throws `record.not-found` when they are not asked that, `request.invalid`.
     */
    async answer(by: Actor, id: string, answer: string, words: string): Promise<void> {
      const at = now()
      const { value: question } = await appendWith(async (tx) => {
        const done = await questions.answer(tx, id, askedAs(by), { by: by.id, answer, words, at })
        const of = done.case === undefined ? undefined : await cases.find(tx, done.case)
        if (of !== undefined) await cases.keep(tx, { ...of, answers: [...of.answers, done.answered] })
        const what = [`question/${id}`, `actor ${done.about}`]
        const act = tenantAct({ interaction: 'watch-answered', actor: by, what, reasons: [answer], done: true })
        return { value: done, happenings: [act] }
      })
      if (answer === 'not-me') await notTheirs(by, question)
    },
  }

  async function notTheirs(by: Actor, { about: actor, session = '' }: Question): Promise<void> {
    const since = now()
    await cases.add(notMe(by, actor, session, since))
    if (!blocks) return
    const held = { since, until: since + NOT_ME_MS, why: `${by.name} says that it was not them`, by: by.id }
    if (session !== '') await measures.begin({ ...held, kind: 'session', what: session, step: 'freeze' })
    proven.delete(actor)
    await measures.begin({ ...held, kind: 'actor', what: actor, step: 'step-up' })
  }
}
