import type { Criteria, Effect } from './consent-rules.ts'
import { periodSpan, type Span, spanOfBoth } from './date-span.ts'
import { type Json, NotUnderstood } from './not-understood.ts'
import { readActions, readClasses, readItemCodes, readLabelCriteria, readPurposes } from './read-codes.ts'
import { readActors, readRecords } from './read-references.ts'

/** What a provision itself says, nothing inherited. Throws NotUnderstood. Source: R4 Consent.provision. */
export function readCriteria(provision: Json, path: string, effect: Effect, own: readonly string[]): Criteria {
  const said = {
    actors: readActors(provision.actor, `${path}.actor`, own),
    actions: readActions(provision.action, `${path}.action`),
    purposes: readPurposes(provision.purpose, `${path}.purpose`),
    period: readPeriod(provision.period, `${path}.period`),
    labels: readLabelCriteria(provision.securityLabel, `${path}.securityLabel`, effect === 'permit'),
    classes: readClasses(provision.class, `${path}.class`),
    codes: readItemCodes(provision.code, `${path}.code`),
    dataPeriod: readPeriod(provision.dataPeriod, `${path}.dataPeriod`),
    data: readRecords(provision.data, `${path}.data`, own),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function readPeriod(value: unknown, path: string): Span | undefined {
  if (value === undefined) return undefined
  const span = periodSpan(value)
  if (span === undefined) throw new NotUnderstood('period', path)
  return span
}

const ABOUT_DATA = ['labels', 'classes', 'codes', 'dataPeriod', 'data'] as const

export const isAboutData = (when: Criteria): boolean => ABOUT_DATA.some((key) => when[key] !== undefined)

const aboutWho = ({ actors, actions, purposes, period }: Criteria): Criteria =>
  Object.fromEntries(Object.entries({ actors, actions, purposes, period }).filter(([, value]) => value !== undefined))

/**
 * What an exception comes to below `above` (PCF 3:5.8: the root's restrictions apply to the whole consent). One of the
 * other effect carves something out, so it inherits each element it does not restate. One of the same effect adds to
 * what is said, so data that it names stand for themselves, as PCF's residual rules have them.
 * Returns undefined when its period lies outside the one above: it never applies.
 */
export function inheritCriteria(above: Criteria, own: Criteria, sameEffect: boolean): Criteria | undefined {
  const period = above.period && own.period ? spanOfBoth(above.period, own.period) : (own.period ?? above.period)
  if (period === undefined && above.period !== undefined) return undefined
  const inherited = sameEffect && isAboutData(own) ? aboutWho(above) : above
  return { ...inherited, ...own, ...(period === undefined ? {} : { period }) }
}
