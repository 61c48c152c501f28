import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPurpose } from '../kernel/purpose.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Facts } from './facts.ts'

/** What must be done to a record before it may leave. A path is `Type.element.element`; a choice is named `value`. */
export type Obligation =
  /** The element is left out. */
  | { readonly kind: 'hide'; readonly path: string }
  /** The element says that it was masked, and nothing else. */
  | { readonly kind: 'redact'; readonly path: string }
  /** Dates to the year, addresses to country and state, codes to what they are about; anything else as `redact`. */
  | { readonly kind: 'generalise'; readonly path: string }

const KINDS = ['hide', 'redact', 'generalise'] as const

type Rule = {
  readonly id: string
  readonly roles: readonly string[]
  readonly purposes?: readonly string[]
  readonly obligations: readonly Obligation[]
}

/** What of a decision's facts obligations depend on. */
export type ObligationsOf = (facts: Pick<Facts, 'role' | 'purpose'>) => {
  readonly obligations: readonly Obligation[]
  /** Ids of the rules they come from. */
  readonly masks: readonly string[]
}

/** `rules` is all of them as text, for the version of the policies. */
export type Obligations = { readonly obligationsOf: ObligationsOf; readonly rules: string }

const own = new URL('../../policies/obligations.json', import.meta.url)

/**
 * Reads `obligations.json` of our policies, and of a hospital's own folder, where a rule with a known id takes the place of
 * ours. `checkPath` throws Error for a path that masks nothing. Throws `start.unsafe` naming what is wrong: a rule that is
 * not understood would let everything through.
 */
export function loadObligations(more: string | undefined, checkPath: (path: string) => void): Obligations {
  const rules = new Map(rulesIn(own, checkPath).map((rule) => [rule.id, rule]))
  if (more !== undefined)
    for (const rule of rulesIn(join(more, 'obligations.json'), checkPath)) rules.set(rule.id, rule)
  const all = [...rules.values()]
  return {
    rules: JSON.stringify(all),
    obligationsOf({ role, purpose }) {
      const held = all.filter((rule) => rule.roles.includes(role) && rule.purposes?.includes(purpose) !== false)
      return { obligations: held.flatMap((rule) => rule.obligations), masks: held.map((rule) => rule.id) }
    },
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '')

function rulesIn(file: URL | string, checkPath: (path: string) => void): Rule[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    // A folder of policies need not speak of obligations; ours does.
    if (typeof file === 'string' && (cause as { code?: string }).code === 'ENOENT') return []
    throw new Refusal('start.unsafe', `${String(file)} cannot be read.`, { cause })
  }
  try {
    return (JSON.parse(text) as { rules: unknown[] }).rules.map((rule) => parseRule(rule, checkPath))
  } catch (cause) {
    throw new Refusal('start.unsafe', `The obligations are not valid: ${(cause as Error).message}`, { cause })
  }
}

function parseRule(given: unknown, checkPath: (path: string) => void): Rule {
  const { id, says, roles, purposes, mask, ...others } = given as Record<string, unknown>
  if (typeof id !== 'string' || !/^[a-z0-9-]+$/.test(id)) throw new Error('a rule has no id of a-z, 0-9 and dashes')
  const bad = (what: string) => new Error(`${id}: ${what}`)
  const [other] = Object.keys(others)
  if (other !== undefined) throw bad(`${JSON.stringify(other)} means nothing here`)
  if (says !== undefined && typeof says !== 'string') throw bad('says is text')
  if (!isTexts(roles) || roles.length === 0) throw bad('roles is a list of roles')
  if (purposes !== undefined && !(isTexts(purposes) && purposes.every(isPurpose)))
    throw bad('purposes is a list of purposes of use')
  if (!Array.isArray(mask) || mask.length === 0) throw bad('mask is a list')
  const obligations = mask.flatMap((one) => parseMask(one as Record<string, unknown>, bad))
  for (const { path } of obligations) checkPath(path)
  return { id, roles, obligations, ...(purposes !== undefined && { purposes }) }
}

function parseMask({ types, ...lists }: Record<string, unknown>, bad: (what: string) => Error): Obligation[] {
  if (!isTexts(types) || types.length === 0) throw bad('types is a list of resource types')
  return Object.entries(lists).flatMap(([name, elements]) => {
    const kind = KINDS.find((one) => one === name)
    if (kind === undefined) throw bad(`${JSON.stringify(name)} is none of ${KINDS.join(', ')}`)
    if (!isTexts(elements)) throw bad(`${kind} is a list of elements`)
    return types.flatMap((type) => elements.map((element): Obligation => ({ kind, path: `${type}.${element}` })))
  })
}
