import type { Contender, Figures, Measured } from './measure-row.ts'

export type Summary = ReturnType<typeof summarise>

/** The median over the rounds of every figure, and of the ratios taken within each round. */
export function summarise({ row, fsyncPerSecond, rounds }: Measured) {
  const figures = (name: Contender): Figures | undefined => {
    const all = rounds.flatMap((round) => round[name] ?? [])
    if (all.length === 0) return undefined
    const of = (key: keyof Figures) => median(all.map((one) => one[key]))
    return {
      perSecond: of('perSecond'),
      p50Ms: of('p50Ms'),
      p99Ms: of('p99Ms'),
      serverUs: of('serverUs'),
      postgresUs: of('postgresUs'),
      rssMiB: Math.max(...all.map((one) => one.rssMiB)),
    }
  }
  const ratio = (name: Contender): number | undefined => {
    const all = rounds.flatMap(({ ours, [name]: other }) => (ours && other ? ours.perSecond / other.perSecond : []))
    return all.length === 0 ? undefined : median(all)
  }
  return {
    name: row.name,
    unit: row.unit,
    ours: figures('ours') as Figures,
    bare: figures('bare') as Figures,
    lean: figures('lean') as Figures,
    batched: figures('batched'),
    toBare: ratio('bare') as number,
    toLean: ratio('lean') as number,
    toBatched: ratio('batched'),
    target: row.target,
    medplumPerSecond: row.medplumPerSecond,
    fsyncPerSecond,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
