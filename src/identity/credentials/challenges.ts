import { hash, randomBytes } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { AccountId } from '../account.ts'

export type ChallengePurpose = 'sign-in' | 'step-up' | 'new-passkey'
export const CHALLENGE_LASTS_SECONDS = 300

const digest = (challenge: string): Buffer => hash('sha256', challenge, 'buffer')

export type Challenges = ReturnType<typeof createChallenges>

/** What an authenticator has to sign: random, good once, for one purpose and, when it is known, one person. */
export function createChallenges(sql: Sql) {
  return {
    /** 32 random bytes, base64url. */
    async make(purpose: ChallengePurpose, account: AccountId | null): Promise<string> {
      const challenge = randomBytes(32).toString('base64url')
      await sql.query(`delete from challenges where tenant_id = ${TENANT_ID} and expires_at < now()`)
      await sql.query(
        `insert into challenges (tenant_id, challenge_hash, purpose, account_id, expires_at)
         values (${TENANT_ID}, $1, $2, $3, now() + make_interval(secs => $4))`,
        [digest(challenge), purpose, account, CHALLENGE_LASTS_SECONDS],
      )
      return challenge
    },
    /** Uses a challenge up, whatever comes of it; false when it was not made for this, is used or has ended. */
    async spend(challenge: string, purpose: ChallengePurpose, account: AccountId | null): Promise<boolean> {
      const rows = await sql.query(
        `delete from challenges where tenant_id = ${TENANT_ID} and challenge_hash = $1 and purpose = $2
         and account_id is not distinct from $3 and expires_at > now() returning purpose`,
        [digest(challenge), purpose, account],
      )
      return rows.length > 0
    },
  }
}
