import type { Effect, Exception, Provision } from './consent-rules.ts'
import type { Span } from './date-span.ts'
import { isWithin } from './is-within.ts'
import { type Json, listOf, NotUnderstood, onlyKnown } from './not-understood.ts'
import { inheritCriteria, readCriteria } from './read-criteria.ts'

const ELEMENTS = 'type period actor action securityLabel purpose class code dataPeriod data provision'.split(' ')
const MOST_EXCEPTIONS = 100
const DEEPEST = 5

export type Tree = {
  /** The root's period, which is the consent's. */
  readonly period?: Span
  readonly root: Provision
  readonly exceptions: readonly Exception[]
}

/**
 * Reads a tree of provisions into a root and a flat list of exceptions, each with what it inherits.
 * `policyRule` says what an untyped root means (R4: the root's type is the policy's). Throws NotUnderstood.
 *
 * PCF has one level of exceptions. Deeper ones are read when each lies within the one above and undoes it: then the
 * flat list, in which a permit lifts the denials it lies within and other denials prevail, means exactly the same.
 */
export function readProvisions(value: unknown, policyRule: Effect | undefined, own: readonly string[]): Tree {
  const path = 'provision'
  const provision = onlyKnown(value, path, ELEMENTS)
  const effect = effectOf(provision.type, path) ?? policyRule
  if (effect === undefined) throw new NotUnderstood('no-type', path)
  const { period, ...when } = readCriteria(provision, path, effect, own)
  // R4's own examples have such roots, and mean the reverse by one that they mean by the next.
  if (provision.type === undefined && Object.keys(when).length > 0) throw new NotUnderstood('untyped-criteria', path)
  const root: Provision = { effect, path, when }
  const exceptions: Exception[] = []
  collect(provision, root, 1, exceptions, own)
  return { ...(period && { period }), root, exceptions: withLifts(root, exceptions) }
}

function effectOf(type: unknown, path: string): Effect | undefined {
  if (type === undefined || type === 'permit' || type === 'deny') return type
  throw new NotUnderstood('no-type', `${path}.type`)
}

function collect(above: Json, parent: Provision, depth: number, into: Exception[], own: readonly string[]): void {
  listOf(above.provision, `${parent.path}.provision`).forEach((value, n) => {
    const path = `${parent.path}.provision[${n}]`
    if (depth > DEEPEST) throw new NotUnderstood('nesting', path)
    if (into.length >= MOST_EXCEPTIONS) throw new NotUnderstood('too-large', path)
    const provision = onlyKnown(value, path, ELEMENTS)
    const effect = effectOf(provision.type, path)
    if (effect === undefined) throw new NotUnderstood('no-type', path)
    const sameEffect = effect === parent.effect
    const when = inheritCriteria(parent.when, readCriteria(provision, path, effect, own), sameEffect)
    if (when === undefined) throw new NotUnderstood('period', `${path}.period`)
    if (depth > 1 && (sameEffect || !isWithin(when, parent.when))) throw new NotUnderstood('nesting', path)
    const exception = { effect, path, when }
    into.push(exception)
    collect(provision, exception, depth + 1, into, own)
  })
}

/**
 * A permit within a denial is its exception. Two that say the same of permit and deny contradict each other. A permit
 * of what is permitted anyway, and that lifts nothing, was meant to say something else.
 */
function withLifts(root: Provision, exceptions: readonly Exception[]): Exception[] {
  return exceptions.map((permit) => {
    if (permit.effect === 'deny') return permit
    const lifts = exceptions.flatMap((deny, n) => {
      if (deny.effect === 'permit' || !isWithin(permit.when, deny.when)) return []
      if (isWithin(deny.when, permit.when)) throw new NotUnderstood('contradiction', permit.path)
      return [n]
    })
    if (lifts.length > 0) return { ...permit, lifts }
    if (root.effect === 'permit' && isWithin(permit.when, root.when))
      throw new NotUnderstood('excepts-nothing', permit.path)
    return permit
  })
}
