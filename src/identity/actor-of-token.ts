import type { KeyObject } from 'node:crypto'
import type { Actor, Scope, Strength } from '../kernel/actor.ts'
import { purposeOfRole } from '../policy/purpose-of-role.ts'
import { type AccountId, employed, type Person } from './account.ts'
import { type AccountRow, accountOf } from './accounts.ts'
import { actorOfClient, type Client } from './clients.ts'
import { parseScope, wordsOf } from './scopes.ts'
import { openJson } from './sealed-rows.ts'

/** What the authorization server granted with a token: references only, never what a person is at the moment. */
export type Granted = {
  readonly clientId: string
  /** Absent for a client's own token. */
  readonly accountId?: AccountId
  readonly grantId?: string
  /** The session of the person that it ends with. */
  readonly sessionId?: string
  readonly scope: string
  readonly audience: string
  readonly patient?: string
  readonly strength: Strength
  readonly jkt?: string
  /** The authorization server's own record of it. */
  readonly payload: Readonly<Record<string, unknown>>
}

type Row = Partial<AccountRow> & { client_id: string | null; client: Buffer | null }

/** Whom a token stands for, as the account and the client are now; undefined for who does not work here any more. */
export function actorOfToken(key: KeyObject, granted: Granted, row: Row, now: Date): Actor | undefined {
  if (row.client === null || row.client_id === null) return undefined
  const client = openJson<Client>(key, 'client', row.client_id, row.client)
  const scopes = wordsOf(granted.scope).flatMap((word) => parseScope(word) ?? [])
  if (granted.accountId === undefined) return { ...actorOfClient(client, scopes), strength: granted.strength }
  const { account_id, account_sealed, account_version } = row
  if (account_id === undefined || account_sealed === undefined || account_version === undefined) return undefined
  if (account_id === null) return undefined
  const account = accountOf(key, { account_id, account_sealed, account_version })
  return employed(account, now) ? actorOfPerson(account, client, scopes, granted) : undefined
}

/** A person for whom an app acts. */
export function actorOfPerson(
  person: Person,
  client: Client,
  scopes: readonly Scope[],
  { patient, strength }: Pick<Granted, 'patient' | 'strength'>,
): Actor {
  return {
    kind: 'person',
    id: person.username,
    name: person.name,
    role: person.role,
    scopes,
    purpose: purposeOfRole(person.role),
    ...(person.fhirUser !== undefined && { fhirUser: person.fhirUser }),
    ...(person.unit !== undefined && { unit: person.unit }),
    ...(patient !== undefined && { launchPatient: patient }),
    strength,
    act: actorOfClient(client, []),
  }
}
