import { Problem, parseProblem } from './problem.ts'
import { setServerTime } from './server-clock.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

const UNREACHABLE = 'The server cannot be reached. Check your connection, then try again.'

/** One call of the account API (docs/account-api.md). Throws a Problem, and nothing else. */
export async function ask<Answer>(method: Method, path: string, body: object = {}): Promise<Answer> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    headers: { accept: 'application/json', ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Problem('page.unreachable', UNREACHABLE)
  })
  setServerTime(response.headers.get('date'))
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok || answer === undefined) throw parseProblem(answer, response.status)
  return answer as Answer
}

/** A path with its parts escaped: `` path`/api/sessions/${id}` ``. */
export const path = (strings: TemplateStringsArray, ...parts: string[]): string =>
  String.raw({ raw: strings }, ...parts.map(encodeURIComponent))
