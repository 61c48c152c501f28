import { randomUUID } from 'node:crypto'
import type { Transaction } from '../database/sql.ts'
import { type QueryPairs, queryPairs } from '../kernel/query-pairs.ts'
import { isFhirId } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Circumstance, Receipted } from './circumstance.ts'
import { isResourceType } from './fhir/definitions.ts'
import { parseResource, type Resource } from './fhir/parse-resource.ts'
import { collectReferences, rewriteStrings } from './fhir/rewrite-text.ts'
import type { BundleEntry } from './fhir/split-bundle.ts'
import type { Condition, FindMatches } from './search/find-matches.ts'
import type { createCommitWrites } from './write/commit-writes.ts'
import type { Operation, Written } from './write/operation.ts'
import { validContent } from './write/prepare-content.ts'
import { conditionLock, refuseEmptyCondition } from './write-record.ts'

/** An entry of a bundle with its request read: what it does, to what. */
export type Step = {
  readonly index: number
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly type: string
  readonly id?: string
  readonly condition?: QueryPairs
  readonly url: string
  readonly entry: BundleEntry
  readonly ifMatch?: number
}

export type BundleResult = Receipted & { readonly results: readonly StepResult[] }
export type StepResult = { readonly step: Step; readonly written?: Written; readonly found?: string }

