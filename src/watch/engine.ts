import { type Access, type Class, isBlock, type Step } from './access.ts'
import type { Alert } from './alert.ts'
import { closeDay, groupOf } from './close-day.ts'
import { CAPS, namesMachine } from './decide/caps.ts'
import { type Choice, createChooseStep } from './decide/choose-step.ts'
import type { Hold } from './decide/holds.ts'
import { createUnderHold } from './decide/under-hold.ts'
import { scoreAt } from './detect/scores.ts'
import { natsOf } from './detect/suspicion.ts'
import { against, type Explanation, NO_PATIENT } from './explain/explain-access.ts'
import { flagNames, flagsOf } from './explain/flags.ts'
import { HISTORY, templateName } from './explain/templates.ts'
import { contributionsOf, fuse } from './fuse.ts'
import type { Hospital } from './hospital/hospital.ts'
import { minuteOf } from './hospital/relations.ts'
import type { Moment } from './moment.ts'
import { createParts, type Snapshot } from './parts.ts'
import { sayAlert } from './say-alert.ts'
import { createScoreAccess } from './score-access.ts'
import type { WatchSettings } from './settings.ts'
import { type ActorState, isNew, newActor, noteHistory } from './state/actor-state.ts'
import { setRecent, useRecent } from './state/recent.ts'
import { newSession, noteGap, type SessionState } from './state/session-state.ts'
import type { Verdict } from './verdict.ts'

const DAY = 86_400_000
const WEEK_MINUTES = 7 * 1440
const MOST_SESSIONS = 20_000
const SESSION_ENDS = 12 * 3_600_000
const CHANCE_EVERY = 8
/** An alert about somebody is repeated when what is known of it has become this much worse (in powers of ten). */
const WORSE = 3
const CASE_DAYS = 14
const MOST_OF_A_CASE = 2
const UNEXPLAINED_HOUR = scoreAt('unexplained-hour')
const UNEXPLAINED_CHANGES = scoreAt('unexplained-changes')

export type Watch = ReturnType<typeof createWatch>

/**
 * The watch over one hospital. `consider` MUST be given accesses in the order of their times. It explains, scores and
 * decides; it knows nothing of where accesses come from, so that a live server and somebody's audit trail of last year are
 * judged by the same lines.
 */
