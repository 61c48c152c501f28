/** For tests only: speaks FHIR to a running server. */
import assert from 'node:assert/strict'
import type { Running } from './running.ts'

// biome-ignore lint/suspicious/noExplicitAny: resources are looked into freely by the tests
export type Json = any
export type Reply = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json }
export type More = { readonly headers?: Readonly<Record<string, string>>; readonly text?: string }

/** Asks as one client; `path` is below the FHIR address, or whole. A body that is no JSON answers with `json` undefined. */
export type Ask = (method: string, path: string, body?: Json, more?: More) => Promise<Reply>

/** A client that sends resources as FHIR JSON, and whatever `more.text` says as it is. */
export async function askAs(running: Running, as: string, scope?: string): Promise<Ask> {
  const token = await running.token(as, scope)
  return (method, path, body, more = {}) =>
    asked(method, path.startsWith('http') ? path : `${running.fhir}${path}`, {
      ...more,
      headers: { authorization: `Bearer ${token}`, ...more.headers },
      ...(body !== undefined && { text: JSON.stringify(body) }),
    })
}

/** Puts a resource where it says it belongs, as that client when no other is named, and expects it to be taken. */
export const putsAs =
  (client: Ask) =>
  async (resource: Json, ask: Ask = client): Promise<void> => {
    const told = await ask('PUT', `/${resource.resourceType}/${resource.id}`, resource)
    assert.ok(told.status < 300, told.text)
  }

export async function asked(method: string, url: string, { headers = {}, text }: More): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { ...(text !== undefined && { 'content-type': 'application/fhir+json' }), ...headers },
    ...(text !== undefined && { body: text }),
  })
  const said = await response.text()
  return { status: response.status, headers: response.headers, text: said, json: parsed(said) }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The resources of a searchset, history or other Bundle. */
export const resourcesOf = (reply: Reply): Json[] =>
  (reply.json.entry ?? []).map((entry: Json) => entry.resource).filter((one: Json) => one !== undefined)

/** Follows the next links of a search to its end, page by page. */
export async function* pagesOf(ask: Ask, path: string): AsyncGenerator<Reply> {
  for (let next: string | undefined = path; next !== undefined; ) {
    const reply: Reply = await ask('GET', next)
    yield reply
    next = reply.json.link?.find((link: Json) => link.relation === 'next')?.url
  }
}
