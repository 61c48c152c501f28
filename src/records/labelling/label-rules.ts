import { hash } from 'node:crypto'
import { checkRuleFile, type RuleText, refuseRule } from './check-rule-file.ts'
import { expandPrefixes } from './expand-prefixes.ts'
import type { Confidentiality } from './security-labels.ts'

/** What a rule gives to the resources it matches. */
export type LabelRule = {
  readonly id: string
  readonly sensitivities: readonly string[]
  readonly confidentiality: Confidentiality
  readonly policies: readonly string[]
  readonly because: string
  /** Only to resources of these types. */
  readonly types?: ReadonlySet<string>
  /** Only beside one of these sensitivities, and at that age. */
  readonly when?: {
    readonly sensitivities: ReadonlySet<string>
    readonly agedFrom: number
    readonly youngerThan: number
  }
}

type ByCode = Map<string, LabelRule[]>
export type SystemRules = {
  readonly exact: ByCode
  /** Longest last; empty when the system has none. */
  readonly lengths: readonly number[]
  readonly prefixes: ByCode
}

/** All rules, turned to be asked by code system and code. Never changed once made. */
export type LabelRules = {
  /** The first 12 hex digits of the SHA-256 of the files. */
  readonly version: string
  readonly rules: readonly LabelRule[]
  /** How many codes and prefixes are matched. */
  readonly codes: number
  readonly exempt: ReadonlySet<string>
  readonly systems: ReadonlyMap<string, SystemRules>
  readonly byType: ReadonlyMap<string, readonly LabelRule[]>
  readonly derived: readonly LabelRule[]
}

/**
 * Compiles the rule files, given by name (`policies/labels/*.json`). Throws `start.unsafe` naming file, rule and what
 * is wrong with it.
 */
export function compileLabelRules(texts: Readonly<Record<string, string>>): LabelRules {
  const names = Object.keys(texts).sort()
  const files = names.map((name) => checkRuleFile(name, texts[name] as string))
  const exempt = new Set(files.flatMap((file) => file.exempt))
  const uris = new Map(files.flatMap((file) => Object.entries(file.systems)))
  const written = files.flatMap((file) => file.rules.map((rule) => ({ rule, file: file.name })))
  const seen = new Set<string>()
  for (const { rule, file } of written) {
    if (seen.has(rule.id)) refuseRule(file, rule.id, 'there is another rule of this name')
    seen.add(rule.id)
  }

  const systems = new Map<string, { exact: ByCode; prefixes: ByCode; lengths: Set<number> }>()
  const byType = new Map<string, LabelRule[]>()
  const derived: LabelRule[] = []
  let codes = 0
  const rules = written.map(({ rule: text, file }) => {
    const rule = ruleOf(text)
    const into = (system: string) => {
      const addresses = uris.get(system)
      if (addresses === undefined)
        refuseRule(file, text.id, `it speaks of the code system ${system}, which is not known`)
      return addresses.map((uri) => {
        const found = systems.get(uri) ?? { exact: new Map(), prefixes: new Map(), lengths: new Set<number>() }
        systems.set(uri, found)
        return found
      })
    }
    for (const [system, list] of Object.entries(text.codes))
      for (const code of Object.keys(list)) {
        codes += 1
        for (const { exact } of into(system)) add(exact, code, rule)
      }
    for (const [system, list] of Object.entries(text.prefixes))
      for (const range of list) {
        codes += 1
        const expanded = expandPrefixes(range)
        if (expanded === undefined) refuseRule(file, text.id, `${range} is no range of codes`)
        for (const prefix of expanded)
          for (const { prefixes, lengths } of into(system)) {
            lengths.add(prefix.length)
            add(prefixes, prefix, rule)
          }
      }
    if (rule.when !== undefined) derived.push(rule)
    else if (Object.keys(text.codes).length + Object.keys(text.prefixes).length === 0)
      for (const type of rule.types ?? []) add(byType, type, rule)
    return rule
  })
  return {
    version: hash('sha256', names.map((name) => `${name}\n${texts[name]}`).join('\n')).slice(0, 12),
    rules,
    codes,
    exempt,
    systems: new Map(
      [...systems].map(([uri, { exact, prefixes, lengths }]) => [
        uri,
        { exact, prefixes, lengths: [...lengths].sort((a, b) => a - b) },
      ]),
    ),
    byType,
    derived,
  }
}

function add(map: ByCode, key: string, rule: LabelRule): void {
  const found = map.get(key)
  if (found === undefined) map.set(key, [rule])
  else if (!found.includes(rule)) found.push(rule)
}

const ruleOf = ({ id, sensitivities, confidentiality, policies, because, types, when }: RuleText): LabelRule => ({
  id,
  sensitivities,
  confidentiality,
  policies,
  because,
  ...(types && { types: new Set(types) }),
  ...(when && { when: { ...when, sensitivities: new Set(when.sensitivities) } }),
})
