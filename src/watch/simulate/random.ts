/** A stream of random numbers that is the same for the same seed on every machine (sfc32, seeded by FNV-1a). */
export type Random = {
  next(): number
  /** 0 to n-1. */
  int(n: number): number
  between(low: number, high: number): number
  chance(p: number): boolean
  pick<T>(list: readonly T[]): T
  normal(): number
  logNormal(median: number, sigma: number): number
  exponential(mean: number): number
  poisson(mean: number): number
  /** `n` different members, fewer when there are fewer. */
  sample<T>(list: readonly T[], n: number): T[]
  /** A stream of its own: drawing from it leaves this one where it is. */
  fork(name: string): Random
}

function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  return (h ^ (h >>> 13)) >>> 0
}

export function createRandom(seed: string): Random {
  let a = hash(seed, 1)
  let b = hash(seed, 2)
  let c = hash(seed, 3)
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 15; i++) next()

  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const int = (n: number) => Math.floor(next() * n)
  const poisson = (mean: number): number => {
    if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const limit = Math.exp(-mean)
    let n = 0
    for (let p = next(); p > limit; p *= next()) n++
    return n
  }
  const sample = <T>(list: readonly T[], n: number): T[] => {
    const left = [...list]
    const size = Math.min(n, left.length)
    for (let i = 0; i < size; i++) {
      const j = i + int(left.length - i)
      const taken = left[j]!
      left[j] = left[i]!
      left[i] = taken
    }
    return left.slice(0, size)
  }
  return {
    next,
    int,
    between: (low, high) => low + next() * (high - low),
    chance: (p) => next() < p,
    pick: (list) => list[int(list.length)]!,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
    poisson,
    sample,
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}
