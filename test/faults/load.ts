import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { Acknowledged, Journal, Known, Sent } from './journal.ts'

export const SYSTEM = 'urn:chartwarden:kill-loop'
const BUNDLE_ENTRIES = 20
const ANSWERS_WITHIN_MS = 30_000

export type Answer = {
  readonly status: number
  readonly text: string
  readonly etag: string | null
  readonly receipt: string | null
}

/** Asks, and takes the receipt as soon as the first byte is there. Undefined when the answer did not arrive whole. */
export async function ask(
  journal: Pick<Journal, 'receipts'>,
  address: string,
  token: string,
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer | undefined> {
  try {
    const answer = await fetch(address, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...init.headers },
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    })
    const receipt = answer.headers.get('chartwarden-receipt')
    if (receipt !== null) journal.receipts.push(receipt)
    return { status: answer.status, text: await answer.text(), etag: answer.headers.get('etag'), receipt }
  } catch {
    return undefined
  }
}

export const versionOf = ({ etag }: { etag: string | null }): number => Number(/^W\/"(\d+)"$/.exec(etag ?? '')?.[1])

type Needs = { readonly journal: Journal; readonly chance: Chance; readonly token: string; readonly workers: number }

/** Asks many things at once until told to stop, and writes down what was answered. */
export function createLoad({ journal, chance, token, workers }: Needs) {
  let count = 0
  const nextMarker = () => {
    count += 1
    return `m-${count}-${chance.below(2 ** 31).toString(36)}`
  }
  const filler = () => 'x'.repeat(1 + chance.below(900))
  let fhir = ''
  /** Whether the server is meant to live: then every question has an answer. */
  let lives = true

  const patient = (marker: string, id?: string): Sent => ({
    resourceType: 'Patient',
    ...(id !== undefined && { id }),
    identifier: [{ system: SYSTEM, value: marker }],
    name: [{ family: `Family ${marker}`, text: filler() }],
  })
  const observation = (marker: string, subject: string, id?: string): Sent => ({
    resourceType: 'Observation',
    ...(id !== undefined && { id }),
    identifier: [{ system: SYSTEM, value: marker }],
    status: 'final',
    code: { text: filler() },
    subject: { reference: subject },
    valueString: marker,
  })

  /** A good answer; undefined for one that leaves open what happened, which is written down when it may not be. */
  function settled(what: string, answer: Answer | undefined, good: readonly number[]): Answer | undefined {
    if (answer === undefined) {
      if (lives) journal.find('no-answer', `${what}: the connection ended or nothing came`)
      return undefined
    }
    if (good.includes(answer.status)) {
      if (answer.receipt === null) journal.find('read-without-entry', `${what}: ${answer.status} without a receipt`)
      return answer
    }
    const outcome = answer.text.startsWith('{"resourceType":"OperationOutcome"')
    if (answer.status !== 503 || !outcome) journal.find('wrong-answer', `${what}: ${answer.status} ${answer.text}`)
    return undefined
  }

  const knownRef = (type: string): Known | undefined => {
    for (let tries = 0; tries < 20 && journal.refs.length > 0; tries++) {
      const ref = chance.pick(journal.refs)
      const found = journal.known.get(ref) as Known
      if (ref.startsWith(type) && !found.busy && found.attempt === undefined) return found
    }
    return undefined
  }

  async function create(): Promise<void> {
    const marker = nextMarker()
    const subject = chance.next() < 0.5 ? knownRef('Patient/') : undefined
    const sent = subject === undefined ? patient(marker) : observation(marker, subject.ref)
    const what = `POST ${sent.resourceType} ${marker}`
    const answer = settled(
      what,
      await ask(journal, `${fhir}/${sent.resourceType}`, token, { method: 'POST', body: JSON.stringify(sent) }),
      [201],
    )
    if (answer === undefined) return void journal.unanswered.creates.push({ marker, sent })
    const { id } = JSON.parse(answer.text) as { id: string }
    journal.acknowledge({ ref: `${sent.resourceType}/${id}`, version: versionOf(answer), sent, text: answer.text })
  }

  async function update(): Promise<void> {
    const record = knownRef('')
    if (record === undefined) return create()
    record.busy = true
    const marker = nextMarker()
    const [type, id] = record.ref.split('/') as [string, string]
    const { version, sent: before } = record.newest
    const sent: Sent = {
      ...before,
      id,
      ...(type === 'Patient' ? { name: [{ text: marker }] } : { valueString: marker }),
    }
    const ifMatch = chance.next() < 0.7
    const answer = settled(
      `PUT ${record.ref} ${marker}`,
      await ask(journal, `${fhir}/${record.ref}`, token, {
        method: 'PUT',
        body: JSON.stringify(sent),
        ...(ifMatch && { headers: { 'if-match': `W/"${version}"` } }),
      }),
      [200],
    )
    record.busy = false
    if (answer === undefined) record.attempt = { marker, sent }
    else journal.acknowledge({ ref: record.ref, version: versionOf(answer), sent, text: answer.text })
  }

  async function read(): Promise<void> {
    const record = knownRef('')
    if (record === undefined) return create()
    const { version } = record.newest
    const answer = settled(`GET ${record.ref}`, await ask(journal, `${fhir}/${record.ref}`, token), [200])
    if (answer !== undefined && versionOf(answer) < version)
      journal.find('stale-read', `${record.ref}: version ${versionOf(answer)} was read after ${version} was answered`)
  }

  async function search(): Promise<void> {
    const record = knownRef('')
    if (record === undefined) return create()
    const [type, id] = record.ref.split('/') as [string, string]
    const { value } = (record.newest.sent.identifier as [{ value: string }])[0]
    const subject = (record.newest.sent.subject as { reference: string } | undefined)?.reference
    const query =
      subject === undefined ? `Patient?identifier=${SYSTEM}|${value}` : `Observation?subject=${subject}&_count=500`
    const answer = settled(`GET ${query}`, await ask(journal, `${fhir}/${query}`, token), [200])
    if (answer !== undefined && !answer.text.includes(`"resource":{"resourceType":"${type}","id":"${id}"`))
      journal.find('stale-read', `${query}: ${record.ref} is not among what was found`)
  }

  async function transaction(): Promise<void> {
    const marker = nextMarker()
    const subject = `Patient/${marker}`
    const all = Array.from({ length: BUNDLE_ENTRIES }, (_, n) =>
      n === 0 ? patient(marker, marker) : observation(marker, subject, `${marker}-${n}`),
    )
    const entry = all.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }))
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })
    const answer = settled(
      `POST transaction ${marker}`,
      await ask(journal, fhir, token, { method: 'POST', body }),
      [200],
    )
    const versions: Acknowledged[] = all.map((sent) => ({ ref: `${sent.resourceType}/${sent.id}`, version: 1, sent }))
    if (answer === undefined) return void journal.unanswered.bundles.push(versions)
    const { entry: said } = JSON.parse(answer.text) as { entry: { response: { location: string } }[] }
    for (const [n, one] of versions.entries()) {
      if (said[n]?.response.location !== `${one.ref}/_history/1`)
        journal.find('wrong-answer', `transaction ${marker}: entry ${n} was answered ${JSON.stringify(said[n])}`)
      journal.acknowledge(one)
    }
  }

  const mix = [
    ...Array(8).fill(read),
    ...Array(4).fill(search),
    ...Array(5).fill(create),
    ...Array(5).fill(update),
    transaction,
  ]

  return {
    /** Starts the workers against this server; `stop` waits for the last answers. */
    start(address: string) {
      fhir = address
      lives = true
      let stopped = false
      const work = async () => {
        while (!stopped) {
          const before = journal.receipts.length
          await (chance.pick(mix) as () => Promise<void>)()
          if (journal.receipts.length === before) await sleep(20)
        }
      }
      const all = Promise.all(Array.from({ length: workers }, work))
      return {
        /** From now on the server may be gone. */
        expectDeath() {
          lives = false
        },
        async stop() {
          stopped = true
          await all
        },
      }
    },
  }
}
