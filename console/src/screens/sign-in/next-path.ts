const OWN = [/^\/account$/, /^\/interaction\/[\w-]+$/]
const PLAIN = /^\/(?![/\\])[\w\-./?&=%#~:]*$/

/**
 * Where to go after sign-in. Only a path of this origin that is one of the pages a person can be sent back to; what
 * else a link may say is dropped, so that nobody is sent to a stranger's page right after signing in.
 */
export function nextPath(next: unknown, origin: string): string {
  if (typeof next !== 'string' || !PLAIN.test(next)) return '/account'
  const url = new URL(next, origin)
  if (url.origin !== origin || !OWN.some((page) => page.test(url.pathname))) return '/account'
  return `${url.pathname}${url.search}`
}
