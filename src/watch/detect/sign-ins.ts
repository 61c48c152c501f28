import { setRecent } from '../state/recent.ts'
import { countWithin, noteWithin, type Within } from '../state/within.ts'

const HALF_HOUR = 1_800_000
const MOST = 20_000

export type SavedSignIns = {
  readonly networks: Map<number, Within>
  readonly actors: Map<number, { count: number; at: number }>
  readonly succeeded: Map<number, Within>
}

const nothing = (): SavedSignIns => ({ networks: new Map(), actors: new Map(), succeeded: new Map() })

/** Sign-ins that failed: how many people's from one place, and how often somebody's own. */
export function createSignIns({ networks, actors, succeeded }: SavedSignIns = nothing()) {
  const within = (places: Map<number, Within>, network: number, at: number) =>
    countWithin(places.get(network) ?? new Map(), HALF_HOUR, at)
  /** Behind one address of a hospital some always mistype: one for every five who sign in there says nothing. */
  const victims = (network: number, at: number) =>
    Math.max(0, within(networks, network, at) - Math.floor(within(succeeded, network, at) / 5))
  const note = (places: Map<number, Within>, network: number, actor: number, at: number) =>
    void noteWithin(places.get(network) ?? setRecent(places, network, new Map(), MOST), HALF_HOUR, actor, at)
  return {
    failed(actor: number, network: number, at: number): void {
      const own = actors.get(actor)
      setRecent(actors, actor, { count: own !== undefined && at - own.at < HALF_HOUR ? own.count + 1 : 1, at }, MOST)
      if (network !== 0) note(networks, network, actor, at)
    },
    succeeded(actor: number, network: number, at: number): void {
      if (network !== 0) note(succeeded, network, actor, at)
    },
    /** How suspicious a sign-in that succeeds now is: ln(1 + failures) of the person and of all from the place. */
    succeeds(actor: number, network: number, at: number): number {
      const own = actors.get(actor)
      const ownFailures = own !== undefined && at - own.at < HALF_HOUR ? own.count : 0
      return Math.log(1 + ownFailures) + 2 * Math.log(1 + Math.max(0, victims(network, at) - 1))
    },
    /** How many people's sign-ins failed from a place within half an hour, beyond what is usual where as many succeed. */
    victims,
    save: (): SavedSignIns => ({ networks, actors, succeeded }),
  }
}
