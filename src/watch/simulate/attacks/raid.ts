import type { Access, Action, Campaign, Outcome, Session } from '../access.ts'
import { type Day, HOUR_MS, SECOND_MS } from '../calendar.ts'
import { purposeOf, stepsOf } from '../chart-steps.ts'
import type { Actor, Hospital } from '../hospital.ts'
import type { Machines } from '../machines.ts'
import type { Today } from '../patient-flow.ts'
import type { Random } from '../random.ts'
import type { Relations } from '../relations.ts'
import { type Sessions, VPN } from '../sessions.ts'
import type { Job } from '../vocabulary.ts'

/** A day as an attacker finds it: the honest rows are there already. */
export type Scene = {
  readonly hospital: Hospital
  readonly day: Day
  readonly today: Today
  readonly honest: readonly Access[]
  readonly relations: Relations
  readonly sessions: Sessions
  readonly machines: Machines
}

/** One campaign while it runs. `act` is called on each day of its window. */
export type Attack = {
  readonly campaign: Campaign
  readonly fromDay: number
  readonly toDay: number
  act(scene: Scene, raid: Raid): void
}

/** What an attacker can do; every row of it belongs to the campaign. */
export type Raid = {
  readonly random: Random
  row(
    session: Session,
    at: number,
    action: Action,
    type: string,
    patient: number,
    count: number,
    more?: { purpose?: string; outcome?: Outcome; records?: readonly string[] },
  ): void
  /** A chart opened and read as the job would: returns when it is closed. */
  look(session: Session, job: Job, patient: number, at: number, size: number): number
  /** A session of the attacker's own, with its login. */
  signIn(actor: number, at: number, hours: number, network: string, device: string): Session
  fail(actor: number, at: number, network: string, device: string): void
  /** A moment in one of the actor's sessions of the day; from home by the VPN when there is none and it has to be. */
  moment(actor: Actor, mustBe?: boolean): { session: Session; at: number } | undefined
}

export function createRaid(scene: Scene, campaign: Campaign, random: Random, rows: Access[]): Raid {
  const { sessions, day } = scene
  const add = (row: Omit<Access, 'campaign'>) => {
    rows.push({ ...row, campaign })
    campaign.actors.add(row.session.actor)
    campaign.rows++
    if (row.action.startsWith('login')) return
    campaign.records += row.count
    if (row.patient >= 0) campaign.patients.add(row.patient)
  }
  /** A moment between two of the person's own rows, most often in a longer pause. */
  const idleIn = (session: Session): number => {
    const own = scene.honest.filter((one) => one.session.id === session.id).map((one) => one.at)
    const times = [session.from + 20 * SECOND_MS, ...own, session.to].sort((a, b) => a - b)
    const pauses = times.flatMap((from, n) => {
      const length = (times[n + 1] ?? from) - from
      return length > 45 * SECOND_MS ? [{ from, length }] : []
    })
    if (pauses.length === 0) return session.from + random.between(0.1, 0.9) * (session.to - session.from)
    const { from, length } = random.chance(0.6)
      ? pauses.reduce((a, b) => (a.length > b.length ? a : b))
      : random.pick(pauses)
    return from + Math.min(length * 0.5, random.between(6, 60) * SECOND_MS)
  }
  const raid: Raid = {
    random,
    row(session, at, action, type, patient, count, { purpose, outcome = 0, records } = {}) {
      const { job } = scene.hospital.actors[session.actor]!
      add({
        at,
        session,
        action,
        type,
        patient,
        count,
        purpose: purpose ?? (random.chance(0.93) ? purposeOf(job) : ''),
        outcome,
        ...(records && { records }),
      })
    },
    look(session, job, patient, at, size) {
      if (random.chance(0.22)) {
        raid.row(session, at, 'search', 'Patient', -1, random.int(4))
        at += random.logNormal(7, 0.95) * SECOND_MS
      }
      raid.row(session, at, 'read', 'Patient', patient, 1)
      for (let n = 1; n < size; n++) {
        at += Math.max(400, random.logNormal(7, 0.95) * SECOND_MS)
        const { action, type, most } = stepsOf(job)(random)
        const only = ['create', 'update', 'delete', 'export'].includes(action) ? 'read' : action
        raid.row(session, at, only, type, patient, 1 + Math.floor(random.next() ** 2 * most))
      }
      return at + random.logNormal(9, 0.9) * SECOND_MS
    },
    signIn(actor, at, hours, network, device) {
      const logins: Access[] = []
      const session = sessions.open(actor, at, at + hours * HOUR_MS, network, device, logins, '', random)
      for (const one of logins) add(one)
      return session
    },
    fail(actor, at, network, device) {
      const session: Session = { id: '', actor, network, device, from: at, to: at, stressor: '' }
      add({ at, session, action: 'login-failed', type: '', patient: -1, count: 0, purpose: '', outcome: 8 })
    },
    moment(actor, mustBe = false) {
      const open = sessions.of(actor.index).filter((one) => one.to - one.from > 3 * 60 * SECOND_MS && one.from < day.to)
      if (open.length > 0) {
        const session = random.pick(open)
        return { session, at: idleIn(session) }
      }
      if (!mustBe) return undefined
      const at = day.midnight + random.between(18, 23) * HOUR_MS
      return { session: raid.signIn(actor.index, at, 1, VPN, actor.ownDevice), at: at + 40 * SECOND_MS }
    },
  }
  return raid
}

export type Casting = {
  readonly hospital: Hospital
  readonly random: Random
  /** Somebody of these jobs who is employed all the time and in no other campaign, if anybody is left. */
  insider(jobs: readonly Job[], fits?: (actor: Actor) => boolean): Actor
  readonly learnDays: number
  readonly days: number
  readonly start: number
}

export function createCasting(
  hospital: Hospital,
  random: Random,
  { learnDays, days, start }: { learnDays: number; days: number; start: number },
): Casting {
  const used = new Set<number>()
  const insider: Casting['insider'] = (jobs, fits = () => true) => {
    const all = hospital.actors.filter((one) => jobs.includes(one.job) && one.to === undefined && one.from < start)
    const good = all.filter(fits)
    const fresh = good.filter((one) => !used.has(one.index))
    const people = hospital.actors.filter((one) => one.job !== 'machine')
    const chosen = random.pick([fresh, good, all, people].find((some) => some.length > 0)!)
    used.add(chosen.index)
    return chosen
  }
  return { hospital, random, insider, learnDays, days, start }
}

/** A window of that many days, somewhere after the days to learn. */
export function windowAfterLearning(
  { random, learnDays, days }: Casting,
  length: number,
): readonly [from: number, to: number] {
  const size = Math.min(Math.max(1, length), days - learnDays)
  const from = learnDays + random.int(days - learnDays - size + 1)
  return [from, from + size - 1]
}

/** Patients at random, as somebody takes them who reads numbers off a list. */
export const strangers = (random: Random, hospital: Hospital, n: number): number[] =>
  Array.from({ length: n }, () => random.int(hospital.patients.length))
