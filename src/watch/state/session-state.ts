export type SessionState = {
  readonly actor: number
  readonly device: number
  readonly network: number
  readonly startedAt: number
  last: number
  accesses: number
  readonly patients: Set<number>
  readonly unexplained: Set<number>
  contra: number
  cold: number
  fresh: number
  changes: number
  deletes: number
  exported: number
  /** Of ln(seconds between accesses): fading mean and variance. */
  gapMean: number
  gapVariance: number
  gaps: number
  /** Fading mean of how surprising the parts of the chart were. */
  sections: number
  /** How unusual its beginning was, in nats. */
  novelty: number
  /** In how much it went on elsewhere (device, network), and how rare that is, in nats. */
  moved: number
  movedNats: number
  /** It began after many sign-ins had failed. */
  afterFailures: boolean
}

export const newSession = (actor: number, device: number, network: number, at: number): SessionState => ({
  actor,
  device,
  network,
  startedAt: at,
  last: at,
  accesses: 0,
  patients: new Set(),
  unexplained: new Set(),
  contra: 0,
  cold: 0,
  fresh: 0,
  changes: 0,
  deletes: 0,
  exported: 0,
  gapMean: 0,
  gapVariance: 0,
  gaps: 0,
  sections: 0,
  novelty: 0,
  moved: 0,
  movedNats: 0,
  afterFailures: false,
})

/** Notes the time since the last access of a session. */
export function noteGap(session: SessionState, at: number) {
  if (session.accesses > 0) {
    const gap = Math.log(0.05 + Math.max(0, at - session.last) / 1000)
    const weight = Math.max(0.08, 1 / (session.gaps + 1))
    const step = gap - session.gapMean
    session.gapMean += weight * step
    session.gapVariance = (1 - weight) * (session.gapVariance + weight * step * step)
    session.gaps++
  }
  session.last = at
}
