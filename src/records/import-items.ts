import { hash } from 'node:crypto'
import type { Database, Transaction } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Circumstance } from './circumstance.ts'
import { parseResource } from './fhir/parse-resource.ts'
import { type BundleEntry, splitBundle } from './fhir/split-bundle.ts'
import type { createTransact } from './transact.ts'
import { readStep, type Step } from './transact.ts'

/** What happens together or not at all: a transaction bundle, or one resource. */
export type ImportItem = {
  readonly index: number
  readonly entries: readonly BundleEntry[]
  readonly resources: number
}
export type ItemResult = { readonly outcome: 'imported' | 'there' | 'refused'; readonly refusal?: Refusal }

type Needs = { readonly database: Database; readonly transact: ReturnType<typeof createTransact> }

/** Thrown inside the transaction of an item that is in the database already. */
const THERE = new Refusal('record.conflict', 'imported before')

export const sourceDigest = (text: string): Buffer => hash('sha256', text, 'buffer')

/** Takes a source apart: a Bundle of any type, a resource, or NDJSON. Throws a Refusal for what is none. */
export function readItems(text: string): ImportItem[] {
  const start = text.trimStart()
  if (start === '') return []
  if (isNdjson(start)) {
    return start
      .split('\n')
      .map((line, index) => ({ line: line.trim(), index }))
      .filter(({ line }) => line !== '')
      .map(({ line, index }) => ({ index, resources: 1, entries: [lineEntry(line)] }))
  }
  if (
    !/"resourceType"\s*:\s*"Bundle"/.test(start.slice(0, 2000)) &&
    parseResource(start).resource.resourceType !== 'Bundle'
  ) {
    return [{ index: 0, resources: 1, entries: [lineEntry(start)] }]
  }
  const { type, entries } = splitBundle(start)
  const requested = entries.map((entry) =>
    entry.request === undefined ? { ...entry, request: requestFor(entry) } : entry,
  )
  if (type === 'transaction') return [{ index: 0, entries: requested, resources: requested.length }]
  return requested.map((entry, index) => ({ index, entries: [entry], resources: 1 }))
}

const isNdjson = (text: string): boolean => {
  const end = text.indexOf('\n')
  if (end < 0) return false
  try {
    JSON.parse(text.slice(0, end))
    return text.slice(end).trim() !== ''
  } catch {
    return false
  }
}

/** A line that is no resource is an item all the same: it is refused with its reason when its turn comes. */
const lineEntry = (text: string): BundleEntry => ({ text, request: { method: 'PUT', url: '' } })

function requestFor({ resource }: BundleEntry): { method: string; url: string } {
  const { resourceType = '', id } = resource ?? {}
  return id === undefined ? { method: 'POST', url: resourceType } : { method: 'PUT', url: `${resourceType}/${id}` }
}

/** Writes items, each once: what was imported from the same source before is found in the database and left. */
export function createImportItem({ database, transact }: Needs) {
  return async function importItem(who: Circumstance, digest: Buffer, item: ImportItem): Promise<ItemResult> {
    try {
      const steps = item.entries.map((entry, index) => stepOf(entry, index))
      await transact(who, steps, (tx) => mark(tx, digest, item.index))
      return { outcome: 'imported' }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === THERE.code && error.message === THERE.message) return { outcome: 'there' }
      await database.query(`delete from imports where tenant_id = ${TENANT_ID} and source_digest = $1 and item = $2`, [
        digest,
        item.index,
      ])
      return { outcome: 'refused', refusal: error }
    }
  }

  async function mark(tx: Transaction, digest: Buffer, item: number): Promise<void> {
    const rows = await tx.query(
      `insert into imports (tenant_id, source_digest, item) values (${TENANT_ID}, $1, $2) on conflict do nothing returning item`,
      [digest, item],
      'mark-import',
    )
    if (rows.length === 0) throw THERE
  }
}

function stepOf(entry: BundleEntry, index: number): Step {
  if (entry.request?.url !== '' || entry.text === undefined) return readStep(entry, index)
  const { resource, text } = parseResource(entry.text)
  const named =
    resource.id === undefined
      ? { method: 'POST', url: resource.resourceType }
      : { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
  return readStep({ ...entry, resource, text, request: named }, index)
}
