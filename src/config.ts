import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refusal } from './kernel/refusal.ts'

type Setting<T> = {
  readonly env: string
  readonly fallback: string
  readonly says: string
  readonly parse: (text: string) => T
}

const setting = <T>(env: string, fallback: string, says: string, parse: (text: string) => T): Setting<T> => ({
  env,
  fallback,
  says,
  parse,
})
const text = (value: string) => value
const optional = (value: string) => (value === '' ? undefined : value)
const path = (value: string) => resolve(value)
const optionalPath = (value: string) => (value === '' ? undefined : resolve(value))
const optionalOrigin = (value: string) => {
  if (value === '') return undefined
  const { origin, pathname, search, hash } = URL.parse(value) ?? {}
  if (origin === undefined || origin === 'null' || `${pathname}${search}${hash}` !== '/')
    throw new Error('an address without a path, such as https://charts.example')
  return origin
}
const between = (low: number, high: number) => (value: string) => {
  const number = Number(value)
  if (!Number.isInteger(number) || number < low || number > high)
    throw new Error(`a whole number from ${low} to ${high}`)
  return number
}
const list = (value: string) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

const IMPLICIT_CONSENTS = ['all-normal', 'basic-normal', 'break-glass-only', 'deny'] as const
const oneOf =
  <T extends string>(names: readonly T[]) =>
  (value: string): T => {
    const found = names.find((name) => name === value)
    if (found === undefined) throw new Error(`one of ${names.join(', ')}`)
    return found
  }

/** Every setting there is. `docs/settings.md` is generated from this table. */
export const SETTINGS = {
  host: setting(
    'CHARTWARDEN_HOST',
    '127.0.0.1',
    'Address to listen on. Anything but loopback needs TLS or a trusted proxy.',
    text,
  ),
  port: setting('CHARTWARDEN_PORT', '8420', 'Port to listen on; 0 takes a free one.', between(0, 65535)),
  data: setting(
    'CHARTWARDEN_DATA',
    './data',
    'Folder for the embedded database, the key store and the ledger anchor.',
    path,
  ),
  databaseUrl: setting(
    'CHARTWARDEN_DATABASE_URL',
    '',
    'An external PostgreSQL, 15 or newer. Without it the embedded one is used.',
    optional,
  ),
  passphraseFile: setting(
    'CHARTWARDEN_PASSPHRASE_FILE',
    '',
    'File that holds the passphrase of the root key, when it has one.',
    optionalPath,
  ),
  tlsCertificate: setting('CHARTWARDEN_TLS_CERTIFICATE', '', 'PEM file with the certificate chain.', optionalPath),
  tlsKey: setting('CHARTWARDEN_TLS_KEY', '', 'PEM file with the private key of the certificate.', optionalPath),
  trustedProxies: setting(
    'CHARTWARDEN_TRUSTED_PROXIES',
    '',
    'Addresses of proxies that end TLS in front of this server, separated by commas.',
    list,
  ),
  publicUrl: setting(
    'CHARTWARDEN_PUBLIC_URL',
    '',
    'Address under which browsers and apps reach the server, when it is not host and port. Passkeys are bound to its name.',
    optionalOrigin,
  ),
  policies: setting(
    'CHARTWARDEN_POLICIES',
    '',
    'Folder with Cedar policies of your own: one with a known @id takes the place of ours, any other is added.',
    optionalPath,
  ),
  implicitConsent: setting(
    'CHARTWARDEN_IMPLICIT_CONSENT',
    'all-normal',
    'What holds where a patient’s consents say nothing: all-normal (policies alone decide), basic-normal (who treats, for treatment), break-glass-only, or deny.',
    oneOf(IMPLICIT_CONSENTS),
  ),
  organisation: setting(
    'CHARTWARDEN_ORGANISATION',
    'Chartwarden',
    'What people know this place by; shown on its pages and by their passkeys.',
    text,
  ),
  node: setting(
    'CHARTWARDEN_NODE',
    'node-1',
    'Name of this node in ledger entries. No host name is ever written there by itself.',
    text,
  ),
  labelRules: setting(
    'CHARTWARDEN_LABEL_RULES',
    '',
    'Folder with label rules of your own, beside those in policies/labels; a file of the same name takes its place.',
    optionalPath,
  ),
  witnesses: setting(
    'CHARTWARDEN_WITNESSES',
    '',
    'Addresses of witnesses that cosign checkpoints, as vkey=url, separated by commas.',
    list,
  ),
  shredDelaySeconds: setting(
    'CHARTWARDEN_SHRED_DELAY_SECONDS',
    '604800',
    'Shortest time between the request to shred a chart and the shredding.',
    between(0, 31_536_000),
  ),
  expectedPatients: setting(
    'CHARTWARDEN_EXPECTED_PATIENTS',
    '10000',
    'About how many patients there will be; decides how far search tokens are cut. Fixed by the first start.',
    between(16, 100_000_000),
  ),
  watch: setting(
    'CHARTWARDEN_WATCH',
    'block',
    'block stops what the watch says must be stopped; observe only tells; off does neither.',
    oneOf(['block', 'observe', 'off'] as const),
  ),
  playbooks: setting(
    'CHARTWARDEN_PLAYBOOKS',
    '',
    'Folder with the playbooks of the watch, instead of those in policies/watch/playbooks.',
    optionalPath,
  ),
  metricsPort: setting(
    'CHARTWARDEN_METRICS_PORT',
    '',
    'Port on 127.0.0.1 where Prometheus finds /metrics; none when empty.',
    (value) => (value === '' ? undefined : between(0, 65535)(value)),
  ),
  logLevel: setting(
    'CHARTWARDEN_LOG_LEVEL',
    'warn',
    'trace, debug, info, warn, error or silent. Logs never hold identifiers or content.',
    text,
  ),
} as const

