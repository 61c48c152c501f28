import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import type { Actor } from '../../kernel/actor.ts'
import { isRowId, newRowId, TENANT_ID } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { createSealed } from './sealed.ts'

/** What somebody may answer with one tap, in the order it is offered. */
const ANSWERS = {
  care: 'I needed it to care for this patient',
  asked: 'A colleague asked me to look',
  duty: 'It belongs to my work (billing, registration, quality, teaching)',
  mistake: 'I opened the wrong chart',
  'not-me': 'It was not me',
} as const

/** Of whoever leads the unit. */
const ANSWERS_OF_A_LEAD = { yes: 'Yes, it was part of their work', no: 'No', unknown: 'I do not know' } as const
export type Answer = keyof typeof ANSWERS | keyof typeof ANSWERS_OF_A_LEAD

/** Who is asked: a person, or whoever leads a unit. */
export type Asked = { readonly lead?: true; readonly name: string }

/** Leads a department (policies/3-staff.cedar), and is asked about its people. */
const LEADS = 'department-lead'
export const askedAs = ({ id, role, unit }: Pick<Actor, 'id' | 'role' | 'unit'>): Asked[] => [
  { name: id },
  ...(role === LEADS && unit !== undefined ? [{ lead: true, name: unit } as const] : []),
]

export type Question = {
  readonly id: string
  readonly to: Asked
  /** Whose access it is about. */
  readonly about: string
  readonly session?: string
  readonly text: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly case?: string
  readonly answered?: Answered
}
export type Answered = {
  readonly by: string
  readonly answer: Answer
  readonly words: string
  readonly at: number
}

/** A question as who is asked it sees it. */
export type ToldQuestion = Pick<Question, 'id' | 'text'> & {
  readonly askedAt: string
  readonly answers: readonly { readonly answer: string; readonly says: string }[]
}
const offered = ({ to }: Question): Readonly<Record<string, string>> => (to.lead ? ANSWERS_OF_A_LEAD : ANSWERS)
export const toldQuestion = (question: Question): ToldQuestion => ({
  id: question.id,
  text: question.text,
  askedAt: new Date(question.at).toISOString(),
  answers: Object.entries(offered(question)).map(([answer, says]) => ({ answer, says })),
})

type Row = { question_id: string; sealed: Buffer }
const LASTS = "interval '14 days'"
const MOST = 50

/**
 * Owner of the table `watch_questions`.
 *
 * - OPEN      is shown to who is asked for fourteen days
 * - ANSWERED  once; nobody is asked it again
 */
export function createQuestions(database: Sql, key: () => KeyObject, token: (kind: string, name: string) => Buffer) {
  const sealed = createSealed(key, 'WatchQuestion')
  const tokenOf = ({ lead, name }: Asked) => token('watch-asked', `${lead ? 'lead' : 'person'} ${name}`)
  const opened = ({ question_id, sealed: bytes }: Row) => sealed.open<Question>(question_id, bytes)

  return {
    async ask(sql: Sql, question: Omit<Question, 'id'>): Promise<void> {
      const id = newRowId()
      await sql.query(
        `insert into watch_questions (tenant_id, question_id, asked_token, sealed, asked_at) values (${TENANT_ID}, $1, $2, $3, $4)`,
        [id, tokenOf(question.to), sealed.seal(id, { ...question, id }), new Date(question.at)],
      )
    },
    /** What waits for an answer of any of these, newest first. */
    async waiting(asked: readonly Asked[]): Promise<Question[]> {
      const rows = await database.query<Row>(
        `select question_id, sealed from watch_questions where tenant_id = ${TENANT_ID} and asked_token = any($1)
           and answered_at is null and asked_at > now() - ${LASTS} order by asked_at desc limit ${MOST}`,
        [asked.map(tokenOf)],
        'watch-questions',
      )
      return rows.map(opened)
    },
    /** Keeps an answer. Throws `record.not-found` when none of these is asked that any more, `request.invalid`. */
    async answer(
      sql: Sql,
      id: string,
      asked: readonly Asked[],
      { answer, ...said }: Omit<Answered, 'answer'> & { readonly answer: string },
    ): Promise<Question & { readonly answered: Answered }> {
      const [row] = isRowId(id)
        ? await sql.query<Row>(
            `select question_id, sealed from watch_questions where tenant_id = ${TENANT_ID} and question_id = $1
               and asked_token = any($2) and answered_at is null for update`,
            [id, asked.map(tokenOf)],
          )
        : []
      if (row === undefined) throw new Refusal('record.not-found', 'This is not asked any more.')
      const question = opened(row)
      if (!Object.hasOwn(offered(question), answer))
        throw new Refusal('request.invalid', `Answer one of: ${Object.keys(offered(question)).join(', ')}.`)
      const done = { ...question, answered: { ...said, answer: answer as Answer } }
      await sql.query(
        `update watch_questions set sealed = $2, answered_at = now() where tenant_id = ${TENANT_ID} and question_id = $1`,
        [id, sealed.seal(id, done)],
      )
      return done
    },
  }
}
