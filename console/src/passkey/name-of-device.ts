const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android.*Mobile/, 'Android phone'],
  [/Android/, 'Android tablet'],
  [/CrOS/, 'Chromebook'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/Windows/, 'Windows computer'],
  [/Linux/, 'Linux computer'],
] as const

const BROWSERS = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const

const first = (list: readonly (readonly [RegExp, string])[], agent: string) =>
  list.find(([pattern]) => pattern.test(agent))?.[1]

/** A first name for a passkey; people can change it. */
export const nameOfDevice = (agent: string): string => first(SYSTEMS, agent) ?? 'This device'

/** A first name for a session, such as `Chrome on Mac`. */
export function nameOfBrowser(agent: string): string {
  const browser = first(BROWSERS, agent)
  const system = first(SYSTEMS, agent)
  if (browser === undefined) return system ?? 'A browser'
  return system === undefined ? browser : `${browser} on ${system}`
}
