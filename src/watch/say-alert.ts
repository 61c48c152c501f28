import type { Contribution } from './alert.ts'
import { type Explanation, pathName } from './explain/explain-access.ts'
import { type FLAGS, flagNames } from './explain/flags.ts'
import { wordsOf } from './explain/templates.ts'
import type { Hospital } from './hospital/hospital.ts'
import { FOREVER, RELATION_KINDS } from './hospital/relations.ts'
import type { Moment } from './moment.ts'

const AGAINST: Readonly<Record<(typeof FLAGS)[number], string>> = {
  self: 'it is their own chart',
  address: 'the patient lives at the same address',
  family: 'the patient has the same, uncommon family name',
  'co-worker': 'the patient works here',
  vip: 'the patient is known to the public',
  deceased: 'the patient has died',
  leaver: 'this person does not work here at this time',
  decoy: 'the chart is a decoy',
}

const day = (minute: number): string => new Date(minute * 60_000).toISOString().slice(0, 10)

/** Why somebody has to do with a patient, in words; or that nothing says so. */
export function sayExplanation(
  hospital: Hospital,
  actor: number,
  { cell, evidence, flags, cold }: Explanation,
): string {
  const path = pathName(cell)
  const { names } = hospital
  const reason =
    path === 'none' || evidence === undefined
      ? cold
        ? 'Nobody here has to do with the patient at this time'
        : 'Others have to do with the patient, but nothing says that this person has'
      : wordsOf(path)
          .replace('{actor}', names.word(actor))
          .replace('{unit}', path === 'team' ? (hospital.member(actor)?.unit ?? '') : names.word(evidence.who))
          .replace('{kind}', RELATION_KINDS[evidence.kind] ?? 'relation')
          .replace('{when}', `from ${day(evidence.from)}${evidence.to === FOREVER ? '' : ` to ${day(evidence.to)}`}`)
  return [reason, ...flagNames(flags).map((flag) => AGAINST[flag])].join('; ')
}

/** An alert in words: what happened, why it stands out, and what would have explained it. */
export function sayAlert(
  hospital: Hospital,
  moment: Moment,
  contributions: readonly Contribution[],
  why: string,
): string {
  const { access, role, explanation } = moment
  const who = `${access.actor}${role === '' ? '' : ` (${role})`}`
  const what =
    access.patient === '' ? `${access.action} of ${access.count} records` : `${access.action} of ${access.patient}`
  const unusual = contributions.slice(0, 4).map((one) => `${one.says} (${one.nats.toFixed(1)})`)
  const wouldHave =
    access.patient === '' || explanation.class === 'explained' || explanation.flags !== 0
      ? ''
      : ' An order, a referral, a shift on the patient’s ward or an entry in the care team would have explained it.'
  return [
    `${who}: ${what}.`,
    access.patient === '' ? '' : ` ${sayExplanation(hospital, moment.actor, explanation)}.`,
    why === '' ? '' : ` Acted on because of: ${why}.`,
    unusual.length === 0 ? '' : ` What stands out: ${unusual.join(', ')}.`,
    wouldHave,
  ].join('')
}
