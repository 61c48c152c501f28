import type { Actor, Hospital } from './hospital.ts'
import type { Today } from './patient-flow.ts'
import type { Random } from './random.ts'
import type { Job } from './vocabulary.ts'

/** A chart opened for a good reason that no file tells. */
export type Detour = { readonly patient: number; readonly size: number }

/**
 * Who looks into charts without a recorded reason, and how often: a colleague asks over coffee, a chart is finished after
 * the discharge, somebody telephones, the wrong patient of the same name is opened. How often follows what share of honest
 * accesses was without explanation so far, so that it nears the share of this hospital whatever its size.
 */
export type Detours = {
  newDay(today: Today): void
  take(actor: Actor, at: number): Detour | undefined
  /** What the last day's honest accesses to charts were. */
  learn(explained: number, unexplained: number): void
  readonly wanted: number
}

const INCLINED: Readonly<Partial<Record<Job, number>>> = {
  resident: 1.3,
  attending: 1.5,
  clerk: 1.3,
  student: 2,
  quality: 1.6,
  social: 1.3,
  it: 2,
  aide: 0.6,
}
const LEAST_RATE = 0.015
const MOST_RATE = 0.3

export function createDetours(hospital: Hospital, seed: Random): Detours {
  const random = seed.fork('detours')
  const wanted = random.between(0.066, 0.084)
  const namesakes = new Map<string, number[]>()
  for (const { family, index } of hospital.patients) {
    const known = namesakes.get(family)
    if (known === undefined) namesakes.set(family, [index])
    else known.push(index)
  }
  let rate = 0.055
  let inHouse: number[] = []
  let gone: number[] = []
  let explainedSoFar = 0
  let unexplainedSoFar = 0

  const whose = (actor: Actor): number | undefined => {
    const kind = random.next()
    const { recent } = actor
    if (kind < 0.16 && recent.length > 0) return recent[Math.floor(random.next() * recent.length)]
    if (kind < 0.54) return inHouse.length > 0 ? random.pick(inHouse) : undefined
    if (kind < 0.74) return gone.length > 0 ? random.pick(gone) : undefined
    if (kind < 0.9) return random.int(hospital.patients.length)
    if (kind < 0.905) return actor.chart >= 0 ? actor.chart : undefined
    const last = recent.at(-1)
    if (last === undefined) return undefined
    return random.pick(namesakes.get(hospital.patients[last]!.family)!)
  }

  return {
    wanted,
    newDay({ wards, emergency, clinic }) {
      gone = [...gone, ...inHouse].slice(-2000)
      inHouse = [...wards, ...emergency, ...clinic].map((one) => one.patient)
    },
    take(actor) {
      if (!random.chance(Math.min(0.4, rate * (INCLINED[actor.job] ?? 1)))) return undefined
      const patient = whose(actor)
      return patient === undefined ? undefined : { patient, size: Math.max(1, Math.round(random.logNormal(1.6, 0.8))) }
    },
    learn(explained, unexplained) {
      explainedSoFar += explained
      unexplainedSoFar += unexplained
      if (explained + unexplained === 0) return
      const share = unexplained / (explained + unexplained)
      const whole = unexplainedSoFar / (explainedSoFar + unexplainedSoFar)
      rate = Math.min(MOST_RATE, Math.max(LEAST_RATE, rate + 0.6 * (wanted - share) + 0.5 * (wanted - whole)))
    },
  }
}
