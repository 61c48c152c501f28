/** Speaks HTTP to any FHIR server: nothing here knows what is behind it. */
// biome-ignore lint/suspicious/noExplicitAny: resources are looked into freely
export type Json = any

export type Request = {
  readonly method: string
  /** Below the FHIR address, or a whole address the server gave. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

export type Heard = {
  readonly status: number
  /** Names and values, in the order of the names. */
  readonly headers: readonly (readonly [string, string])[]
  readonly text: string
  readonly json: Json
}

export type Say = (request: Request) => Promise<Heard>

export type Caller = { readonly name: string; readonly token: string; readonly headers?: Record<string, string> }

const MOST_MS = 60_000

export function speakerOf(base: string, { token, headers = {} }: Caller, heardOne: () => void): Say {
  return async function say(request) {
    const url = request.path.startsWith('http') ? request.path : `${base}${request.path}`
    if (new URL(url).origin !== new URL(base).origin) throw new Error(`${url} is not of this server`)
    const sent = request.body === undefined ? undefined : bodyText(request.body)
    const response = await fetch(url, {
      method: request.method,
      redirect: 'manual',
      signal: AbortSignal.timeout(MOST_MS),
      headers: {
        authorization: `Bearer ${token}`,
        ...(sent !== undefined && { 'content-type': 'application/fhir+json' }),
        ...headers,
        ...request.headers,
      },
      ...(sent !== undefined && { body: sent }),
    })
    heardOne()
    const text = await response.text()
    return { status: response.status, headers: [...response.headers], text, json: parsed(text) }
  }
}

const bodyText = (body: Json): string => (typeof body === 'string' ? body : JSON.stringify(body))

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const headerOf = ({ headers }: Heard, name: string): string | undefined =>
  headers.find(([one]) => one === name)?.[1]

/** Does some things at once, a few at a time, and keeps their order. */
export async function several<T, R>(all: readonly T[], act: (one: T) => Promise<R>, lanes = 8): Promise<R[]> {
  const results: R[] = new Array(all.length)
  let next = 0
  const lane = async () => {
    for (let n = next++; n < all.length; n = next++) results[n] = await act(all[n] as T)
  }
  await Promise.all(Array.from({ length: Math.min(lanes, all.length) }, lane))
  return results
}
