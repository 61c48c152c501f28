import type { Hospital } from '../hospital/hospital.ts'
import { type Onlooker, type ReplayWish, replay } from '../replay/replay.ts'
import { createEntityHistory, dayOf, type EntityHistory } from './entity-history.ts'
import { type Forecast, type ForecastScore, scoreForecasts } from './forecast-score.ts'
import {
  createHazard,
  type FeatureValues,
  HAZARD_DAYS,
  HAZARD_KINDS,
  type HazardContribution,
  type HazardKind,
} from './hazard.ts'

const DAY = 86_400_000
const MOST_TOLD = 10
/** Forecasts of the later half of the days are held against what came. */
const LATER = 0.5

export type Prediction = {
  readonly name: string
  /** Between 0 and 1: that an alert comes within the next days. */
  readonly chance: number
  readonly contributions: readonly HazardContribution[]
}
export type KindPrediction = {
  readonly kind: HazardKind
  readonly learnedFrom: number
  readonly learnedCame: number
  /** Absent when no later period was left to hold forecasts against. */
  readonly score?: ForecastScore
  readonly weights: Readonly<Record<string, { prior: number; now: number }>>
  readonly highest: readonly Prediction[]
}
export type Predicted = {
  /** Forecasts made from this day on, and until that one, were held against what came. */
  readonly heldFrom: string
  readonly heldUntil: string
  readonly lastDay: string
  /** How far ahead. */
  readonly days: number
  readonly kinds: readonly KindPrediction[]
}

type Question = {
  readonly kind: HazardKind
  readonly name: string
  readonly values: FeatureValues
  readonly chance: number
  readonly base: number
}
type Answered = Forecast & { readonly day: number }

const iso = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)
const eachKind = <Value>(make: (kind: HazardKind) => Value) =>
  Object.fromEntries(HAZARD_KINDS.map((kind) => [kind, make(kind)])) as Record<HazardKind, Value>

/**
 * Learns from a replay what comes before alerts, and says what is likely next. Every forecast is made with what was known at
 * the end of its day: weights that had learned only from weeks that were over. Those of the later half of the days are held
 * against what came, beside the rate that was known on the same day. Alerts of the learning days teach nothing.
 */
export async function predictReplay(wish: ReplayWish): Promise<Predicted> {
  const hazards = eachKind((kind) => createHazard(kind))
  const priors = eachKind((kind) => createHazard(kind))
  const learned = eachKind(() => ({ from: 0, came: 0 }))
  const answered = eachKind((): Answered[] => [])
  const pending = new Map<number, readonly Question[]>()
  let history: EntityHistory | undefined
  let firstDay = Number.POSITIVE_INFINITY
  let today: number | undefined

  /** At the end of a day: what was asked a week ago has its answer, and today's questions are put down. */
  function closeDay(day: number, of: EntityHistory) {
    const asked = day - HAZARD_DAYS
    for (const { kind, name, values, chance, base } of pending.get(asked) ?? []) {
      const came = of.came(kind, name, asked, day)
      answered[kind].push({ day: asked, name, chance, base, prior: priors[kind].chance(values), came })
      hazards[kind].learn(values, came)
      learned[kind].from++
      if (came) learned[kind].came++
    }
    pending.delete(asked)
    if (day < firstDay) return
    const questions: Question[] = []
    for (const { kind, name, values } of of.seenBy(day)) {
      const { from, came } = learned[kind]
      // Before anything was seen, who guesses by the rate alone is given the rate of the prior.
      const base = (came + priors[kind].base) / (from + 1)
      questions.push({ kind, name, values, chance: hazards[kind].chance(values), base })
    }
    pending.set(day, questions)
  }

  const onlooker: Onlooker = {
    began(hospital: Hospital) {
      history = createEntityHistory(hospital)
    },
    judged(access, verdict) {
      if (history === undefined) return
      const day = dayOf(access.at)
      if (today === undefined) {
        today = day
        firstDay = day + wish.untilDay
      }
      for (; today < day; today++) closeDay(today, history)
      history.note(access, verdict)
    },
    alerted: (alert, of) => history?.alert(alert, of),
  }
  await replay({ ...wish, onlooker })
  const last = today ?? 0
  // The last day is seldom whole: it is asked about, and answers nothing.
  const now = [...((history as EntityHistory | undefined)?.seenBy(last) ?? [])]
  const heldUntil = last - 1 - HAZARD_DAYS
  const heldFrom = Math.ceil(firstDay + (heldUntil + 1 - firstDay) * (1 - LATER))

  return {
    heldFrom: Number.isFinite(firstDay) ? iso(heldFrom) : '',
    heldUntil: Number.isFinite(firstDay) ? iso(heldUntil) : '',
    lastDay: iso(last),
    days: HAZARD_DAYS,
    kinds: HAZARD_KINDS.map((kind) => {
      const hazard = hazards[kind]
      const score = scoreForecasts(answered[kind].filter((one) => one.day >= heldFrom))
      return {
        kind,
        learnedFrom: learned[kind].from,
        learnedCame: learned[kind].came,
        ...(score !== undefined && { score }),
        weights: hazard.weights(),
        highest: now
          .filter((one) => one.kind === kind)
          .map(({ name, values }) => ({ name, values, chance: hazard.chance(values) }))
          .sort((one, other) => other.chance - one.chance)
          .slice(0, MOST_TOLD)
          .map(({ name, values, chance }) => ({ name, chance, contributions: hazard.contributions(values) })),
      }
    }),
  }
}
