export const SCENARIOS = [
  'family-snoop',
  'vip-pile-on',
  'low-and-slow',
  'stolen-session',
  'credential-stuffing',
  'api-scraper',
  'bulk-export',
  'mass-modification',
  'compromised-device',
  'leaver-admin',
] as const
export type Scenario = (typeof SCENARIOS)[number]

/** How hard an attack is to see: low is blatant. */
export const STEALTHS = ['low', 'mid', 'high'] as const
export type Stealth = (typeof STEALTHS)[number]

export const STRESSORS = [
  'mass-casualty',
  'ehr-migration',
  'flu-clinic',
  'new-ward',
  'research-pull',
  'rota-change',
] as const
export type StressorName = (typeof STRESSORS)[number]
/** What runs when nothing is said; the change of the rota has to be asked for. */
export const USUAL_STRESSORS: readonly StressorName[] = STRESSORS.filter((one) => one !== 'rota-change')

export type SimulationParameters = {
  readonly seed: string
  readonly days: number
  readonly staff: number
  readonly patients: number
  /** Days at the start without attacks, but for the poisoning of the baseline. */
  readonly learnDays: number
  /** Midnight UTC of the first day, in milliseconds. */
  readonly start: number
  readonly scenarios: readonly Scenario[]
  readonly stealth: readonly Stealth[]
  readonly stressors: readonly StressorName[]
}

export const LEAST = { days: 3, staff: 30, patients: 400 } as const

/** What is wrong with them, in words, or undefined. */
export function wrongWith({ days, staff, patients, learnDays }: SimulationParameters): string | undefined {
  if (days < LEAST.days) return `A simulation has at least ${LEAST.days} days.`
  if (staff < LEAST.staff) return `A hospital has at least ${LEAST.staff} staff.`
  if (patients < LEAST.patients) return `A hospital has at least ${LEAST.patients} patients.`
  if (learnDays < 0 || learnDays >= days) return 'The days to learn are fewer than the days.'
  return undefined
}
