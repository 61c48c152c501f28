import { isBlock } from '../access.ts'
import { type Case, type CaseAlert, contributionsOfCase } from '../cases/case.ts'
import { stageOfCase } from '../cases/stage-of-case.ts'
import { namesMachine } from '../decide/caps.ts'
import { FAMILIES, SCORES } from '../detect/scores.ts'
import { FLAGS } from '../explain/flags.ts'

/** What a condition may ask about, and of what kind it is. A word with several values is met by any of them. */
export const FACTS = {
  score: 'number',
  alerts: 'number',
  patients: 'number',
  people: 'number',
  kind: 'words',
  step: 'words',
  family: 'words',
  flag: 'words',
  role: 'words',
  class: 'words',
  by: 'words',
  stage: 'words',
  machine: 'yes-or-no',
  blocked: 'yes-or-no',
  found: 'words',
} as const
export type FactName = keyof typeof FACTS
export type Facts = { readonly [name in FactName]: number | boolean | readonly string[] }

/** Words of which all values are known: a condition that names another is an error. */
export const KNOWN_WORDS: Readonly<Partial<Record<FactName, readonly string[]>>> = {
  kind: ['person', 'patient', 'place'],
  step: ['allow', 'ask', 'slow', 'step-up', 'freeze', 'quarantine', 'read-only'],
  family: FAMILIES,
  flag: FLAGS,
  class: ['explained', 'weak', 'unexplained', 'contra'],
  by: ['bound', 'learned'],
  stage: ['reconnaissance', 'access', 'collection', 'exfiltration', 'impact'],
  found: ['misuse', 'justified', 'unclear'],
}

/** What counts as a family that an alert is about: the families of what adds at least so many nats to it. */
const LEAST_NATS = 1

/** The facts of an alert in its case, as they are at this moment. */
export function factsOf(of: Case, alert: CaseAlert): Facts {
  const families = contributionsOfCase({ alerts: [alert] })
    .filter((one) => one.nats >= LEAST_NATS)
    .map((one) => SCORES.find((score) => score.id === one.score)?.family ?? '')
  return {
    score: alert.score,
    alerts: of.alerts.length,
    patients: of.patients.size,
    people: of.actors.size,
    kind: [of.kind],
    step: [alert.action],
    family: families,
    flag: alert.because?.flags ?? [],
    role: [alert.because?.role ?? ''],
    class: [alert.because?.class ?? ''],
    by: [alert.because?.by ?? ''],
    stage: [stageOfCase(of)?.id ?? ''],
    machine: namesMachine(alert.because?.role ?? '', alert.entities.actor ?? ''),
    blocked: of.alerts.some((one) => isBlock(one.action)),
    found: of.verdict === undefined ? [] : [of.verdict.finding],
  }
}
