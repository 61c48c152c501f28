import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { Refusal } from '../kernel/refusal.ts'
import type { Facts } from './facts.ts'
import { loadObligations, type Obligation } from './obligations.ts'

export type Decision = {
  readonly permitted: boolean
  /** Ids of the policies that decided; empty when nothing permitted. */
  readonly reasons: readonly string[]
  /** Which policies were in force: the first 12 hex digits of their SHA-256. */
  readonly version: string
  /** What is masked for who asks, whatever was decided, and the rules that say so. */
  readonly obligations: readonly Obligation[]
  readonly masks: readonly string[]
}

export type Decide = (facts: Facts) => Decision

const own = new URL('../../policies/', import.meta.url)

/**
 * Reads, checks and prepares the Cedar policies that come along, and those of `more`: a hospital's own folder, where a
 * policy with a known @id takes the place of ours and any other is added; and their obligations, whose paths `checkPath`
 * checks. Throws `start.unsafe` naming what is wrong.
 */
export function loadPolicies(more?: string, checkPath: (path: string) => void = () => undefined): Decide {
  const { obligationsOf, rules } = loadObligations(more, checkPath)
  const schema = readFileSync(new URL('schema.cedarschema', own), 'utf8')
  const staticPolicies = { ...named(cedarIn(fileURLToPath(own))), ...(more !== undefined && named(cedarIn(more))) }
  const version = hash('sha256', schema + JSON.stringify(staticPolicies) + rules).slice(0, 12)
  const checked = cedar.validate({ schema, policies: { staticPolicies } })
  const wrong =
    checked.type === 'failure'
      ? checked.errors
      : checked.validationErrors.map(({ policyId, error }) => ({ message: `${policyId}: ${error.message}` }))
  if (wrong.length > 0)
    throw new Refusal('start.unsafe', `The policies are not valid: ${wrong.map((one) => one.message).join('; ')}`)
  const prepared = cedar.preparsePolicySet(version, { staticPolicies })
  if (prepared.type === 'failure')
    throw new Refusal('start.unsafe', `The policies do not load: ${prepared.errors[0]?.message}`)

  const decided = new Map<string, Decision>()
  return function decide(facts) {
    const at = `${facts.kind}|${facts.role}|${facts.act}|${facts.type}|${facts.ofPatient}|${facts.labels.join()}|${facts.scopeCovers}|${facts.consent}|${facts.relations.join()}|${facts.purpose}|${facts.strength}`
    let decision = decided.get(at)
    if (decision === undefined) {
      decision = { ...evaluate(version, facts), ...obligationsOf(facts), version }
      decided.set(at, decision)
    }
    return decision
  }
}

/** The text of all Cedar files of a folder, by their names. Throws `start.unsafe` when it cannot be read. */
function cedarIn(folder: string): string {
  try {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.cedar'))
      .sort()
    return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  } catch (cause) {
    throw new Refusal('start.unsafe', `The policies in ${folder} cannot be read.`, { cause })
  }
}

/** Cedar names policies by position; we name them by their @id. */
function named(text: string): Record<string, string> {
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure')
    throw new Refusal('start.unsafe', `The policies cannot be read: ${parts.errors[0]?.message}`)
  const byId: Record<string, string> = {}
  for (const policy of parts.policies) {
    const id = /@id\("([a-z0-9-]+)"\)/.exec(policy)?.[1]
    if (id === undefined) throw new Refusal('start.unsafe', `A policy has no @id("…"): ${policy.slice(0, 80)}`)
    if (byId[id] !== undefined) throw new Refusal('start.unsafe', `Two policies have the @id ${id}.`)
    byId[id] = policy
  }
  return byId
}

function evaluate(policies: string, facts: Facts) {
  const { kind, role, act, type, ofPatient, labels, scopeCovers, relations, purpose, strength, consent } = facts
  const principal = { type: 'Actor', id: 'class' }
  const resource = { type: 'Record', id: 'class' }
  const answer = cedar.statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: act },
    resource,
    context: { scopeCovers, relations: [...relations], purpose, strength, consent },
    preparsedPolicySetId: policies,
    entities: [
      { uid: principal, attrs: { kind, role }, parents: [] },
      { uid: resource, attrs: { type, ofPatient, labels: [...labels] }, parents: [] },
    ],
  })
  // A policy that fails to evaluate decides nothing and must not fall open: any error denies.
  if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0)
    return { permitted: false, reasons: ['policy-error'] }
  return { permitted: answer.response.decision === 'allow', reasons: answer.response.diagnostics.reason }
}
