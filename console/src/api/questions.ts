import { queryOptions } from '@tanstack/react-query'
import { ask, path } from './ask.ts'

/** Something the watch wants to know of this person, with the answers of one tap. */
export type Question = {
  readonly id: string
  readonly text: string
  readonly askedAt: string
  readonly answers: readonly { readonly answer: string; readonly says: string }[]
}

const LOOK_AGAIN_MS = 30_000

export const questionsQuery = queryOptions({
  queryKey: ['questions'],
  queryFn: () => ask<{ questions: readonly Question[] }>('GET', '/api/questions'),
  refetchInterval: LOOK_AGAIN_MS,
})

export const answerQuestion = (id: string, answer: string, words: string) =>
  ask('POST', path`/api/questions/${id}`, { answer, words })