export function createWatch(hospital: Hospital, settings: WatchSettings, saved?: Snapshot) {
  const parts = createParts(hospital, settings, saved)
  const { names } = hospital
  const scoreAccess = createScoreAccess(parts)
  const { clock } = parts
  const { recentPatients } = clock
  const hasLearned = () => clock.now >= settings.learnUntil && parts.fused.seen(0) >= settings.daysToEarn
  const underHold = createUnderHold(parts)
  const unknown = () => (clock.now < settings.learnUntil ? settings.boundsWhileLearning : 'most')
  const chooseStep = createChooseStep(parts, hasLearned, unknown, settings.without)

  /** Once a day: what has ended long ago is forgotten; once a week the templates are weighed. */
  function turn(at: number) {
    const minute = minuteOf(at)
    clock.today = Math.floor(at / DAY)
    parts.today.turn(clock.today)
    parts.pileOn.turn(at)
    if (clock.nextWeighing === 0) clock.nextWeighing = minute + 3 * 1440
    hospital.relations.forget(minute - 61 * 1440)
    hospital.shifts.forget(minute - 3 * 1440)
    if (minute < clock.nextWeighing) return
    parts.worth.weigh()
    clock.nextWeighing = minute + WEEK_MINUTES
  }

  function sessionOf(
    access: Access,
    state: ActorState,
    key: string,
    device: number,
    network: number,
    unit: string,
    role: string,
  ) {
    const known = useRecent(parts.sessions, key)
    if (known !== undefined && known.actor === state.actor && access.at - known.last < SESSION_ENDS) {
      if (device !== known.device || network !== known.network) parts.novelty.moves(known, device, network)
      return known
    }
    const fresh: SessionState = newSession(state.actor, device, network, access.at)
    fresh.novelty = parts.novelty.begins(state, device, network, unit, role, access.at)
    fresh.afterFailures = parts.signIns.succeeds(state.actor, network, access.at) > 3
    return setRecent(parts.sessions, key, fresh, MOST_SESSIONS)
  }

  function explained(access: Access, state: ActorState, patient: number, minute: number, role: string): Explanation {
    if (patient === 0) return NO_PATIENT
    if (settings.without.has('explanation')) return { ...NO_PATIENT, class: 'unexplained' }
    if (access.said !== undefined) {
      const flags = flagsOf(hospital, state.actor, hospital.member(state.actor), hospital.patient(patient), minute)
      return { ...NO_PATIENT, class: against(access.said, flags), flags }
    }
    const found = parts.explain(state.actor, patient, minute)
    if (!access.failed && clock.seen % CHANCE_EVERY === 0 && clock.recents > recentPatients.length) {
      const other = recentPatients[Math.floor(parts.chance() * recentPatients.length)] as number
      parts.worth.note(role, found.cell, other === patient ? undefined : parts.explain(state.actor, other, minute).cell)
    }
    recentPatients[clock.recents++ % recentPatients.length] = patient
    const before = state.history.get(patient)
    if (found.class === 'explained') noteHistory(state.history, patient, minute)
    else if (found.class === 'unexplained' && before !== undefined && minute - before <= HISTORY.minutes)
      return { ...found, class: HISTORY.gives as Class }
    return found
  }

  function momentOf(access: Access): Moment {
    const actor = names.of(access.actor)
    const patient = names.of(access.patient)
    const device = names.of(access.device)
    const network = names.of(access.network)
    const minute = minuteOf(access.at)
    const member = hospital.member(actor)
    const role = member?.role ?? ''
    let state = parts.actors.get(actor)
    if (state === undefined) {
      state = newActor(actor, clock.today, namesMachine(role, access.actor))
      parts.actors.set(actor, state)
    } else if (state.day.day !== clock.today) closeDay(parts, state, role, clock.today)
    const { machine } = state
    const sessionKey = access.session === '' ? `${access.actor} ${access.device} ${access.network}` : access.session
    const session = sessionOf(access, state, sessionKey, device, network, member?.unit ?? '', role)
    const explanation = explained(access, state, patient, minute, role)
    const person = hospital.patient(patient)
    const first = patient !== 0 && !state.day.patients.has(patient)
    const suspicion = patient === 0 ? 0 : natsOf(parts.suspicion.contributions(explanation, role, person, member))
    return {
      access,
      minute,
      actor,
      patient,
      network,
      member,
      person,
      role,
      machine,
      state,
      session,
      sessionKey,
      explanation,
      suspicion,
      first,
    }
  }

  /** How often a day of peers looks like this one; with nothing learned, how often a chart they open is as suspicious. */
  function pOf({ state, role, suspicion }: Moment): number {
    if (!settings.without.has('learning')) return parts.fused.p(groupOf(state), 0, state.day.fused)
    return settings.without.has('rules') ? parts.charts.p(role, 0, suspicion) : 1
  }

  /** Near the end of what is usual for the role, or beyond. */
  function isBusier(state: ActorState, role: string, score: number): boolean {
    const usual = parts.days.end(role, score)
    return usual !== undefined && (state.day.scores[score] as number) > usual * 0.7 + 1
  }

  function alertOn(moment: Moment, p: number, { step, why, learned, hold }: Choice): Alert | undefined {
    const { access, state, actor, patient, role } = moment
    const score = -Math.log10(Math.max(1e-30, p))
    const certain = isBlock(step)
    const quiet = state.alertedAt !== undefined && access.at - state.alertedAt < CASE_DAYS * DAY
    const blockIsNews = certain && (!state.alertedBlock || access.at - (state.alertedAt ?? 0) > DAY)
    if (!quiet) state.alerts = 0
    const worse = score >= state.alertedScore + WORSE && state.alerts < MOST_OF_A_CASE
    if (quiet && !worse && !blockIsNews) return undefined
    if (!certain && (!hasLearned() || p > parts.budget.alpha() || isNew(state))) return undefined
    const contributions = contributionsOf(parts, actor, role, state.day)
    // Many look at one chart: that is one matter, not one for each of them.
    if (contributions[0]?.score === 'pile-on' && !certain) {
      if (patient === 0 || parts.pileOn.onlookers(patient) < 3) return undefined
      const piledAt = parts.piled.get(patient)
      if (piledAt !== undefined && access.at - piledAt < 2 * DAY) return undefined
      setRecent(parts.piled, patient, access.at, 10_000)
    }
    state.alertedAt = access.at
    state.alerts++
    state.alertedScore = score
    state.alertedBlock = certain
    state.day.alerted++
    return {
      at: access.at,
      entities: {
        actor: names.word(actor),
        ...(patient !== 0 && { patient: access.patient }),
        ...(access.session !== '' && { session: access.session }),
        ...(access.device !== '' && { device: access.device }),
        ...(access.network !== '' && { network: access.network }),
      },
      score,
      p,
      action: step,
      explanation: sayAlert(hospital, moment, contributions, why),
      contributions,
      because: {
        role,
        class: moment.explanation.class,
        ...templateName(moment.explanation.cell),
        flags: flagNames(moment.explanation.flags),
        by: certain && learned !== true ? 'bound' : 'learned',
        ...(hold !== undefined && { held: hold }),
        why,
      },
    }
  }

  /** One more access: what explains it, how it stands out, what is done about it. */
  function consider(access: Access): Verdict {
    clock.now = Math.max(clock.now, access.at)
    if (Math.floor(clock.now / DAY) !== clock.today) turn(clock.now)
    clock.seen++
    const moment = momentOf(access)
    const held = underHold(moment)
    if (held !== undefined) return held
    const { state, session, role, explanation, network, actor, first } = moment
    noteGap(session, access.at)
    if (access.action === 'login-failed') parts.signIns.failed(actor, network, access.at)
    if (access.action === 'login') parts.signIns.succeeded(actor, network, access.at)
    if (first) parts.suspicion.note(explanation, role)
    scoreAccess(moment)
    parts.surge.works(actor, access.at)
    parts.today.works(actor)
    if (isBusier(state, role, UNEXPLAINED_HOUR) || isBusier(state, role, UNEXPLAINED_CHANGES))
      parts.surge.isBusier(actor, access.at)
    state.day.fused = Math.max(state.day.fused, fuse(parts, actor, role, state.day))
    const p = pOf(moment)
    const choice = chooseStep(moment, p)
    if (
      choice.step !== 'allow' &&
      choice.step !== 'ask' &&
      clock.now >= settings.learnUntil &&
      parts.surge.factor(access.at) === 1
    )
      state.day.slowed = true
    let hold: Hold | undefined
    if (choice.hold !== undefined) hold = holdFor(moment, choice.step, choice.hold, choice.why)
    // A bound that was reached is evidence by itself, however little was learned.
    const alert = alertOn(moment, hold === undefined ? p : Math.min(p, 1e-2) / 100, choice)
    return {
      class: explanation.class,
      step: choice.step,
      why: choice.why,
      p,
      ...(alert !== undefined && { alert }),
      ...(hold !== undefined && { hold }),
    }
  }

  function holdFor(moment: Moment, step: Step, kind: Hold['kind'], why: string): Hold {
    const { access, sessionKey } = moment
    const again = kind === 'session' && moment.state.frozen++ > 0
    const what = kind === 'session' && !again ? sessionKey : kind === 'network' ? access.network : access.actor
    const minutes = again ? CAPS.minutes.again : step === 'quarantine' ? CAPS.minutes.quarantine : CAPS.minutes.freeze
    return parts.holds.put({
      kind: again ? 'actor' : kind,
      what,
      step,
      since: access.at,
      until: access.at + minutes * 60_000,
      why,
      by: 'watch',
    })
  }

  return {
    consider,
    holds: parts.holds,
    budget: parts.budget,
    measures: parts.worth.measures,
    /** Everything that was learned, as plain values. */
    save: parts.save,
    sizes: () => ({ actors: parts.actors.size, sessions: parts.sessions.size, names: names.size }),
  }
}
