import type { Clock } from '../../kernel/clock.ts'
import { setRecent } from '../state/recent.ts'

const FRESH_MS = 15 * 60_000
const MOST = 20_000

/** Who has proven lately who they are, on this node. */
export function createProofs(clock: Clock) {
  const proven = new Map<string, number>()
  return {
    note: (username: string) => void setRecent(proven, username, clock.now().getTime(), MOST),
    isFresh: (username: string): boolean => clock.now().getTime() - (proven.get(username) ?? 0) < FRESH_MS,
  }
}
