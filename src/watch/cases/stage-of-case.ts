import given from '../../../policies/watch/stages.json' with { type: 'json' }
import { isBlock } from '../access.ts'
import { type Case, contributionsOfCase } from './case.ts'

export type Stage = {
  readonly id: string
  readonly says: string
  /** Scores, signs or measures that speak of it. */
  readonly because: readonly string[]
  readonly techniques: readonly string[]
  readonly next: string
  readonly likely: string
}

const ORDER = given.stages.map((one) => one.id)
const SCORES: Readonly<Record<string, string>> = given.scores
const FLAGS: Readonly<Record<string, string>> = given.flags
const HELD: Readonly<Record<string, string>> = given.held

/** The furthest stage of an attack that the alerts of a case speak of; undefined when they speak of none. */
export function stageOfCase(of: Case): Stage | undefined {
  const signs = new Map<string, Set<string>>()
  const note = (stage: string | undefined, sign: string) => {
    if (stage === undefined) return
    signs.set(stage, (signs.get(stage) ?? new Set()).add(sign))
  }
  for (const { score, nats } of contributionsOfCase(of)) if (nats >= given.least) note(SCORES[score], score)
  for (const { because } of of.alerts) {
    for (const flag of because?.flags ?? []) note(FLAGS[flag], flag)
    if (because?.held !== undefined) note(HELD[because.held], `held ${because.held}`)
  }
  const furthest = ORDER.findLast((id) => signs.has(id))
  const stage = given.stages.find((one) => one.id === furthest)
  if (stage === undefined) return undefined
  const stopped = of.alerts.some((one) => isBlock(one.action))
  return {
    id: stage.id,
    says: stage.says,
    because: [...(signs.get(stage.id) ?? [])],
    techniques: stage.techniques,
    next: stage.next,
    likely: stopped ? `it is held for now; when the hold ends, ${stage.likely}` : stage.likely,
  }
}
