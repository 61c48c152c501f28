import type { Resource } from '../fhir/parse-resource.ts'
import { all, codesOf, type Reference } from './read-parts.ts'
import type { Period } from './relation-windows.ts'

type Provision = {
  readonly type?: string
  readonly period?: Period
  readonly actor?: unknown
  readonly purpose?: readonly { readonly code?: string }[]
  readonly provision?: readonly Provision[]
}
type NamedActor = { readonly reference?: Reference }
export type Named = { readonly actor: NamedActor; readonly periods: readonly Period[] }

const PRIVACY = 'http://terminology.hl7.org/CodeSystem/consentscope|patient-privacy'
const TREATMENT = ['TREAT', 'ETREAT', 'COC']
const DEEPEST = 5

/**
 * Whom the patient lets in by name, to be treated by. That they are named is all it says: policy asks the consent
 * itself, of every record, whether it permits.
 */
export function namedByConsent({ status, scope, provision }: Resource): Named[] {
  if (status !== 'active' || !codesOf(scope).includes(PRIVACY)) return []
  return provision === undefined ? [] : named(provision as Provision, [], 0)
}

function named(
  { type, period, actor, purpose, provision }: Provision,
  above: readonly Period[],
  depth: number,
): Named[] {
  const periods = [...above, period]
  const treats = purpose === undefined || purpose.some(({ code }) => TREATMENT.includes(code ?? ''))
  const own = type === 'permit' && treats ? all(actor).map((one) => ({ actor: one as NamedActor, periods })) : []
  return depth >= DEEPEST ? own : [...own, ...(provision ?? []).flatMap((one) => named(one, periods, depth + 1))]
}
