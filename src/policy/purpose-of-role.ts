import type { Purpose } from '../kernel/purpose.ts'

const PURPOSES: Readonly<Record<string, Purpose>> = {
  patient: 'PATRQT',
  proxy: 'PATRQT',
  billing: 'HPAYMT',
  coder: 'HPAYMT',
  researcher: 'HRESCH',
  registration: 'HOPERAT',
  'ward-clerk': 'HOPERAT',
  'department-lead': 'HOPERAT',
  'privacy-officer': 'HOPERAT',
  'security-officer': 'HOPERAT',
}

/** What somebody of a role is taken to act for when they do not say: treatment, but for who does not treat. */
export const purposeOfRole = (role: string): Purpose => PURPOSES[role] ?? 'TREAT'
