import type { Author, Tie } from '../relations/settle-ties.ts'

/** The author lets themself in by it: it opens nothing to them, and somebody should look why. */
export const SELF_DECLARED = 'self-declared'
/** A consent in force that cannot be read: it denies until it is put right. */
export const CONSENT_UNREADABLE = 'consent-unreadable'

/** What the ledger says of a write beside the policies that permitted it, for an officer to see. */
export const remarksOn = (
  ties: readonly Tie[] | undefined,
  before: readonly Tie[] | undefined,
  { token }: Pick<Author, 'token'>,
  unreadable: boolean,
): string[] => {
  const mine = (all: readonly Tie[] | undefined) => (all ?? []).filter((tie) => tie[4] === token && token !== '').length
  return [...(mine(ties) > mine(before) ? [SELF_DECLARED] : []), ...(unreadable ? [CONSENT_UNREADABLE] : [])]
}
