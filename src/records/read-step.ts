import { queryPairs } from '../kernel/query-pairs.ts'
import { isFhirId } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { ReadStep } from './bundle.ts'
import type { createHistoryOf } from './history-of.ts'
import type { createReadRecord } from './read-record.ts'
import type { createSearchRecords } from './search/search-records.ts'

type Needs = {
  readonly readRecord: ReturnType<typeof createReadRecord>
  readonly searchRecords: ReturnType<typeof createSearchRecords>
  readonly historyOf: ReturnType<typeof createHistoryOf>
}

/** A GET inside a bundle: `Type/id`, `Type/id/_history[/n]`, `Type?…`. */
export function createReadStep({ readRecord, searchRecords, historyOf }: Needs): ReadStep {
  return async function readStep(who, { url, type }, base) {
    const [path = '', query = ''] = url.split('?')
    const [, id, history, version, ...more] = path.replace(/^\//, '').split('/')
    if (id === undefined) {
      const found = await searchRecords(who, type, queryPairs(query), base)
      return { ...found, status: 200, text: found.text.toString() }
    }
    if (!isFhirId(id) || more.length > 0 || (history !== undefined && history !== '_history'))
      throw new Refusal('request.invalid', `${JSON.stringify(url.slice(0, 80))} is not an address here.`)
    if (history !== undefined && version === undefined)
      return { status: 200, ...(await historyOf(who, { type, id }, queryPairs(query), base)) }
    const read = await readRecord(who, { type, id, ...(version !== undefined && { version: Number(version) || 0 }) })
    return {
      status: 200,
      text: read.json.toString(),
      etag: `W/"${read.version}"`,
      lastModified: read.at.toISOString(),
      receipt: read.receipt,
      promise: read.promise,
    }
  }
}
