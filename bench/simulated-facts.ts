/** The facts of decisions as a simulated hospital brings them: who asks, of whom, by which relations, in which order. */
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Facts, RELATIONS, type Relation } from '../src/policy/facts.ts'
import { readCsv } from '../src/watch/replay/read-csv.ts'
import { simulateHospital } from '../src/watch/simulate/simulate-hospital.ts'

const ACTS: Readonly<Record<string, Facts['act']>> = {
  read: 'read',
  print: 'read',
  search: 'read',
  export: 'read',
  'break-glass': 'read',
  create: 'create',
  update: 'update',
  delete: 'delete',
}
const COLUMNS = {
  staff: ['actor', 'role', 'unit'],
  relations: ['actor_or_unit', 'patient', 'kind', 'from', 'to'],
  accesses: ['at', 'actor', 'session', 'action', 'resource_type', 'patient', 'purpose'],
}
/** What the words of a simulated hospital are called here; a nurse's aide reads as a nurse does, an app has no word. */
const ROLES: readonly (readonly [role: string, words: RegExp])[] = [
  ['resident', /Resident|Registrar|PGY|Intern|Junior|student/i],
  ['researcher', /Research|Investigator|Study/],
  ['nurse', /nurse|\bRN|LPN|Nursing|CNA|Healthcare assistant|Aide/i],
  ['therapist', /therap|^PT$/],
  ['physician', /Physician|Attending|Consultant|^MD$|^DO$/],
  ['coder', /coder/i],
  ['pharmacist', /Pharm/],
  ['laboratory', /Lab|MLT|Biomedical|Phleb/],
  ['radiology', /Radio|Imaging/],
  ['social-worker', /Social|Case|planner|MSW/],
  ['billing', /Billing|Revenue|Accounts/],
  ['registration', /Registration|Admissions|Patient access|Receptionist/],
  ['privacy-officer', /Quality|safety|Infection|audit/],
  ['operator', /IT|admin|analyst|support/],
]
const roleOf = (word: string): string => ROLES.find(([, words]) => words.test(word))?.[0] ?? 'app'

type Window = { readonly kind: Relation; readonly from: string; readonly to: string }

/** A share of all, always the same for the same name. */
const oneIn = (many: number, name: string): boolean => hash('sha256', name, 'buffer').readUInt32BE(0) % many === 0

/**
 * Every access to a patient's record within `days` of a hospital with so many staff. What the simulation does not know is
 * given by chance: one record in twenty is of mental health, one patient in forty permits, one in a hundred denies, one
 * session in three has no passkey.
 */
export async function simulatedFacts(staff: number, days: number): Promise<Facts[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-day-'))
  try {
    const start = Date.parse('2026-01-05T00:00:00Z')
    const nobody = { scenarios: [], stealth: [], stressors: [], learnDays: 0 }
    simulateHospital({ seed: 'policy', days, staff, patients: staff * 20, start, ...nobody }, folder)
    const rows = (name: keyof typeof COLUMNS) => readCsv(join(folder, `${name}.csv`), COLUMNS[name])
    const people = new Map<string, { role: string; unit: string }>()
    for await (const [actor = '', role = '', unit = ''] of rows('staff'))
      people.set(actor, { role: roleOf(role), unit })
    const related = new Map<string, Window[]>()
    for await (const [who = '', patient = '', kind = '', from = '', to = ''] of rows('relations')) {
      const ward = people.has(who) ? kind : kind === 'encounter' ? 'ward' : kind
      if (!RELATIONS.includes(ward as Relation)) continue
      const name = `${who} ${patient}`
      related.set(name, [...(related.get(name) ?? []), { kind: ward as Relation, from, to: to || '9' }])
    }
    const facts: Facts[] = []
    for await (const row of rows('accesses')) {
      const [at = '', actor = '', session = '', action = '', type = '', patient = '', purpose = ''] = row
      const act = ACTS[action]
      if (act === undefined || patient === '') continue
      const { role, unit } = people.get(actor) ?? { role: 'app', unit: '' }
      const windows = [actor, unit].flatMap((who) => related.get(`${who} ${patient}`) ?? [])
      const holding = windows.filter(({ from, to }) => from <= at && at < to).map((one) => one.kind)
      facts.push({
        kind: 'person',
        role,
        act,
        type: type || 'Patient',
        ofPatient: true,
        labels: oneIn(20, `${patient} ${type}`) ? ['R', 'PSY'] : [],
        scopeCovers: true,
        relations: [...new Set(holding)].sort(),
        purpose: purpose || 'TREAT',
        strength: oneIn(3, session) ? 'multi-factor' : 'phishing-resistant',
        consent: oneIn(100, `denies ${patient}`) ? 'deny' : oneIn(40, `permits ${patient}`) ? 'permit' : 'silent',
      })
    }
    return facts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
