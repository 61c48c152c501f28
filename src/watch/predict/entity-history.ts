import given from '../../../policies/watch/hazard.json' with { type: 'json' }
import type { Access } from '../access.ts'
import type { Alert } from '../alert.ts'
import type { Case } from '../cases/case.ts'
import { namesMachine } from '../decide/caps.ts'
import type { Hospital } from '../hospital/hospital.ts'
import { FOREVER } from '../hospital/relations.ts'
import type { Verdict } from '../verdict.ts'
import { FEATURES, type FeatureName, type FeatureValues, type HazardKind } from './hazard.ts'

type Told = { readonly day: number; readonly of: Case }
type History = {
  seen: number
  /** The day to which the counts below have faded. */
  at: number
  recent: number
  usual: number
  failed: number
  asked: number
  readonly alerts: Told[]
}

const { halfLives } = given
const DAY = 86_400_000
const FADES = {
  recent: 0.5 ** (1 / halfLives.recent),
  usual: 0.5 ** (1 / halfLives.usual),
  week: 0.5 ** (1 / halfLives.week),
}
const MOST_ALERTS = 50
const MINUTES = 1440
const LEAVES_WITHIN = 14
const COLLEAGUE_WITHIN = 7
const PLACE = Object.fromEntries(FEATURES.map((name, at) => [name, at])) as Readonly<Record<FeatureName, number>>

export const dayOf = (at: number): number => Math.floor(at / DAY)

export type EntityHistory = ReturnType<typeof createEntityHistory>

/** What is known of every person, client, patient and device: fading counts, and the alerts about them. */
export function createEntityHistory(hospital: Hospital) {
  const all = {
    person: new Map<string, History>(),
    client: new Map<string, History>(),
    patient: new Map<string, History>(),
    device: new Map<string, History>(),
  }
  const units = new Map<string, { day: number; actor: string }[]>()
  const machines = new Map<string, boolean>()
  const memberOf = (name: string) => {
    const number = hospital.names.known(name)
    return number === undefined ? undefined : hospital.member(number)
  }

  function kindOfActor(name: string): 'person' | 'client' {
    let machine = machines.get(name)
    if (machine === undefined) {
      machine = namesMachine(memberOf(name)?.role ?? '', name)
      machines.set(name, machine)
    }
    return machine ? 'client' : 'person'
  }

  function of(kind: HazardKind, name: string, day: number): History {
    let found = all[kind].get(name)
    if (found === undefined) {
      found = { seen: day, at: day, recent: 0, usual: 0, failed: 0, asked: 0, alerts: [] }
      all[kind].set(name, found)
    }
    fade(found, day)
    return found
  }

  function fade(history: History, day: number) {
    const days = day - history.at
    if (days <= 0) return
    history.at = day
    history.recent *= FADES.recent ** days
    history.usual *= FADES.usual ** days
    history.failed *= FADES.week ** days
    history.asked *= FADES.week ** days
  }

  function valuesOf(kind: HazardKind, name: string, history: History, day: number): FeatureValues {
    fade(history, day)
    const values = new Float64Array(FEATURES.length)
    const put = (feature: FeatureName, value: number) => {
      values[PLACE[feature]] = value
    }
    const last = history.alerts.at(-1)
    if (last !== undefined) put('alert-before', 0.5 ** ((day - last.day) / halfLives.alert))
    const now = (day + 1) * DAY
    if (history.alerts.some(({ of: { verdict } }) => verdict?.finding === 'misuse' && verdict.at <= now))
      put('misuse-before', 1)
    put('unexplained', Math.log1p(history.recent))
    const recent = history.recent * (1 - FADES.recent)
    const usual = history.usual * (1 - FADES.usual)
    put('trend', Math.max(0, Math.min(2, Math.log((recent + 0.5) / (usual + 0.5)))))
    put('failed-sign-ins', Math.log1p(history.failed))
    put('asked', Math.log1p(history.asked))
    if (kind === 'person') {
      const member = memberOf(name)
      const left = member === undefined || member.employedTo === FOREVER ? FOREVER : member.employedTo / MINUTES - day
      if (left <= LEAVES_WITHIN) put('leaving', 1)
      const near = member === undefined ? [] : (units.get(member.unit) ?? [])
      if (near.some((one) => one.actor !== name && day - one.day <= COLLEAGUE_WITHIN)) put('colleague', 1)
    }
    if (kind === 'patient') {
      const number = hospital.names.known(name)
      const person = number === undefined ? undefined : hospital.patient(number)
      if (person?.vip === true) put('known', 1)
      if (person !== undefined && person.employee !== '') put('works-here', 1)
    }
    return values
  }

  return {
    note(access: Access, verdict: Verdict) {
      const day = dayOf(access.at)
      const unexplained = verdict.class === 'unexplained' || verdict.class === 'contra'
      const asked = verdict.step === 'ask' || verdict.step === 'slow' || verdict.step === 'step-up'
      const failed = access.action === 'login-failed'
      const touch = (kind: HazardKind, name: string) => {
        if (name === '') return
        const history = of(kind, name, day)
        history.seen = day
        if (unexplained) {
          history.recent++
          history.usual++
        }
        if (failed) history.failed++
        if (asked) history.asked++
      }
      touch(kindOfActor(access.actor), access.actor)
      touch('patient', access.patient)
      touch('device', access.device)
    },
    alert({ at, entities, because }: Alert, matter: Case) {
      // Whose account is tried from somewhere did nothing, and the rest of the matter is the place's.
      if (because?.held === 'network') return
      const day = dayOf(at)
      const { actor = '', patient = '', device = '' } = entities
      for (const [kind, name] of [
        [kindOfActor(actor), actor],
        ['patient', patient],
        ['device', device],
      ] as const) {
        if (name === '') continue
        const { alerts } = of(kind, name, day)
        alerts.push({ day, of: matter })
        if (alerts.length > MOST_ALERTS) alerts.shift()
      }
      const unit = memberOf(actor)?.unit ?? ''
      if (unit !== '')
        units.set(unit, [...(units.get(unit) ?? []).filter((one) => day - one.day <= COLLEAGUE_WITHIN), { day, actor }])
    },
    /** Everything seen lately, with its features as they are at the end of a day. */
    *seenBy(day: number): Generator<{ kind: HazardKind; name: string; values: FeatureValues }> {
      for (const kind of ['person', 'client', 'patient', 'device'] as const)
        for (const [name, history] of all[kind]) {
          if (day - history.seen > given.seenWithinDays && history.alerts.length === 0) all[kind].delete(name)
          else if (day - history.seen <= given.seenWithinDays)
            yield { kind, name, values: valuesOf(kind, name, history, day) }
        }
    },
    /** Whether an alert came after a day and until another one; one that was found justified is none. */
    came: (kind: HazardKind, name: string, after: number, until: number): boolean =>
      (all[kind].get(name)?.alerts ?? []).some(
        (one) => one.day > after && one.day <= until && one.of.verdict?.finding !== 'justified',
      ),
  }
}
