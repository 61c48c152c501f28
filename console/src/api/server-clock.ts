let aheadMs = 0

/** Takes the server's time from a Date header, so that a workstation's wrong clock ends no session early. */
export function setServerTime(date: string | null): void {
  const at = date === null ? Number.NaN : Date.parse(date)
  if (!Number.isNaN(at)) aheadMs = at - Date.now()
}

/** Milliseconds since 1970, by the server's clock. */
export const serverNow = (): number => Date.now() + aheadMs
