export type SavedRates = readonly (readonly [string, readonly number[]])[]

const PRIOR = 20

/**
 * How often each of a few outcomes happens in a group, with what is so in general to begin with (a Dirichlet back-off),
 * and how surprising one is: -ln of its probability.
 */
export function createRates(prior: readonly number[], saved: SavedRates = []) {
  const total = prior.reduce((sum, one) => sum + one, 0)
  const groups = new Map<string, number[]>(saved.map(([group, counts]) => [group, [...counts]]))
  const all = groups.get('') ?? [...prior.map((one) => (one / total) * PRIOR)]
  groups.set('', all)
  const sum = (counts: readonly number[]) => counts.reduce((so, one) => so + one, 0)

  const probability = (group: string, outcome: number): number => {
    const general = (all[outcome] as number) / sum(all)
    const own = group === '' ? undefined : groups.get(group)
    return own === undefined ? general : ((own[outcome] as number) + PRIOR * general) / (sum(own) + PRIOR)
  }

  return {
    note(group: string, outcome: number) {
      all[outcome] = (all[outcome] as number) + 1
      if (group === '') return
      const own = groups.get(group) ?? prior.map(() => 0)
      own[outcome] = (own[outcome] as number) + 1
      groups.set(group, own)
    },
    probability,
    surprise: (group: string, outcome: number): number => -Math.log(probability(group, outcome)),
    save: (): SavedRates => [...groups],
  }
}
