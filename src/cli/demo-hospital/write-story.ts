import type { Chart, Days, Reference } from './chart.ts'
import { condition, hl7, loinc } from './codes.ts'
import { refer, roleOf, staff } from './staff.ts'
import type { Story } from './story.ts'
import { HOSPITAL, ward } from './wards.ts'
import { writeCare } from './write-care.ts'
import { writeSeries } from './write-series.ts'
import { writeVisits } from './write-visits.ts'

/** What lies further back than this may have happened some days earlier: two patients' same stories differ in it. */
const RECENT_DAYS = 30

/** Writes all that one story brings into the chart. */
export function writeStory(plain: Chart, name: string, told: Story): void {
  const chart = plain.labelled(told.sensitivity)
  const story = shifted(told, chart.random.whole(0, 20))
  const problem = story.condition === undefined ? undefined : writeProblem(chart, name, story, story.condition)
  const visits = writeVisits(chart, story, problem)
  writeSeries(chart, story, visits)
  writeCare(chart, { story, visits, problem })
  if (story.team.length > 0) writeTeam(chart, name, story, problem)
  writeAhead(chart, story, problem)
}

function shifted(story: Story, days: Days): Story {
  const shift = (ago: Days) => (ago > RECENT_DAYS ? ago + days : ago)
  const all = <T extends { ago: Days }>(list: readonly T[] | undefined) =>
    (list ?? []).map((one) => ({ ...one, ago: shift(one.ago) }))
  return {
    ...story,
    since: shift(story.since),
    ...(story.over !== undefined && { over: shift(story.over) }),
    visits: all(story.visits),
    acts: all(story.acts),
    images: all(story.images),
    letters: all(story.letters),
    series: (story.series ?? []).map((one) => ({ ...one, until: shift(one.until) })),
    courses: (story.courses ?? []).map((one) => ({
      ...one,
      from: shift(one.from),
      ...(one.to !== undefined && { to: shift(one.to) }),
    })),
  }
}

function writeProblem(chart: Chart, name: string, { since, over, ward: at }: Story, key: string): Reference {
  return chart.add('Condition', name.replace(/-stay$/, ''), {
    clinicalStatus: over === undefined ? hl7('condition-clinical', 'active') : hl7('condition-clinical', 'resolved'),
    verificationStatus: hl7('condition-ver-status', 'confirmed'),
    category: [hl7('condition-category', 'problem-list-item', 'Problem List Item')],
    code: condition(key),
    subject: chart.subject,
    onsetDateTime: chart.day(since),
    ...(over !== undefined && { abatementDateTime: chart.day(over) }),
    recordedDate: chart.day(since),
    recorder: refer(chart.colleague('physician', at)),
  })
}

function writeTeam(chart: Chart, name: string, story: Story, problem: Reference | undefined): void {
  const members = ['physician', ...story.team].map((role) => chart.colleague(role, story.ward))
  const titles = new Map(staff.map(({ id, role }) => [id, role]))
  const label = name.replace(/-stay$/, '')
  const reason = problem && { reasonReference: [problem] }
  const team = chart.add('CareTeam', label, {
    status: story.over === undefined ? 'active' : 'inactive',
    category: [loinc('LA28865-6', 'Condition-focused care team')],
    name: `Care team of ${chart.person.given} ${chart.person.family}`,
    subject: chart.subject,
    period: { start: chart.day(story.since), ...(story.over !== undefined && { end: chart.day(story.over) }) },
    participant: members.map((one) => ({
      role: [roleOf(titles.get(one.id)!)],
      member: refer(one),
      onBehalfOf: HOSPITAL,
    })),
    ...reason,
    managingOrganization: [HOSPITAL],
  })
  if (story.plan === undefined) return
  chart.add('CarePlan', label, {
    status: story.over === undefined ? 'active' : 'completed',
    intent: 'plan',
    title: `Plan of care: ${label.replaceAll('-', ' ')}`,
    subject: chart.subject,
    period: { start: chart.day(story.since) },
    author: refer(chart.colleague('physician', story.ward)),
    careTeam: [team],
    ...(problem && { addresses: [problem] }),
    activity: story.plan.map((description) => ({ detail: { status: 'in-progress', description } })),
  })
}

function writeAhead(chart: Chart, story: Story, problem: Reference | undefined): void {
  const doctor = refer(chart.colleague('physician', story.ward))
  const reason = problem && { reasonReference: [problem] }
  if (story.referral !== undefined) {
    chart.add('ServiceRequest', 'referral', {
      status: 'active',
      intent: 'order',
      category: [{ text: 'Referral' }],
      code: { text: story.referral },
      subject: chart.subject,
      authoredOn: chart.moment(0.1),
      requester: doctor,
      ...reason,
    })
  }
  if (story.next === undefined) return
  const hour = chart.random.whole(9, 15)
  chart.add('Appointment', 'next', {
    status: 'booked',
    description: 'Follow-up',
    ...reason,
    start: chart.moment(-story.next, hour),
    end: chart
      .moment(-story.next, hour)
      .replace(/:(\d\d):00Z$/, (_, minute) => `:${Number(minute) < 55 ? '55' : '59'}:00Z`),
    created: chart.moment(1),
    participant: [chart.subject, doctor, ward(story.ward)].map((actor) => ({ actor, status: 'accepted' })),
  })
}
