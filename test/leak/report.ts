/** What the suite found. */
export type Leak = {
  readonly world: string
  readonly actor: string
  /** Which promise does not hold. */
  readonly property: 'released' | 'counted' | 'twin' | 'probe' | 'shut' | 'changed'
  readonly shape: string
  readonly what: string
}
export type NotSupported = { readonly kind: string; readonly shape: string; readonly status: number }
export type Report = {
  worlds: number
  actors: number
  shapes: number
  probes: number
  requests: number
  /** Pairs of twin worlds in which somebody could notice nothing: step and actor. */
  twins: number
  released: number
  seconds: number
  readonly leaks: Leak[]
  readonly notSupported: NotSupported[]
  /** Records that the actor may read one by one and a search left out: no leak, but not right either. */
  readonly withheld: Leak[]
}

export const emptyReport = (): Report => ({
  worlds: 0,
  actors: 0,
  shapes: 0,
  probes: 0,
  requests: 0,
  twins: 0,
  released: 0,
  seconds: 0,
  leaks: [],
  notSupported: [],
  withheld: [],
})

export function reportText(report: Report): string {
  const kinds = Map.groupBy(report.notSupported, (one) => one.kind)
  const lines = [
    `${report.worlds} worlds, ${report.actors} actors, ${report.shapes} query shapes, ${report.probes} probes; ${report.requests} requests in ${report.seconds.toFixed(0)} s.`,
    `${report.twins} twins that must not be told apart; ${report.released} records released and read one by one.`,
    ...[...kinds].map(
      ([kind, all]) => `not supported: ${kind} (${all.length} shapes; ${[...new Set(all.map((one) => one.status))]})`,
    ),
    ...report.withheld.slice(0, 20).map((one) => `withheld: ${one.actor}: ${one.shape}: ${one.what}`),
    report.leaks.length === 0 ? 'No leak found.' : `${report.leaks.length} leaks:`,
    ...report.leaks
      .slice(0, 100)
      .map((one) => `LEAK (${one.property}) ${one.actor}, ${one.world}: ${one.shape}: ${one.what}`),
  ]
  return lines.join('\n')
}
