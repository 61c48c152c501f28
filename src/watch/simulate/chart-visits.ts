import type { Access, Outcome, Session } from './access.ts'
import { SECOND_MS } from './calendar.ts'
import { purposeOf, type Steps, stepsOf } from './chart-steps.ts'
import type { Hospital } from './hospital.ts'
import type { Random } from './random.ts'
import type { Job } from './vocabulary.ts'

/** Charts opened by people at the pace of people. Both return when the last chart is closed. */
export type ChartVisits = {
  open(
    session: Session,
    job: Job,
    patient: number,
    at: number,
    size: number,
    rows: Access[],
    unusual?: { readonly purpose?: string; readonly steps?: Steps },
  ): number
  /** A glance into each of many charts, one right after the other. */
  sweep(session: Session, job: Job, patients: readonly number[], at: number, rows: Access[]): number
}

const RECENT = 40
const INTERRUPTED = 0.012

export function createChartVisits(hospital: Hospital, seed: Random): ChartVisits {
  const random = seed.fork('chart-visits')
  const saysPurpose = random.between(0.85, 1)

  const outcome = (): Outcome => (random.chance(0.004) ? 4 : random.chance(0.002) ? 8 : random.chance(0.0001) ? 12 : 0)
  const why = (job: Job) => (random.chance(saysPurpose) ? purposeOf(job) : '')
  const gap = () => Math.max(400, random.logNormal(7, 0.95) * SECOND_MS)

  return {
    open(session, job, patient, at, size, rows, { purpose = why(job), steps = stepsOf(job) } = {}) {
      const { recent } = hospital.actors[session.actor]!
      const add = (action: Access['action'], type: string, of: number, count: number) =>
        rows.push({ at, session, action, type, patient: of, count, purpose, outcome: outcome() })
      if (random.chance(job === 'clerk' ? 0.7 : 0.22)) {
        add('search', 'Patient', -1, Math.min(50, random.poisson(2)))
        at += gap()
      }
      add('read', 'Patient', patient, 1)
      for (let n = 1; n < size; n++) {
        at += gap()
        if (recent.length > 1 && random.chance(INTERRUPTED)) {
          // Somebody asks about another patient meanwhile.
          add('read', 'Observation', recent.at(-1 - random.int(2))!, 1 + random.int(8))
          at += gap()
        }
        const { action, type, most } = steps(random)
        add(action, type, patient, most === 1 ? 1 : 1 + Math.floor(random.next() ** 2 * most))
      }
      recent.push(patient)
      if (recent.length > RECENT) recent.shift()
      return at + gap()
    },
    sweep(session, job, patients, at, rows) {
      const purpose = why(job)
      for (const patient of patients) {
        rows.push({ at, session, action: 'read', type: 'Patient', patient, count: 1, purpose, outcome: outcome() })
        at += Math.max(700, random.logNormal(4.5, 0.6) * SECOND_MS)
      }
      return at
    },
  }
}
