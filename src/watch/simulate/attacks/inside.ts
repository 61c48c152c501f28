import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts'
import type { Stealth } from '../parameters.ts'
import { homeNetwork, MACHINES } from '../people.ts'
import { VPN } from '../sessions.ts'
import { type Attack, type Casting, strangers, windowAfterLearning } from './raid.ts'

type Plot = Omit<Attack, 'campaign'> & { readonly variant: string }

/** Low: the monitor gateway, which only writes, reads the house from elsewhere. Mid: a workstation reads in everybody's name. High: the gateway keeps its pace and falsifies. */
export function compromisedDevice(cast: Casting, stealth: Stealth): Plot {
  const { hospital, random } = cast
  const gateway = hospital.actors.at(MACHINES.indexOf('monitor-gateway') - MACHINES.length)!
  const unit = random.pick(hospital.unitsOf('ward'))
  const device = random.pick(unit.devices)
  const [fromDay, toDay] = windowAfterLearning(cast, { low: 1, mid: 2, high: 4 }[stealth])
  return {
    variant: { low: 'gateway-reads', mid: 'workstation', high: 'gateway-falsifies' }[stealth],
    fromDay,
    toDay,
    act({ day, today, sessions, machines }, raid) {
      if (stealth === 'mid') {
        for (const actor of hospital.actors
          .filter((one) => one.unit === unit.index && sessions.of(one.index).length > 0)
          .slice(0, 6)) {
          const { from, to, network } = raid.random.pick(sessions.of(actor.index))
          const session = raid.signIn(
            actor.index,
            Math.min(from + raid.random.next() * (to - from), day.to - HOUR_MS),
            1,
            network,
            device,
          )
          let at = session.from + 15 * SECOND_MS
          for (const patient of strangers(raid.random, hospital, 14))
            at = raid.look(session, actor.job, patient, at, 1 + raid.random.int(2))
        }
        if (raid.random.chance(0.999)) return
      }
      const known = sessions.of(gateway.index)[0] ?? machines.session('monitor-gateway', day, [])
      if (stealth === 'low') {
        const session = { ...known, network: '10.250.3.0/24', device: 'unknown' }
        let at = day.midnight + raid.random.between(10, 22) * HOUR_MS
        for (const patient of strangers(raid.random, hospital, 320)) {
          raid.row(
            session,
            at,
            'read',
            raid.random.pick(['Patient', 'Observation', 'Condition']),
            patient,
            1 + raid.random.int(50),
          )
          at += raid.random.logNormal(2.5, 0.4) * SECOND_MS
        }
        return
      }
      const icus = new Set(hospital.unitsOf('icu').map((one) => one.index))
      for (const { patient } of today.wards.filter((one) => icus.has(one.unit)).slice(0, 6))
        for (let hour = 1 + raid.random.int(4); hour < 24; hour += 3) {
          const at = day.from + hour * HOUR_MS + raid.random.next() * 50 * MINUTE_MS
          raid.row(known, at, raid.random.chance(0.7) ? 'create' : 'update', 'Observation', patient, 60)
        }
    },
  }
}

/** An account that should have ended with the employment, or takes along what it can before. */
export function leaver(cast: Casting, stealth: Stealth): Plot {
  const { hospital, random, start, learnDays, days } = cast
  const leaving = hospital.actors.filter((one) => one.to !== undefined && one.to > start + (learnDays + 1) * DAY_MS)
  const after = stealth === 'low' && leaving.length > 0
  const actor = leaving.length > 0 ? random.pick(leaving) : cast.insider(['attending', 'nurse', 'clerk'])
  const gone = actor.to === undefined ? days - 1 : Math.round((actor.to - start) / DAY_MS)
  const fromDay = Math.min(days - 1, after ? gone : Math.max(learnDays, gone - (stealth === 'mid' ? 4 : 9)))
  const toDay = Math.min(days - 1, after ? gone + 1 : Math.max(fromDay, gone - 1))
  return {
    variant: after ? 'after-leaving' : 'before-leaving',
    fromDay,
    toDay,
    act({ day }, raid) {
      const found = after ? undefined : raid.moment(actor, day.index === toDay)
      if (!after && found === undefined) return
      const evening = day.midnight + raid.random.between(19, 25) * HOUR_MS
      const session =
        found?.session ??
        raid.signIn(actor.index, evening, 3, raid.random.chance(0.5) ? VPN : homeNetwork(raid.random), actor.ownDevice)
      let at = found?.at ?? evening + 30 * SECOND_MS
      const charts = { low: 160, mid: 35, high: 9 }[stealth]
      const own = actor.recent.filter(() => raid.random.chance(0.7)).slice(0, charts)
      for (const patient of [...own, ...strangers(raid.random, hospital, Math.max(1, charts - own.length))])
        at = raid.look(session, actor.job, patient, at, 1 + raid.random.int(2))
      if (stealth !== 'high') raid.row(session, at, 'export', 'DocumentReference', -1, stealth === 'low' ? 800 : 90)
    },
  }
}

/** An administrator of the system reads charts, with no ticket, or with one written by themselves. */
export function adminAbuse(cast: Casting, stealth: Stealth): Plot {
  const { hospital } = cast
  const actor = cast.insider(['it'])
  const [fromDay, toDay] = windowAfterLearning(cast, { low: 3, mid: 6, high: 10 }[stealth])
  const wanted = hospital.patients.filter((one) => one.vip || one.employee >= 0).map((one) => one.index)
  return {
    variant: 'admin',
    fromDay,
    toDay,
    act({ day, relations }, raid) {
      const found = raid.moment(actor, day.index === toDay)
      if (found === undefined) return
      let { at } = found
      for (let n = { low: 45, mid: 12, high: 3 }[stealth]; n > 0; n--) {
        const patient =
          stealth === 'high' && raid.random.chance(0.5)
            ? raid.random.int(hospital.patients.length)
            : raid.random.pick(wanted)
        if (stealth === 'high' && raid.random.chance(0.4))
          relations.add(actor.index, patient, 'task', Math.max(day.from, at - MINUTE_MS), at + HOUR_MS)
        at = raid.look(found.session, 'attending', patient, at, 2 + raid.random.int(4))
      }
    },
  }
}

/** From early in the days to learn, a little more every day: the account is to look normal when the harvest comes. */
export function poisoning(cast: Casting, stealth: Stealth): Plot {
  const { hospital, learnDays, days } = cast
  const actor = cast.insider(['nurse', 'attending', 'clerk', 'resident'])
  const fromDay = Math.floor(learnDays / 4)
  const harvestDays = { low: 4, mid: 8, high: 14 }[stealth]
  const toDay = Math.min(days - 1, learnDays + harvestDays)
  const most = { low: 60, mid: 30, high: 12 }[stealth]
  return {
    variant: 'poisoning',
    fromDay,
    toDay,
    act({ day }, raid) {
      const found = raid.moment(actor, day.index === toDay)
      if (found === undefined) return
      const grown = learnDays === 0 ? 1 : Math.min(1, (day.index - fromDay + 1) / Math.max(1, learnDays - fromDay))
      let { at } = found
      for (const patient of strangers(
        raid.random,
        hospital,
        Math.max(1, Math.round(most * grown * raid.random.between(0.7, 1))),
      ))
        at = raid.look(found.session, actor.job, patient, at, 1 + raid.random.int(3))
    },
  }
}
