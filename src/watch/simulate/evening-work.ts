import type { Access } from './access.ts'
import { type Day, HOUR_MS, MINUTE_MS } from './calendar.ts'
import type { ChartVisits } from './chart-visits.ts'
import type { Actor, Hospital } from './hospital.ts'
import type { Stay, Today } from './patient-flow.ts'
import { homeNetwork } from './people.ts'
import type { Random } from './random.ts'
import type { Relations } from './relations.ts'
import { type Sessions, VPN } from './sessions.ts'

const FINISHES_AT_HOME = 0.17
const CALLS_RECORDED = 0.85

/** Physicians after their hours, from home: notes finished in the evening, and calls to who is on call at night. */
export function createEveningWork(
  hospital: Hospital,
  seed: Random,
  relations: Relations,
  sessions: Sessions,
  visits: ChartVisits,
): (day: Day, today: Today, rows: Access[]) => void {
  const random = seed.fork('evening-work')
  const physicians = hospital.staffOf('attending')

  const signIn = (actor: Actor, at: number, hours: number, rows: Access[]) => {
    const away = random.chance(0.08) ? homeNetwork(random) : actor.homeNetwork
    const device = random.chance(0.06) ? random.pick(['browser', 'tablet', 'phone']) : actor.ownDevice
    return sessions.open(actor.index, at, at + hours * HOUR_MS, random.chance(0.8) ? VPN : away, device, rows)
  }

  const finishNotes = (day: Day, actor: Actor, own: readonly Stay[], rows: Access[]) => {
    let at = day.midnight + random.between(19.5, 22.5) * HOUR_MS
    const session = signIn(actor, at, 1.5, rows)
    for (const { patient } of random.sample(own, 2 + random.int(6)))
      at = visits.open(session, 'attending', patient, at + random.between(5, 90) * 1000, 2 + random.int(5), rows)
  }

  return (day, today, rows) => {
    const byAttending = new Map<number, Stay[]>()
    for (const stay of [...today.clinic, ...today.wards]) {
      if (stay.from > day.midnight + 18 * HOUR_MS) continue
      const known = byAttending.get(stay.attending)
      if (known === undefined) byAttending.set(stay.attending, [stay])
      else known.push(stay)
    }
    for (const actor of physicians) {
      if (actor.from > day.from || (actor.to !== undefined && actor.to < day.to)) continue
      const own = byAttending.get(actor.index)
      if (own !== undefined && sessions.of(actor.index).length > 0 && random.chance(FINISHES_AT_HOME))
        finishNotes(day, actor, own, rows)
    }
    const onCall = random.sample(
      physicians.filter((one) => one.from < day.from && one.to === undefined),
      Math.max(1, Math.round(physicians.length / 25)),
    )
    for (const actor of onCall) {
      for (let calls = random.poisson(2.5); calls > 0 && today.wards.length > 0; calls--) {
        const { patient, from, to } = random.pick(today.wards)
        const at = day.midnight + random.between(19, 29.5) * HOUR_MS
        if (at < from || at > to) continue
        const begins = at - random.exponential(4) * MINUTE_MS
        if (random.chance(CALLS_RECORDED))
          relations.add(actor.index, patient, 'on-call', Math.max(day.from, begins), at + 6 * HOUR_MS)
        visits.open(signIn(actor, at, 0.6, rows), 'attending', patient, at + 25_000, 4 + random.int(9), rows)
      }
    }
  }
}
