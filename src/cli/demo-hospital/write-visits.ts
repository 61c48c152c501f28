import type { Chart, Days, Reference } from './chart.ts'
import { act, hl7 } from './codes.ts'
import { refer } from './staff.ts'
import type { Story, Visit } from './story.ts'
import { HOSPITAL, ward } from './wards.ts'

export type Visited = {
  readonly encounter: Reference
  readonly from: Days /** Undefined while it goes on. */
  readonly to: Days | undefined
}

const CLASS = {
  clinic: act('AMB', 'ambulatory'),
  call: act('VR', 'virtual'),
  emergency: act('EMER', 'emergency'),
  stay: act('IMP', 'inpatient encounter'),
}
const EMERGENCY_DAYS = 0.2

const participation = (code: string, display: string) => hl7('v3-ParticipationType', code, display)
const attending = participation('ATND', 'attender')
const secondary = participation('SPRF', 'secondary performer')

/** Writes an Encounter for each visit; who takes part is in the patient's care while it goes on. */
export function writeVisits(chart: Chart, story: Story, problem: Reference | undefined): Visited[] {
  return story.visits.map((visit) => {
    const at = visit.ward ?? story.ward
    const { status, period, from, to } = lasting(chart, visit)
    const staff = visit.kind !== 'clinic' ? ['physician', 'resident', 'nurse'] : ['physician', 'nurse']
    const people = visit.kind === 'call' ? ['nurse'] : staff
    const encounter = chart.add('Encounter', visit.kind, {
      status,
      class: CLASS[visit.kind],
      type: [{ text: visit.why }],
      subject: chart.subject,
      participant: people
        .map((role) => chart.colleague(role, at))
        .filter(({ role, ward: own }) => role !== 'resident' || own === at)
        .map((one, index) => ({ type: [index === 0 ? attending : secondary], individual: refer(one) })),
      period,
      reasonCode: [{ text: visit.why }],
      ...(problem && { diagnosis: [{ condition: problem }] }),
      location: [{ location: ward(at), status: status === 'finished' ? 'completed' : 'active' }],
      serviceProvider: HOSPITAL,
    })
    return { encounter, from, to }
  })
}

function lasting(chart: Chart, { kind, ago, days }: Visit) {
  if (kind === 'stay') {
    const start = chart.moment(ago)
    if (days === undefined) return { status: 'in-progress', period: { start }, from: ago, to: undefined }
    return { status: 'finished', period: { start, end: chart.moment(ago - days) }, from: ago, to: ago - days }
  }
  if (kind === 'emergency') {
    const to = ago - EMERGENCY_DAYS
    if (to < 0) return { status: 'in-progress', period: { start: chart.moment(ago) }, from: ago, to: undefined }
    return { status: 'finished', period: { start: chart.moment(ago), end: chart.moment(to) }, from: ago, to }
  }
  const hour = chart.random.whole(9, 15)
  return {
    status: 'finished',
    period: { start: chart.moment(ago, hour), end: chart.moment(ago, hour + 1) },
    from: ago + 0.5,
    to: ago - 0.5,
  }
}

/** The visit during which something happened, if there was one. */
export function during(visits: readonly Visited[], ago: Days): { encounter?: Reference } {
  const found = visits.findLast(({ from, to }) => ago <= from && (to === undefined || ago >= to - 0.1))
  return found === undefined ? {} : { encounter: found.encounter }
}
