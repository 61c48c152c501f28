import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '../../kernel/actor.ts'
import { type Part, partOf } from '../fhir/fields.ts'
import { patientFacts, whereabouts } from '../fhir/read-people.ts'
import type { Hospital, Member } from '../hospital/hospital.ts'
import { FOREVER } from '../hospital/relations.ts'
import { setRecent } from '../state/recent.ts'
import { isProgram, watchedName } from './access-of.ts'

const LASTS_MS = 3_600_000
const MOST = 100_000
/** One look-up after another, so many milliseconds apart: what people at work need, and never what the server has to spare. */
const APART_MS = 20
const MOST_WAITING = 200

const DECOY = { familyName: '', address: '', employee: '', vip: false, deceasedAt: FOREVER, decoy: true }

type Needs = {
  readonly hospital: Hospital
  readonly isDecoy: (patient: string) => boolean
  /** A record as JSON, opened for the watch and nobody else; undefined when there is none. */
  readonly lookUp: (type: string, id: string) => Promise<string | undefined>
  readonly now: () => number
}

/**
 * What the live watch knows of people: staff by whoever acts, kinship, address and fame of staff and patients from their own
 * records. A record is looked up beside the access that first needs it, which does not wait: the next one knows.
 */
export function createKnownPeople({ hospital, isDecoy, lookUp, now }: Needs) {
  const looked = new Map<string, number>()
  const waiting: (() => Promise<void>)[] = []
  const actorOf = new Map<string, string>()
  let running = false

  async function work() {
    running = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await next().catch(() => undefined)
      await sleep(APART_MS, undefined, { ref: false })
    }
    running = false
  }

  /** Once an hour at most, and not when too many wait: what is not known speaks against nobody. */
  function look(reference: string, learn: (resource: Part) => void) {
    if (now() - (looked.get(reference) ?? Number.NEGATIVE_INFINITY) < LASTS_MS || waiting.length >= MOST_WAITING) return
    setRecent(looked, reference, now(), MOST)
    const [type = '', id = ''] = reference.split('/')
    waiting.push(async () => {
      const text = await lookUp(type, id)
      if (text !== undefined) learn(partOf(JSON.parse(text)))
    })
    if (!running) void work()
  }

  function staff(actor: Actor) {
    const name = watchedName(actor)
    const { kind, role, unit = '', fhirUser } = actor
    const known = hospital.member(hospital.names.of(name))
    const words = kind === 'person' ? role : `${kind} ${role}`
    if (known === undefined || known.role !== words || known.unit !== unit) {
      const { address = '', familyName = '' } = known ?? {}
      const member: Member = { role: words, unit, address, familyName, employedFrom: 0, employedTo: FOREVER }
      hospital.addMember(name, member)
    }
    if (isProgram(name) || !fhirUser?.startsWith('Practitioner/')) return
    actorOf.set(fhirUser, name)
    look(fhirUser, (resource) => {
      const member = hospital.member(hospital.names.of(name))
      if (member !== undefined) hospital.addMember(name, { ...member, ...whereabouts(resource) })
    })
  }

  function patient(id: string) {
    look(`Patient/${id}`, (resource) => {
      const facts = patientFacts(resource)
      const employee = actorOf.get(facts.employee) ?? facts.employee
      if (!isDecoy(id)) hospital.addPatient(id, { ...facts, employee, decoy: false })
    })
  }

  return {
    /** Who acts, on whom. Only whose chart is opened without a relation is looked up. */
    meet(actor: Actor, chart: string, explained: boolean) {
      staff(actor)
      if (chart === '') return
      if (isDecoy(chart)) hospital.addPatient(chart, DECOY)
      else if (!explained && actor.kind === 'person') patient(chart)
    },
  }
}
