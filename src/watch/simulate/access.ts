import { isoOf } from './calendar.ts'
import type { Hospital } from './hospital.ts'
import type { Scenario, Stealth } from './parameters.ts'
import { csvField } from './write-csv.ts'

export type Action =
  | 'read'
  | 'search'
  | 'create'
  | 'update'
  | 'delete'
  | 'export'
  | 'print'
  | 'break-glass'
  | 'login'
  | 'login-failed'

/** FHIR AuditEvent.outcome: success, minor failure, serious failure, major failure. */
export type Outcome = 0 | 4 | 8 | 12

export type Session = {
  readonly id: string
  readonly actor: number
  readonly network: string
  readonly device: string
  readonly from: number
  readonly to: number
  /** The stressor under which all of its rows come, or empty. */
  readonly stressor: string
}

/** One attack: who does what to how many, kept for hospital.json. */
export type Campaign = {
  readonly id: string
  readonly scenario: Scenario
  readonly stealth: Stealth
  readonly variant: string
  readonly actors: Set<number>
  readonly patients: Set<number>
  rows: number
  records: number
  explainable: number
  from: number
  to: number
  /** Rows that changed records, with the records. */
  readonly modified: { readonly row: number; readonly action: Action; readonly records: readonly string[] }[]
}

export type Access = {
  readonly at: number
  readonly session: Session
  readonly action: Action
  readonly type: string
  /** An index, or -1. */
  readonly patient: number
  readonly count: number
  readonly purpose: string
  readonly outcome: Outcome
  readonly campaign?: Campaign
  readonly records?: readonly string[]
}

export const ACCESS_COLUMNS = [
  'at',
  'actor',
  'session',
  'network',
  'device',
  'action',
  'resource_type',
  'patient',
  'count',
  'purpose',
  'outcome',
] as const

export function accessLine(hospital: Hospital, row: Access): string {
  const { session } = row
  const patient = row.patient < 0 ? '' : hospital.patients[row.patient]!.id
  return `${isoOf(row.at)},${csvField(hospital.actors[session.actor]!.id)},${session.id},${session.network},${csvField(session.device)},${row.action},${row.type},${patient},${row.count},${row.purpose},${row.outcome}`
}
