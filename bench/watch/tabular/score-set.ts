import { createChance } from '../../../src/watch/calibrate/chance.ts'
import { createNeighbours } from '../../../src/watch/detect/neighbours.ts'
import { areaUnderCurve } from './area-under-curve.ts'
import type { TabularSet } from './read-set.ts'

/** The nearest neighbours say nothing before this many examples; a smaller set is learned more than once. */
const LEAST_EXAMPLES = 256

/**
 * AUROC of the watch's nearest neighbours: `clean` learns half of what is normal and is tested on the rest (ADBench's
 * semi-supervised setting), `contaminated` learns and is tested on everything. NaN when a set has no anomalies.
 */
export function scoreSet({ points, anomalous }: TabularSet, setting: 'clean' | 'contaminated', seed: number): number {
  const chance = createChance(seed)
  const order = points.map((_, at) => at)
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(chance() * (at + 1))
    const one = order[at] as number
    order[at] = order[other] as number
    order[other] = one
  }
  const normal = order.filter((at) => !anomalous[at])
  const learned = setting === 'clean' ? normal.slice(0, Math.ceil(normal.length / 2)) : order
  const held = new Set(setting === 'clean' ? learned : [])
  const tested = order.filter((at) => !held.has(at))
  const neighbours = createNeighbours(points[0]?.length ?? 0, chance)
  const times = Math.ceil(LEAST_EXAMPLES / Math.max(1, learned.length))
  for (let time = 0; time < times; time++) for (const at of learned) neighbours.add('', points[at] as Float64Array)
  const scores = tested.map((at) => neighbours.look('', points[at] as Float64Array) ?? 0)
  return areaUnderCurve(
    scores,
    tested.map((at) => anomalous[at] as boolean),
  )
}
