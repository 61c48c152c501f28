import { ACTIONS, type Action, isBlock, STEPS, type Step } from '../../src/watch/access.ts'
import type { Judged } from './judge-alerts.ts'
import type { Campaign, Decisions, Trail } from './trail.ts'

const places = (...actions: Action[]) => new Set(actions.map((one) => ACTIONS.indexOf(one)))
const CHANGES = places('create', 'update', 'delete')
const GIVES = places('read', 'search', 'export', 'print', 'break-glass')
const BLOCKS = new Set(STEPS.flatMap((step, at) => (isBlock(step) ? [at] : [])))

/** What became of one campaign. Only rows after the days of learning count. */
export type CampaignOutcome = {
  readonly id: string
  readonly scenario: string
  readonly stealth: string
  readonly variant: string
  readonly rows: number
  readonly records: number
  /** The first alert that finds it, whatever its score; undefined: there is none. Rows and seconds from its own first row. */
  readonly alertedAfter?: { readonly rows: number; readonly seconds: number; readonly score: number }
  readonly bestScore?: number
  readonly blockedAfter?: { readonly rows: number; readonly seconds: number; readonly step: Step }
  /** Patients whose charts were given or changed before the first block. */
  readonly patientsBefore: number
  /** Records given before the first block, and in all. */
  readonly exposedBefore: number
  readonly exposed: number
  /** Records created, changed or deleted before the first block, and in all. */
  readonly modifiedBefore: number
  readonly modified: number
  readonly modifiedPossible: number
  /** Rows about a patient whose access was taken for explained, and those of them that the truth cannot explain either. */
  readonly excused: number
  readonly wronglyExcused: number
  readonly charts: number
  /** Steps that were taken on its rows. */
  readonly steps: Readonly<Record<string, number>>
}

export function judgeCampaigns(trail: Trail, decisions: Decisions, alerts: readonly Judged[]): CampaignOutcome[] {
  return trail.campaigns.flatMap((campaign) => {
    const rows = campaign.rows.filter((row) => (trail.at[row] as number) >= trail.learnUntil)
    return rows.length === 0 ? [] : [judgeCampaign(trail, decisions, alerts, campaign, rows)]
  })
}

function judgeCampaign(
  trail: Trail,
  decisions: Decisions,
  alerts: readonly Judged[],
  campaign: Campaign,
  rows: readonly number[],
): CampaignOutcome {
  const began = trail.at[rows[0] as number] as number
  const steps: Record<string, number> = {}
  const sums = { records: 0, exposedBefore: 0, exposed: 0, modifiedBefore: 0, modified: 0, modifiedPossible: 0 }
  const charts = { excused: 0, wronglyExcused: 0, charts: 0 }
  const patients = new Set<number>()
  let blockedAfter: CampaignOutcome['blockedAfter']
  for (const [place, row] of rows.entries()) {
    const step = STEPS[decisions.step[row] as number] as Step
    steps[step] = (steps[step] ?? 0) + 1
    const held = BLOCKS.has(decisions.step[row] as number)
    if (held && blockedAfter === undefined)
      blockedAfter = { rows: place, seconds: ((trail.at[row] as number) - began) / 1000, step }
    if (trail.patient[row] !== 0) {
      charts.charts++
      if (decisions.class[row] === 0) {
        charts.excused++
        if (trail.explainable[row] === 0) charts.wronglyExcused++
      }
    }
    if (blockedAfter === undefined && trail.failed[row] === 0 && trail.patient[row] !== 0)
      patients.add(trail.patient[row] as number)
    const action = trail.action[row] as number
    const count = trail.failed[row] === 1 ? 0 : (trail.count[row] as number)
    if (GIVES.has(action)) {
      sums.records += count
      if (!held) sums.exposed += count
      if (blockedAfter === undefined) sums.exposedBefore += count
    } else if (CHANGES.has(action)) {
      sums.modifiedPossible += count
      if (!held) sums.modified += count
      if (blockedAfter === undefined) sums.modifiedBefore += count
    }
  }
  const found = alerts.filter((one) => one.finds.includes(campaign.id) && one.at >= began)
  const first = found[0]
  return {
    id: campaign.id,
    scenario: campaign.scenario,
    stealth: campaign.stealth,
    variant: campaign.variant,
    rows: rows.length,
    ...(first !== undefined && {
      alertedAfter: {
        rows: rows.findIndex((row) => (trail.at[row] as number) >= first.at),
        seconds: (first.at - began) / 1000,
        score: first.score,
      },
      bestScore: Math.max(...found.map((one) => one.score)),
    }),
    ...(blockedAfter !== undefined && { blockedAfter }),
    patientsBefore: patients.size,
    ...sums,
    ...charts,
    steps,
  }
}
