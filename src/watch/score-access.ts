import { ACTIONS, type Access } from './access.ts'
import { noteLook } from './detect/depth.ts'
import { raise, scoreAt } from './detect/scores.ts'
import { isCheckpoint, SESSION_FEATURES, sessionFeatures } from './detect/session-features.ts'
import { bitOf } from './explain/flags.ts'
import type { Moment } from './moment.ts'
import type { Parts } from './parts.ts'
import { strangeChanges } from './state/actor-state.ts'
import { noteWithin } from './state/within.ts'

const HOUR = 3_600_000
const KIN = bitOf('address') | bitOf('family')
const MOST_OF_A_DAY = 4096
const AT = {
  patient: scoreAt('patient'),
  unexplained: scoreAt('unexplained'),
  slow: scoreAt('slow'),
  patients: scoreAt('patients'),
  hour: scoreAt('hour'),
  unexplainedHour: scoreAt('unexplained-hour'),
  unexplainedDay: scoreAt('unexplained-day'),
  sections: scoreAt('sections'),
  session: scoreAt('session'),
  pace: scoreAt('pace'),
  unexplainedChanges: scoreAt('unexplained-changes'),
  changes: scoreAt('changes'),
  export: scoreAt('export'),
  action: scoreAt('action'),
  kin: scoreAt('kin'),
  through: scoreAt('through'),
  strangers: scoreAt('strangers'),
  pileOn: scoreAt('pile-on'),
  moved: scoreAt('moved'),
  signIn: scoreAt('sign-in'),
  neighbours: scoreAt('neighbours'),
}

export const isChange = ({ action }: Access): boolean => action === 'update' || action === 'delete'
export const takesOut = ({ action }: Access): boolean => action === 'export' || action === 'print'

/** What exceeds the most suspicious thirtieth of the charts that peers open; in nats. */
const LATE = 3.4
const MOST_OF_A_CHART = 12

/** Raises the scores of the day by one access. */
export function createScoreAccess(parts: Parts) {
  const features = new Float64Array(SESSION_FEATURES.length)

  function aboutPatient(moment: Moment) {
    const { access, actor, patient, state, session, explanation, suspicion, first, role } = moment
    const { day } = state
    const { scores } = day
    const unexplained = explanation.class === 'unexplained' || explanation.class === 'contra'
    raise(scores, AT.hour, Math.log(1 + noteWithin(state.patientsHour, HOUR, patient, access.at)))
    const atWork = explanation.flags === 0 && parts.atWork.isAtWork(patient, actor, access.at)
    if (unexplained && !atWork) {
      raise(scores, AT.unexplainedHour, noteWithin(state.unexplainedHour, HOUR, patient, access.at))
      session.unexplained.add(patient)
      if (first) raise(scores, AT.unexplainedDay, ++day.unexplained)
    }
    if (first) {
      const excess = Math.min(MOST_OF_A_CHART, Math.max(0, -Math.log(parts.charts.p(role, 0, suspicion)) - LATE))
      parts.charts.add(role, 0, suspicion)
      day.suspicion += excess
      raise(scores, AT.patient, suspicion)
      raise(scores, AT.unexplained, day.suspicion)
      raise(scores, AT.slow, state.slow + day.suspicion)
      if (explanation.flags !== 0 && unexplained) session.contra++
      if (explanation.cold) session.cold++
      if (!state.history.has(patient)) session.fresh++
      if (day.patients.size < MOST_OF_A_DAY) day.patients.set(patient, suspicion)
      const { usualPatients: usual } = state
      if (usual.seen >= 4)
        raise(scores, AT.patients, (Math.log(1 + day.patients.size) - usual.mean) / Math.sqrt(usual.variance + 0.06))
    }
    // A patient in the house draws people to whom nobody has yet written down why.
    const drawn = explanation.flags !== 0 ? 2 : explanation.cold ? 1 : 0.5
    if (unexplained && !moment.machine) raise(scores, AT.pileOn, parts.pileOn.note(patient, actor, access.at) * drawn)
    if (!unexplained) parts.atWork.note(patient, actor, access.at)
    else if (!moment.machine) {
      const flagged = (explanation.flags & KIN) !== 0
      const { kin, through, strangers } = noteLook(state.depth, access, patient, moment.minute, { flagged, first })
      if (kin > 0) raise(scores, AT.kin, Math.log(1 + kin))
      raise(scores, AT.through, through)
      raise(scores, AT.strangers, strangers)
    }
    session.patients.add(patient)
    if (access.action === 'create') noteWithin(state.createdHour, HOUR, patient, access.at)
  }

  function changes({ access, patient, state, session, explanation }: Moment) {
    const { scores } = state.day
    session.changes++
    const many = noteWithin(state.changedHour, HOUR, patient, access.at)
    raise(scores, AT.changes, Math.log(1 + many))
    if (access.action === 'delete') {
      session.deletes++
      noteWithin(state.deletedHour, HOUR, patient === 0 ? state.day.accesses : patient, access.at)
    }
    if (patient === 0 || explanation.class === 'explained') return
    noteWithin(
      explanation.class === 'weak' ? state.weaklyChangedHour : state.unexplainedChangedHour,
      HOUR,
      patient,
      access.at,
    )
    raise(scores, AT.unexplainedChanges, strangeChanges(state, access.at))
  }

  return function score(moment: Moment) {
    const { access, state, session, role, network } = moment
    const { day } = state
    const { scores } = day
    day.accesses++
    const action = ACTIONS.indexOf(access.action)
    if (state.accesses > 100) {
      const own = (state.actions[action] as number) + 1
      raise(scores, AT.action, -Math.log(own / (state.accesses + 2)))
    }
    state.actions[action] = (state.actions[action] as number) + 1
    const surprise = parts.sections.look(state, role, access.action, access.resourceType)
    session.sections += (session.accesses === 0 ? 1 : 0.08) * (surprise - session.sections)
    if (session.accesses >= 8) raise(scores, AT.sections, session.sections)
    raise(scores, AT.session, session.novelty)
    raise(scores, AT.moved, session.movedNats)
    if (session.gaps >= 15) raise(scores, AT.pace, -session.gapMean / 2 - Math.sqrt(session.gapVariance))
    if (session.afterFailures) raise(scores, AT.signIn, parts.signIns.succeeds(moment.actor, network, access.at))
    // A day without any is one with none: else the few that have some are all there is to compare with.
    raise(scores, AT.kin, 0)
    if (moment.patient !== 0) aboutPatient(moment)
    if (isChange(access)) changes(moment)
    if (takesOut(access)) {
      day.exported += Math.max(1, access.count)
      session.exported += Math.max(1, access.count)
      raise(scores, AT.export, Math.log(1 + day.exported) - (state.usualExport.seen >= 4 ? state.usualExport.mean : 0))
    }
    session.accesses++
    state.accesses++
    const hour = new Date(access.at).getUTCHours()
    state.hours[hour] = (state.hours[hour] as number) + 1
    if (isCheckpoint(session.accesses)) {
      sessionFeatures(session, features)
      const nearest = parts.neighbours.look(role, features)
      if (nearest !== undefined) raise(scores, AT.neighbours, nearest)
      parts.neighbours.add(role, features)
    }
  }
}
