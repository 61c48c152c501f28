/** For tests only: a small hospital with people signed in and apps registered, for the tests of OAuth and SMART. */
import { generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type App, REDIRECT } from './acting-as-app.ts'
import { askAs, type Json } from './asking.ts'
import { type Browser, enrolStaff, enrolWithPasskey, openBrowser } from './browsing.ts'
import { type Running, startRunning } from './running.ts'
import type { SoftwareAuthenticator } from './software-authenticator.ts'

export const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
export const LAB = `${CATEGORY}|laboratory`
export const VITAL = `${CATEGORY}|vital-signs`
export const LAUNCH_URI = 'http://localhost:9/launch'

export type Person = { readonly browser: Browser; readonly authenticator: SoftwareAuthenticator }
export type Hospital = {
  readonly running: Running
  /** A patient, Ada. */
  readonly ada: Person
  /** A doctor who has Ada and Bob in her care, and not Cleo. */
  readonly amara: Person
  client(id: string, ...flags: string[]): Promise<Json>
  newPerson(username: string): Promise<Person>
}

const PROBLEM = 'http://terminology.hl7.org/CodeSystem/condition-category'
const patient = (id: string, family: string): Json => ({
  resourceType: 'Patient',
  id,
  name: [{ family, given: ['Test'] }],
  birthDate: '1970-01-01',
  generalPractitioner: [{ reference: 'Practitioner/amara' }],
})

function charts(): Json[] {
  const observation = (id: string, of: string, category?: string): Json => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: id },
    subject: { reference: `Patient/${of}` },
    ...(category !== undefined && { category: [{ coding: [{ system: CATEGORY, code: category }] }] }),
  })
  return [
    { resourceType: 'Practitioner', id: 'amara', name: [{ family: 'Okafor' }] },
    patient('ada', 'Lindqvist'),
    patient('bob', 'Bauer'),
    { ...patient('cleo', 'Castro'), generalPractitioner: undefined },
    observation('ada-lab', 'ada', 'laboratory'),
    observation('ada-vital', 'ada', 'vital-signs'),
    observation('ada-plain', 'ada'),
    observation('bob-lab', 'bob', 'laboratory'),
    observation('cleo-lab', 'cleo', 'laboratory'),
    {
      resourceType: 'Condition',
      id: 'ada-problem',
      subject: { reference: 'Patient/ada' },
      category: [{ coding: [{ system: PROBLEM, code: 'problem-list-item' }] }],
    },
    {
      resourceType: 'Encounter',
      id: 'ada-visit',
      status: 'in-progress',
      class: { code: 'AMB' },
      subject: { reference: 'Patient/ada' },
    },
  ]
}

export async function startHospital(t: TestContext): Promise<Hospital> {
  const running = await startRunning(t)
  const load = await askAs(running, 'loader')
  for (const resource of charts()) {
    const { status, text } = await load('PUT', `/${resource.resourceType}/${resource.id}`, resource)
    if (status !== 201) throw new Error(text)
  }
  const links = await enrolStaff(running, [
    'ada,Ada Lindqvist,patient,,Patient/ada',
    'amara,Amara Okafor,physician,medicine,Practitioner/amara',
    'noor,Noor Haddadi,nurse,medicine,',
    'eve,Eve Castro,patient,,Patient/cleo',
  ])
  const newPerson = async (username: string): Promise<Person> => {
    const browser = openBrowser(running.url)
    return { browser, authenticator: await enrolWithPasskey(browser, links[username] as string) }
  }
  return {
    running,
    ada: await newPerson('ada'),
    amara: await newPerson('amara'),
    newPerson,
    async client(id, ...flags) {
      const { code, answer, said } = await running.cli('client', 'add', id, ...flags)
      if (code !== 0) throw new Error(said)
      return answer
    },
  }
}

export const EVERYTHING =
  'openid fhirUser launch launch/patient offline_access online_access patient/*.cruds user/*.cruds'
export const publicApp = ['--public', '--redirect-uri', REDIRECT, '--launch-uri', LAUNCH_URI, '--scope', EVERYTHING]

export type Keys = { readonly privateKey: KeyObject; readonly jwk: Json; readonly file: string }

/** A key pair of a client, its public half in a file. */
export function newKeys(running: Running, alg: 'ES384' | 'RS384' | 'ES256', kid: string = randomUUID()): Keys {
  const pair =
    alg === 'RS384'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: alg === 'ES384' ? 'P-384' : 'P-256' })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
  const file = join(running.data, `${kid}.json`)
  writeFileSync(file, JSON.stringify({ keys: [jwk] }))
  return { privateKey: pair.privateKey, jwk, file }
}

const DIGESTS: Readonly<Record<string, string>> = { ES256: 'sha256', ES384: 'sha384', RS256: 'sha256', RS384: 'sha384' }

/** A JWT as its parts say, whatever sense they make; unsigned without a key. */
export function jwt(header: Json, payload: Json, key?: KeyObject): string {
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature =
    key === undefined
      ? ''
      : sign(DIGESTS[header.alg] ?? 'sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString(
          'base64url',
        )
  return `${signed}.${signature}`
}

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A client assertion (SMART App Launch 2.2, asymmetric authentication); `more` replaces members of header or payload. */
export function assertionOf(
  running: Running,
  clientId: string,
  keys: Keys,
  more: { header?: Json; payload?: Json; key?: KeyObject } = {},
): Record<string, string> {
  const now = Math.floor(Date.now() / 1000)
  const header = { alg: keys.jwk.alg, kid: keys.jwk.kid, typ: 'JWT', ...more.header }
  const payload = {
    iss: clientId,
    sub: clientId,
    aud: `${running.url}/oauth/token`,
    iat: now,
    exp: now + 240,
    jti: randomUUID(),
    ...more.payload,
  }
  return {
    client_assertion_type: JWT_BEARER,
    client_assertion: jwt(header, payload, 'key' in more ? more.key : keys.privateKey),
  }
}

/** An app that proves itself by its key. */
export const keyedApp = (running: Running, clientId: string, keys: Keys): App => ({
  clientId,
  proof: () => assertionOf(running, clientId, keys),
})

/** A DPoP proof (RFC 9449 §4.2). */
export function dpopProof(
  keys: Keys,
  method: string,
  url: string,
  token?: string,
  more: { header?: Json; payload?: Json } = {},
) {
  const { kid: _kid, alg, use: _use, ...jwk } = keys.jwk
  const payload = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    htm: method,
    htu: url,
    ...(token !== undefined && { ath: hash('sha256', token, 'base64url') }),
    ...more.payload,
  }
  return jwt({ typ: 'dpop+jwt', alg, jwk, ...more.header }, payload, keys.privateKey)
}

/** Reads with an access token. */
export const readAs = (running: Running, token: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${running.fhir}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } })

/** The ids of what a search finds. */
export async function found(running: Running, token: string, path: string): Promise<string[]> {
  const bundle: Json = await (await readAs(running, token, path)).json()
  return (bundle.entry ?? []).map((one: Json) => one.resource.id).sort()
}
