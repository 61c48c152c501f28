import type { AlertReason, LabelCriteria } from './consent-rules.ts'
import { type Json, listOf, NotUnderstood, onlyKnown } from './not-understood.ts'
import { ACT_REASON, isPurposeOfUse } from './purposes.ts'
import { ACT_CODE, CONFIDENTIALITY, isSensitivity, levelOf } from './security-labels.ts'

type Code = { readonly system: string; readonly code: string }

const CODING = ['system', 'version', 'code', 'display', 'userSelected']
const ACTIONS = 'http://terminology.hl7.org/CodeSystem/consentaction'
const KNOWN_ACTIONS = new Set(['access', 'collect', 'use', 'disclose', 'correct'])
const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types'
/** v3-Confidentiality once had these; they mean the sensitivities of the same name. */
const BY_KIND_OF_INFORMATION = new Set(['ETH', 'HIV', 'PSY', 'SDV'])

/** A Coding that names its system. Throws `reason` when it does not. */
export function readCoding(value: unknown, path: string, reason: AlertReason): Code {
  const { system, code } = onlyKnown(value, path, CODING)
  if (typeof system !== 'string' || system === '' || typeof code !== 'string' || code === '')
    throw new NotUnderstood(reason, path)
  return { system, code }
}

/** The codings of a CodeableConcept, which all mean the same. Throws `reason` when there is none. */
export function readConcept(value: unknown, path: string, reason: AlertReason): Code[] {
  const concept: Json = onlyKnown(value, path, ['coding', 'text'])
  const codings = listOf(concept.coding, `${path}.coding`)
  if (codings.length === 0) throw new NotUnderstood(reason, path)
  return codings.map((coding, n) => readCoding(coding, `${path}.coding[${n}]`, reason))
}

const each = <Read>(value: unknown, path: string, read: (one: unknown, path: string) => Read): Read[] | undefined =>
  value === undefined ? undefined : listOf(value, path).map((one, n) => read(one, `${path}[${n}]`))

/** `Consent.provision.action`: codes of consentaction. */
export const readActions = (value: unknown, path: string): string[] | undefined =>
  each(value, path, (one, at) => {
    const found = readConcept(one, at, 'action').find(
      ({ system, code }) => system === ACTIONS && KNOWN_ACTIONS.has(code),
    )
    if (found === undefined) throw new NotUnderstood('action', at)
    return found.code
  })

/** `Consent.provision.purpose`: bare codes of v3-PurposeOfUse; purposes of others as `system|code`, for themselves. */
export const readPurposes = (value: unknown, path: string): string[] | undefined =>
  each(value, path, (one, at) => {
    const { system, code } = readCoding(one, at, 'purpose')
    if (system !== ACT_REASON) return `${system}|${code}`
    if (!isPurposeOfUse(code)) throw new NotUnderstood('purpose', at)
    return code
  })

/** `Consent.provision.class`: FHIR resource types bare, document classes as `system|code`. */
export const readClasses = (value: unknown, path: string): string[] | undefined =>
  each(value, path, (one, at) => {
    const { system, code } = readCoding(one, at, 'class')
    return system === RESOURCE_TYPES ? code : `${system}|${code}`
  })

/** `Consent.provision.code`: every coding of every concept, as `system|code`. */
export const readItemCodes = (value: unknown, path: string): string[] | undefined =>
  each(value, path, (one, at) => readConcept(one, at, 'code').map(({ system, code }) => `${system}|${code}`))?.flat()

/**
 * `Consent.provision.securityLabel`. A level of confidentiality stands for itself and what is below when it permits
 * (R4 Consent.provision.securityLabel: the high-water mark), for itself and what is above when it denies.
 */
export function readLabelCriteria(value: unknown, path: string, permits: boolean): LabelCriteria | undefined {
  const codes = each(value, path, (one, at) => ({ ...readCoding(one, at, 'label'), at }))
  if (codes === undefined) return undefined
  let level: number | undefined
  const sensitivities: string[] = []
  const others: string[] = []
  for (const { system, code, at } of codes) {
    const found = system === CONFIDENTIALITY ? levelOf(code) : undefined
    if (found !== undefined) level = level === undefined ? found : Math[permits ? 'max' : 'min'](level, found)
    else if (system === ACT_CODE ? isSensitivity(code) : system === CONFIDENTIALITY && BY_KIND_OF_INFORMATION.has(code))
      sensitivities.push(code)
    else if (system === ACT_CODE || system === CONFIDENTIALITY) throw new NotUnderstood('label', at)
    else others.push(`${system}|${code}`)
  }
  return {
    ...(level === undefined ? {} : permits ? { upTo: level } : { from: level }),
    ...(sensitivities.length === 0 ? {} : { sensitivities }),
    ...(others.length === 0 ? {} : { others }),
  }
}
