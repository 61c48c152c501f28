import type { Access, Action, Session } from './access.ts'
import { type Day, HOUR_MS, SECOND_MS } from './calendar.ts'
import type { Hospital } from './hospital.ts'
import type { Machines } from './machines.ts'
import type { Random } from './random.ts'
import type { Relations } from './relations.ts'
import type { Sessions } from './sessions.ts'
import { during, type Stressor } from './stressors.ts'

/** What a migration and a study add to a day; the other stressors change the patients and the rota themselves. */
export function createStressorWork(
  hospital: Hospital,
  seed: Random,
  relations: Relations,
  sessions: Sessions,
  machines: Machines,
  stressors: readonly Stressor[],
): (day: Day, rows: Access[]) => void {
  const random = seed.fork('stressor-work')
  const add = (
    rows: Access[],
    session: Session,
    at: number,
    action: Action,
    type: string,
    patient: number,
    count: number,
    purpose: string,
  ) => rows.push({ at, session, action, type, patient, count, purpose, outcome: random.chance(0.006) ? 8 : 0 })
  let next = 0

  /** Every chart is read and written anew in the order of the old system, and people check a sample. */
  const migrate = (day: Day, rows: Access[], { name }: Stressor) => {
    const engine = { ...machines.session('interface-engine', day, rows), stressor: name }
    const charts = Math.min(3000, Math.round(hospital.patients.length * 0.1))
    const every = (8 * HOUR_MS) / charts
    for (let n = 0; n < charts; n++) {
      const patient = next++ % hospital.patients.length
      const at = day.midnight + 20 * HOUR_MS + n * every + random.next() * every * 0.4
      relations.add(engine.actor, patient, 'task', at - 5 * SECOND_MS, at + HOUR_MS)
      add(rows, engine, at, 'read', 'Patient', patient, 40 + random.int(100), 'HOPERAT')
      add(rows, engine, at + every * 0.5, 'update', 'Patient', patient, 1 + random.int(20), 'HOPERAT')
    }
    for (const { index } of hospital.staffOf('it')) {
      const own = sessions.of(index)[0]
      if (own === undefined) continue
      for (let n = 20 + random.int(60), at = own.from + SECOND_MS; n > 0; n--) {
        at += random.logNormal(70, 0.8) * SECOND_MS
        const patient = random.int(hospital.patients.length)
        if (random.chance(0.85)) relations.add(index, patient, 'task', at - SECOND_MS, at + HOUR_MS)
        add(
          rows,
          { ...own, stressor: name },
          at,
          random.chance(0.25) ? 'update' : 'read',
          random.pick(['Patient', 'Encounter', 'Observation']),
          patient,
          1 + random.int(10),
          'HOPERAT',
        )
      }
    }
  }

  /** A study reads its cohort at once: hundreds of charts by people who read a dozen on other days. */
  const pull = (day: Day, rows: Access[], { name }: Stressor) => {
    const team = hospital.staffOf('researcher').slice(0, 3)
    const cohort = random.sample(
      [...hospital.patients.keys()],
      Math.min(900, Math.round(hospital.patients.length * 0.06)),
    )
    for (const [n, { index, ownDevice }] of team.entries()) {
      const from = day.midnight + random.between(8, 10) * HOUR_MS
      const unit = hospital.units[hospital.actors[index]!.unit]!
      const session = sessions.open(index, from, from + 9 * HOUR_MS, unit.network, ownDevice, rows, name)
      let at = from + 30 * SECOND_MS
      for (const patient of cohort.filter((_, i) => i % team.length === n)) {
        if (at > session.to) break
        if (random.chance(0.94))
          relations.add(
            index,
            patient,
            random.chance(0.7) ? 'consent' : 'task',
            Math.max(day.from, from - HOUR_MS),
            day.to,
          )
        for (let steps = 1 + random.int(3); steps > 0; steps--) {
          at += random.logNormal(9, 0.6) * SECOND_MS
          add(
            rows,
            session,
            at,
            'read',
            random.pick(['Observation', 'Condition', 'DocumentReference']),
            patient,
            5 + random.int(80),
            'HRESCH',
          )
        }
      }
      add(rows, session, at + 60 * SECOND_MS, 'export', 'Observation', -1, cohort.length * 3, 'HRESCH')
    }
  }

  return (day, rows) => {
    const migration = during(stressors, 'ehr-migration', day)
    if (migration !== undefined) migrate(day, rows, migration)
    const study = during(stressors, 'research-pull', day)
    if (study !== undefined) pull(day, rows, study)
  }
}
