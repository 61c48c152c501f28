import { setRecent } from '../state/recent.ts'
import { countWithin, noteWithin, type Within } from '../state/within.ts'

const HALF_HOUR = 1_800_000
const MOST = 20_000

export type SavedSignIns = {
  readonly networks: Map<number, Within>
  readonly actors: Map<number, { count: number; at: number }>
}

/** Sign-ins that failed: how many people's from one place, and how often somebody's own. */
export function createSignIns({ networks, actors }: SavedSignIns = { networks: new Map(), actors: new Map() }) {
  const victims = (network: number, at: number) => countWithin(networks.get(network) ?? new Map(), HALF_HOUR, at)
  return {
    failed(actor: number, network: number, at: number): void {
      const own = actors.get(actor)
      setRecent(actors, actor, { count: own !== undefined && at - own.at < HALF_HOUR ? own.count + 1 : 1, at }, MOST)
      if (network === 0) return
      const others = networks.get(network) ?? setRecent(networks, network, new Map(), MOST)
      noteWithin(others, HALF_HOUR, actor, at)
    },
    /** How suspicious a sign-in that succeeds now is: ln(1 + failures) of the person and of all from the place. */
    succeeds(actor: number, network: number, at: number): number {
      const own = actors.get(actor)
      const ownFailures = own !== undefined && at - own.at < HALF_HOUR ? own.count : 0
      return Math.log(1 + ownFailures) + 2 * Math.log(1 + Math.max(0, victims(network, at) - 1))
    },
    /** How many people's sign-ins failed from a place within half an hour. */
    victims,
    save: (): SavedSignIns => ({ networks, actors }),
  }
}
