import { hash, type KeyObject, randomBytes } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { isRowId, newRowId, TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Account, type AccountId, employed } from './account.ts'
import { ACCOUNT_COLUMNS, type AccountRow, accountOf } from './accounts.ts'
import { recognisedAnew } from './recognised-anew.ts'
import { openJson, sealJson } from './sealed-rows.ts'

export type Method = 'passkey' | 'password' | 'recovery'
export type Place = 'own' | 'shared'

type Kept = {
  readonly method: Method
  readonly place: Place
  readonly deviceName: string
  readonly address: string
  readonly createdAt: string
  readonly authenticatedAt: string
  /** Until when sensitive acts need no further proof. */
  readonly stepUpUntil: string
  /** The secret of an authenticator app that has not shown yet that it works. */
  readonly pendingTotp?: string
}

/**
 * One sign-in on one device.
 *
 * - OPEN     until `idleUntil` without a request, or `expiresAt` whatever happens
 * - ENDED    signed out, revoked, idle or expired, or the person left: the row is gone or is not found
 */
export type Session = Kept & {
  readonly id: string
  readonly account: Account
  readonly seenAt: Date
  readonly idleUntil: Date
  readonly expiresAt: Date
}

export const STEP_UP_LASTS_SECONDS = 300
/** At one time for one person; the one that was silent longest makes room. */
const MOST_SESSIONS = 20
/** A session in use is not written at each request: at most once in this time. */
const TOUCHED_AFTER_SECONDS = 20

type Limits = { readonly idleSeconds: number; readonly absoluteSeconds: number }
/** NIST SP 800-63B-4 §2.2.3 (AAL2): at most 24 hours, and an hour without a sign of life. */
const LIMITS: Readonly<Record<Place, Limits>> = {
  own: { idleSeconds: 3600, absoluteSeconds: 12 * 3600 },
  shared: { idleSeconds: 300, absoluteSeconds: 8 * 3600 },
}
/** Who can do much with little gets less (AAL3: 15 minutes). */
const STRICT: Limits = { idleSeconds: 900, absoluteSeconds: 8 * 3600 }
const STRICT_ROLES = new Set(['privacy-officer', 'security-officer'])

export function limitsOf(role: string, place: Place): Limits {
  const limits = LIMITS[place]
  if (!STRICT_ROLES.has(role)) return limits
  return {
    idleSeconds: Math.min(limits.idleSeconds, STRICT.idleSeconds),
    absoluteSeconds: Math.min(limits.absoluteSeconds, STRICT.absoluteSeconds),
  }
}

/** Throws `identity.step-up` unless it was proven a moment ago who this is. */
export function refuseStale({ stepUpUntil }: Pick<Session, 'stepUpUntil'>, now: Date): void {
  if (new Date(stepUpUntil) <= now) throw new Refusal('identity.step-up', 'For this, prove again that it is you.')
}

const digest = (token: string): Buffer => hash('sha256', token, 'buffer')
const sealedPlace = (id: string) => ['account-session', id] as const

type Row = AccountRow & {
  session_id: string
  session_sealed: Buffer
  seen_at: Date
  idle_until: Date
  expires_at: Date
  now: Date
}
const COLUMNS = `s.session_id, s.sealed as session_sealed, s.seen_at, s.idle_until, s.expires_at, ${ACCOUNT_COLUMNS}, now() as now`
const FROM = `account_sessions s join accounts a on a.tenant_id = s.tenant_id and a.account_id = s.account_id
  where s.tenant_id = ${TENANT_ID} and s.idle_until > now() and s.expires_at > now()`

export type Sessions = ReturnType<typeof createSessions>

