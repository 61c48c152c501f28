import { type Sensitivity, securityOf } from './codes.ts'
import type { Person } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { type Employee, someone } from './staff.ts'

export type Resource = { resourceType: string; id: string; [key: string]: unknown }
export type Reference = { reference: string; display?: string }
export type Days = number

/** One patient's chart while it is being written. Times are told in days before today; negative ones lie ahead. */
export type Chart = {
  readonly person: Person
  readonly resources: readonly Resource[]
  readonly random: Random
  readonly subject: Reference
  readonly ageYears: number
  /** Adds a resource with the readable id `<patient>-<name>`, numbered when the name is taken. */
  add(resourceType: string, name: string, body: Record<string, unknown>): Reference
  /** The day, `YYYY-MM-DD`. */
  day(ago: Days): string
  /** The moment: of that day at `hour`, or of that fraction of a day before this morning at eight. */
  moment(ago: Days, hour?: number): string
  colleague(role: string, ward: string): Employee
  /** The same chart, in which what is added carries security labels. */
  labelled(sensitivity: Sensitivity | undefined): Chart
}

const DAY_MS = 86_400_000
const ID_LIMIT = 64

export function createChart(person: Person, today: string): Chart {
  const resources: Resource[] = []
  const random = createRandom(person.key)
  const taken = new Map<string, number>()
  const morning = Date.parse(`${today}T08:00:00Z`)
  const day = (ago: Days) => new Date(morning - Math.round(ago) * DAY_MS).toISOString().slice(0, 10)

  const write = (sensitivity: Sensitivity | undefined): Chart => ({
    person,
    resources,
    random,
    subject: { reference: `Patient/${person.key}`, display: `${person.given} ${person.family}` },
    ageYears: (morning - Date.parse(person.born)) / (365.25 * DAY_MS),
    add(resourceType, name, body) {
      const stem = (name === '' ? person.key : `${person.key}-${name}`).slice(0, ID_LIMIT - 4)
      const count = (taken.get(`${resourceType}/${stem}`) ?? 0) + 1
      taken.set(`${resourceType}/${stem}`, count)
      const id = count === 1 ? stem : `${stem}-${count}`
      const meta = sensitivity === undefined ? {} : { meta: { security: securityOf(sensitivity) } }
      resources.push({ resourceType, id, ...meta, ...body })
      return { reference: `${resourceType}/${id}` }
    },
    day,
    moment(ago, hour) {
      if (hour !== undefined) return `${day(ago)}T${String(hour).padStart(2, '0')}:${minuteOf(ago)}:00Z`
      return `${new Date(morning - ago * DAY_MS).toISOString().slice(0, 19)}Z`
    },
    colleague: (role, ward) => someone(role, ward, person.key),
    labelled: write,
  })
  return write(undefined)
}

/** A minute that looks like life and is always the same. */
const minuteOf = (ago: Days) => String((Math.abs(Math.round(ago * 7)) * 5) % 60).padStart(2, '0')
