import { Refusal } from '../kernel/refusal.ts'
import type { Circumstance, Receipted } from './circumstance.ts'
import type { BundleEntry } from './fhir/split-bundle.ts'
import { splitBundle } from './fhir/split-bundle.ts'
import { type createTransact, readStep, type Step, type StepResult } from './transact.ts'

export type BundleAnswer = Partial<Receipted> & { readonly text: string }

/** One request of a bundle that reads: done by the same acts as if it had come alone. */
export type ReadStep = (
  who: Circumstance,
  step: Step,
  base: string,
) => Promise<{ status: number; text: string; etag?: string; lastModified?: string } & Partial<Receipted>>

type Needs = { readonly transact: ReturnType<typeof createTransact>; readonly readStep: ReadStep }

const MOST_ENTRIES = 20_000
const WORDS: Record<number, string> = {
  200: '200 OK',
  201: '201 Created',
  204: '204 No Content',
  304: '304 Not Modified',
}

const outcome = (refusal: Refusal): string =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: refusal.issues.map(({ severity, code, text, expression }) => ({
      severity,
      code,
      details: { text },
      ...(expression !== undefined && { expression: [expression] }),
    })),
  })

/** Entries of a batch that are done at once. */
const TOGETHER = 32

/** Batches and transactions: what `POST [base]` takes. */
export function createBundle({ transact, readStep: read }: Needs) {
  return async function bundle(who: Circumstance, text: string, base: string): Promise<BundleAnswer> {
    const { type, entries } = splitBundle(text)
    if (entries.length > MOST_ENTRIES)
      throw new Refusal('request.too-large', `A bundle has at most ${MOST_ENTRIES} entries.`)
    if (type === 'transaction') return transaction(who, entries, base)
    if (type === 'batch') return batch(who, entries, base)
    throw new Refusal(
      'request.invalid',
      `This address takes a batch or a transaction, not a Bundle of type ${JSON.stringify(type).slice(0, 40)}.`,
    )
  }

  async function transaction(who: Circumstance, entries: readonly BundleEntry[], base: string): Promise<BundleAnswer> {
    const steps = entries.map((entry, index) => readStep(entry, index))
    if (steps.some((step) => step.method === 'PATCH'))
      throw new Refusal('request.not-supported', 'PATCH inside a transaction is not supported; send it alone.')
    const writes = steps.filter((step) => step.method !== 'GET' && step.method !== 'HEAD')
    const done = writes.length > 0 ? await transact(who, writes) : undefined
    const answers = new Map<number, string>()
    for (const result of done?.results ?? []) answers.set(result.step.index, entryOf(result, base))
    // What it wrote is committed by now: a read that is refused says so in its own entry.
    for (const step of steps)
      if (!answers.has(step.index))
        answers.set(step.index, await orRefused(async () => readEntry(await read(who, step, base), step, base)))
    return {
      text: wrap(
        'transaction-response',
        steps.map((step) => answers.get(step.index) as string),
      ),
      ...(done && { receipt: done.receipt, promise: done.promise }),
    }
  }

  /** Each entry stands alone: one that is refused does not disturb its neighbours. */
  async function batch(who: Circumstance, entries: readonly BundleEntry[], base: string): Promise<BundleAnswer> {
    let first: Partial<Receipted> = {}
    const one = (entry: BundleEntry, index: number): Promise<string> =>
      orRefused(async () => {
        const step = readStep(entry, index)
        if (step.method === 'GET' || step.method === 'HEAD') return readEntry(await read(who, step, base), step, base)
        if (step.method === 'PATCH')
          throw new Refusal('request.not-supported', 'PATCH inside a batch is not supported; send it alone.')
        const { results, receipt, promise } = await transact(who, [step])
        if (first.receipt === undefined) first = { receipt, promise }
        return entryOf(results[0] as StepResult, base)
      })
    const answers: string[] = []
    for (let at = 0; at < entries.length; at = answers.length) {
      // A consent takes effect after the entry before it, and before the entry after it.
      const consent = entries.slice(at, at + TOGETHER).findIndex(writesConsent)
      const until = at + (consent === -1 ? TOGETHER : Math.max(consent, 1))
      answers.push(...(await Promise.all(entries.slice(at, until).map((entry, n) => one(entry, at + n)))))
    }
    return { text: wrap('batch-response', answers), ...first }
  }
}

const writesConsent = ({ request }: BundleEntry): boolean =>
  request !== undefined && !['GET', 'HEAD'].includes(request.method) && /^\/?Consent\b/.test(request.url)

const wrap = (type: string, entries: readonly string[]): string =>
  `{"resourceType":"Bundle","type":"${type}"${entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`}}`

async function orRefused(entry: () => Promise<string>): Promise<string> {
  try {
    return await entry()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return `{"response":{"status":"${error.status}","outcome":${outcome(error)}}}`
  }
}

function entryOf({ step, written, found }: StepResult, base: string): string {
  if (written === undefined) {
    const location = found === '' ? undefined : `${step.type}/${found}`
    return JSON.stringify({
      ...(location && { fullUrl: `${base}/${location}` }),
      response: { status: found === '' ? '204 No Content' : '200 OK', ...(location && { location }) },
    })
  }
  const { status, type, id, version, at } = written
  return JSON.stringify({
    fullUrl: `${base}/${type}/${id}`,
    response: {
      status: WORDS[status],
      location: `${type}/${id}/_history/${version}`,
      etag: `W/"${version}"`,
      lastModified: at.toISOString(),
    },
  })
}

function readEntry(
  { status, text, etag, lastModified }: Awaited<ReturnType<ReadStep>>,
  step: Step,
  base: string,
): string {
  const response = JSON.stringify({
    status: WORDS[status] ?? String(status),
    ...(etag && { etag }),
    ...(lastModified && { lastModified }),
  })
  return `{"fullUrl":${JSON.stringify(`${base}/${step.url}`)},"resource":${text},"response":${response}}`
}