/** Who is signed in where. Owner of the table `account_sessions`; the cookie's value is known to the browser only. */
export function createSessions({ sql, key }: { sql: Sql; key: () => KeyObject }) {
  function opened(row: Row): Session | undefined {
    const account = accountOf(key(), row)
    if (!employed(account, row.now)) return undefined
    const kept = openJson<Kept>(key(), ...sealedPlace(row.session_id), row.session_sealed)
    const { session_id: id, seen_at: seenAt, idle_until: idleUntil, expires_at: expiresAt } = row
    return { ...kept, id, account, seenAt, idleUntil, expiresAt }
  }

  async function touch(session: Session, now: Date): Promise<Session> {
    if (now.getTime() - session.seenAt.getTime() < TOUCHED_AFTER_SECONDS * 1000) return session
    const { idleSeconds } = limitsOf(session.account.role, session.place)
    const [row] = await sql.query<{ seen_at: Date; idle_until: Date }>(
      `update account_sessions set seen_at = now(), idle_until = now() + make_interval(secs => $2)
       where tenant_id = ${TENANT_ID} and session_id = $1 returning seen_at, idle_until`,
      [session.id, idleSeconds],
    )
    return row === undefined ? session : { ...session, seenAt: row.seen_at, idleUntil: row.idle_until }
  }

  return {
    /** Opens a session under a new secret; whatever the browser held before is worth nothing here. */
    async open(
      account: Account,
      { method, place, deviceName, address }: Pick<Kept, 'method' | 'place' | 'deviceName' | 'address'>,
      stepUpSeconds = STEP_UP_LASTS_SECONDS,
    ): Promise<{ token: string; session: Session }> {
      const token = randomBytes(32).toString('base64url')
      const id = newRowId()
      const { idleSeconds, absoluteSeconds } = limitsOf(account.role, place)
      const [{ now } = { now: new Date() }] = await sql.query<{ now: Date }>('select now()')
      const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
      const kept: Kept = {
        method,
        place,
        deviceName,
        address,
        createdAt: now.toISOString(),
        authenticatedAt: now.toISOString(),
        stepUpUntil: at(stepUpSeconds).toISOString(),
      }
      const session = { ...kept, id, account, seenAt: now, idleUntil: at(idleSeconds), expiresAt: at(absoluteSeconds) }
      await sql.query(
        `insert into account_sessions (tenant_id, session_hash, session_id, account_id, sealed, seen_at, idle_until, expires_at)
         values (${TENANT_ID}, $1, $2, $3, $4, $5, $6, $7)`,
        [
          digest(token),
          id,
          account.id,
          sealJson(key(), ...sealedPlace(id), kept),
          now,
          session.idleUntil,
          session.expiresAt,
        ],
      )
      await sql.query(
        `delete from account_sessions where tenant_id = ${TENANT_ID} and account_id = $1 and (expires_at < now() or session_id in (
           select session_id from account_sessions where tenant_id = ${TENANT_ID} and account_id = $1
           order by seen_at desc, session_id offset ${MOST_SESSIONS}))`,
        [account.id],
      )
      return { token, session }
    },
    /** The open session of a cookie, and a sign of life in it. `quiet` leaves its idle clock alone. */
    async find(token: string, quiet = false): Promise<Session | undefined> {
      const [row] = await sql.query<Row>(`select ${COLUMNS} from ${FROM} and s.session_hash = $1`, [digest(token)])
      const session = row && opened(row)
      return session === undefined || quiet ? session : touch(session, row?.now as Date)
    },
    async list(account: AccountId): Promise<Session[]> {
      const rows = await sql.query<Row>(
        `select ${COLUMNS} from ${FROM} and s.account_id = $1 order by s.seen_at desc`,
        [account],
      )
      return rows.map(opened).filter((one) => one !== undefined)
    },
    /** Changes what is kept of a session, and gives it a new secret when privileges rise (ASVS 7.2.4). */
    async renew(
      session: Session,
      changed: Partial<Kept>,
      rotate = false,
    ): Promise<{ token?: string; session: Session }> {
      const { id, account, seenAt, idleUntil, expiresAt, ...before } = session
      const kept: Kept = { ...before, ...changed }
      const token = rotate ? randomBytes(32).toString('base64url') : undefined
      await sql.query(
        `update account_sessions set sealed = $2, session_hash = coalesce($3, session_hash) where tenant_id = ${TENANT_ID} and session_id = $1`,
        [id, sealJson(key(), ...sealedPlace(id), kept), token === undefined ? null : digest(token)],
      )
      return { ...(token !== undefined && { token }), session: { ...kept, id, account, seenAt, idleUntil, expiresAt } }
    },
    /** Ends one session of a person; false when there is none of that id. */
    async end(account: AccountId, id: string): Promise<boolean> {
      if (!isRowId(id)) return false
      const rows = await sql.query(
        `delete from account_sessions where tenant_id = ${TENANT_ID} and account_id = $1 and session_id = $2 returning session_id`,
        [account, id],
      )
      if (rows.length > 0) await recognisedAnew()
      return rows.length > 0
    },
    async endAll(account: AccountId): Promise<void> {
      await sql.query(`delete from account_sessions where tenant_id = ${TENANT_ID} and account_id = $1`, [account])
      await recognisedAnew()
    },
  }
}
