import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts'
import type { Stealth } from '../parameters.ts'
import { homeNetwork, MACHINES } from '../people.ts'
import { VPN } from '../sessions.ts'
import { type Attack, type Casting, strangers, windowAfterLearning } from './raid.ts'

type Plot = Omit<Attack, 'campaign'> & { readonly variant: string }
const STAFF = ['nurse', 'attending', 'resident', 'clerk', 'pharmacist', 'lab'] as const

/**
 * Another person's honest work of the same day, moved under this person's session: low somebody of another job, mid the
 * same job elsewhere, high the same job on the same unit.
 */
export function stolenSession(cast: Casting, stealth: Stealth): Plot {
  const { hospital } = cast
  const victim = cast.insider(stealth === 'high' ? ['nurse', 'resident'] : STAFF)
  const [fromDay, toDay] = windowAfterLearning(cast, 6)
  let left = stealth === 'high' ? 2 : 1
  return {
    variant: { low: 'another-job', mid: 'same-job', high: 'same-unit' }[stealth],
    fromDay,
    toDay,
    act({ day, sessions, honest }, raid) {
      const own = sessions.of(victim.index).filter((one) => one.to < day.to)
      const last = own.at(-1)
      if (left === 0 || (last === undefined && day.index < toDay)) return
      const perhaps = hospital.actors.filter((one) => {
        if (one.index === victim.index || one.job === 'machine' || sessions.of(one.index).length === 0) return false
        if (stealth === 'low') return one.job !== victim.job
        return one.job === victim.job && (stealth === 'mid') === (one.unit !== victim.unit)
      })
      const other = raid.random.pick(
        perhaps.length > 0 ? perhaps : hospital.actors.filter((one) => sessions.of(one.index).length > 0),
      )
      const theirs = honest.filter((one) => one.session.actor === other.index && !one.action.startsWith('login'))
      if (theirs.length === 0) return
      left--
      const session = last ?? raid.moment(victim, true)!.session
      const size = { low: 90, mid: 60, high: 35 }[stealth]
      const first = Math.max(0, Math.min(theirs.length - size, raid.random.int(theirs.length)))
      const part = theirs.slice(first, first + size)
      const begins = session.from + (session.to - session.from) * raid.random.between(0.3, 0.9)
      for (const one of part)
        raid.row(session, begins + one.at - part[0]!.at, one.action, one.type, one.patient, one.count, {
          purpose: one.purpose,
          outcome: one.outcome,
        })
    },
  }
}

/** Passwords of other sites are tried on many accounts; what opens is read in bulk. */
export function credentialStuffing(cast: Casting, stealth: Stealth): Plot {
  const { hospital } = cast
  const victim = cast.insider(STAFF)
  const nights = { low: 1, mid: 1, high: 4 }[stealth]
  const [fromDay, toDay] = windowAfterLearning(cast, nights)
  const people = hospital.actors.filter((one) => one.job !== 'machine')
  return {
    variant: { low: 'one-address', mid: 'many-addresses', high: 'behind-the-vpn' }[stealth],
    fromDay,
    toDay,
    act({ day }, raid) {
      const { random } = raid
      const tries = { low: 350, mid: 110, high: 9 }[stealth]
      const within = { low: 18, mid: 170, high: 420 }[stealth] * MINUTE_MS
      const networks = Array.from({ length: stealth === 'low' ? 1 : 14 }, () =>
        stealth === 'high' ? VPN : homeNetwork(random),
      )
      const begins = day.midnight + (stealth === 'high' ? random.between(8, 11) : random.between(20, 25)) * HOUR_MS
      for (let n = 0; n < tries; n++)
        raid.fail(
          random.pick(people).index,
          begins + random.next() * within,
          random.pick(networks),
          stealth === 'low' ? 'browser' : random.pick(['browser', 'phone', 'unknown']),
        )
      raid.fail(victim.index, begins + within, networks[0]!, 'browser')
      const session = raid.signIn(
        victim.index,
        begins + within + 9 * SECOND_MS,
        4,
        networks[0]!,
        stealth === 'high' ? victim.ownDevice : 'browser',
      )
      let at = session.from + 20 * SECOND_MS
      const charts = { low: 300, mid: 120, high: 28 }[stealth]
      for (const patient of strangers(random, hospital, charts)) {
        raid.row(
          session,
          at,
          'read',
          random.pick(['Patient', 'Observation', 'DocumentReference']),
          patient,
          1 + random.int(30),
        )
        at += random.logNormal({ low: 1.6, mid: 15, high: 95 }[stealth], 0.5) * SECOND_MS
      }
    },
  }
}

/** A token of an app reads one chart after the other, under any limit on the rate. */
export function apiScraper(cast: Casting, stealth: Stealth): Plot {
  const { hospital, random } = cast
  const machine = stealth !== 'mid'
  const actor = machine
    ? hospital.actors.at(MACHINES.indexOf('mobile-api') - MACHINES.length)!
    : cast.insider(['attending', 'researcher', 'quality'])
  const [fromDay, toDay] = windowAfterLearning(cast, { low: 1, mid: 3, high: 6 }[stealth])
  let next = random.int(hospital.patients.length)
  const away = homeNetwork(random)
  return {
    variant: machine ? 'app-token' : 'token-of-a-person',
    fromDay,
    toDay,
    act({ day, sessions }, raid) {
      const most = Math.round(hospital.patients.length * 0.25)
      const charts = Math.min(most, { low: 1500, mid: 350, high: 260 }[stealth])
      const begins = day.midnight + { low: 22, mid: 9, high: 6 }[stealth] * HOUR_MS + raid.random.next() * HOUR_MS
      const own = machine ? sessions.of(actor.index)[0] : undefined
      const session = own ?? raid.signIn(actor.index, begins, 10, away, 'api-client')
      const under = stealth === 'low' ? { ...session, network: away } : session
      let at = begins + 5 * SECOND_MS
      for (let n = 0; n < charts; n++) {
        const patient =
          stealth === 'low' ? next++ % hospital.patients.length : raid.random.int(hospital.patients.length)
        raid.row(
          under,
          at,
          raid.random.chance(0.7) ? 'search' : 'read',
          'Observation',
          patient,
          5 + raid.random.int(60),
          { purpose: machine ? 'PATRQT' : 'TREAT' },
        )
        at += { low: 1.1, mid: 21, high: 290 }[stealth] * raid.random.between(0.85, 1.15) * SECOND_MS
      }
    },
  }
}
