import type { Hospital } from '../hospital/hospital.ts'
import { FOREVER } from '../hospital/relations.ts'
import {
  beginOf,
  codingsOf,
  endOf,
  type Part,
  partOf,
  partsOf,
  referenceOf,
  textOf,
  typeOf,
  wordsOf,
} from './fields.ts'

/** HL7 codes that say a patient is known to the public: v3-ActCode CEL, v3-EncounterSpecialCourtesy VIP. */
const KNOWN_TO_PUBLIC = new Set(['VIP', 'CEL'])
/** v3-ActCode EMP: the patient works here, whoever they are. */
const EMPLOYEE = 'EMP'
const EMPLOYEE_EXTENSION = /(employee|staff-member)$/i

type Role = { role: string; places: string[]; from: number; to: number }
type Practitioner = { familyName: string; address: string; role: string }
type Patient = {
  readonly familyName: string
  readonly address: string
  employee: string
  readonly vip: boolean
  readonly deceasedAt: number
}

const familyOf = (resource: Part): string => {
  const names = partsOf(resource.name)
  const now = names.find((one) => one.use === 'official') ?? names.find((one) => one.use !== 'old') ?? names[0]
  return textOf(now?.family)
}

function addressOf(resource: Part): string {
  const [address] = partsOf(resource.address)
  if (address === undefined) return ''
  const lines = Array.isArray(address.line) ? address.line.map(textOf) : []
  // A town alone is where everybody lives.
  if (lines.every((line) => line === '')) return ''
  return [...lines, textOf(address.city)].filter((one) => one !== '').join(', ')
}

const identifiersOf = (resource: Part): string[] =>
  partsOf(resource.identifier)
    .filter((one) => textOf(one.value) !== '')
    .map((one) => `${textOf(one.system)}|${textOf(one.value)}`)

/** What tells kinship. */
export const whereabouts = (resource: Part) => ({ familyName: familyOf(resource), address: addressOf(resource) })

/** What of a Patient may speak against opening the chart. `employee` is a reference, or `yes`, or nothing. */
export function patientFacts(resource: Part): Patient {
  const labels = [...partsOf(partOf(resource.meta).security), ...partsOf(partOf(resource.meta).tag)].map((one) =>
    textOf(one.code),
  )
  const link = partsOf(resource.extension).find((one) => EMPLOYEE_EXTENSION.test(textOf(one.url)))
  return {
    ...whereabouts(resource),
    employee: referenceOf(link?.valueReference) || (labels.includes(EMPLOYEE) ? 'yes' : ''),
    vip: labels.some((code) => KNOWN_TO_PUBLIC.has(code)),
    // Dead without a day: since when is not known, and neither whether an access came later.
    deceasedAt: beginOf(resource.deceasedDateTime) ?? FOREVER,
  }
}

