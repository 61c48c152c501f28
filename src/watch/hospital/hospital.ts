import { createNames } from './names.ts'
import { createRelations, FOREVER } from './relations.ts'
import { createShifts } from './shifts.ts'

/** Somebody who works here, or a program that does. Role and unit are the hospital's own words. */
export type Member = {
  readonly role: string
  readonly unit: string
  readonly address: string
  readonly familyName: string
  /** Minutes since 1970; FOREVER and 0 when not known. */
  readonly employedFrom: number
  readonly employedTo: number
}

export type Person = {
  readonly familyName: string
  readonly address: string
  /** The patient works here: the actor's name, or only that it is so. */
  readonly employee: string
  readonly vip: boolean
  /** Minutes since 1970; FOREVER when alive. */
  readonly deceasedAt: number
  /** A decoy: nobody's chart, kept out of every list that care uses. */
  readonly decoy: boolean
}

export type Hospital = ReturnType<typeof createHospital>

/** What is known of a hospital: its people, its patients, who has to do with whom, and who works when. */
export function createHospital() {
  const names = createNames()
  const members = new Map<number, Member>()
  const patients = new Map<number, Person>()
  const familyNames = new Map<string, number>()
  const count = (familyName: string, more: number) => {
    if (familyName !== '') familyNames.set(familyName, (familyNames.get(familyName) ?? 0) + more)
  }
  const lower = (text: string) => text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  return {
    names,
    relations: createRelations(),
    shifts: createShifts(),
    addMember(actor: string, member: Member) {
      members.set(names.of(actor), {
        ...member,
        familyName: lower(member.familyName),
        address: lower(member.address),
      })
    },
    addPatient(patient: string, person: Person) {
      const familyName = lower(person.familyName)
      const number = names.of(patient)
      count(patients.get(number)?.familyName ?? '', -1)
      count(familyName, 1)
      patients.set(number, { ...person, familyName, address: lower(person.address) })
    },
    member: (actor: number): Member | undefined => members.get(actor),
    patient: (patient: number): Person | undefined => patients.get(patient),
    /** The share of the patients who bear a family name. */
    shareOfName: (familyName: string): number =>
      patients.size === 0 ? 1 : (familyNames.get(familyName) ?? 0) / patients.size,
    get staff() {
      return members.size
    },
    get patients() {
      return patients.size
    },
  }
}

export const NOBODY: Member = {
  role: '',
  unit: '',
  address: '',
  familyName: '',
  employedFrom: 0,
  employedTo: FOREVER,
}
