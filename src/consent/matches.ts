import {
  CLIENT_IDS,
  type ConsentAct,
  type ConsentActor,
  type ConsentQuestion,
  type ConsentRecord,
} from './consent-question.ts'
import type { Criteria, DataCriteria, LabelCriteria } from './consent-rules.ts'
import { type Span, spanCovers, spanHolds, spansMeet } from './date-span.ts'
import { purposeCovers } from './purposes.ts'
import { type Labelled, sensitivityCovers } from './security-labels.ts'
import { both, either, lacking, NO, type Truth, truth, YES } from './three-valued.ts'

/** The question, its labels read once. */
export type Asked = ConsentQuestion & { readonly labelled: Labelled | undefined }

const LACKING = {
  identifiers: lacking('identifiers'),
  actor: lacking('actor'),
  type: lacking('type'),
  reference: lacking('reference'),
  labels: lacking('labels'),
  codes: lacking('codes'),
  documentClasses: lacking('documentClasses'),
  related: lacking('related'),
  authors: lacking('authors'),
  clinicalDate: lacking('clinicalDate'),
}
const CLIENT = `identifier:${CLIENT_IDS}|`

/** Which actions of consentaction an act is: a permit has to name the first, a denial of any of them forbids it. */
const ACTIONS: Readonly<Record<ConsentAct, readonly string[]>> = {
  read: ['access', 'use'],
  disclose: ['disclose', 'access', 'use'],
  create: ['collect'],
  'create-with-id': ['collect'],
  update: ['correct'],
  delete: ['correct'],
  'break-glass': ['access', 'use'],
  'record-consent': ['collect'],
  'record-relation': ['collect'],
}

/** Whether these criteria speak of this actor, act and purpose, now. `wide`: in doubt yes, as a denial has to. */
export function matchesWho(when: Criteria, asked: Asked, wide: boolean): Truth {
  const { actions, purposes, period } = when
  if (period !== undefined && !spanHolds(period, asked.now)) return NO
  if (purposes !== undefined && !matchesPurpose(purposes, asked)) return NO
  if (actions !== undefined) {
    const meant = ACTIONS[asked.act]
    if (!(wide ? meant.some((one) => actions.includes(one)) : actions.includes(meant[0] as string))) return NO
  }
  return when.actors === undefined ? YES : matchesActor(when.actors, asked.actor)
}

const matchesPurpose = (purposes: readonly string[], { purpose, study }: Asked): boolean =>
  purposes.some((one) => purposeCovers(one, purpose) || (one === study && purposeCovers('HRESCH', purpose)))

function matchesActor(actors: readonly string[], actor: ConsentActor): Truth {
  let found = NO
  for (const one of actors) {
    if (one.startsWith(CLIENT)) {
      if (one.slice(CLIENT.length) === actor.client) return YES
    } else if (one.startsWith('identifier:')) {
      if (actor.identifiers === undefined) found |= LACKING.identifiers
      else if (actor.identifiers.includes(one)) return YES
    } else if (actor.references.includes(one)) return YES
    else if (actor.unresolved?.includes(one.slice(0, one.indexOf('/')))) found |= LACKING.actor
    else if (actor.belongs !== undefined) {
      const belongs = actor.belongs(one)
      if (belongs === true) return YES
      if (belongs === undefined) found |= LACKING.actor
    }
  }
  return found
}

/** Whether these criteria speak of this record. `wide`: in doubt yes. */
export function matchesData(when: Criteria, { record, labelled }: Asked, wide: boolean): Truth {
  let found: Truth = YES
  if (when.labels !== undefined) found = both(found, matchesLabels(when.labels, labelled, wide))
  if (when.classes !== undefined) found = both(found, matchesClass(when.classes, record))
  if (when.codes !== undefined) found = both(found, matchesAny(when.codes, record.codes, LACKING.codes))
  if (when.dataPeriod !== undefined) found = both(found, matchesDate(when.dataPeriod, record.clinicalDate, wide))
  if (when.data !== undefined) found = both(found, matchesRecord(when.data, record))
  return found
}

const matchesAny = (wanted: readonly string[], has: readonly string[] | undefined, missing: Truth): Truth =>
  has === undefined ? missing : truth(wanted.some((one) => has.includes(one)))

/** A record with several sensitivities is permitted only when all of them are, and denied when one is. */
function matchesLabels(
  { upTo, from, sensitivities, others }: LabelCriteria,
  labelled: Labelled | undefined,
  wide: boolean,
): Truth {
  if (labelled === undefined) return LACKING.labels
  if ((upTo !== undefined && labelled.level <= upTo) || (from !== undefined && labelled.level >= from)) return YES
  if (others?.some((one) => labelled.all.includes(one))) return YES
  if (sensitivities === undefined || labelled.sensitivities.length === 0) return NO
  const covered = (code: string) => sensitivities.some((one) => sensitivityCovers(one, code))
  return truth(wide ? labelled.sensitivities.some(covered) : labelled.sensitivities.every(covered))
}

function matchesClass(classes: readonly string[], { type, documentClasses }: ConsentRecord): Truth {
  let found = NO
  for (const one of classes) {
    if (!one.includes('|')) found = either(found, type === undefined ? LACKING.type : truth(one === type))
    else found = either(found, matchesAny([one], documentClasses, LACKING.documentClasses))
  }
  return found
}

/** Permitted is what lies wholly within; denied is what touches, and what has no date. */
function matchesDate(period: Span, date: Span | null | undefined, wide: boolean): Truth {
  if (date === undefined) return LACKING.clinicalDate
  if (date === null) return truth(wide)
  return truth(wide ? spansMeet(period, date) : spanCovers(period, date))
}

function matchesRecord({ records, related, authors }: DataCriteria, record: ConsentRecord): Truth {
  const itself = (names: readonly string[]) =>
    record.reference === undefined ? LACKING.reference : truth(names.includes(record.reference))
  let found = NO
  if (records !== undefined) found = either(found, itself(records))
  if (related !== undefined)
    found = either(found, either(itself(related), matchesAny(related, record.related, LACKING.related)))
  if (authors !== undefined) found = either(found, matchesAny(authors, record.authors, LACKING.authors))
  return found
}
