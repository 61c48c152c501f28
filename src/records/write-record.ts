import { hash, randomUUID } from 'node:crypto'
import type { RecordRef } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Circumstance } from './circumstance.ts'
import { applyPatch } from './fhir/json-patch.ts'
import type { Masking } from './mask/masking.ts'
import { MASKED } from './mask/refuse-unseen.ts'
import type { createReadRecord } from './read-record.ts'
import type { FindMatches } from './search/find-matches.ts'
import type { createCommitWrites } from './write/commit-writes.ts'
import type { GroupWritten } from './write/operation.ts'
import { prepareContent } from './write/prepare-content.ts'

type Pairs = readonly (readonly [string, string])[]
type Needs = {
  readonly commitWrites: ReturnType<typeof createCommitWrites>
  readonly readRecord: ReturnType<typeof createReadRecord>
  readonly findMatches: FindMatches
  readonly masking: Masking
}

const PATCH_TRIES = 3

/** The lock under which a condition is looked up and acted on: one at a time for the same words, which it hides. */
export const conditionLock = (type: string, condition: Pairs): string =>
  hash('sha256', JSON.stringify([type, ...condition.map(([name, value]) => `${name}=${value}`).sort()]))

/** A condition without a parameter would mean everything: refused. */
export function refuseEmptyCondition(condition: Pairs): void {
  if (condition.length === 0)
    throw new Refusal('request.invalid', 'A conditional request needs at least one search parameter.')
}

const ambiguous = (type: string) =>
  new Refusal('record.multiple-matches', `More than one ${type} matches the condition.`)

/** Creates, updates, patches and deletes of single records, plain and conditional. */
export function createWriteRecord({ commitWrites, readRecord, findMatches, masking }: Needs) {
  /**
   * Who is shown only a part of such records replaces one only after seeing, with a receipt, that nothing of it is kept from
   * them: otherwise what they do not see would be lost. Nothing when there is nothing to see, or nothing is masked for them.
   */
  async function seenWhole(
    { actor, requestId }: Circumstance,
    { type, id }: RecordRef,
  ): Promise<{ seenWhole?: number }> {
    if (!masking.obligationsOf(actor, type).some(({ path }) => path.startsWith(`${type}.`))) return {}
    try {
      const { version, whole } = await readRecord({ actor, requestId }, { type, id })
      return whole ? { seenWhole: version } : {}
    } catch (error) {
      if (error instanceof Refusal && (error.code === 'record.not-found' || error.code === 'record.gone')) return {}
      throw error
    }
  }

  async function createRecord(
    who: Circumstance,
    type: string,
    text: string,
    ifNoneExist?: Pairs,
  ): Promise<GroupWritten> {
    const id = randomUUID()
    const content = prepareContent(text, type, id)
    const create = { act: 'create', type, id, content } as const
    if (ifNoneExist === undefined)
      return commitWrites({ circumstance: who, interaction: 'create', operations: () => [create] })
    refuseEmptyCondition(ifNoneExist)
    let found: string | undefined
    const result = await commitWrites({
      circumstance: who,
      interaction: 'create',
      locks: [conditionLock(type, ifNoneExist)],
      async operations() {
        const [matches] = await findMatches(who, [{ type, condition: ifNoneExist }])
        if ((matches?.length ?? 0) > 1) throw ambiguous(type)
        found = matches?.[0]
        return found === undefined ? [create] : []
      },
    })
    if (found === undefined) return result
    const { version, at, json } = await readRecord(who, { type, id: found })
    return { ...result, written: [{ status: 200, type, id: found, version, at, text: json.toString() }] }
  }

  async function updateRecord(
    who: Circumstance,
    { type, id }: RecordRef,
    text: string,
    ifMatch?: number,
  ): Promise<GroupWritten> {
    const content = prepareContent(text, type, id)
    if (content.resource.id !== id) {
      throw new Refusal('request.invalid', `The body must have the id of the address, ${JSON.stringify(id)}.`, {
        issues: [
          {
            severity: 'error',
            code: 'invalid',
            text: 'The id of the body is not the id of the address.',
            expression: `${type}.id`,
          },
        ],
      })
    }
    const seen = await seenWhole(who, { type, id })
    const update = { act: 'update', type, id, content, ...seen, ...(ifMatch !== undefined && { ifMatch }) } as const
    return commitWrites({ circumstance: who, interaction: 'update', operations: () => [update] })
  }

  function updateWhere(
    who: Circumstance,
    type: string,
    condition: Pairs,
    text: string,
    ifMatch?: number,
  ): Promise<GroupWritten> {
    refuseEmptyCondition(condition)
    const given = prepareContent(text, type, undefined).resource.id
    return commitWrites({
      circumstance: who,
      interaction: 'update',
      locks: [conditionLock(type, condition)],
      async operations() {
        const [matches = []] = await findMatches(who, [{ type, condition }])
        if (matches.length > 1) throw ambiguous(type)
        const [match] = matches
        if (match !== undefined && given !== undefined && given !== match) {
          throw new Refusal('request.invalid', 'The id of the body is not the id of the record that matches.')
        }
        const id = match ?? given ?? randomUUID()
        const content = prepareContent(text, type, id)
        if (match === undefined && given === undefined) return [{ act: 'create', type, id, content }]
        const seen = await seenWhole(who, { type, id })
        return [{ act: 'update', type, id, content, ...seen, ...(ifMatch !== undefined && { ifMatch }) }]
      },
    })
  }

  /** RFC 6902. What it patches is read first, with its receipt; then it is an update of that very version. */
  async function patchRecord(
    who: Circumstance,
    ref: RecordRef,
    patchText: string,
    ifMatch?: number,
    tries = 1,
  ): Promise<GroupWritten> {
    const before = await readRecord(who, ref)
    if (ifMatch !== undefined && ifMatch !== before.version) {
      throw new Refusal(
        'record.version-conflict',
        `${ref.type}/${ref.id} is at version ${before.version} now, not ${ifMatch}.`,
        { receipt: before.receipt, promise: before.promise },
      )
    }
    if (!before.whole) throw new Refusal('policy.masked', MASKED, { receipt: before.receipt, promise: before.promise })
    const patched = applyPatch(patchText, before.json.toString())
    try {
      return await updateRecord(who, ref, patched, before.version)
    } catch (error) {
      const raced = error instanceof Refusal && error.code === 'record.version-conflict' && ifMatch === undefined
      if (raced && tries < PATCH_TRIES) return patchRecord(who, ref, patchText, ifMatch, tries + 1)
      throw error
    }
  }

  function deleteRecord(who: Circumstance, { type, id }: RecordRef, ifMatch?: number): Promise<GroupWritten> {
    const remove = { act: 'delete', type, id, ...(ifMatch !== undefined && { ifMatch }) } as const
    return commitWrites({ circumstance: who, interaction: 'delete', operations: () => [remove] })
  }

  async function deleteWhere(who: Circumstance, type: string, condition: Pairs): Promise<GroupWritten> {
    refuseEmptyCondition(condition)
    const result = await commitWrites({
      circumstance: who,
      interaction: 'delete',
      locks: [conditionLock(type, condition)],
      async operations() {
        const [matches = []] = await findMatches(who, [{ type, condition }])
        if (matches.length > 1) throw ambiguous(type)
        return matches.map((id) => ({ act: 'delete', type, id }) as const)
      },
    })
    if (result.written.length > 0) return result
    throw new Refusal('record.not-found', `No ${type} matches the condition.`, {
      receipt: result.receipt,
      promise: result.promise,
    })
  }

  return { createRecord, updateRecord, updateWhere, patchRecord, deleteRecord, deleteWhere }
}
