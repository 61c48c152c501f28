import type { Access, Action, Session } from './access.ts'
import { DAY_MS, type Day, HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.ts'
import type { DeskQueues } from './desk-queues.ts'
import type { Actor, Hospital } from './hospital.ts'
import { homeNetwork, MACHINES, type MachineName } from './people.ts'
import type { Random } from './random.ts'
import type { Relations } from './relations.ts'
import type { Sessions } from './sessions.ts'

export type Machines = {
  /** Writes the relations that hold from the first day: who has a proxy or gave an app their consent. */
  enrol(from: number): void
  run(day: Day, rows: Access[]): void
  session(name: MachineName, day: Day, rows: Access[]): Session
}

/** The actors that are no people: each keeps its own cadence, day and night. */
export function createMachines(
  hospital: Hospital,
  seed: Random,
  relations: Relations,
  sessions: Sessions,
  queues: DeskQueues,
): Machines {
  const random = seed.fork('machines')
  const portal: number[] = []
  const mobile: { patient: number; to: number | undefined }[] = []
  const actorOf = (name: MachineName): Actor =>
    hospital.actors[hospital.actors.length - MACHINES.length + MACHINES.indexOf(name)]!

  const session = (name: MachineName, day: Day, rows: Access[]): Session => {
    const { index, homeNetwork: network, ownDevice } = actorOf(name)
    return sessions.of(index)[0] ?? sessions.open(index, day.from, day.to, network, ownDevice, rows)
  }
  const add = (
    rows: Access[],
    of: Session,
    at: number,
    action: Action,
    type: string,
    patient: number,
    count: number,
    purpose: string,
  ) => rows.push({ at, session: of, action, type, patient, count, purpose, outcome: random.chance(0.001) ? 8 : 0 })

  const portalVisits = (day: Day, rows: Access[]) => {
    const visits = random.poisson(Math.min(portal.length * 0.012, hospital.actors.length * 0.35))
    for (let n = 0; n < visits; n++) {
      const patient = random.pick(portal)
      let at = day.from + (random.chance(0.7) ? random.between(1, 16) : random.between(0, 24)) * HOUR_MS
      const network = homeNetwork(random)
      const of = sessions.open(
        actorOf('portal-app').index,
        at,
        at + HOUR_MS / 2,
        network,
        random.pick(['phone', 'browser', 'tablet']),
        rows,
      )
      if (random.chance(0.06))
        rows.push({
          at: at - 20 * SECOND_MS,
          session: { ...of, id: '' },
          action: 'login-failed',
          type: '',
          patient: -1,
          count: 0,
          purpose: 'PATRQT',
          outcome: 8,
        })
      rows.push({ at, session: of, action: 'login', type: '', patient: -1, count: 0, purpose: 'PATRQT', outcome: 0 })
      for (let steps = 1 + random.poisson(3); steps > 0; steps--) {
        at += random.logNormal(14, 0.8) * SECOND_MS
        add(
          rows,
          of,
          at,
          random.chance(0.04) ? 'print' : 'read',
          random.pick(['Observation', 'Appointment', 'DocumentReference', 'MedicationRequest']),
          patient,
          1 + random.int(8),
          'PATRQT',
        )
      }
    }
  }

  /** A technical account whose password has run out tries all night. */
  const tryInVain = (day: Day, rows: Access[]) => {
    const { index, homeNetwork: network, ownDevice: device } = actorOf(random.pick(['billing-feed', 'data-mart']))
    const from = day.midnight + random.between(16, 27) * HOUR_MS
    const failed: Session = { id: '', actor: index, network, device, from, to: from, stressor: '' }
    for (let n = 30 + random.int(170), at = from; n > 0; n--) {
      rows.push({
        at,
        session: failed,
        action: 'login-failed',
        type: '',
        patient: -1,
        count: 0,
        purpose: '',
        outcome: 8,
      })
      at += MINUTE_MS + random.next() * 400
    }
  }

  return {
    session,
    enrol(from) {
      const { index } = actorOf('portal-app')
      const app = actorOf('mobile-api').index
      for (const { index: patient } of hospital.patients) {
        if (random.chance(0.22)) {
          portal.push(patient)
          relations.add(index, patient, 'proxy', from)
        }
        if (random.chance(0.015)) {
          const to = random.chance(0.2) ? from + random.between(5, 200) * DAY_MS : undefined
          mobile.push({ patient, to })
          relations.add(app, patient, 'consent', from, to)
        }
      }
    },
    run(day, rows) {
      const engine = session('interface-engine', day, rows)
      for (const { patient, from } of queues.ofMachine('interface-engine')) {
        if (from < day.from || from >= day.to) continue
        const at = from + random.between(20, 500) * MINUTE_MS
        if (at < day.to)
          add(
            rows,
            engine,
            at,
            'create',
            random.pick(['Observation', 'Observation', 'DiagnosticReport']),
            patient,
            1 + random.int(20),
            'TREAT',
          )
      }
      const gateway = session('monitor-gateway', day, rows)
      for (const { patient, from, to } of queues.ofMachine('monitor-gateway'))
        for (
          let at = Math.max(from + MINUTE_MS, day.from + (patient % 60) * MINUTE_MS);
          at < Math.min(to, day.to);
          at += HOUR_MS
        )
          add(rows, gateway, at + random.next() * SECOND_MS, 'create', 'Observation', patient, 60, 'TREAT')
      const app = session('mobile-api', day, rows)
      for (const { patient, to } of mobile)
        if ((to === undefined || to > day.to) && random.chance(0.35)) {
          const at = day.from + ((patient * 7919) % 86_400) * SECOND_MS + random.next() * MINUTE_MS
          add(rows, app, at, 'search', 'Observation', patient, random.int(40), 'PATRQT')
        }
      const size = hospital.actors.length
      add(
        rows,
        session('billing-feed', day, rows),
        day.midnight + (26 + random.next() * 0.05) * HOUR_MS,
        'export',
        'Claim',
        -1,
        Math.round(size * random.between(1.2, 2.4)),
        'HPAYMT',
      )
      const mart = session('data-mart', day, rows)
      for (let n = 0; n < 4; n++)
        add(
          rows,
          mart,
          day.midnight + (27 + n * 0.1 + random.next() * 0.02) * HOUR_MS,
          'export',
          ['Observation', 'Encounter', 'Condition', 'Procedure'][n]!,
          -1,
          Math.round(size * random.between(4, 9)),
          'HOPERAT',
        )
      if (random.chance(0.04)) tryInVain(day, rows)
      portalVisits(day, rows)
    },
  }
}
