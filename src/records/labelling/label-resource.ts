import type { Resource } from '../fhir/parse-resource.ts'
import { careDate, mayBeAged } from './care-date.ts'
import { plainCode } from './expand-prefixes.ts'
import type { LabelRule, LabelRules, SystemRules } from './label-rules.ts'
import { type Collected, collectManual } from './manual-labels.ts'
import { higher, type SecurityLabels, UNLABELLED } from './security-labels.ts'

export type LabelContext = {
  /** Of the patient, when it is known. */
  readonly birthDate?: string | undefined
  /** When it was written, for records that do not say when the care was given. */
  readonly at?: string | undefined
}

/**
 * How sensitive a resource is: what the rules say of every coding in it, wherever it stands, contained resources and
 * the entries of a Bundle included, raised by what `meta.security` says. Pure; microseconds.
 */
export function labelResource(rules: LabelRules, resource: Resource, context: LabelContext = {}): SecurityLabels {
  const collected: Collected = { confidentiality: 'N', sensitivities: new Set(), policies: new Set() }
  const exempt = rules.exempt.has(resource.resourceType)
  walk(resource, resource.resourceType)
  if (!exempt) for (const rule of rules.derived) if (applies(rule, collected, resource, context)) give(rule, collected)
  const { confidentiality, sensitivities, policies } = collected
  if (confidentiality === 'N' && sensitivities.size + policies.size === 0) return UNLABELLED
  return { confidentiality, sensitivities: [...sensitivities].sort(), policies: [...policies].sort() }

  function walk(node: object, type: string): void {
    if (Array.isArray(node)) {
      for (const item of node as unknown[]) if (typeof item === 'object' && item !== null) walk(item, type)
      return
    }
    const { resourceType, system, code } = node as { resourceType?: unknown; system?: unknown; code?: unknown }
    if (typeof resourceType === 'string') {
      type = resourceType
      const ofType = exempt ? undefined : rules.byType.get(type)
      if (ofType !== undefined) for (const rule of ofType) give(rule, collected)
    }
    if (typeof code === 'string' && typeof system === 'string' && !exempt) {
      const known = rules.systems.get(system)
      if (known !== undefined) match(known, code, type, collected)
    }
    for (const key in node) {
      const item = (node as Record<string, unknown>)[key]
      if (typeof item !== 'object' || item === null) continue
      if (key === 'meta') collectManual((item as { security?: unknown }).security, collected)
      else walk(item, type)
    }
  }
}

/** Whether the age of the patient has a say in the label that a resource was given without it. */
export const asksAge = ({ derived }: LabelRules, { sensitivities }: SecurityLabels): boolean =>
  sensitivities.length > 0 && derived.some(({ when }) => sensitivities.some((one) => when?.sensitivities.has(one)))

function match({ exact, prefixes, lengths }: SystemRules, code: string, type: string, into: Collected): void {
  const found = exact.get(code)
  if (found !== undefined) for (const rule of found) give(rule, into, type)
  if (lengths.length === 0) return
  const plain = plainCode(code)
  for (const length of lengths) {
    if (length > plain.length) return
    const begins = prefixes.get(plain.slice(0, length))
    if (begins !== undefined) for (const rule of begins) give(rule, into, type)
  }
}

function give(rule: LabelRule, into: Collected, type?: string): void {
  if (type !== undefined && rule.types !== undefined && !rule.types.has(type)) return
  into.confidentiality = higher(into.confidentiality, rule.confidentiality)
  for (const one of rule.sensitivities) into.sensitivities.add(one)
  for (const one of rule.policies) into.policies.add(one)
}

function applies({ when }: LabelRule, given: Collected, resource: Resource, { birthDate, at }: LabelContext): boolean {
  if (when === undefined || birthDate === undefined) return false
  if (![...given.sensitivities].some((one) => when.sensitivities.has(one))) return false
  const date = careDate(resource) ?? at
  return date !== undefined && mayBeAged(birthDate, date, when.agedFrom, when.youngerThan)
}
