import { randomBytes } from 'node:crypto'
import type { AdapterPayload } from 'oidc-provider'
import { Refusal } from '../../kernel/refusal.ts'
import type { AccountId } from '../account.ts'
import type { Clients } from '../clients.ts'
import type { LaunchContext } from './launch-context.ts'
import type { OauthRows } from './oauth-rows.ts'

/** An app started from our pages (EHR launch): good once, for this person and this app. */
export type Launch = LaunchContext & { readonly accountId: AccountId; readonly clientId: string }

const MODEL = 'Launch'
const LASTS_SECONDS = 300

export type Launches = ReturnType<typeof createLaunches>

export function createLaunches({ rows, clients }: { rows: OauthRows; clients: Pick<Clients, 'find'> }) {
  return {
    /** The app's own launch address, with `iss` and `launch`. Throws `record.not-found` when it has none. */
    async start(launch: Launch, base: string): Promise<string> {
      const client = await clients.find(launch.clientId)
      if (client?.launchUri === undefined)
        throw new Refusal('record.not-found', 'This app cannot be started from here.')
      const id = randomBytes(24).toString('base64url')
      await rows.put(MODEL, id, launch as AdapterPayload, LASTS_SECONDS)
      const url = new URL(client.launchUri)
      url.searchParams.set('iss', base)
      url.searchParams.set('launch', id)
      return url.href
    },
    find: async (id: string) => (await rows.find(MODEL, id)) as Launch | undefined,
    take: async (id: string) => (await rows.take(MODEL, id)) as Launch | undefined,
  }
}
