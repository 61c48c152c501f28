import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../kernel/refusal.ts'
import type { Access, Action } from '../access.ts'
import { createHospital, type Hospital } from '../hospital/hospital.ts'
import type { ReadCounts } from '../replay/read-hospital.ts'
import { readLines } from '../replay/read-lines.ts'
import { auditedAccess } from './audit-access.ts'
import { isPart, type Part, textOf } from './fields.ts'
import { createReadPeople } from './read-people.ts'
import { createReadRelations, tooWide } from './read-relations.ts'
import { createSortByTime } from './sort-by-time.ts'

const NDJSON = /\.ndjson(\.gz)?$/i
const NAMES = '\u001f'
const CELLS = '\t'

/** The NDJSON files of a folder, in the order of their names. */
export const fhirFilesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => NDJSON.test(name))
    .toSorted()
    .map((name) => join(folder, name))

export type FhirRecords = {
  readonly hospital: Hospital
  readonly counts: ReadCounts & { readonly passedOver: number }
  /** In the order of time; may be asked for again until it is closed. */
  readonly accesses: () => Generator<Access>
  readonly close: () => void
}

const clean = (text: string): string => text.replaceAll(/[\u0000-\u001f]/g, ' ')

/**
 * A hospital and its accesses from files of FHIR R4 resources, one a line (Bulk Data). Names are references: `Type/id`.
 * `close` MUST be called: accesses beyond the first `mostHeld` lie in a temporary folder until then. Throws Refusal
 * record.not-found when the folder has no such file, or no AuditEvent.
 */
export async function openFhir(folder: string, mostHeld?: number): Promise<FhirRecords> {
  const files = fhirFilesOf(folder)
  if (files.length === 0)
    throw new Refusal('record.not-found', `There is neither accesses.csv nor NDJSON in ${folder}.`)
  const sort = createSortByTime(mostHeld)
  const people = createReadPeople()
  const ties = createReadRelations()
  let unreadable = 0
  let passedOver = 0
  let events = 0

  function audit(event: Part) {
    const access = auditedAccess(event)
    if (access === null) unreadable++
    else if (access === undefined) passedOver++
    else {
      events++
      const { at, names, session, network, device, action, resourceType, patient, count, purpose, failed } = access
      const who = names.map(clean).join(NAMES)
      const words = [session, network, device, action, resourceType, patient].map(clean).join(CELLS)
      sort.add(
        at,
        `${at}${CELLS}${who}${CELLS}${words}${CELLS}${count}${CELLS}${clean(purpose)}${CELLS}${failed ? 1 : 0}`,
      )
    }
  }

  function take(line: string) {
    let resource: unknown
    try {
      resource = JSON.parse(line)
    } catch {
      unreadable++
      return
    }
    if (!isPart(resource) || typeof resource.resourceType !== 'string') unreadable++
    else if (resource.resourceType === 'AuditEvent') audit(resource)
    else {
      const id = `${resource.resourceType}/${textOf(resource.id)}`
      const taken = people.take(resource, id) ?? ties.take(resource, id)
      if (taken === false) unreadable++
      else if (taken === undefined) passedOver++
    }
  }

  try {
    for (const path of files)
      for await (const lines of readLines(path)) for (const line of lines) if (line.trim() !== '') take(line)
    if (events === 0)
      throw new Refusal('record.not-found', `None of the resources in ${folder} is an AuditEvent of an access.`)
  } catch (error) {
    sort.close()
    throw error
  }
  const hospital = createHospital()
  const wide = tooWide(people.belonging())
  people.settle(hospital, wide)
  const relations = ties.settle(hospital, people.personOf, wide)

  function* accesses(): Generator<Access> {
    const actors = new Map<string, string>()
    for (const line of sort.sorted()) {
      const cells = line.split(CELLS) as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ]
      const [at, names, session, network, device, action, resourceType, patient, count, purpose, failed] = cells
      let actor = actors.get(names)
      if (actor === undefined) {
        actor = people.actorOf(names.split(NAMES))
        actors.set(names, actor)
      }
      yield {
        at: Number(at),
        actor,
        session,
        network,
        device,
        action: action as Action,
        resourceType,
        patient: people.patientOf(patient),
        count: Number(count),
        purpose,
        failed: failed === '1',
      }
    }
  }

  return {
    hospital,
    counts: { ...people.counts, relations, shifts: 0, unreadable, passedOver },
    accesses,
    close: sort.close,
  }
}