/** Staff and patients from Practitioner, PractitionerRole, Person, Device and Patient. Names are references: `Type/id`. */
export function createReadPeople() {
  const practitioners = new Map<string, Practitioner>()
  const roles = new Map<string, Role[]>()
  const patients = new Map<string, Patient>()
  const identified = new Map<string, string>()
  const patientIdentifiers = new Map<string, string>()
  const patientNumbers = new Map<string, string>()
  const practitionerOfRole = new Map<string, string>()
  const samePeople: string[][] = []
  const devices = new Map<string, Role>()

  /** Whoever works here has one identifier and one value for it; a value alone counts where it is nobody else's. */
  function identify(id: string, resource: Part) {
    for (const { system, value } of partsOf(resource.identifier)) {
      const word = textOf(value)
      if (word === '') continue
      identified.set(`${textOf(system)}|${word}`, id)
      const other = identified.get(word)
      identified.set(word, other === undefined || other === id ? id : '')
    }
  }

  function practitioner(id: string, resource: Part) {
    practitioners.set(id, {
      familyName: familyOf(resource),
      address: addressOf(resource),
      role: wordsOf(partsOf(resource.qualification)[0]?.code),
    })
    identify(id, resource)
  }

  function practitionerRole(id: string, resource: Part): boolean {
    const who = referenceOf(resource.practitioner)
    if (who === '') return false
    practitionerOfRole.set(id, who)
    const [code] = partsOf(resource.code)
    const places = [...partsOf(resource.location).map(referenceOf), referenceOf(resource.organization)]
    const period = partOf(resource.period)
    const to = endOf(period.end) ?? (resource.active === false ? 0 : FOREVER)
    const role: Role = {
      role: wordsOf(code),
      places: places.filter((one) => one !== ''),
      from: beginOf(period.start) ?? 0,
      to,
    }
    roles.set(who, [...(roles.get(who) ?? []), role])
    return true
  }

  function patient(id: string, resource: Part) {
    patients.set(id, patientFacts(resource))
    for (const identifier of identifiersOf(resource)) {
      patientIdentifiers.set(identifier, id)
      const number = identifier.slice(identifier.indexOf('|') + 1)
      const other = patientNumbers.get(number)
      patientNumbers.set(number, other === undefined || other === id ? id : '')
    }
  }

  return {
    /** Takes in a resource; undefined when it is of no such type, false when it lacks what is needed. */
    take(resource: Part, id: string): boolean | undefined {
      switch (resource.resourceType) {
        case 'Practitioner':
          practitioner(id, resource)
          return true
        case 'PractitionerRole':
          return practitionerRole(id, resource)
        case 'Patient':
          patient(id, resource)
          return true
        case 'Person':
          samePeople.push(partsOf(resource.link).map((one) => referenceOf(one.target)))
          return true
        case 'Device': {
          const role = wordsOf(resource.type) || textOf(codingsOf(resource.type)[0]?.code) || 'Device'
          const places = [referenceOf(resource.location), referenceOf(resource.owner)].filter((one) => one !== '')
          devices.set(id, { role, places, from: 0, to: FOREVER })
          identify(id, resource)
          return true
        }
        default:
          return undefined
      }
    },
    /** The person behind a reference to a PractitionerRole; any other reference as it is. */
    personOf: (reference: string): string => practitionerOfRole.get(reference) ?? reference,
    /** The first of the names an event has for somebody that is known here, else the first. */
    actorOf(names: readonly string[]): string {
      for (const name of names) {
        const person = practitionerOfRole.get(name) ?? name
        if (practitioners.has(person) || patients.has(person) || devices.has(person)) return person
        const known = identified.get(name)
        if (known !== undefined && known !== '') return known
      }
      return names[0] ?? ''
    },
    /** The patient behind a number that is nobody else's; any other word as it is. */
    patientOf: (word: string): string => patientNumbers.get(word) || word,
    /** How many people belong to each place by any of their roles. */
    belonging(): { readonly people: number; readonly at: ReadonlyMap<string, number> } {
      const at = new Map<string, number>()
      for (const own of roles.values())
        for (const place of new Set(own.flatMap((one) => one.places))) at.set(place, (at.get(place) ?? 0) + 1)
      return { people: roles.size, at }
    },
    /** Puts everybody into a hospital. A person's unit is the first place of the newest role that is not too wide. */
    settle(hospital: Hospital, isTooWide: (place: string) => boolean) {
      for (const [id, one] of practitioners) {
        const own = (roles.get(id) ?? []).toSorted((a, b) => b.to - a.to || b.from - a.from)
        const [newest] = own
        hospital.addMember(id, {
          role: own.map(({ role }) => role).find((role) => role !== '') ?? one.role,
          unit: newest?.places.find((place) => !isTooWide(place)) ?? '',
          address: one.address,
          familyName: one.familyName,
          employedFrom: own.length === 0 ? 0 : Math.min(...own.map(({ from }) => from)),
          employedTo: newest?.to ?? FOREVER,
        })
      }
      for (const [id, { role, places, from, to }] of devices) {
        const unit = places.find((place) => !isTooWide(place)) ?? ''
        hospital.addMember(id, { role, unit, address: '', familyName: '', employedFrom: from, employedTo: to })
      }
      for (const links of samePeople) {
        const worker = links.find((one) => typeOf(one) === 'Practitioner')
        for (const link of links) {
          const person = patients.get(link)
          if (worker !== undefined && person !== undefined) person.employee = worker
        }
      }
      for (const [identifier, id] of patientIdentifiers) {
        const worker = identifier.startsWith('|') ? undefined : identified.get(identifier)
        const person = patients.get(id)
        if (worker !== undefined && worker !== '' && person !== undefined) person.employee = worker
      }
      for (const [id, one] of patients)
        hospital.addPatient(id, {
          ...one,
          employee: practitionerOfRole.get(one.employee) ?? one.employee,
          decoy: false,
        })
    },
    get counts() {
      return { staff: practitioners.size + devices.size, patients: patients.size }
    },
  }
}
