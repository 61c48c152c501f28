import type { Step } from '../access.ts'
import { scoreAt } from '../detect/scores.ts'
import { bitOf } from '../explain/flags.ts'
import type { Moment } from '../moment.ts'
import type { Parts } from '../parts.ts'
import { isChange, takesOut } from '../score-access.ts'
import type { WatchSettings } from '../settings.ts'
import { isNew, strangeChanges, strangers } from '../state/actor-state.ts'
import { countWithin } from '../state/within.ts'
import { boundFor, CAPS } from './caps.ts'
import type { HeldKind } from './holds.ts'

export type Choice = {
  readonly step: Step
  readonly why: string
  readonly hold?: HeldKind
  /** It rests on what was learned, not on a bound. */
  readonly learned?: true
}

const HOUR = 3_600_000
const ALLOW: Choice = { step: 'allow', why: '' }
const UNEXPLAINED_HOUR = scoreAt('unexplained-hour')
const UNEXPLAINED_DAY = scoreAt('unexplained-day')
const UNEXPLAINED_CHANGES = scoreAt('unexplained-changes')
/** Beyond this a sign that somebody has left, or a decoy, is an error in the hospital's own lists. */
const LISTS_ARE_WRONG = 0.02

const SEVERITY: Readonly<Record<Step, number>> = {
  allow: 0,
  ask: 1,
  slow: 2,
  'step-up': 3,
  freeze: 4,
  quarantine: 5,
  'read-only': 6,
}
export const isMilder = (one: Step, other: Step): boolean => SEVERITY[one] < SEVERITY[other]

/**
 * What is done about one access: the gravest of what each rule says. An explained read of one record is never blocked, and
 * breaking the glass always stays open.
 */
