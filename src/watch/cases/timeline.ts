import { isBlock, type Step } from '../access.ts'
import { type Case, contributionsOfCase } from './case.ts'
import type { Exposure } from './exposed.ts'

export type Event = { readonly at: number; readonly says: string }

const DONE: Readonly<Record<Step, string>> = {
  allow: 'nothing was done',
  ask: 'the person was asked why',
  slow: 'it was slowed',
  'step-up': 'a second factor was asked for',
  freeze: 'it was frozen',
  quarantine: 'it was put into quarantine',
  'read-only': 'only reading was left',
}
const MOST_TOLD = 60

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text

/** What happened in a case, in words and in the order of time. Alerts of one minute and one measure are told once. */
export function timelineOf(of: Case, exposure: Exposure | undefined): Event[] {
  const events: Event[] = []
  const first = exposure?.before[0]
  if (exposure !== undefined && first !== undefined) {
    const at = Math.min(...exposure.before.map((one) => one.firstAt))
    events.push({ at, says: 'The first access of those that belong to it.' })
  }
  let last: { at: number; key: string; more: number; place: number } | undefined
  for (const alert of of.alerts) {
    const why = alert.because?.why ?? ''
    const key = `${alert.action} ${alert.because?.held ?? ''} ${why === '' ? alert.entities.actor : why.replaceAll(/\d+/g, '')}`
    if (last !== undefined && last.key === key && alert.at - last.at < 3_600_000) {
      last = { ...last, at: alert.at, more: last.more + 1 }
      const told = events[last.place] as Event
      events[last.place] = {
        at: told.at,
        says: `${told.says.replace(/ \(and \d+ more within the hour\)$/, '')} (and ${last.more} more within the hour)`,
      }
      continue
    }
    last = { at: alert.at, key, more: 0, place: events.length }
    const because = why === '' ? alert.contributions[0]?.says : why
    events.push({
      at: alert.at,
      says: `${firstSentence(alert.explanation)} ${isBlock(alert.action) ? 'Stopped' : 'Noticed'}${because === undefined ? '' : ` because of ${because}`}; ${DONE[alert.action]}.`,
    })
  }
  if (exposure?.blockedAt !== undefined)
    events.push({
      at: exposure.blockedAt,
      says: `The first access was stopped. ${sayRecords(exposure)} had been given or changed by then.`,
    })
  if (of.verdict !== undefined)
    events.push({
      at: of.verdict.at,
      says: `${of.verdict.by} found it ${of.verdict.finding}: ${of.verdict.reason}`,
    })
  const sorted = events.toSorted((one, other) => one.at - other.at)
  return sorted.length <= MOST_TOLD
    ? sorted
    : [...sorted.slice(0, MOST_TOLD - 1), { at: sorted.at(-1)?.at ?? 0, says: `${sorted.length} events in all.` }]
}

const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const sayRecords = ({ records, unexplained, patients }: Exposure): string =>
  `${many(records, 'record')} (${unexplained} without an explanation) of ${many(patients, 'patient')}`

/** A case in one sentence. */
export function sayCase(of: Case, exposure: Exposure | undefined): string {
  const who = of.kind === 'person' ? of.about : `${of.kind} ${of.about}`
  const heaviest = contributionsOfCase(of)
    .slice(0, 2)
    .map((one) => one.says)
  const stood = heaviest.length > 0 ? heaviest.join(', ') : (of.alerts[0]?.because?.why ?? 'a bound was reached')
  const given =
    exposure === undefined
      ? ''
      : ` ${sayRecords(exposure)} were exposed${exposure.blockedAt === undefined ? '; nothing stopped it' : ' before it was stopped'}.`
  return `${who}: ${many(of.alerts.length, 'alert')}; ${stood}.${given}`
}
