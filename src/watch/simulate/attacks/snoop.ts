import { MINUTE_MS } from '../calendar.ts'
import type { Actor, Hospital } from '../hospital.ts'
import type { Stealth } from '../parameters.ts'
import { type Attack, type Casting, strangers, windowAfterLearning } from './raid.ts'

type Plot = Omit<Attack, 'campaign'> & { readonly variant: string }
const CLINICAL = [
  'nurse',
  'aide',
  'attending',
  'resident',
  'clerk',
  'lab',
  'imaging',
  'therapist',
  'pharmacist',
  'social',
] as const

const sameName = (hospital: Hospital, actor: Actor, patient: number) =>
  hospital.patients[patient]!.family === actor.family
const sameHome = (hospital: Hospital, actor: Actor, patient: number) =>
  hospital.patients[patient]!.address === actor.address

/** Low: the same name and address, often and at length. Mid: one of the two. High: neither, once or twice, sometimes with a care team joined for it. */
export function familySnoop(cast: Casting, stealth: Stealth): Plot {
  const { hospital, random } = cast
  const fits = (actor: Actor, patient: number): boolean => {
    const alike = Number(sameName(hospital, actor, patient)) + Number(sameHome(hospital, actor, patient))
    return alike === { low: 2, mid: 1, high: 0 }[stealth]
  }
  const actor = cast.insider(CLINICAL, (one) => one.relatives.some((patient) => fits(one, patient)))
  const patient =
    actor.relatives.find((one) => fits(actor, one)) ?? actor.relatives[0] ?? random.int(hospital.patients.length)
  const [fromDay, toDay] = windowAfterLearning(cast, { low: 9, mid: 7, high: 4 }[stealth])
  let left = { low: 6, mid: 3, high: 1 + random.int(2) }[stealth]
  const joins = stealth === 'high' && random.chance(0.35)
  return {
    variant: joins ? 'joins-care-team' : 'relative',
    fromDay,
    toDay,
    act({ day, relations }, raid) {
      const last = day.index === toDay
      if (left === 0 || (!last && raid.random.chance(0.35))) return
      const found = raid.moment(actor, last)
      if (found === undefined) return
      left--
      if (joins) relations.add(actor.index, patient, 'care-team', Math.max(day.from, found.at - 2 * MINUTE_MS), day.to)
      const size = { low: 8 + raid.random.int(9), mid: 3 + raid.random.int(4), high: 1 + raid.random.int(3) }[stealth]
      const end = raid.look(found.session, actor.job, patient, found.at, size)
      if (stealth === 'low' && raid.random.chance(0.5))
        raid.row(found.session, end, 'print', 'DocumentReference', patient, 3)
    },
  }
}

/** People who have nothing to do with a VIP, or with a colleague who is a patient, all look. */
export function vipPileOn(cast: Casting, stealth: Stealth): Plot {
  const { hospital, random } = cast
  const colleague = stealth === 'high'
  const wanted = hospital.patients.filter((one) => (colleague ? one.employee >= 0 : one.vip))
  let target = random.pick(wanted.length > 0 ? wanted : hospital.patients)
  const crowd = Math.min({ low: 14, mid: 6, high: 3 }[stealth], Math.max(3, Math.floor(hospital.actors.length / 12)))
  const mates = colleague && target.employee >= 0 ? hospital.actors[target.employee]!.unit : -1
  const actors = Array.from({ length: crowd }, () =>
    cast.insider(CLINICAL, (one) => one.index !== target.employee && (mates < 0 || one.unit === mates)),
  )
  const [fromDay, toDay] = windowAfterLearning(cast, { low: 2, mid: 5, high: 8 }[stealth])
  const share = 1 / (toDay - fromDay + 1)
  const done = new Set<Actor>()
  return {
    variant: colleague ? 'co-worker' : 'vip',
    fromDay,
    toDay,
    act({ day, today }, raid) {
      const last = day.index === toDay
      // Word goes round when somebody known lies in the house.
      const lying = today.wards.filter((one) => hospital.patients[one.patient]!.vip)
      if (!colleague && done.size === 0 && lying.length > 0)
        target = hospital.patients[raid.random.pick(lying).patient]!
      for (const actor of actors) {
        if (done.has(actor) || (!last && !raid.random.chance(share * 1.5))) continue
        const found = raid.moment(actor, last && done.size === 0)
        if (found === undefined) continue
        done.add(actor)
        raid.look(found.session, actor.job, target.index, found.at, 2 + raid.random.int(stealth === 'low' ? 8 : 4))
      }
    },
  }
}

/** Day after day a chart or so that is none of theirs. */
export function lowAndSlow(cast: Casting, stealth: Stealth): Plot {
  const { hospital } = cast
  const actor = cast.insider(stealth === 'high' ? ['nurse', 'aide', 'resident'] : CLINICAL)
  const [fromDay, toDay] = windowAfterLearning(cast, 30)
  return {
    variant: stealth === 'high' ? 'near-own-patients' : 'strangers',
    fromDay,
    toDay,
    act({ day, today }, raid) {
      const charts = stealth === 'low' ? 2 + raid.random.int(3) : 1
      for (const stranger of strangers(raid.random, hospital, charts)) {
        const found = raid.moment(actor, day.index === toDay)
        if (found === undefined) return
        // The careful one takes patients who lie in the house, some of them on the own ward.
        const ward = today.wards.filter((one) => one.unit === actor.unit)
        const near = ward.length > 0 && raid.random.chance(0.4) ? ward : today.wards
        const patient = stealth === 'high' && near.length > 0 ? raid.random.pick(near).patient : stranger
        raid.look(
          found.session,
          actor.job,
          patient,
          found.at,
          stealth === 'low' ? 6 + raid.random.int(6) : 2 + raid.random.int(3),
        )
      }
    },
  }
}
