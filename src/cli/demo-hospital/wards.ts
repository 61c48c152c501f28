import { hl7 } from './codes.ts'
import { rows } from './rows.ts'

const WARDS = rows(`
  emergency    | Emergency department    | ER    | Emergency room
  cardiology   | Cardiology ward         | HU    | Hospital unit
  oncology     | Oncology clinic         | ONCL  | Medical oncology clinic
  maternity    | Maternity ward          | OB    | Obstetrics clinic
  psychiatry   | Psychiatric ward        | PHU   | Psychiatric hospital unit
  paediatrics  | Paediatric ward         | PEDU  | Pediatric unit
  intensive    | Intensive care unit     | ICU   | Intensive care unit
  surgery      | Surgical ward           | HU    | Hospital unit
  laboratory   | Laboratory              | MBL   | medical laboratory
  radiology    | Radiology               | RADDX | Radiology diagnostics or therapeutics unit
  pharmacy     | Hospital pharmacy       | PHARM | Pharmacy
  outpatient   | Outpatient clinic       | PC    | Primary care clinic
  office       | Administration          | HOSP  | Hospital
`)

const ORGANISATION = 'Organization/demo-hospital'
export const HOSPITAL = { reference: ORGANISATION, display: 'Saltmarsh General Hospital' }
export const SYSTEM = 'https://saltmarsh-general.example'

export const address = (line: string) => ({ line: [line], city: 'Tidewick', postalCode: '04999', country: 'US' })
/** Numbers of the range kept for fiction, 555-0100 to 555-0199. */
export const phone = (number: number) => ({
  system: 'phone',
  value: `+1-207-555-01${String(number % 100).padStart(2, '0')}`,
})

export const organisation = {
  resourceType: 'Organization',
  id: 'demo-hospital',
  identifier: [{ system: SYSTEM, value: 'saltmarsh-general' }],
  active: true,
  type: [hl7('organization-type', 'prov', 'Healthcare Provider')],
  name: HOSPITAL.display,
  telecom: [phone(0)],
  address: [address('1 Lighthouse Way')],
}

export function ward(key: string) {
  const found = WARDS.find(([one]) => one === key)
  if (found === undefined) throw new Error(`the demo hospital has no ward ${key}`)
  return { reference: `Location/demo-${key}`, display: found[1]! }
}

export const locations = WARDS.map(([key, name, code, display]) => ({
  resourceType: 'Location',
  id: `demo-${key}`,
  status: 'active',
  name,
  mode: 'instance',
  type: [hl7('v3-RoleCode', code!, display)],
  managingOrganization: HOSPITAL,
}))

/** The departments, as organisations of their own within the hospital. */
export const departments = WARDS.map(([key, name]) => ({
  resourceType: 'Organization',
  id: `demo-${key}`,
  active: true,
  type: [hl7('organization-type', 'dept', 'Hospital Department')],
  name,
  partOf: HOSPITAL,
}))