export function createChooseStep(
  parts: Parts,
  learned: () => boolean,
  unknown: () => 'most' | 'atAll',
  without: WatchSettings['without'],
) {
  const block = ({ machine }: Moment): Step => (machine ? 'quarantine' : 'freeze')
  const held = ({ machine }: Moment): HeldKind => (machine ? 'actor' : 'session')

  /** The end of what is usual: of the role; of a program that has few like it, its own. */
  function usualOf({ role, machine, state }: Moment, score: number, own: number): number | undefined {
    const usual = parts.days.end(role, score)
    if (usual !== undefined) return Math.min(usual, parts.ends.end(role, score))
    return machine && !isNew(state) ? own : undefined
  }

  function lists(moment: Moment): Choice {
    const { flags } = moment.explanation
    // A program that reads all there is by its contract meets decoys too: that is told, and not stopped.
    if (flags & bitOf('decoy') && moment.machine) return { step: 'slow', why: 'a program touched a decoy' }
    if (flags & bitOf('decoy')) return { step: block(moment), hold: held(moment), why: 'a decoy was touched' }
    if (flags & bitOf('leaver') && parts.suspicion.signShare('leaver', moment.role) < LISTS_ARE_WRONG)
      return { step: block(moment), hold: 'actor', why: 'this person does not work here now' }
    return ALLOW
  }

  function manyPatients(moment: Moment, surge: number): Choice {
    const { state, session, access, explanation } = moment
    if (explanation.class === 'explained' || explanation.class === 'weak') return ALLOW
    const many = Math.max(strangers(state, access.at), access.many ?? 0)
    const usual = usualOf(moment, UNEXPLAINED_HOUR, state.ownUnexplainedHour)
    // What a program usually opens is not known before it was seen; for people the bounds hold from the first day.
    if (moment.machine && usual === undefined) return ALLOW
    const newPlace = session.novelty >= CAPS.newPlaceNats || session.afterFailures
    const bound =
      boundFor(newPlace ? CAPS.unexplainedPatientsFromNewPlace : CAPS.unexplainedPatients, usual, unknown()) * surge
    if (many >= bound)
      return {
        step: block(moment),
        hold: held(moment),
        why: `${Math.floor(many)} patients within an hour whom nothing explains; at most ${Math.ceil(bound)} for this role`,
      }
    const today =
      boundFor(CAPS.unexplainedPatientsADay, usualOf(moment, UNEXPLAINED_DAY, state.ownUnexplainedDay), unknown()) *
      surge
    if (state.day.unexplained >= today)
      return {
        step: block(moment),
        hold: held(moment),
        why: `${state.day.unexplained} patients today whom nothing explains; at most ${Math.ceil(today)} for this role`,
      }
    if (many >= bound / 2)
      return { step: 'slow', why: `${Math.floor(many)} patients within an hour whom nothing explains` }
    return ALLOW
  }

  function manyChanges(moment: Moment, surge: number): Choice {
    const { state, access } = moment
    if (!isChange(access)) return ALLOW
    const changed = Math.max(strangeChanges(state, access.at), access.many ?? 0)
    const deleted = countWithin(state.deletedHour, HOUR, access.at)
    const usual = usualOf(moment, UNEXPLAINED_CHANGES, state.ownChanges)
    if (moment.machine && usual === undefined) return ALLOW
    const bound = boundFor(CAPS.unexplainedChanges, usual, unknown()) * surge
    if (changed >= bound && moment.explanation.class !== 'explained')
      return {
        step: block(moment),
        hold: held(moment),
        why: `${Math.floor(changed)} charts changed within an hour that nothing explains; at most ${Math.ceil(bound)} for this role`,
      }
    const usualDeletes = (state.actions[7] as number) / Math.max(1, state.days)
    if (access.action === 'delete' && deleted >= Math.max(CAPS.deletions.least, usualDeletes * 4) * surge)
      return { step: block(moment), hold: held(moment), why: `${deleted} charts deleted from within an hour` }
    return ALLOW
  }

  function muchTakenOut(moment: Moment): Choice {
    const { access, state, session } = moment
    if (!takesOut(access)) return ALLOW
    const usual = state.usualExport.seen < 2 ? 0 : Math.exp(state.usualExport.mean)
    const bound = boundFor(CAPS.exportedRecords, usual * 3)
    if (state.day.exported < bound) return ALLOW
    const why = `${state.day.exported} records taken out today; ${Math.round(usual)} are usual for this person`
    if (session.novelty >= CAPS.newPlaceNats || session.afterFailures)
      return { step: block(moment), hold: held(moment), why: `${why}, and from a new place` }
    return { step: 'step-up', why }
  }

  function stuffing(moment: Moment): Choice {
    const { access, network, session } = moment
    const victims = parts.signIns.victims(network, access.at)
    if (access.action === 'login-failed' && victims >= CAPS.failedSignInsFromOnePlace)
      return { step: 'quarantine', hold: 'network', why: `sign-ins of ${victims} people failed from one place` }
    if (session.afterFailures && moment.explanation.class === 'unexplained')
      return { step: 'step-up', why: 'a session that began after many sign-ins had failed' }
    return ALLOW
  }

  function asks(moment: Moment): Choice {
    const { explanation, suspicion, first, state, machine, role, patient } = moment
    if (machine || !first || patient === 0 || explanation.class === 'explained' || explanation.class === 'weak')
      return ALLOW
    if (state.day.asked >= CAPS.askMostADay || !learned()) return ALLOW
    if (parts.charts.p(role, 0, suspicion) > CAPS.askShare) return ALLOW
    state.day.asked++
    return { step: 'ask', why: 'no relation explains this, and it stands out among what peers open' }
  }

  /** What was learned asks for a second factor, and stops what goes on and on: never an explained read. */
  function unlikePeers(moment: Moment, p: number): Choice {
    const { access, session, state, explanation, patient } = moment
    if (p > CAPS.learned.stepUp || patient === 0) return ALLOW
    // A program has no second factor to show.
    const milder: Step = moment.machine ? 'slow' : 'step-up'
    const why = `days like this one are ${p.toExponential(0)} of those of peers`
    if (isChange(access)) {
      const many = countWithin(state.changedHour, HOUR, access.at) >= CAPS.learned.changes
      return p <= CAPS.learned.block && many && !moment.machine
        ? { step: block(moment), hold: held(moment), why }
        : { step: milder, why }
    }
    if (explanation.class === 'explained' || explanation.class === 'weak') return ALLOW
    return p <= CAPS.learned.block && session.unexplained.size >= CAPS.learned.patients
      ? { step: block(moment), hold: held(moment), why }
      : { step: milder, why }
  }

  return function chooseStep(moment: Moment, p: number): Choice {
    if (moment.access.action === 'break-glass') return ALLOW
    const surge = parts.surge.factor(moment.access.at)
    const rules = [lists(moment), manyPatients(moment, surge), manyChanges(moment, surge), muchTakenOut(moment)]
    const all = [asks(moment), ...(without.has('rules') ? [] : [...rules, stuffing(moment)])]
    if (learned() && surge === 1 && !without.has('learning')) all.push({ ...unlikePeers(moment, p), learned: true })
    return all.reduce((worst, one) => (isMilder(worst.step, one.step) ? one : worst), ALLOW)
  }
}
