import type { SessionState } from '../state/session-state.ts'

/** What a session is compared by, in words for the one who reads why. */
export const SESSION_FEATURES = [
  'number of patients',
  'share of unexplained patients',
  'share of patients new to the person',
  'share of changes',
  'share of deletions',
  'records taken out',
  'parts of the chart',
  'patients without any care',
  'contra-indicated patients',
  'unusual place or time',
  'time between accesses',
  'regularity of the pace',
  'hour (east)',
  'hour (north)',
] as const

/** Sessions are compared after so many accesses, and at each doubling. */
export const isCheckpoint = (accesses: number): boolean => accesses >= 8 && (accesses & (accesses - 1)) === 0

export function sessionFeatures(session: SessionState, into: Float64Array): Float64Array {
  const { accesses, patients } = session
  const hour = ((session.startedAt % 86_400_000) / 86_400_000) * 2 * Math.PI
  const known = Math.max(1, patients.size)
  into[0] = Math.log(1 + patients.size)
  into[1] = session.unexplained.size / known
  into[2] = session.fresh / known
  into[3] = session.changes / accesses
  into[4] = session.deletes / accesses
  into[5] = Math.log(1 + session.exported)
  into[6] = session.sections
  into[7] = session.cold / known
  into[8] = Math.log(1 + session.contra)
  into[9] = session.novelty
  into[10] = session.gapMean
  into[11] = Math.sqrt(session.gapVariance)
  into[12] = Math.cos(hour)
  into[13] = Math.sin(hour)
  return into
}
