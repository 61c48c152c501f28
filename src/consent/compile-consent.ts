import type { ConsentRules, Effect } from './consent-rules.ts'
import { dateSpan } from './date-span.ts'
import { deepFreeze } from './deep-freeze.ts'
import { type Json, listOf, NotUnderstood, onlyKnown } from './not-understood.ts'
import { readCoding, readConcept } from './read-codes.ts'
import { readProvisions, type Tree } from './read-provisions.ts'
import { readReference } from './read-references.ts'
import { ACT_CODE } from './security-labels.ts'

export type CompiledConsent =
  | { readonly outcome: 'honoured' | 'refused'; readonly rules: ConsentRules }
  /** It decides nothing: it is not active, or not about the privacy of data. */
  | { readonly outcome: 'none'; readonly because: 'not-active' | 'not-about-privacy' }

export type CompileOptions = {
  /** Addresses under which this server's own records may be named, without a slash at the end. */
  readonly ownAddresses?: readonly string[]
}

const SCOPES = 'http://terminology.hl7.org/CodeSystem/consentscope'
const STATUSES = ['draft', 'proposed', 'rejected', 'inactive', 'entered-in-error']
const ELEMENTS = `
  resourceType meta language text contained identifier status scope category patient dateTime performer organization
  sourceAttachment sourceReference policy policyRule verification provision
`
  .trim()
  .split(/\s+/)
const OPTIONS: Readonly<Record<string, Effect>> = { OPTIN: 'permit', OPTINR: 'permit', OPTOUT: 'deny', OPTOUTE: 'deny' }

/**
 * Compiles a FHIR R4 Consent that passed structural validation. Never throws: what is not understood gives rules that
 * deny everything of the patient, with the reason in `rules.refused`. Sources: R4 Consent, IHE PCF 3:5.8.
 */
export function compileConsent(resource: unknown, { ownAddresses = [] }: CompileOptions = {}): CompiledConsent {
  const named = nameOf(resource)
  try {
    const { resourceType, status }: Json = Object(resource)
    if (resourceType !== 'Consent') throw new NotUnderstood('not-a-consent', 'Consent')
    // However odd the rest: nobody's draft shuts a chart.
    if (STATUSES.includes(status as string)) return { outcome: 'none', because: 'not-active' }
    const consent = onlyKnown(resource, 'Consent', ELEMENTS)
    if (consent.status !== 'active') throw new NotUnderstood('status', 'status')
    const scope = scopeOf(consent.scope)
    if (scope === 'other') return { outcome: 'none', because: 'not-about-privacy' }
    readReference(consent.patient, 'patient', { reason: 'patient', types: ['Patient'], own: ownAddresses })
    if (named.dated === undefined) throw new NotUnderstood('date', 'dateTime')
    if (named.policy === undefined) throw new NotUnderstood('policy', 'policy')
    const dated = { consent: named.consent, policy: named.policy, dated: named.dated }
    listOf(consent.verification, 'verification').forEach((one, n) => {
      const { verified } = onlyKnown(one, `verification[${n}]`, ['verified', 'verifiedWith', 'verificationDate'])
      if (verified !== true) throw new NotUnderstood('unverified', `verification[${n}]`)
    })
    const option = optionOf(consent.policyRule)
    const tree = readTree(consent, option, ownAddresses)
    const end = tree.period?.[1]
    // A consent that was over before it was signed was meant to say something of data of that time, or is a mistake.
    if (typeof end === 'number' && end <= named.dated[0]) throw new NotUnderstood('period', 'provision.period')
    const otherwise = optionEffect(option)
    const rules =
      scope === 'research' ? { ...dated, ...forResearch(tree) } : { ...dated, ...(otherwise && { otherwise }), ...tree }
    return { outcome: 'honoured', rules: deepFreeze(rules) }
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    const rules = { ...named, refused: { reason: error.reason, path: error.path } }
    return { outcome: 'refused', rules: deepFreeze(rules) }
  }
}

/** What can be said of any consent, however broken: which it is, and which later one would supersede it. */
function nameOf(resource: unknown): { consent: string; policy?: string; dated?: readonly [number, number] } {
  const { id, dateTime, policy, policyRule }: Json =
    typeof resource === 'object' && resource !== null ? { ...resource } : {}
  const dated = dateSpan(dateTime)
  const key = policyOf(policy, policyRule)
  return {
    consent: `Consent/${typeof id === 'string' ? id : ''}`,
    ...(key === undefined ? {} : { policy: key }),
    ...(dated && { dated }),
  }
}

/** PCF: exactly one policy.uri. R4 without one: the code of policyRule. Undefined when it cannot be said which. */
function policyOf(policy: unknown, policyRule: unknown): string | undefined {
  try {
    const uris = listOf(policy, 'policy').flatMap((one, n) => {
      const { uri } = onlyKnown(one, `policy[${n}]`, ['authority', 'uri'])
      return uri === undefined ? [] : [uri]
    })
    if (uris.length > 1) return undefined
    if (uris.length === 1) return typeof uris[0] === 'string' && uris[0] !== '' ? uris[0] : undefined
    const [code] = readConcept(policyRule, 'policyRule', 'policy')
    return code && `${code.system}|${code.code}`
  } catch {
    return undefined
  }
}

function scopeOf(scope: unknown): 'privacy' | 'research' | 'other' {
  const codes = readConcept(scope, 'scope', 'scope').map(({ system, code }) => (system === SCOPES ? code : undefined))
  if (codes.every((code) => code === 'patient-privacy')) return 'privacy'
  if (codes.every((code) => code === 'research')) return 'research'
  if (codes.every((code) => code === 'treatment' || code === 'adr')) return 'other'
  throw new NotUnderstood('scope', 'scope')
}

/** OPTIN and its like, when policyRule says so; other codes name a policy and say nothing more. */
function optionOf(policyRule: unknown): string | undefined {
  if (policyRule === undefined) return undefined
  const { coding }: Json = onlyKnown(policyRule, 'policyRule', ['coding', 'text'])
  const codes = listOf(coding, 'policyRule.coding')
    .map((one, n) => readCoding(one, `policyRule.coding[${n}]`, 'policy'))
    .filter(({ system, code }) => system === ACT_CODE && OPTIONS[code] !== undefined)
  if (new Set(codes.map(({ code }) => OPTIONS[code])).size > 1) throw new NotUnderstood('contradiction', 'policyRule')
  return codes[0]?.code
}

const optionEffect = (option: string | undefined): Effect | undefined =>
  option === undefined ? undefined : OPTIONS[option]

function readTree(consent: Json, option: string | undefined, own: readonly string[]): Tree {
  const effect = optionEffect(option)
  if (consent.provision !== undefined) return readProvisions(consent.provision, effect, own)
  // OPTINR permits with restrictions, and here are none.
  if (effect === undefined || option === 'OPTINR') throw new NotUnderstood('no-provision', 'provision')
  return { root: { effect, path: 'policyRule', when: {} }, exceptions: [] }
}

/** A consent to research says nothing of other purposes, unless it names them. */
function forResearch(tree: Tree): Tree {
  const limit = <One extends Tree['root']>(one: One): One =>
    one.when.purposes === undefined ? { ...one, when: { ...one.when, purposes: ['HRESCH'] } } : one
  return { ...tree, root: limit(tree.root), exceptions: tree.exceptions.map(limit) }
}
