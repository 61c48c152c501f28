import type { Clients } from '../clients.ts'

const KEPT_MS = 10_000

/** Whether pages of this origin are a registered app's: exactly the origin of a redirect address of a public client. */
export function createIsAppOrigin(clients: Pick<Clients, 'list'>) {
  let known: { origins: Promise<ReadonlySet<string>>; until: number } | undefined

  async function origins(): Promise<ReadonlySet<string>> {
    const all = await clients.list()
    const found = all
      .filter((one) => one.public === true && one.pending !== true && one.revokedAt === null)
      .flatMap((one) => one.redirectUris ?? [])
      .map((uri) => URL.parse(uri)?.origin)
      .filter((origin) => origin !== undefined && origin !== 'null')
    return new Set(found as string[])
  }

  return async function isAppOrigin(origin: string): Promise<boolean> {
    if (known === undefined || known.until < Date.now()) known = { origins: origins(), until: Date.now() + KEPT_MS }
    try {
      return (await known.origins).has(origin)
    } catch {
      known = undefined
      return false
    }
  }
}
