import type { Case } from './case.ts'
import { contributionsOfCase } from './case.ts'

const FOR_FLAGS: Readonly<Record<string, string>> = {
  self: 'the right of staff to see their own chart by the patient’s own door, not by this one',
  address: 'an assignment to this patient by name, of which the manager knows that they live together',
  family: 'an assignment to this patient by name, of which the manager knows that they bear one name',
  'co-worker': 'an order, appointment or entry in the care team by name',
  vip: 'an order, appointment or entry in the care team by name',
  deceased: 'a request of the coroner, of quality review or of the family',
  leaver: 'a contract that was prolonged and not entered',
  decoy: 'nothing: nobody has to do with a decoy',
}
const FOR_SCORES: Readonly<Record<string, string>> = {
  export: 'an approved release, research extract or migration',
  session: 'a new device or place of work that was announced',
  'sign-in': 'a password that was changed, with a program that still used the old one',
  changes: 'a migration or correction that was announced',
  pace: 'a program that runs in this person’s name and is registered',
  'pile-on': 'an emergency or a conference about this patient',
}
const RELATION = 'an order, a referral, a shift on the patient’s ward, a task or an entry in the care team at that time'

/** What in the hospital's own records would have explained the alerts of a case, in words. */
export function wouldHaveExplained(of: Case): string[] {
  const found = new Set<string>()
  for (const { because, entities } of of.alerts) {
    const unexplained = because?.class === 'unexplained' || because?.class === 'contra'
    for (const flag of because?.flags ?? []) if (FOR_FLAGS[flag] !== undefined) found.add(FOR_FLAGS[flag])
    if (unexplained && because?.flags.length === 0 && entities.patient !== undefined) found.add(RELATION)
    if (because?.held === 'network') found.add(FOR_SCORES['sign-in'] as string)
  }
  for (const { score, nats } of contributionsOfCase(of).slice(0, 4)) {
    const says = FOR_SCORES[score]
    if (says !== undefined && nats >= 2) found.add(says)
  }
  return [...found]
}
