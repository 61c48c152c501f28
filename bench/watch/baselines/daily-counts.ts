import type { Told } from '../judge-alerts.ts'
import type { Trail } from '../trail.ts'
import { type ActorDay, actorDays, alertsOf, FEATURES } from './actor-days.ts'
import { growForest } from './isolation-forest.ts'

/** What vendors and papers do with counts of a day: an isolation forest over everybody, and a z-score for each person. */
export function dailyCounts(trail: Trail): { readonly forest: Told[]; readonly zScores: Told[] } {
  const days = actorDays(trail)
  const learned = days.filter(({ to }) => to < trail.learnUntil)
  const tested = days.filter(({ to }) => to >= trail.learnUntil)
  const forest = growForest(learned.map(({ features }) => features))
  return {
    forest: alertsOf(
      tested.map((day) => ({ day, score: forest.score(day.features) })),
      'isolation forest',
    ),
    zScores: alertsOf(zScores(learned, tested), 'z-score'),
  }
}

const LEAST_SPREAD = 0.25

/** The highest z-score of a day among its features, against the person's own days; against everybody's without enough. */
function zScores(learned: readonly ActorDay[], tested: readonly ActorDay[]) {
  const own = new Map<number, ActorDay[]>()
  for (const day of learned) own.set(day.actor, [...(own.get(day.actor) ?? []), day])
  const shapes = new Map<readonly ActorDay[], ReturnType<typeof shapeOf>>()
  return tested.map((day) => {
    const days = own.get(day.actor)
    const against = days !== undefined && days.length >= 4 ? days : learned
    const shape = shapes.get(against) ?? shapeOf(against)
    shapes.set(against, shape)
    const score = Math.max(
      ...FEATURES.map(
        (_, at) => ((day.features[at] as number) - (shape.mean[at] as number)) / (shape.spread[at] as number),
      ),
    )
    return { day, score }
  })
}

function shapeOf(days: readonly ActorDay[]) {
  const mean = FEATURES.map((_, at) => days.reduce((sum, one) => sum + (one.features[at] as number), 0) / days.length)
  const spread = FEATURES.map((_, at) => {
    const squares = days.reduce((sum, one) => sum + ((one.features[at] as number) - (mean[at] as number)) ** 2, 0)
    return Math.max(LEAST_SPREAD, Math.sqrt(squares / days.length))
  })
  return { mean, spread }
}