/** A bundle of one is recorded as what it does. */
const SINGLE = { GET: 'read', HEAD: 'read', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const

type Needs = { readonly commitWrites: ReturnType<typeof createCommitWrites>; readonly findMatches: FindMatches }

const at = (index: number, refusal: Refusal): Refusal =>
  new Refusal(refusal.code, `Entry ${index}: ${refusal.message}`, {
    issues: refusal.issues.map((issue) => ({
      ...issue,
      expression: `Bundle.entry[${index}].resource${issue.expression === undefined ? '' : `.${issue.expression.replace(/^[A-Za-z]+\.?/, '')}`}`,
    })),
    receipt: refusal.receipt,
    promise: refusal.promise,
  })

/** Reads the request of a bundle entry. Throws `request.invalid` naming the entry. */
export function readStep(entry: BundleEntry, index: number): Step {
  const bad = (text: string) =>
    new Refusal('request.invalid', `Entry ${index}: ${text}`, {
      issues: [{ severity: 'error', code: 'invalid', text, expression: `Bundle.entry[${index}].request` }],
    })
  const request = entry.request
  if (request === undefined) throw bad('there is no request')
  const method = request.method as Step['method']
  if (!['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
    throw bad(`the method ${JSON.stringify(request.method)} is unknown`)
  const [path = '', ...rest] = request.url.split('?')
  const [type = '', id, ...more] = path.replace(/^\//, '').split('/')
  if (!isResourceType(type))
    throw bad(`${JSON.stringify(request.url.slice(0, 80))} does not begin with a resource type`)
  const writes = method !== 'GET' && method !== 'HEAD'
  if (writes && (more.length > 0 || (id !== undefined && !isFhirId(id)))) throw bad('the url is not Type or Type/id')
  if (method === 'POST' && id !== undefined) throw bad('POST takes a type only')
  if ((method === 'POST' || method === 'PUT') && entry.resource === undefined)
    throw bad('there is no resource, or it is of an unknown type')
  const query = method === 'POST' ? request.ifNoneExist : rest.length > 0 ? rest.join('?') : undefined
  if (writes && method !== 'POST' && id === undefined && query === undefined)
    throw bad(`${method} needs an id or a condition`)
  const tag = request.ifNoneMatch === '*' ? '0' : /^(?:W\/)?"([1-9]\d{0,8})"$/.exec(request.ifMatch ?? '')?.[1]
  if (request.ifMatch !== undefined && tag === undefined) throw bad('ifMatch is not a version tag such as W/"3"')
  return {
    index,
    method,
    type,
    ...(id !== undefined && { id }),
    ...(query !== undefined && writes && { condition: queryPairs(query) }),
    url: request.url,
    entry,
    ...(tag !== undefined && { ifMatch: Number(tag) }),
  }
}

/**
 * A transaction: `first` runs in it before all else; ids are given, conditions and conditional references are looked up, references within the
 * bundle are rewritten, and all is committed or nothing. Source: FHIR R4 http.html#transaction.
 */
export function createTransact({ commitWrites, findMatches }: Needs) {
  return async function transact(
    who: Circumstance,
    steps: readonly Step[],
    first?: (tx: Transaction) => Promise<void>,
  ): Promise<BundleResult> {
    const conditional = steps.filter((step) => step.condition !== undefined)
    for (const step of conditional) refuseEmptyCondition(step.condition as QueryPairs)
    let results: StepResult[] = []
    const group = {
      circumstance: who,
      interaction: steps.length === 1 ? SINGLE[steps[0]?.method ?? 'POST'] : 'transaction',
      first,
      async operations() {
        const resolved = await resolve(who, steps)
        results = resolved.map(({ step, found }) => ({ step, ...(found !== undefined && { found }) }))
        return resolved.flatMap(({ operation }) => (operation === undefined ? [] : [operation]))
      },
    }
    const locks = conditional.map((step) => conditionLock(step.type, step.condition as QueryPairs))
    const { written, receipt, promise } = await commitWrites(locks.length > 0 ? { ...group, locks } : group)
    const remaining = [...written]
    return {
      receipt,
      promise,
      results: results.map((one) =>
        one.found !== undefined ? one : { ...one, written: remaining.shift() as Written },
      ),
    }
  }

  async function resolve(who: Circumstance, steps: readonly Step[]) {
    const references = new Map<string, Condition>()
    for (const { entry } of steps) {
      if (entry.resource === undefined || speaksOfItself(entry.resource)) continue
      for (const reference of collectReferences(entry.resource)) {
        const [type = '', query] = reference.split('?')
        if (query !== undefined && isResourceType(type))
          references.set(reference, { type, condition: queryPairs(query) })
      }
    }
    const conditional = steps.filter((step) => step.condition !== undefined)
    const asked = [
      ...references.values(),
      ...conditional.map((step) => ({ type: step.type, condition: step.condition as QueryPairs })),
    ]
    const matches = asked.length === 0 ? [] : await findMatches(who, asked)
    const matchOf = new Map(conditional.map((step, n) => [step, matches[references.size + n] ?? []]))

    const ids = new Map<Step, { id: string; found: boolean }>()
    for (const step of steps) {
      const found = matchOf.get(step) ?? []
      if (found.length > 1)
        throw at(
          step.index,
          new Refusal('record.multiple-matches', `more than one ${step.type} matches the condition.`),
        )
      ids.set(step, { id: step.id ?? found[0] ?? step.entry.resource?.id ?? '', found: found.length === 1 })
      if (step.method === 'POST' && found.length === 0) ids.set(step, { id: randomUUID(), found: false })
      if (step.method === 'PUT' && ids.get(step)?.id === '') ids.set(step, { id: randomUUID(), found: false })
    }

    const replacements = new Map<string, string>()
    for (const [step, { id }] of ids) {
      const { fullUrl } = step.entry
      if (fullUrl === undefined || step.entry.resource === undefined) continue
      if (replacements.has(fullUrl))
        throw at(step.index, new Refusal('request.invalid', 'its fullUrl is the one of another entry.'))
      replacements.set(fullUrl, `${step.type}/${id}`)
    }
    ;[...references.keys()].forEach((reference, n) => {
      const { type } = references.get(reference) as Condition
      const [match, ...others] = matches[n] ?? []
      if (match === undefined || others.length > 0) {
        const text = `The conditional reference ${type}?… matches ${match === undefined ? 'nothing' : 'more than one record'}.`
        throw new Refusal(match === undefined ? 'record.invalid' : 'record.multiple-matches', text)
      }
      replacements.set(reference, `${type}/${match}`)
    })
    return steps.map((step) => settle(step, ids.get(step) as { id: string; found: boolean }, replacements))
  }

  function settle(
    step: Step,
    { id, found }: { id: string; found: boolean },
    replacements: ReadonlyMap<string, string>,
  ): { step: Step; operation?: Operation; found?: string } {
    const { method, type, entry } = step
    if (method === 'DELETE') {
      if (id === '') return { step, found: '' }
      return {
        step,
        operation: { act: 'delete', type, id, ...(step.ifMatch !== undefined && { ifMatch: step.ifMatch }) },
      }
    }
    if (method === 'POST' && found) return { step, found: id }
    try {
      const { resource, text } = rewritten(entry, replacements)
      if (method === 'PUT' && resource.id !== undefined && resource.id !== id)
        throw new Refusal('request.invalid', 'The id of the resource is not the id of the request.')
      const content = validContent(resource, text, type, id)
      if (method === 'POST') return { step, operation: { act: 'create', type, id, content } }
      return {
        step,
        operation: { act: 'update', type, id, content, ...(step.ifMatch !== undefined && { ifMatch: step.ifMatch }) },
      }
    } catch (error) {
      throw error instanceof Refusal ? at(step.index, error) : error
    }
  }
}

/** References inside a Bundle that is kept as a record are about its own entries. */
const speaksOfItself = ({ resourceType }: Resource): boolean => resourceType === 'Bundle'

function rewritten(
  entry: BundleEntry,
  replacements: ReadonlyMap<string, string>,
): { resource: Resource; text: string } {
  if (entry.resource !== undefined && speaksOfItself(entry.resource))
    return { resource: entry.resource, text: entry.text as string }
  const text = rewriteStrings(entry.text as string, replacements)
  const unresolved = /"urn:(?:uuid|oid):[^"]*"/.exec(text)
  const result = text === entry.text ? { resource: entry.resource as Resource, text } : parseResource(text)
  if (
    unresolved !== null &&
    collectReferences(result.resource).some((reference) => /^urn:(uuid|oid):/.test(reference))
  ) {
    throw new Refusal('record.invalid', `A reference names ${unresolved[0]}, which is no entry of this bundle.`)
  }
  return result
}
