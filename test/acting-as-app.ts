/** For tests only: an app that speaks SMART App Launch to a running server, and the browser it speaks through. */
import { hash, randomBytes } from 'node:crypto'
import type { Json } from './asking.ts'
import { type Browser, must } from './browsing.ts'
import type { Running } from './running.ts'

export const REDIRECT = 'http://localhost:9/callback'

export type App = {
  readonly clientId: string
  readonly redirectUri?: string
  /** Added to every request at the token endpoint, such as an assertion. */
  readonly proof?: () => Promise<Record<string, string>> | Record<string, string>
  readonly headers?: (method: string, url: string) => Promise<Record<string, string>>
}

export type Answer = { readonly status: number; readonly json: Json; readonly headers: Headers }

export const verifierOf = () => randomBytes(32).toString('base64url')
export const challengeOf = (verifier: string) => hash('sha256', verifier, 'base64url')

/** What an app asks with; `more` replaces, and a member that is undefined is left out. */
export function authorizeUrl(
  running: Running,
  app: App,
  scope: string,
  verifier: string,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const params = {
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri ?? REDIRECT,
    scope,
    state: 'a-state-of-the-app',
    aud: running.fhir,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...more,
  }
  const said = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/oauth/authorize?${new URLSearchParams(said)}`
}

/** Where a browser comes to from a path of ours: an interaction, or out to the app. */
export async function follow(browser: Browser, path: string): Promise<URL> {
  let at = path
  for (let hops = 0; hops < 10; hops++) {
    const { status, headers, json } = await browser.get(at)
    const to = headers.get('location')
    if (to === null) throw Object.assign(new Error(`${status} at ${at}: ${JSON.stringify(json)}`), { status, json })
    const url = new URL(to, browser.url)
    if (url.origin !== browser.url || url.pathname.startsWith('/interaction/')) return url
    at = url.pathname + url.search
  }
  throw new Error('too many redirects')
}

const pathOf = (redirectTo: string) => new URL(redirectTo).pathname + new URL(redirectTo).search

export type Choice = { readonly scopes?: readonly string[]; readonly patient?: string; readonly refuse?: boolean }

/** Goes on from an interaction, as the console's page does, until the app is called back. */
export async function interact(browser: Browser, at: URL, choice: Choice = {}): Promise<URL> {
  let url = at
  for (let turns = 0; url.origin === browser.url && turns < 5; turns++) {
    const details = await must(browser.get(`${url.pathname}/details`))
    const act =
      choice.refuse === true && details.needs === 'consent'
        ? browser.post(`${url.pathname}/refuse`)
        : details.needs === 'sign-in'
          ? browser.post(`${url.pathname}/sign-in`)
          : browser.post(`${url.pathname}/consent`, {
              scopes: choice.scopes ?? details.scopes.map((one: Json) => one.scope),
              ...(choice.patient !== undefined && { patient: choice.patient }),
            })
    url = await follow(browser, pathOf((await must(act)).redirectTo))
  }
  return url
}

/** A request at an endpoint under /oauth, form in and JSON out. */
export async function send(
  running: Running,
  app: App,
  endpoint: string,
  form: Record<string, string>,
): Promise<Answer> {
  const url = `${running.url}/oauth/${endpoint}`
  const proof = (await app.proof?.()) ?? { client_id: app.clientId }
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...(await app.headers?.('POST', url)) },
    body: new URLSearchParams({ ...form, ...proof }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
}

export const exchange = (
  running: Running,
  app: App,
  code: string,
  verifier: string,
  more: Record<string, string> = {},
) =>
  send(running, app, 'token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: app.redirectUri ?? REDIRECT,
    code_verifier: verifier,
    ...more,
  })

export const refresh = (running: Running, app: App, token: string, more: Record<string, string> = {}) =>
  send(running, app, 'token', { grant_type: 'refresh_token', refresh_token: token, ...more })

export type Launched = { readonly back: URL; readonly code: string; readonly verifier: string }

/** From the app's request to its code; the person is signed in. */
export async function authorize(
  running: Running,
  browser: Browser,
  app: App,
  scope: string,
  { choice, more }: { choice?: Choice; more?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Launched> {
  const verifier = verifierOf()
  const at = await follow(browser, authorizeUrl(running, app, scope, verifier, more))
  const back = await interact(browser, at, choice)
  return { back, code: back.searchParams.get('code') ?? '', verifier }
}

/** From the app's request to its tokens. */
export async function launch(...given: Parameters<typeof authorize>): Promise<Json> {
  const [running, , app] = given
  const { code, verifier, back } = await authorize(...given)
  const { status, json } = await exchange(running, app, code, verifier)
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(json)} ${back.href}`)
  return json
}
