import type { Action } from './access.ts'
import type { Random } from './random.ts'
import type { Job } from './vocabulary.ts'

/** One thing done in an open chart: what, to which type, and at most how many records at once. */
export type Step = { readonly action: Action; readonly type: string; readonly most: number }
export type Steps = (random: Random) => Step

type Weighted = readonly [weight: number, action: Action, type: string, most: number]

function steps(...all: readonly Weighted[]): Steps {
  const total = all.reduce((sum, [weight]) => sum + weight, 0)
  const made = all.map(([, action, type, most]): Step => ({ action, type, most }))
  return (random) => {
    let left = random.next() * total
    for (let n = 0; n < all.length; n++) {
      left -= all[n]![0]
      if (left < 0) return made[n]!
    }
    return made[0]!
  }
}

const doctor = steps(
  [9, 'read', 'Observation', 40],
  [7, 'read', 'DocumentReference', 3],
  [5, 'read', 'MedicationRequest', 12],
  [4, 'read', 'DiagnosticReport', 5],
  [3, 'read', 'Condition', 10],
  [2, 'read', 'AllergyIntolerance', 4],
  [1.2, 'read', 'ImagingStudy', 3],
  [2.2, 'create', 'DocumentReference', 1],
  [1.8, 'create', 'ServiceRequest', 3],
  [1.5, 'create', 'MedicationRequest', 2],
  [1.2, 'update', 'DocumentReference', 1],
  [0.8, 'update', 'Condition', 1],
  [0.7, 'update', 'MedicationRequest', 1],
  [0.25, 'print', 'DocumentReference', 2],
  [0.04, 'delete', 'DocumentReference', 1],
)
const nurse = steps(
  [8, 'read', 'Observation', 30],
  [6, 'read', 'MedicationRequest', 10],
  [3, 'read', 'DocumentReference', 2],
  [1.5, 'read', 'AllergyIntolerance', 3],
  [1.5, 'read', 'CarePlan', 2],
  [6, 'create', 'Observation', 8],
  [5, 'create', 'MedicationAdministration', 3],
  [1.2, 'create', 'DocumentReference', 1],
  [1.2, 'update', 'CarePlan', 1],
  [0.7, 'update', 'Observation', 1],
  [0.35, 'print', 'DocumentReference', 2],
  [0.04, 'delete', 'Observation', 1],
)
const reader = steps(
  [6, 'read', 'DocumentReference', 4],
  [5, 'read', 'Observation', 25],
  [4, 'read', 'Condition', 8],
  [2, 'read', 'DiagnosticReport', 3],
  [2, 'read', 'MedicationRequest', 8],
  [0.5, 'create', 'DocumentReference', 1],
)

const STEPS: Readonly<Record<Exclude<Job, 'machine'>, Steps>> = {
  nurse,
  aide: steps([6, 'read', 'Observation', 15], [3, 'read', 'CarePlan', 2], [5, 'create', 'Observation', 6]),
  attending: doctor,
  resident: doctor,
  student: reader,
  clerk: steps(
    [6, 'read', 'Patient', 1],
    [4, 'read', 'Coverage', 2],
    [4, 'read', 'Appointment', 6],
    [3, 'update', 'Patient', 1],
    [2, 'create', 'Encounter', 1],
    [2, 'update', 'Appointment', 1],
    [1, 'create', 'Appointment', 1],
    [0.6, 'print', 'DocumentReference', 1],
  ),
  coder: steps(
    [8, 'read', 'DocumentReference', 6],
    [4, 'read', 'Condition', 12],
    [3, 'read', 'Procedure', 6],
    [2, 'read', 'DiagnosticReport', 4],
    [3, 'create', 'Condition', 4],
    [2, 'update', 'Encounter', 1],
  ),
  biller: steps(
    [6, 'read', 'Claim', 4],
    [5, 'read', 'Coverage', 2],
    [3, 'read', 'Encounter', 5],
    [3, 'update', 'Claim', 1],
    [1, 'create', 'Claim', 1],
    [0.7, 'print', 'Claim', 2],
  ),
  pharmacist: steps(
    [9, 'read', 'MedicationRequest', 14],
    [3, 'read', 'AllergyIntolerance', 4],
    [3, 'read', 'Observation', 15],
    [3, 'create', 'MedicationDispense', 4],
    [1.5, 'update', 'MedicationRequest', 1],
  ),
  lab: steps(
    [6, 'read', 'ServiceRequest', 4],
    [3, 'read', 'Observation', 20],
    [5, 'create', 'Observation', 12],
    [2, 'update', 'DiagnosticReport', 1],
    [0.05, 'delete', 'Observation', 1],
  ),
  imaging: steps(
    [5, 'read', 'ServiceRequest', 2],
    [4, 'read', 'ImagingStudy', 4],
    [2, 'create', 'ImagingStudy', 1],
    [2, 'create', 'DiagnosticReport', 1],
    [2, 'read', 'DocumentReference', 2],
  ),
  therapist: steps(
    [5, 'read', 'DocumentReference', 3],
    [3, 'read', 'CarePlan', 2],
    [3, 'create', 'DocumentReference', 1],
    [1, 'update', 'CarePlan', 1],
  ),
  social: steps(
    [6, 'read', 'DocumentReference', 4],
    [2, 'read', 'Coverage', 1],
    [2, 'create', 'CarePlan', 1],
    [2, 'create', 'DocumentReference', 1],
    [0.6, 'print', 'DocumentReference', 3],
  ),
  quality: steps(
    [6, 'read', 'DocumentReference', 5],
    [5, 'read', 'Observation', 40],
    [3, 'read', 'Procedure', 6],
    [0.15, 'export', 'Observation', 60],
  ),
  researcher: steps(
    [6, 'read', 'Observation', 60],
    [5, 'read', 'DocumentReference', 6],
    [3, 'read', 'Condition', 12],
    [1, 'create', 'QuestionnaireResponse', 1],
    [0.2, 'export', 'Observation', 200],
  ),
  it: steps(
    [5, 'read', 'Patient', 2],
    [2, 'update', 'Patient', 1],
    [2, 'read', 'AuditEvent', 50],
    [1, 'read', 'Encounter', 3],
  ),
}
/** A short visit for a vaccination. */
export const VACCINATION: Steps = steps(
  [3, 'read', 'Immunization', 6],
  [3, 'create', 'Immunization', 1],
  [2, 'read', 'AllergyIntolerance', 2],
)

export const stepsOf = (job: Job): Steps => STEPS[job === 'machine' ? 'it' : job]

/** The median of rows a day, and of rows in one chart. Figures: docs/watch-simulator.md. */
export const VOLUME: Readonly<Record<Job, readonly [day: number, chart: number]>> = {
  nurse: [120, 7],
  aide: [45, 4],
  attending: [85, 9],
  resident: [110, 9],
  student: [28, 8],
  clerk: [150, 5],
  coder: [95, 12],
  biller: [100, 6],
  pharmacist: [120, 5],
  lab: [110, 4],
  imaging: [65, 5],
  therapist: [50, 6],
  social: [38, 7],
  quality: [45, 9],
  researcher: [26, 8],
  it: [14, 3],
  machine: [0, 1],
}

export const purposeOf = (job: Job): string => {
  if (job === 'biller' || job === 'coder') return 'HPAYMT'
  if (job === 'quality' || job === 'it' || job === 'clerk') return 'HOPERAT'
  return job === 'researcher' ? 'HRESCH' : 'TREAT'
}
