/** For tests only: one browser's cookies and origin, as the account pages' calls see them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import type { Json } from './asking.ts'
import type { Running } from './running.ts'
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from './software-authenticator.ts'

export type Told = { readonly status: number; readonly headers: Headers; readonly json: Json }
export type Browser = ReturnType<typeof openBrowser>

/** `headers` replace what the browser would send by itself. */
export function openBrowser(url: string, cookies = new Map<string, string>()) {
  async function call(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Told> {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(method !== 'GET' && { origin: url, 'content-type': 'application/json' }),
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
    })
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) as RegExpExecArray
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(set)) cookies.delete(name as string)
      else cookies.set(name as string, value as string)
    }
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text.startsWith('{') ? JSON.parse(text) : text }
  }
  return {
    url,
    cookies,
    get: (path: string) => call('GET', path),
    post: (path: string, body?: Json) => call('POST', path, body),
    call,
  }
}

/** Enrols people as an operator does; their links' tokens by user name. Lines are `username,name,role,…`. */
export async function enrolStaff(
  running: Running,
  lines: readonly string[],
  header = 'username,name,role,unit,record',
): Promise<Record<string, string>> {
  const file = join(running.data, 'staff.csv')
  writeFileSync(file, `${header}\n${lines.join('\n')}\n`)
  const { code, answer, said } = await running.cli('staff', 'import', file)
  if (code !== 0) throw new Error(said)
  return Object.fromEntries(answer.added.map(({ username, url }: Json) => [username, url.split('#')[1]]))
}

export async function must(told: Promise<Told>): Promise<Json> {
  const { status, json } = await told
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(json)}`)
  return json
}

/** Enrols with a new passkey by the link of `token`, and is signed in. */
export async function enrolWithPasskey(browser: Browser, token: string): Promise<SoftwareAuthenticator> {
  const authenticator = createSoftwareAuthenticator(browser.url)
  await must(browser.post('/api/enrolment/open', { token }))
  const options = await must(browser.post('/api/enrolment/passkey/options', { token }))
  await must(
    browser.post('/api/enrolment/passkey', { token, response: authenticator.create(options), name: 'My phone' }),
  )
  return authenticator
}

export async function signInWithPasskey(
  browser: Browser,
  authenticator: SoftwareAuthenticator,
  more: Json = {},
): Promise<Told> {
  const options = await must(browser.post('/api/sign-in/passkey/options'))
  return browser.post('/api/sign-in/passkey', { response: authenticator.get(options), ...more })
}

export const GOOD_PASSWORD = 'plum-lantern-orbit-seven'

/** The code of an authenticator app, `steps` of 30 seconds from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })

/** Enrols with a password and an authenticator app, and is signed in. */
export async function enrolWithPassword(browser: Browser, token: string, password = GOOD_PASSWORD) {
  await must(browser.post('/api/enrolment/open', { token }))
  const { totpSecret } = await must(browser.post('/api/enrolment/password/begin', { token, password }))
  const done = await must(browser.post('/api/enrolment/password', { token, code: codeOf(totpSecret, -1) }))
  return { secret: totpSecret as string, recoveryCodes: done.recoveryCodes as string[] }
}
