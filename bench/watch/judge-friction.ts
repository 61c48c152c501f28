import { CLASSES, isBlock, STEPS } from '../../src/watch/access.ts'
import type { Decisions, Trail } from './trail.ts'

const HELD_TOGETHER_MS = 12 * 3_600_000
const ASK = STEPS.indexOf('ask')
const SLOW = STEPS.indexOf('slow')
const STEP_UP = STEPS.indexOf('step-up')
const BLOCKS = new Set(STEPS.flatMap((step, at) => (isBlock(step) ? [at] : [])))
const EXPLAINED = CLASSES.indexOf('explained')
const WEAK = CLASSES.indexOf('weak')

/** One time that honest work was stopped without any attack. */
export type FalseBlock = {
  readonly row: number
  readonly actor: string
  readonly rows: number
  readonly stressor: string
  readonly step: string
}

/** What the watch cost those who did nothing wrong, after the days of learning; and how well it explains. */
export type Friction = {
  readonly honest: number
  readonly asked: number
  readonly slowed: number
  readonly steppedUp: number
  /** Honest rows stopped for no attack; and those stopped because an attack used the same account, session or place. */
  readonly blocked: number
  readonly blockedAlong: number
  readonly stressed: number
  readonly blockedUnderStress: number
  readonly falseBlocks: readonly FalseBlock[]
  /** Honest rows about patients: in all, and by what was said and what is so. */
  readonly charts: number
  readonly saidExplained: number
  readonly saidWeak: number
  readonly trulyExplained: number
  readonly trulyWeak: number
  readonly explainable: number
}

/**
 * Whether an honest row is stopped because of an attack is told by the first row of its chain: blocked rows of one actor
 * (or of one network) with less than twelve hours between them, which is as long as a measure lasts.
 */
export function judgeFriction(trail: Trail, decisions: Decisions): Friction {
  const sums = { honest: 0, asked: 0, slowed: 0, steppedUp: 0, blocked: 0, blockedAlong: 0, stressed: 0 }
  const explained = { charts: 0, saidExplained: 0, saidWeak: 0, trulyExplained: 0, trulyWeak: 0, explainable: 0 }
  const byActor = new Map<number, { last: number; attack: boolean; own?: FalseBlock & { rows: number } }>()
  const byNetwork = new Map<number, number>()
  const falseBlocks: (FalseBlock & { rows: number })[] = []
  let blockedUnderStress = 0
  for (let row = 0; row < trail.rows; row++) {
    const at = trail.at[row] as number
    if (at < trail.learnUntil) continue
    const step = decisions.step[row] as number
    const actor = trail.actor[row] as number
    const network = trail.network[row] as number
    const attack = trail.campaign[row] !== -1
    const held = BLOCKS.has(step)
    if (attack) {
      if (!held) continue
      byActor.set(actor, { last: at, attack: true })
      if (network !== 0) byNetwork.set(network, at)
      continue
    }
    sums.honest++
    if (step === ASK) sums.asked++
    if (step === SLOW) sums.slowed++
    if (step === STEP_UP) sums.steppedUp++
    if (trail.stressor[row] !== 0) sums.stressed++
    if (trail.patient[row] !== 0) noteClass(explained, decisions.class[row] as number, trail.explainable[row] === 1)
    if (!held) continue
    let chain = byActor.get(actor)
    if (chain === undefined || at - chain.last > HELD_TOGETHER_MS) {
      const along = at - (byNetwork.get(network) ?? Number.NEGATIVE_INFINITY) <= HELD_TOGETHER_MS
      chain = { last: at, attack: along }
      byActor.set(actor, chain)
    }
    chain.last = at
    if (chain.attack) {
      sums.blockedAlong++
      continue
    }
    sums.blocked++
    const stressor = trail.stressors[trail.stressor[row] as number] ?? ''
    if (stressor !== '') blockedUnderStress++
    if (chain.own === undefined) {
      chain.own = { row, actor: trail.names.word(actor), rows: 0, stressor, step: STEPS[step] as string }
      falseBlocks.push(chain.own)
    }
    chain.own.rows++
  }
  return { ...sums, ...explained, blockedUnderStress, falseBlocks }
}

function noteClass(
  sums: {
    charts: number
    saidExplained: number
    saidWeak: number
    trulyExplained: number
    trulyWeak: number
    explainable: number
  },
  said: number,
  truly: boolean,
) {
  sums.charts++
  if (truly) sums.explainable++
  if (said === EXPLAINED) {
    sums.saidExplained++
    if (truly) sums.trulyExplained++
  } else if (said === WEAK) {
    sums.saidWeak++
    if (truly) sums.trulyWeak++
  }
}
