import type { Accounts } from '../accounts.ts'
import { actorOfPerson, type Granted } from '../actor-of-token.ts'
import { actorOfClient, type Clients } from '../clients.ts'
import type { RecordEvent } from '../record-event.ts'
import { parseScope, wordsOf } from '../scopes.ts'

export type RecordToken = (granted: Granted) => Promise<void>

/** Writes the entry of an access token, under the name of whom it stands for. */
export function createRecordToken({
  accounts,
  clients,
  record,
}: {
  accounts: Pick<Accounts, 'find'>
  clients: Pick<Clients, 'find'>
  record: RecordEvent
}): RecordToken {
  return async function recordToken(granted) {
    const client = await clients.find(granted.clientId)
    if (client === undefined) throw new Error('a token needs a client')
    const scopes = wordsOf(granted.scope).flatMap((word) => parseScope(word) ?? [])
    const { gty } = granted.payload
    const refreshed = typeof gty === 'string' && gty.includes('refresh_token')
    const event = { interaction: refreshed ? 'token-refreshed' : 'token-issued', done: true, reasons: [granted.scope] }
    if (granted.accountId === undefined) return record({ ...event, actor: actorOfClient(client, scopes) })
    const account = await accounts.find(granted.accountId)
    if (account === undefined) throw new Error('a token needs a person')
    const what = [`account/${account.id}`, `client/${client.id}`]
    return record({ ...event, actor: actorOfPerson(account, client, scopes, granted), what })
  }
}
