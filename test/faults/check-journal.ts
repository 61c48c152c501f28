import { isDeepStrictEqual } from 'node:util'
import type { Database } from '../../src/database/sql.ts'
import type { Acknowledged, Journal, Known, Sent } from './journal.ts'
import { type Answer, ask, SYSTEM, versionOf } from './load.ts'

const AT_ONCE = 16

type Needs = { readonly journal: Journal; readonly token: string }

/** Compares what the journal holds with what the server has now. Everything before `from…` was compared before. */
export function createCheckJournal({ journal, token }: Needs) {
  const own = { receipts: [] as string[] }
  const get = async (fhir: string, path: string): Promise<Answer> => {
    const answer = await ask(own, `${fhir}/${path}`, token)
    if (answer === undefined) throw new Error(`nothing answers GET ${path}`)
    return answer
  }

  function compare(one: Acknowledged, answer: Answer): void {
    const what = `${one.ref} version ${one.version}`
    if (answer.status !== 200) return journal.find('lost-write', `${what} was acknowledged, and reads ${answer.status}`)
    if (one.text !== undefined) {
      if (one.text !== answer.text) journal.find('changed-write', `${what} is not what was acknowledged`)
    } else if (!sameContent(one.sent, answer.text)) journal.find('changed-write', `${what} is not what was sent`)
  }

  /** Every acknowledged version reads as it was acknowledged. */
  async function versions(fhir: string, from = 0): Promise<number> {
    const some = journal.acknowledged.slice(from)
    await inTurn(some, async (one) => compare(one, await get(fhir, `${one.ref}/_history/${one.version}`)))
    return journal.acknowledged.length
  }

  /** The newest version is the acknowledged one, or the one attempted after it without an answer. */
  async function newest(fhir: string, record: Known): Promise<void> {
    const { ref, newest: last, attempt } = record
    const answer = await get(fhir, ref)
    const version = versionOf(answer)
    if (answer.status !== 200 || version < last.version)
      return journal.find(
        'lost-write',
        `${ref} reads ${answer.status} version ${version}, acknowledged ${last.version}`,
      )
    if (version === last.version) {
      record.attempt = undefined
      return
    }
    if (attempt === undefined || version > last.version + 1)
      return journal.find('written-twice', `${ref} is at version ${version}, acknowledged ${last.version}`)
    if (!sameContent(attempt.sent, answer.text))
      journal.find('changed-write', `${ref} version ${version} is not what was sent`)
    record.attempt = undefined
    journal.acknowledge({ ref, version, sent: attempt.sent, text: answer.text })
  }

  /** A create without an answer happened once or not at all. */
  async function creates(fhir: string): Promise<void> {
    await inTurn(journal.unanswered.creates.splice(0), async ({ marker, sent }) => {
      const found = await get(fhir, `${sent.resourceType}?identifier=${SYSTEM}|${marker}`)
      const { entry = [] } = JSON.parse(found.text) as { entry?: { resource: { id: string } }[] }
      if (entry.length > 1)
        journal.find('written-twice', `${sent.resourceType} ${marker} is there ${entry.length} times`)
      for (const { resource } of entry) {
        const ref = `${sent.resourceType}/${resource.id}`
        const { text, ...answer } = await get(fhir, ref)
        if (!sameContent(sent, text)) journal.find('changed-write', `${ref} is not what was sent`)
        journal.acknowledge({ ref, version: versionOf(answer), sent, text })
      }
    })
  }

  /** A transaction without an answer is wholly there or wholly not. */
  async function bundles(fhir: string): Promise<void> {
    for (const bundle of journal.unanswered.bundles.splice(0)) {
      const answers: Answer[] = []
      await inTurn(bundle, async (one) => void answers.push(await get(fhir, one.ref)))
      const there = answers.filter(({ status }) => status === 200).length
      const missing = answers.filter(({ status }) => status === 404).length
      if (missing === bundle.length) continue
      if (there !== bundle.length) {
        journal.find('half-a-bundle', `${bundle[0]?.ref}: ${there} of ${bundle.length} entries are there`)
        continue
      }
      for (const one of bundle) journal.acknowledge(one)
    }
  }

  /** Every receipt that left the server names an entry of the ledger. */
  async function receipts(sql: Pick<Database, 'query'>, from = 0): Promise<number> {
    const some = journal.receipts.slice(from)
    for (let at = 0; at < some.length; at += 5_000) {
      const asked = some.slice(at, at + 5_000)
      const rows = await sql.query<{ entry_id: string }>(
        'select entry_id from ledger_entries where entry_id = any($1)',
        [asked],
      )
      const there = new Set(rows.map((row) => row.entry_id))
      for (const receipt of asked)
        if (!there.has(receipt))
          journal.find('read-without-entry', `the receipt ${receipt} was released, without an entry`)
    }
    return journal.receipts.length
  }

  return {
    versions,
    receipts,
    async newest(fhir: string, from = 0): Promise<void> {
      const touched = new Set(journal.acknowledged.slice(from).map((one) => one.ref))
      const some = [...journal.known.values()].filter((one) => one.attempt !== undefined || touched.has(one.ref))
      await inTurn(some, (one) => newest(fhir, one))
    },
    async unanswered(fhir: string): Promise<void> {
      await creates(fhir)
      await bundles(fhir)
    },
    /** The receipts of the answers to these checks themselves. */
    takeReceipts: () => void journal.receipts.push(...own.receipts.splice(0)),
  }
}

function sameContent(sent: Sent, text: string): boolean {
  const { id, meta: _meta, ...there } = JSON.parse(text) as Record<string, unknown>
  const { id: own = id, ...content } = sent
  return own === id && isDeepStrictEqual(there, content)
}

async function inTurn<T>(some: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = [...some]
  const work = async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await act(one)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}
