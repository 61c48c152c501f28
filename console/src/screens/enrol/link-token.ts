let token: string | undefined

/**
 * The one-time token of the link, taken out of the address at once, so that it stays neither there nor in the history.
 * It lives in this page's memory only.
 */
export function takeLinkToken(location: Location, history: History): string | undefined {
  if (location.pathname === '/enrol' && location.hash.length > 1) {
    token = location.hash.slice(1)
    history.replaceState(history.state, '', location.pathname)
  }
  return token
}
