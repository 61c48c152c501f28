import type { Chance } from '../calibrate/chance.ts'

const BAGS = 8
const IN_BAG = 32

type Peers = { readonly bags: (Float64Array | undefined)[][]; seen: number }
export type SavedNeighbours = {
  readonly mean: readonly number[]
  readonly spread: readonly number[]
  readonly seen: number
  readonly peers: readonly (readonly [string, readonly (readonly (readonly number[])[])[], number])[]
}

/**
 * Bagged nearest neighbour over small reservoirs (8 bags of 32): the distance to the nearest example of each bag, in
 * standardised features, averaged. Small bags forgive examples an attacker put there, and ageing follows what changes.
 */
export function createNeighbours(features: number, chance: Chance, saved?: SavedNeighbours) {
  const mean = Float64Array.from(saved?.mean ?? new Float64Array(features))
  const spread = Float64Array.from(saved?.spread ?? new Float64Array(features))
  let seen = saved?.seen ?? 0
  const groups = new Map<string, Peers>(
    (saved?.peers ?? []).map(([group, bags, count]) => [
      group,
      { bags: bags.map((bag) => bag.map((one) => Float64Array.from(one))), seen: count },
    ]),
  )

  const peersOf = (group: string): Peers => {
    const known = groups.get(group)
    if (known !== undefined) return known
    const fresh: Peers = { bags: Array.from({ length: BAGS }, () => []), seen: 0 }
    groups.set(group, fresh)
    return fresh
  }

  return {
    /** How far a point lies from its peers, in standard deviations; undefined until the group has examples enough. */
    look(group: string, point: Float64Array): number | undefined {
      const peers = groups.get(group)
      if (peers === undefined || peers.seen < BAGS * IN_BAG) return undefined
      let total = 0
      for (const bag of peers.bags) {
        let nearest = Number.POSITIVE_INFINITY
        for (const example of bag as Float64Array[]) {
          let squared = 0
          for (let at = 0; at < features && squared < nearest; at++) {
            const deviation = Math.sqrt((spread[at] as number) / seen) + 1e-3
            const gap = ((point[at] as number) - (example[at] as number)) / deviation
            squared += gap * gap
          }
          if (squared < nearest) nearest = squared
        }
        total += Math.sqrt(nearest)
      }
      return total / BAGS
    },
    /** Learns one example: it goes to one bag, where it takes an empty place or that of another. */
    add(group: string, point: Float64Array) {
      seen++
      for (let at = 0; at < features; at++) {
        const step = (point[at] as number) - (mean[at] as number)
        mean[at] = (mean[at] as number) + step / seen
        spread[at] = (spread[at] as number) + step * ((point[at] as number) - (mean[at] as number))
      }
      const peers = peersOf(group)
      const bag = peers.bags[peers.seen++ % BAGS] as Float64Array[]
      if (bag.length < IN_BAG) bag.push(point.slice())
      else bag[Math.floor(chance() * IN_BAG)] = point.slice()
    },
    save: (): SavedNeighbours => ({
      mean: [...mean],
      spread: [...spread],
      seen,
      peers: [...groups].map(
        ([group, peers]) =>
          [group, peers.bags.map((bag) => (bag as Float64Array[]).map((one) => [...one])), peers.seen] as const,
      ),
    }),
  }
}
