import type { Chartwarden } from '../chartwarden.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Case, FINDINGS } from '../watch/cases/case.ts'
import { type SimilarCase, similarCases } from '../watch/cases/similar-cases.ts'
import { type Stage, stageOfCase } from '../watch/cases/stage-of-case.ts'
import { sayCase } from '../watch/cases/timeline.ts'
import { EVERYTHING, type Hold, isWide } from '../watch/decide/holds.ts'
import { caseOf, type StoredCase } from '../watch/live/stored-cases.ts'
import { waits } from '../watch/live/stored-holds.ts'
import { type Call, EXIT, type Flag, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'

export const LIVE_FLAGS: Readonly<Record<string, Flag>> = {
  operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  finding: { type: 'string', says: `With close: ${FINDINGS.join(', ')}.` },
  why: { type: 'string', says: 'With close and hold: the reason, for the record.' },
  who: {
    type: 'string',
    says: 'With restore: whose changes, by user name or client id. With hold: a user name, or client/ and an id.',
  },
  from: { type: 'string', says: 'With restore: from when on, such as 2026-03-01T22:00:00Z.' },
  to: { type: 'string', says: 'With restore: until when; now when not said.' },
  network: { type: 'string', says: 'With hold: every request from this address.' },
  everything: { type: 'boolean', says: 'With hold: every change by anybody; reading goes on.' },
  for: { type: 'string', says: 'With hold: how long, such as 30m or 4h; an hour when not said.' },
  approve: { type: 'string', says: 'With hold: the measure that another operator asked for.' },
  'dry-run': { type: 'boolean', says: 'With restore: says what would be put back, and changes nothing.' },
}

const inInstallation = (run: (chartwarden: Chartwarden, call: Call) => Promise<number>) => (call: Call) =>
  withInstallation(call.config, call.say, ({ chartwarden }) => run(chartwarden, call))

const operatorOf = ({ database }: Chartwarden, { config, flags }: Call) =>
  currentOperator(database, config.data, typeof flags.operator === 'string' ? flags.operator : undefined)

/** What is held now. */
export const watchHeld = inInstallation(async ({ watch }, { answer }) => {
  const held = await watch.holds.all()
  answer(
    { held },
    held.length === 0
      ? ['Nothing is held.']
      : held.map(
          (one) =>
            `${one.id}  ${one.step.padEnd(10)} ${one.kind} ${one.what}, ${waits(one) ? 'waits for another operator' : `until ${new Date(one.until).toISOString()}`}: ${one.why}`,
        ),
  )
  return EXIT.fine
})

/** Holds a person or client; a place or everything only when two operators want it. */
export const watchHold = inInstallation(async (chartwarden, call) => {
  const { flags, answer } = call
  const { clock, watch } = chartwarden
  const operator = await operatorOf(chartwarden, call)
  const say = (hold: Hold) => [
    `${hold.kind} ${hold.what} is held until ${new Date(hold.until).toISOString()}: ${hold.why}. To end it: npx chartwarden watch release ${hold.id}`,
  ]
  if (typeof flags.approve === 'string') {
    const begun = await watch.measures.approve(flags.approve, operator, operator.actor)
    answer({ held: begun }, say(begun))
    return EXIT.fine
  }
  const hold = { ...holdAskedFor(flags), since: clock.now().getTime(), by: operator.id }
  const until = hold.since + lastsMs(flags.for)
  if (!isWide(hold.kind)) {
    const begun = await watch.measures.begin({ ...hold, until }, operator.actor)
    answer({ held: begun }, say(begun))
    return EXIT.fine
  }
  const { id } = await watch.measures.request({ ...hold, until }, operator, operator.actor)
  answer({ requested: id }, [
    'This stops many people, so it takes two. Another operator says within a day:',
    `  npx chartwarden watch hold --approve ${id}`,
  ])
  return EXIT.fine
})

function holdAskedFor({ who, network, everything, why }: Call['flags']): Pick<Hold, 'kind' | 'what' | 'step' | 'why'> {
  const asked: Pick<Hold, 'kind' | 'what' | 'step'>[] = [
    ...(typeof who === 'string' ? [{ kind: 'actor', what: who, step: 'freeze' } as const] : []),
    ...(typeof network === 'string' ? [{ kind: 'network', what: network, step: 'quarantine' } as const] : []),
    ...(everything === true ? [{ kind: 'tenant', what: EVERYTHING, step: 'read-only' } as const] : []),
  ]
  const [one] = asked
  if (one === undefined || asked.length > 1 || typeof why !== 'string' || why.trim() === '')
    throw new UsageError('Say one of --who, --network and --everything, and --why "…"; or --approve and an id.')
  return { ...one, why }
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000 }
const MOST_HOURS = 72

function lastsMs(given: unknown): number {
  const [, count, unit] = /^(\d{1,4})([mh])$/.exec(typeof given === 'string' ? given : '1h') ?? []
  const lasts = Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  if (lasts > 0 && lasts <= MOST_HOURS * 3_600_000) return lasts
  throw new UsageError(`--for is a time such as 30m or 4h, ${MOST_HOURS}h at most.`)
}

/** Ends a measure before its time. */
export const watchRelease = inInstallation(async (chartwarden, call) => {
  const [, id = ''] = call.positionals
  const ended = await chartwarden.watch.measures.end(id, (await operatorOf(chartwarden, call)).actor)
  if (ended === undefined) throw new Refusal('record.not-found', 'There is no such measure in force. See: watch held')
  call.answer({ released: ended }, [`${ended.kind} ${ended.what} is free again.`])
  return EXIT.fine
})

export const watchCases = inInstallation(async ({ watch }, { answer }) => {
  const { open, closed } = await watch.cases.recent()
  const all = [...open, ...closed].map(caseOf)
  const cases = open.map((one, n) => {
    const of = all[n] as Case
    return { ...one, says: sayCase(of, undefined), stage: stageOfCase(of), similar: similarCases(of, all) }
  })
  answer({ cases }, cases.length === 0 ? ['There are no open cases.'] : cases.flatMap(linesOf))
  return EXIT.fine
})

type ToldCase = StoredCase & {
  readonly says: string
  readonly stage: Stage | undefined
  readonly similar: readonly SimilarCase[]
}

/** A case, its last alerts, what the playbooks did and will do, what was answered, and what was found of cases like it. */
function linesOf({ id, says, stage, alerts, steps, answers, similar }: ToldCase): string[] {
  const minute = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  return [
    `${id}  ${says}`,
    ...(stage === undefined
      ? []
      : [`  ${'stage'.padEnd(18)} ${stage.id}: ${stage.says}; likely next, ${stage.likely}`]),
    ...alerts.slice(-3).map((alert) => `  ${alert.action.padEnd(18)} ${alert.explanation}`),
    ...steps.map((one) =>
      one.doneAt === undefined
        ? `  ${one.kind.padEnd(18)} planned for ${minute(one.dueAt)}`
        : `  ${one.kind.padEnd(18)} ${minute(one.doneAt)}: ${one.text}`,
    ),
    ...answers.map(
      (one) =>
        `  ${'answer'.padEnd(18)} ${minute(one.at)} ${one.by}: ${one.answer}${one.words === '' ? '' : ` (${one.words})`}`,
    ),
    ...similar.flatMap((one) =>
      one.finding === undefined
        ? []
        : [`  ${'one like it'.padEnd(18)} ${one.id}, ${one.about}: ${one.finding}, ${one.reason}`],
    ),
  ]
}

/** Closes a case with what was found. */
export const watchClose = inInstallation(async (chartwarden, call) => {
  const { flags, positionals, answer } = call
  const finding = FINDINGS.find((one) => one === flags.finding)
  if (finding === undefined || typeof flags.why !== 'string' || flags.why.trim() === '')
    throw new UsageError(`Say --finding ${FINDINGS.join('|')} and --why "…".`)
  const by = (await operatorOf(chartwarden, call)).id
  const at = chartwarden.clock.now().getTime()
  const closed = await chartwarden.watch.cases.close(positionals[1] ?? '', { finding, reason: flags.why, by, at })
  if (closed === undefined) throw new Refusal('record.not-found', 'There is no such case. See: watch cases')
  answer({ closed }, [`The case about ${closed.about} is closed: ${finding}.`])
  return EXIT.fine
})

/** Puts back what one person or client changed. */
export const watchRestore = inInstallation(async (chartwarden, call) => {
  const { flags, say, answer } = call
  const from = new Date(String(flags.from ?? ''))
  const to = flags.to === undefined ? chartwarden.clock.now() : new Date(String(flags.to))
  if (typeof flags.who !== 'string' || Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()))
    throw new UsageError('Say --who, and --from as a time such as 2026-03-01T22:00:00Z.')
  const by = (await operatorOf(chartwarden, call)).actor
  const dryRun = flags['dry-run'] === true
  const progress = (done: number, of: number) => say(`${done} of ${of} records`)
  const result = await chartwarden.records.restoreChanges({ who: flags.who, from, to, by, dryRun, progress })
  const would = dryRun ? 'would be ' : ''
  answer({ dryRun, ...result }, [
    `${result.restored.length} records ${would}put back as they were, ${result.removed.length} that were new ${would}removed.`,
    ...(result.left.length === 0 ? [] : ['Changed by others since, and left as they are; look at each:']),
    ...result.left.map((one) => `  ${one}`),
  ])
  return EXIT.fine
})
