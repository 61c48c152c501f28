/** Of pairs, how often the first was the slower; ties say nothing. */
export type Pairs = { readonly slower: number; readonly of: number }

/**
 * Two-sided sign test: how likely it is, when neither is slower than the other, that one is as often or more often the
 * slower. Normal approximation with continuity correction; for 30 pairs or more.
 */
export function signTest({ slower, of }: Pairs): number {
  if (of === 0) return 1
  const away = Math.max(0, Math.abs(slower - of / 2) - 0.5)
  return 2 * upperTail(away / Math.sqrt(of / 4))
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

/** Times two acts in turns, in an order that chance gives; each pair is a sign. */
export async function timePairs(
  count: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<Pairs> {
  const time = async (act: () => Promise<unknown>) => {
    const began = performance.now()
    await act()
    return performance.now() - began
  }
  let slower = 0
  let ties = 0
  for (let n = 0; n < count; n++) {
    const oneFirst = Math.random() < 0.5
    const first = await time(oneFirst ? one : other)
    const second = await time(oneFirst ? other : one)
    const [mine, its] = oneFirst ? [first, second] : [second, first]
    if (mine === its) ties++
    else if (mine > its) slower++
  }
  return { slower, of: count - ties }
}
