import type { Account } from '../account.ts'
import type { Clients } from '../clients.ts'
import type { Grants } from './grants.ts'
import { ownPatient } from './remembered-grant.ts'
import { type Said, saidOf } from './said.ts'

export type AppsOf = {
  readonly granted: readonly {
    readonly id: string
    readonly name: string
    readonly scopes: readonly Said[]
    readonly grantedAt: Date
    readonly patient?: string
  }[]
  /** Apps that can be started from our pages. */
  readonly launchable: readonly { readonly id: string; readonly name: string }[]
}

/** What a person allowed, and what they can start. */
export function createAppsOf({ clients, grants }: { clients: Pick<Clients, 'list'>; grants: Pick<Grants, 'list'> }) {
  return async function appsOf(account: Account): Promise<AppsOf> {
    const [all, granted] = await Promise.all([clients.list(), grants.list(account.id)])
    const names = new Map(all.map((one) => [one.id, one.name]))
    const own = ownPatient(account.fhirUser) !== undefined
    return {
      granted: granted.map(({ clientId, words, ...app }) => ({
        ...app,
        name: names.get(clientId) ?? clientId,
        scopes: words.map((word) => saidOf(word, own)),
      })),
      launchable: all
        .filter((one) => one.launchUri !== undefined && one.pending !== true && one.revokedAt === null)
        .map(({ id, name }) => ({ id, name })),
    }
  }
}
