import type { KeyObject } from 'node:crypto'
import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Account } from './account.ts'
import { createAccounts } from './accounts.ts'
import { createChallenges } from './credentials/challenges.ts'
import type { RelyingParty } from './credentials/check-ceremony.ts'
import { createCredentialRows } from './credentials/credential-rows.ts'
import { createBlockList, PASSWORD_MINIMUM, refuseWeakPassword } from './credentials/password-rules.ts'
import { createEnrolment } from './enrolment.ts'
import { createLinks } from './links.ts'
import { createOwnCredentials } from './own-credentials.ts'
import type { RecordEvent } from './record-event.ts'
import { createSessions } from './sessions.ts'
import { createSignIn } from './sign-in.ts'
import { createThrottle } from './throttle.ts'
import { createTrustedDevices } from './trusted-devices.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly key: () => KeyObject
  readonly tokenKey: () => KeyObject
  readonly organisation: string
  /** The address under which browsers reach the pages; passkeys are bound to its host. */
  readonly url: () => string
  readonly record: RecordEvent
  readonly endGrants: (account: Account, sql: Pick<Database, 'query'>) => Promise<void>
}

export type Identity = ReturnType<typeof createIdentity>

/** People: who they are, how they prove it, and where they are signed in. */
export function createIdentity({ database, clock, key, tokenKey, organisation, url, record, endGrants }: Needs) {
  const relyingParty = (): RelyingParty => {
    const { hostname, origin } = new URL(url())
    return { id: hostname, origin, name: organisation }
  }
  const accounts = createAccounts({ database, key, tokenKey })
  const sessions = createSessions({ sql: database, key })
  const links = createLinks({ sql: database, key })
  const credentials = createCredentialRows(key)
  const challenges = createChallenges(database)
  const devices = createTrustedDevices(database)
  const throttle = createThrottle({ database, tokenKey })
  const isBlocked = createBlockList(database)
  const refuseWeak = (password: string, account: Account) =>
    refuseWeakPassword(password, account, { organisation, isBlocked })
  const shared = { database, clock, accounts, credentials, challenges, sessions, devices, relyingParty, record }
  return {
    organisation,
    passwordMinimum: PASSWORD_MINIMUM,
    accounts,
    sessions,
    links,
    credentials,
    signIn: createSignIn({ ...shared, throttle }),
    enrolment: createEnrolment({ ...shared, links, refuseWeak, endGrants }),
    own: createOwnCredentials({ ...shared, refuseWeak }),
  }
}
