import { type Chance, createChance } from '../../../src/watch/calibrate/chance.ts'

const EULER = 0.5772156649015329

type Node =
  | { readonly feature: number; readonly below: number; readonly left: Node; readonly right: Node }
  | { readonly size: number }

/** The expected length of an unsuccessful search in a binary tree of so many leaves. */
export const pathLength = (size: number): number =>
  size <= 1 ? 0 : size === 2 ? 1 : 2 * (Math.log(size - 1) + EULER) - (2 * (size - 1)) / size

function grow(points: readonly Float64Array[], depth: number, most: number, chance: Chance): Node {
  if (points.length <= 1 || depth >= most) return { size: points.length }
  const width = (points[0] as Float64Array).length
  // A feature that does not vary cannot split: up to all of them are tried, from a random one on.
  const first = Math.floor(chance() * width)
  for (let tried = 0; tried < width; tried++) {
    const feature = (first + tried) % width
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (const point of points) {
      const value = point[feature] as number
      if (value < low) low = value
      if (value > high) high = value
    }
    if (low === high) continue
    const below = low + chance() * (high - low)
    const left = points.filter((point) => (point[feature] as number) < below)
    const right = points.filter((point) => (point[feature] as number) >= below)
    return { feature, below, left: grow(left, depth + 1, most, chance), right: grow(right, depth + 1, most, chance) }
  }
  return { size: points.length }
}

function depthOf(node: Node, point: Float64Array): number {
  let depth = 0
  while ('left' in node) {
    node = (point[node.feature] as number) < node.below ? node.left : node.right
    depth++
  }
  return depth + pathLength(node.size)
}

/** Isolation forest (Liu, Ting and Zhou 2008): 100 trees over 256 points each. The score lies in (0, 1); 0.5 is usual. */
export function growForest(points: readonly Float64Array[], seed = 1, trees = 100, sample = 256) {
  const chance = createChance(seed)
  const size = Math.min(sample, points.length)
  const most = Math.ceil(Math.log2(Math.max(2, size)))
  const forest = Array.from({ length: trees }, () => {
    const pool = [...points]
    const drawn = Array.from({ length: size }, (_, at) => {
      const other = at + Math.floor(chance() * (pool.length - at))
      const point = pool[other] as Float64Array
      pool[other] = pool[at] as Float64Array
      return point
    })
    return grow(drawn, 0, most, chance)
  })
  return {
    score: (point: Float64Array): number =>
      2 ** (-forest.reduce((sum, tree) => sum + depthOf(tree, point), 0) / trees / pathLength(size)),
  }
}
