/** For tests only: people of a hospital, each signed in with a passkey and working through an app of the hospital. */
import { type Launched, launch, REDIRECT } from './acting-as-app.ts'
import { type Ask, asked, type Json } from './asking.ts'
import { type Browser, enrolStaff, enrolWithPasskey, openBrowser } from './browsing.ts'
import type { Running } from './running.ts'
import type { SoftwareAuthenticator } from './software-authenticator.ts'

export type { Launched }
export type Working = {
  readonly ask: Ask
  readonly browser: Browser
  readonly token: string
  /** What holds their passkey, of who was enrolled here. */
  readonly finger?: SoftwareAuthenticator
}
const APP = 'ward-app'

/** Enrols people (`username,name,role,unit,record`), and gives each a token of the hospital's app with `user/` scopes. */
export async function workAs(running: Running, lines: readonly string[]): Promise<Record<string, Working>> {
  const added = ['client', 'add', APP, '--public', '--redirect-uri', REDIRECT]
  const { code, said } = await running.cli(...added, '--scope', 'openid fhirUser user/*.cruds')
  if (code !== 0 && !said.includes('already')) throw new Error(said)
  const links = await enrolStaff(running, lines)
  const people = Object.entries(links).map(async ([username, link]): Promise<[string, Working]> => {
    const browser = openBrowser(running.url)
    const finger = await enrolWithPasskey(browser, link)
    return [username, { ...(await workIn(running, browser)), finger }]
  })
  return Object.fromEntries(await Promise.all(people))
}

/** A new token for somebody who is signed in. */
export async function workIn(running: Running, browser: Browser): Promise<Working> {
  const { access_token: token } = await launch(running, browser, { clientId: APP }, 'openid fhirUser user/*.cruds')
  const ask: Ask = (method, path, body, more = {}) =>
    asked(method, path.startsWith('http') ? path : `${running.fhir}${path}`, {
      ...more,
      headers: { authorization: `Bearer ${token}`, ...more.headers },
      ...(body !== undefined && { text: JSON.stringify(body) }),
    })
  return { ask, browser, token }
}

/** `parameter` of a Parameters resource, as an operation takes it. */
export const parameters = (values: Readonly<Record<string, string | boolean>>): Json => ({
  resourceType: 'Parameters',
  parameter: Object.entries(values).map(([name, value]) => ({
    name,
    ...(typeof value === 'string' ? { valueString: value } : { valueBoolean: value }),
  })),
})

/** The parts of each parameter of a name, as an object. */
export const partsOf = (json: Json, name: string): Json[] =>
  json.parameter
    .filter((one: Json) => one.name === name)
    .map((one: Json) =>
      Object.fromEntries(one.part.map(({ name: part, ...value }: Json) => [part, Object.values(value)[0]])),
    )
