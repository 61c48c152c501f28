import { queryPairs } from '../kernel/query-pairs.ts'
import { isFhirId } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Records } from '../records/records.ts'
import type { GroupWritten, Written } from '../records/write/operation.ts'
import type { BinarySource } from '../records/write-binary.ts'
import { type Answer, type Ask, versionMeant } from './ask.ts'

const HARMLESS = new Set(['_format', '_pretty'])

export const tag = (version: number): string => `W/"${version}"`

function onlyHarmless(ask: Ask): void {
  const unknown = ask.query.find(([name]) => !HARMLESS.has(name))
  if (unknown !== undefined)
    throw new Refusal(
      'search.unknown-parameter',
      `The parameter ${JSON.stringify(unknown[0].slice(0, 60))} means nothing here.`,
    )
}

/** The acts behind the FHIR routes: each reads the request, calls one act of `records`, words the answer. */
export function createFhirActs(records: Records) {
  /** The type in the address; unknown types are not found, whatever the method. */
  function typeOf(ask: Ask): string {
    if (!records.definitions.isResourceType(ask.type))
      throw new Refusal(
        'record.not-found',
        `${JSON.stringify(ask.type.slice(0, 60))} is not a resource type of FHIR R4.`,
      )
    return ask.type
  }

  function refOf(ask: Ask) {
    const type = typeOf(ask)
    if (!isFhirId(ask.id))
      throw new Refusal('record.not-found', 'This is not an id: 1 to 64 letters, digits, dashes and dots.')
    return { type, id: ask.id }
  }

  const released = (
    ask: Ask,
    { json, version, at, receipt, promise }: Awaited<ReturnType<Records['readRecord']>>,
  ): Answer => {
    const headers = { etag: tag(version), 'last-modified': at.toUTCString() }
    const seen = ask.header('if-none-match')
    if (seen?.split(',').some((one) => one.trim() === tag(version) || one.trim() === '*'))
      return { status: 304, headers, receipt, promise }
    const since = Date.parse(ask.header('if-modified-since') ?? '')
    if (seen === undefined && Math.floor(at.getTime() / 1000) * 1000 <= since)
      return { status: 304, headers, receipt, promise }
    return { status: 200, text: json, headers, receipt, promise }
  }

  /** A Binary as FHIR JSON to who accepts that, else as its own bytes (http.html, binary.html#rest). */
  async function binary(ask: Ask, found: Awaited<ReturnType<Records['readRecord']>>): Promise<Answer> {
    if (ask.type !== 'Binary') return released(ask, found)
    const { contentType, data } = JSON.parse(found.json.toString()) as { contentType: string; data?: string }
    const accept = ask.header('accept') ?? '*/*'
    const bytes = found.bytes ?? once(Buffer.from(data ?? '', 'base64'))
    if (!accept.includes('json') && !accept.includes('*/*'))
      return { ...released(ask, found), text: undefined, bytes, contentType }
    if (found.bytes === undefined) return released(ask, found)
    const whole = Buffer.concat(await Array.fromAsync(bytes)).toString('base64')
    const json = Buffer.concat([found.json.subarray(0, -1), Buffer.from(`,"data":"${whole}"}`)])
    return released(ask, { ...found, json })
  }

  function written(ask: Ask, { written: [one], receipt, promise }: GroupWritten): Answer {
    const { status, type, id, version, at, text } = one as Written
    const headers: Record<string, string> = { etag: tag(version), 'last-modified': at.toUTCString() }
    if (status === 201) headers.location = `${ask.base}/${type}/${id}/_history/${version}`
    return {
      status,
      headers,
      receipt,
      promise,
      text: preferred(ask, text, `${type}/${id} is at version ${version} now.`),
    }
  }

  return {
    async read(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      return binary(ask, await records.readRecord(ask.who, refOf(ask)))
    },
    async vread(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      const version = /^\d{1,9}$/.test(ask.version) ? Number(ask.version) : 0
      return binary(ask, await records.readRecord(ask.who, { ...refOf(ask), version }))
    },
    async create(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      if (ask.type === 'Binary') return written(ask, await records.writeBinary(ask.who, undefined, binarySource(ask)))
      return written(ask, await records.createRecord(ask.who, typeOf(ask), ask.body, noneExist(ask)))
    },
    async update(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      if (ask.type === 'Binary') {
        return written(ask, await records.writeBinary(ask.who, refOf(ask).id, binarySource(ask), versionMeant(ask)))
      }
      return written(ask, await records.updateRecord(ask.who, refOf(ask), ask.body, versionMeant(ask)))
    },
    async updateWhere(ask: Ask): Promise<Answer> {
      return written(ask, await records.updateWhere(ask.who, typeOf(ask), ask.query, ask.body, versionMeant(ask)))
    },
    async patch(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      return written(ask, await records.patchRecord(ask.who, refOf(ask), ask.body, versionMeant(ask)))
    },
    async remove(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      return written(ask, await records.deleteRecord(ask.who, refOf(ask), versionMeant(ask)))
    },
    async removeWhere(ask: Ask): Promise<Answer> {
      return written(ask, await records.deleteWhere(ask.who, typeOf(ask), ask.query))
    },
    async transact(ask: Ask): Promise<Answer> {
      onlyHarmless(ask)
      const { text, receipt, promise } = await records.transact(ask.who, ask.body, ask.base)
      return { status: 200, text, receipt, promise }
    },
    async search(ask: Ask): Promise<Answer> {
      const { text, receipt, promise } = await records.searchRecords(ask.who, typeOf(ask), ask.query, ask.base)
      return { status: 200, text, receipt, promise }
    },
    async history(ask: Ask): Promise<Answer> {
      const { text, receipt, promise } = await records.historyOf(
        ask.who,
        ask.id === '' ? { type: typeOf(ask) } : refOf(ask),
        ask.query,
        ask.base,
      )
      return { status: 200, text, receipt, promise }
    },
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

function binarySource(ask: Ask): BinarySource {
  if (ask.stream === undefined) return { text: ask.body }
  return {
    contentType: ask.header('content-type') ?? 'application/octet-stream',
    securityContext: ask.header('x-security-context'),
    bytes: ask.stream,
  }
}

function noneExist(ask: Ask) {
  const condition = ask.header('if-none-exist')
  return condition === undefined ? undefined : queryPairs(condition)
}

/** What `Prefer: return=` asks for; the representation when it says nothing. */
function preferred(ask: Ask, text: string | undefined, words: string): string | undefined {
  const asked = /return=(minimal|representation|OperationOutcome)/.exec(ask.header('prefer') ?? '')?.[1]
  if (asked === 'minimal') return undefined
  if (asked === 'OperationOutcome') {
    return JSON.stringify({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'information', code: 'informational', details: { text: words } }],
    })
  }
  return text
}
