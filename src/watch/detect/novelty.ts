import { createRates, type SavedRates } from '../calibrate/rates.ts'
import { type ActorState, notePlace } from '../state/actor-state.ts'
import { setRecent, useRecent } from '../state/recent.ts'
import type { SessionState } from '../state/session-state.ts'

/** How somebody's place is known: their own, that of colleagues, seen before at all, or new. */
const OWN = 0
const OF_PEERS = 1
const SEEN = 2
const NEW = 3

/** The units from which somebody has worked at a place. */
type Units = Set<string>
export type SavedNovelty = {
  readonly rates: SavedRates
  readonly moves: SavedRates
  readonly places: Map<number, Units>
}

const MOST_PLACES = 50_000
const MOST_UNITS = 32
/** A person's own habits are not known before this many accesses: then only the newness for everybody counts. */
const KNOWN_AFTER = 60

/** How unusual the place and the hour of a session are for this person, in nats, against how often such things happen. */
export function createNovelty(saved?: SavedNovelty) {
  const rates = createRates([900, 80, 15, 5], saved?.rates)
  /** Of sessions: those that stay, and those of which the device or the network changes, or both. */
  const moves = createRates([920, 65, 15], saved?.moves)
  const places = saved?.places ?? new Map<number, Units>()

  function kindOf(own: Map<number, number>, place: number, unit: string): number {
    const known = useRecent(places, place)
    let kind = NEW
    if (own.has(place)) kind = OWN
    else if (known?.has(unit)) kind = OF_PEERS
    else if (known !== undefined) kind = SEEN
    const units = known ?? setRecent(places, place, new Set(), MOST_PLACES)
    if (units.size < MOST_UNITS) units.add(unit)
    return kind
  }

  function placed(state: ActorState, own: Map<number, number>, place: number, unit: string, group: string): number {
    if (place === 0) return 0
    const kind = kindOf(own, place, unit)
    const surprise = kind === OWN || (kind !== NEW && state.accesses < KNOWN_AFTER) ? 0 : rates.surprise(group, kind)
    rates.note(group, kind)
    notePlace(own, place)
    return surprise
  }

  function hour(state: ActorState, at: number): number {
    const now = new Date(at).getUTCHours()
    let near = 0
    let sum = 0
    for (let one = 0; one < 24; one++) {
      const count = state.hours[one] as number
      sum += count
      const away = Math.min((one - now + 24) % 24, (now - one + 24) % 24)
      if (away <= 2) near += count
    }
    return sum < KNOWN_AFTER * 2 ? 0 : Math.min(5, -Math.log((near + 1) / (sum + 5)))
  }

  return {
    /** The surprise of a session that begins now. */
    begins(state: ActorState, device: number, network: number, unit: string, role: string, at: number): number {
      moves.note('', 0)
      const odd = hour(state, at)
      return (
        placed(state, state.devices, device, unit, `d ${role}`) +
        placed(state, state.networks, network, unit, `n ${role}`) +
        Math.max(0, odd - 2)
      )
    },
    /** A session goes on from another place, a token is used elsewhere: noted once, by how rare it is among all sessions. */
    moves(session: SessionState, device: number, network: number) {
      const moved = (device !== session.device ? 1 : 0) + (network !== session.network ? 1 : 0)
      if (moved <= session.moved) return
      session.moved = moved
      session.movedNats = moves.surprise('', moved)
      session.novelty = Math.max(session.novelty, session.movedNats)
      moves.note('', moved)
    },
    save: (): SavedNovelty => ({ rates: rates.save(), moves: moves.save(), places }),
  }
}