export type Config = Readonly<{
  [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never
}>

/**
 * Reads the settings once: the environment first, then the JSON file named by CHARTWARDEN_SETTINGS (or
 * `chartwarden.json` here) with the same names, then the defaults. Throws `start.unsafe` naming what is wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const file = env.CHARTWARDEN_SETTINGS ?? 'chartwarden.json'
  const fromFile: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const names = new Set<string>(Object.values(SETTINGS).map((one) => one.env))
  const unknown = Object.keys(fromFile).find((name) => !names.has(name))
  if (unknown !== undefined)
    throw new Refusal('start.unsafe', `${file} sets ${unknown}, which is not a setting. See docs/settings.md.`)
  const entries = Object.entries(SETTINGS).map(([name, { env: variable, fallback, parse }]) => {
    const given = String(env[variable] ?? fromFile[variable] ?? fallback)
    try {
      return [name, parse(given)]
    } catch (error) {
      throw new Refusal(
        'start.unsafe',
        `${variable} is ${JSON.stringify(given)}; it takes ${(error as Error).message}.`,
      )
    }
  })
  return Object.freeze(Object.fromEntries(entries)) as Config
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** Where browsers and apps find this server. Passkeys need a name, not an address: loopback is `localhost`. */
export function publicUrlOf({ publicUrl, host, port, tlsCertificate, tlsKey }: Config): string {
  if (publicUrl !== undefined) return publicUrl
  const scheme = tlsCertificate !== undefined && tlsKey !== undefined ? 'https' : 'http'
  const name = isLoopback(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${scheme}://${name}:${port}`
}

/** Refuses to serve in a way that would expose what is served. */
export function refuseUnsafeListening(config: Config): void {
  const tls = config.tlsCertificate !== undefined && config.tlsKey !== undefined
  if (isLoopback(config.host) || tls || config.trustedProxies.length > 0) return
  throw new Refusal(
    'start.unsafe',
    `CHARTWARDEN_HOST is ${config.host}, and charts would travel in the clear. Set CHARTWARDEN_TLS_CERTIFICATE and CHARTWARDEN_TLS_KEY, or CHARTWARDEN_TRUSTED_PROXIES for a proxy that ends TLS.`,
  )
}
