import type { AlertReason, ConsentAlert } from './consent-rules.ts'
import type { Because, ConsentVerdict } from './evaluate-consents.ts'
import type { Part } from './three-valued.ts'

/** `whole`: patient and privacy officer. `refused`: the one who asked, who learns nothing of what the consent holds. */
export type Reader = 'whole' | 'refused'

const GROUNDS: Readonly<Record<Because['ground'], string>> = {
  permit: 'The patient said yes to this.',
  deny: 'The patient said no to this.',
  outside: 'The patient shares only some of the chart. This is not part of it.',
  'not-covered': 'The patient has signed a consent. It does not cover this use.',
  unreadable:
    'We could not make sense of a consent that is on file. Until a person has looked at it, the chart stays shut.',
  silent: 'No consent speaks of this.',
  own: 'It is the patient’s own chart. No consent is needed.',
  'implicit-permit': 'No consent speaks of this. The house rule for such cases says yes.',
  'implicit-deny': 'No consent speaks of this. The house rule for such cases says no.',
  undecided: 'The consent treats some records in one way and some in another.',
}

const PARTS: Readonly<Record<Part, string>> = {
  identifiers: 'the numbers by which the person is known',
  actor: 'the teams and groups the person is in',
  type: 'the kind of record',
  reference: 'which record it is',
  labels: 'how private the record is',
  codes: 'what the record is about',
  documentClasses: 'what kind of paper it is',
  related: 'which stay or plan it is part of',
  authors: 'who wrote it',
  clinicalDate: 'its date',
}

/** A verdict in plain English, grade 8 or less; `refused` depends on nothing but yes or no. */
export function explainVerdict({ outcome, because, depends }: ConsentVerdict, reader: Reader): string {
  if (reader === 'refused')
    return outcome === 'deny'
      ? 'You may not open this. If you need it to care for this person, ask them, or ask the privacy office.'
      : 'No consent stands in your way here.'
  const grounds = because.map(({ consent, path, ground }) => {
    const where = [consent, path].filter((one) => one !== '').join(', ')
    return where === '' ? GROUNDS[ground] : `${GROUNDS[ground]} [${where}]`
  })
  if (grounds.length === 0) grounds.push(GROUNDS.silent)
  if (depends.length === 0) return grounds.join(' ')
  return `${grounds.join(' ')} To tell, we must know ${depends.map((part) => PARTS[part]).join(', ')}.`
}

const ALERTS: Readonly<Record<AlertReason, string>> = {
  'not-a-consent': 'it is not a consent',
  status: 'its status is not one we know',
  scope: 'we do not know what it is for',
  modifier: 'it has an add-on that may change what it means',
  element: 'it has a part that we do not know',
  patient: 'it does not say whose it is',
  date: 'it does not say when it was signed',
  policy: 'it does not name one policy that it answers',
  unverified: 'it says that no one has checked it',
  'no-provision': 'it says neither yes nor no',
  'no-type': 'it does not say if this part means yes or no',
  'untyped-criteria': 'it names who or what, but not if it means yes or no',
  contradiction: 'it says both yes and no to the same thing',
  'excepts-nothing': 'it makes an exception that changes nothing, so it must mean something else',
  nesting: 'its exceptions are too deep to be sure of',
  'too-large': 'it has too many exceptions',
  period: 'its dates make no sense',
  actor: 'it names someone we can not find',
  'actor-role': 'it does not say that this person is to get the data',
  action: 'it names an act that we do not know',
  purpose: 'it names a use that we do not know',
  class: 'it names a kind of record that we do not know',
  code: 'it names a topic without a code',
  label: 'it names a privacy label that we do not know',
  data: 'it names records in a way that we can not check',
}

const SHUT = 'Until it is set right, the chart is shut to all but the patient.'

/** Why a consent cannot be honoured, for patient and privacy officer: names the place, and no value. */
export const explainAlert = (consent: string, { reason, path }: ConsentAlert): string =>
  `We can not act on ${consent}: ${ALERTS[reason]} (see ${path}). ${SHUT}`
