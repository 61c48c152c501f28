/** What went wrong, as the server says it (RFC 9457), or one of the page's own codes, which begin with `page.`. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  /** When it may be tried again, by this machine's clock (ms since 1970). */
  readonly againAt: number | undefined

  constructor(code: string, title: string, status = 0, retryAfterSeconds?: number) {
    super(title)
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.againAt = retryAfterSeconds === undefined ? undefined : Date.now() + retryAfterSeconds * 1000
  }
}

const UNREADABLE = 'The server gave an answer this page cannot read. Try again in a moment.'

/** Reads a body of application/problem+json; whatever else it is becomes `page.unreadable`. */
export function parseProblem(body: unknown, status: number): Problem {
  if (typeof body !== 'object' || body === null) return new Problem('page.unreadable', UNREADABLE, status)
  const { code, title, retryAfterSeconds } = body as Record<string, unknown>
  if (typeof code !== 'string' || typeof title !== 'string') return new Problem('page.unreadable', UNREADABLE, status)
  return new Problem(code, title, status, typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined)
}

export const isProblem = (error: unknown, ...codes: string[]): error is Problem =>
  error instanceof Problem && codes.includes(error.code)

/** The person changed their mind: nothing to say about it. */
export const givenUp = (): Problem => new Problem('page.given-up', 'Nothing was changed.')
