/**
 * Goes to sign-in by a whole new page, so that nothing of the person stays in this one's memory: on a shared
 * workstation the next one to sit down is somebody else.
 */
export function leave(why: 'idle' | 'expired' | 'out', shared = false): void {
  const { pathname, search } = window.location
  const query = new URLSearchParams({
    why,
    ...(why === 'out' ? {} : { next: `${pathname}${search}` }),
    ...(shared ? { shared: 'true' } : {}),
  })
  window.location.replace(`/sign-in?${query}`)
}
