import { Refusal } from '../../kernel/refusal.ts'
import { isResourceType } from '../fhir/definitions.ts'
import { CONFIDENTIALITIES, type Confidentiality } from './security-labels.ts'

/** A rule as it is written; what it may leave out is there and empty. */
export type RuleText = {
  readonly id: string
  readonly sensitivities: readonly string[]
  readonly confidentiality: Confidentiality
  readonly policies: readonly string[]
  readonly because: string
  readonly types?: readonly string[]
  /** Code system → code → what it is, for those who review the rule. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly prefixes: Readonly<Record<string, readonly string[]>>
  readonly when?: {
    readonly sensitivities: readonly string[]
    readonly agedFrom: number
    readonly youngerThan: number
  }
}

export type RuleFile = {
  readonly name: string
  /** Short name → the addresses by which a code system is known. */
  readonly systems: Readonly<Record<string, readonly string[]>>
  /** Types that are not about a patient, and have no label. */
  readonly exempt: readonly string[]
  readonly rules: readonly RuleText[]
}

export function refuseRule(file: string, rule: string, what: string): never {
  throw new Refusal('start.unsafe', `The label rules in ${file}, ${rule}: ${what}.`)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText) && new Set(value).size === value.length
const CODE = /^[A-Z0-9_]+$/i
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/
const KNOWN = new Set([
  'id',
  'sensitivities',
  'confidentiality',
  'policies',
  'because',
  'types',
  'codes',
  'prefixes',
  'when',
])

/** Reads one file and checks every member of it. Throws `start.unsafe`. */
export function checkRuleFile(name: string, text: string): RuleFile {
  const wrong = (what: string): never => refuseRule(name, 'the file', what)
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch {
    return wrong('it is not JSON')
  }
  if (!isObject(file)) return wrong('it is not an object')
  for (const key of Object.keys(file))
    if (!['systems', 'exempt', 'rules'].includes(key)) wrong(`it has a member ${key}, which means nothing`)
  const { systems = {}, exempt = [], rules = [] } = file
  if (!isObject(systems) || !Object.values(systems).every(areTexts)) return wrong('systems are not lists of addresses')
  if (!Array.isArray(exempt) || !exempt.every((type) => isText(type) && isResourceType(type)))
    return wrong('exempt has what is no FHIR type')
  if (!Array.isArray(rules)) return wrong('rules is not a list')
  return {
    name,
    systems: systems as RuleFile['systems'],
    exempt: exempt as string[],
    rules: rules.map((rule, n) => checkRule(name, n, rule)),
  }
}

function checkRule(file: string, n: number, rule: unknown): RuleText {
  if (!isObject(rule) || !isText(rule['id']) || !ID.test(rule['id']))
    return refuseRule(file, `rule ${n + 1}`, 'it has no id of small letters and dashes')
  const { id, sensitivities, confidentiality, policies = [], because, types, codes = {}, prefixes = {}, when } = rule
  const wrong = (what: string): never => refuseRule(file, id as string, what)
  for (const key of Object.keys(rule)) if (!KNOWN.has(key)) wrong(`it has a member ${key}, which means nothing`)
  if (!areTexts(sensitivities) || !sensitivities.every((one) => CODE.test(one))) wrong('it gives no sensitivities')
  if (!CONFIDENTIALITIES.includes(confidentiality as Confidentiality)) wrong('its confidentiality is not N, R or V')
  if (!Array.isArray(policies) || !policies.every(isText)) wrong('its policies are not codes')
  if (!isText(because)) wrong('it does not say because of what')
  if (types !== undefined && (!areTexts(types) || !types.every(isResourceType)))
    wrong('its types are not FHIR resource types')
  if (!isObject(codes) || !Object.values(codes).every((list) => isObject(list) && Object.values(list).every(isText)))
    wrong('its codes are not listed as code and meaning, under their system')
  if (!isObject(prefixes) || !Object.values(prefixes).every(areTexts)) wrong('its prefixes are not lists of text')
  if (when !== undefined && !isWhen(when)) wrong('its when has no sensitivities, agedFrom and youngerThan')
  if (
    when === undefined &&
    types === undefined &&
    Object.keys({ ...(codes as object), ...(prefixes as object) }).length === 0
  )
    wrong('it matches nothing')
  return { ...rule, policies, codes, prefixes } as RuleText
}

const isWhen = (when: unknown): boolean =>
  isObject(when) &&
  areTexts(when['sensitivities']) &&
  Number.isInteger(when['agedFrom']) &&
  Number.isInteger(when['youngerThan']) &&
  (when['agedFrom'] as number) < (when['youngerThan'] as number)
