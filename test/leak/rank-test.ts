/**
 * Two-sided rank-sum test (Mann and Whitney, 1947): how likely it is, when both come from one population, that their
 * ranks differ as much as they do. Normal approximation, ties share their ranks; for 20 of each or more.
 */
export function rankTest(ones: readonly number[], others: readonly number[]): number {
  const sorted = [...ones, ...others].sort((a, b) => a - b)
  const ranks = new Map<number, number>()
  for (let from = 0, until = 0; from < sorted.length; from = until) {
    while (until < sorted.length && sorted[until] === sorted[from]) until++
    ranks.set(sorted[from] as number, (from + 1 + until) / 2)
  }
  const [n, m] = [ones.length, others.length]
  const sum = ones.reduce((whole, one) => whole + (ranks.get(one) as number), 0)
  const u = sum - (n * (n + 1)) / 2
  return 2 * upperTail(Math.abs(u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12))
}

/** 1 - Φ(z) for z ≥ 0, to 1.2e-7 (Chebyshev fit of erfc). */
function upperTail(z: number): number {
  const t = 1 / (1 + z / Math.SQRT2 / 2)
  const x = z / Math.SQRT2
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ].reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  return (t * Math.exp(-x * x + series)) / 2
}

/** The value below which a share of all lies, such as 0.5 of them. */
export const quantile = (all: readonly number[], share: number): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length * share)] as number

/**
 * How long each act takes, in microseconds, when nothing else disturbs it: the lower quartile of `times` tries, as what else
 * a machine does only adds. In an order that chance gives every round.
 */
export async function quietTimes(acts: readonly (() => Promise<unknown>)[], times: number): Promise<number[]> {
  const taken = acts.map((): number[] => [])
  for (let round = 0; round < times; round++)
    for (const n of shuffled(acts.length)) {
      const began = performance.now()
      await (acts[n] as () => Promise<unknown>)()
      taken[n]?.push((performance.now() - began) * 1000)
    }
  return taken.map((one) => quantile(one, 0.25))
}

function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, n) => n)
  for (let n = count - 1; n > 0; n--) {
    const at = Math.floor(Math.random() * (n + 1))
    ;[order[n], order[at]] = [order[at] as number, order[n] as number]
  }
  return order
}
