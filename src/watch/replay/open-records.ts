import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../kernel/refusal.ts'
import type { Access } from '../access.ts'
import { fhirFilesOf, openFhir } from '../fhir/read-fhir.ts'
import type { Hospital } from '../hospital/hospital.ts'
import { readAccesses } from './read-accesses.ts'
import { type ReadCounts, readHospital } from './read-hospital.ts'

/** A hospital's own records of who did what, wherever they come from. */
export type Records = {
  readonly hospital: Hospital
  readonly counts: ReadCounts & { readonly passedOver?: number }
  /** In the order of their times; undefined where one could not be read. May be asked for again until `close`. */
  readonly accesses: () => AsyncIterable<Access | undefined> | Iterable<Access | undefined>
  readonly close: () => void
}

/**
 * Opens a folder: accesses.csv with the CSV files beside it, else files of FHIR resources, one a line. Throws Refusal
 * record.not-found when it has neither.
 */
export async function openRecords(folder: string): Promise<Records> {
  const path = join(folder, 'accesses.csv')
  if (existsSync(path)) {
    const { hospital, counts } = await readHospital(folder)
    return { hospital, counts, accesses: () => readAccesses(path), close: () => undefined }
  }
  if (!existsSync(folder) || fhirFilesOf(folder).length === 0)
    throw new Refusal('record.not-found', `There is neither ${path} nor an NDJSON file beside it.`)
  return openFhir(folder)
}
