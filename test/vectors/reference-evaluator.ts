import { readFileSync } from 'node:fs'

/**
 * A second evaluator of consents, for differential tests: slow, on the FHIR JSON itself, written from R4 Consent, IHE
 * PCF and docs/consent.md, and sharing nothing with src/consent. It knows only what the generator makes.
 */
// biome-ignore lint/suspicious/noExplicitAny: FHIR JSON as it comes
export type Raw = any

type Node = { effect: string; own: Raw; all: Raw; parent: Node | undefined; depth: number }
export type Answer = 'permit' | 'deny' | 'silent'

type Concept = { code: string; concept?: Concept[] }
const official = (name: string): Concept[] =>
  JSON.parse(readFileSync(new URL(`../../node_modules/hl7.fhir.r4.examples/${name}.json`, import.meta.url), 'utf8'))
    .concept

/** Every code with all codes below it. */
function closure(concepts: Concept[], into = new Map<string, Set<string>>()): Map<string, Set<string>> {
  for (const { code, concept = [] } of concepts) {
    closure(concept, into)
    into.set(code, new Set([code, ...concept.flatMap((one) => [...(into.get(one.code) ?? [])])]))
  }
  return into
}
const PURPOSES = closure(official('CodeSystem-v3-ActReason'))
const SENSITIVITIES = closure(official('CodeSystem-v3-ActCode'))
for (const code of ['SUD', 'ETHUD', 'OPIOIDUD']) SENSITIVITIES.get('ETH')?.add(code)
const ORDER = 'ULMNRV'

class Unclear extends Error {}
const unclear = (): never => {
  throw new Unclear()
}

const instant = (text: string, end: boolean): number => {
  const full =
    text.length > 10 ? text : `${text}${'-01-01'.slice(text.length === 4 ? 0 : text.length === 7 ? 3 : 6)}T00:00:00Z`
  const at = new Date(full)
  if (Number.isNaN(at.getTime())) unclear()
  if (!end) return at.getTime()
  if (text.length === 4) at.setUTCFullYear(at.getUTCFullYear() + 1)
  else if (text.length === 7) at.setUTCMonth(at.getUTCMonth() + 1)
  else if (text.length === 10) at.setUTCDate(at.getUTCDate() + 1)
  else at.setTime(at.getTime() + 1000)
  return at.getTime()
}
const from = (period: Raw): number => (period.start ? instant(period.start, false) : -Infinity)
const to = (period: Raw): number => (period.end ? instant(period.end, true) : Infinity)

const nameOfActor = ({ reference: { reference, identifier } }: Raw): string =>
  reference ?? `identifier:${identifier.system}|${identifier.value}`
const isAct = (system: string): boolean => system.endsWith('v3-ActCode')
const purposeName = ({ system, code }: Raw): string => (system.endsWith('v3-ActReason') ? code : `${system}|${code}`)
const under = (map: Map<string, Set<string>>, general: string): Set<string> => map.get(general) ?? new Set([general])

const WHO = ['actor', 'action', 'purpose']
const DATA = ['securityLabel', 'class', 'code', 'dataPeriod', 'data']

/** All provisions with what they inherit; throws Unclear when the consent is not to be honoured. */
function nodesOf(consent: Raw): Node[] {
  if (consent.modifierExtension || !consent.dateTime || !(consent.policy || consent.policyRule)) unclear()
  const base = optOf(consent)
  if (consent.provision === undefined) {
    if (base === undefined) unclear()
    return [{ effect: base as string, own: {}, all: {}, parent: undefined, depth: 0 }]
  }
  const nodes: Node[] = []
  const visit = (own: Raw, parent: Node | undefined): void => {
    for (const key of Object.keys(own)) if (![...WHO, ...DATA, 'type', 'period', 'provision'].includes(key)) unclear()
    for (const one of own.purpose ?? [])
      if (one.system.endsWith('v3-ActReason') && !PURPOSES.get('PurposeOfUse')?.has(one.code)) unclear()
    for (const one of own.data ?? [])
      if (one.meaning === 'related' && !/^(Encounter|CarePlan|EpisodeOfCare)\//.test(one.reference.reference)) unclear()
    for (const period of [own.period, own.dataPeriod]) if (period && from(period) >= to(period)) unclear()
    const effect = own.type ?? (parent === undefined ? base : undefined)
    if (effect === undefined) unclear()
    if (!parent && !own.type && [...WHO, ...DATA].some((key) => own[key])) unclear()
    const all: Raw = {}
    const names = DATA.some((key) => own[key])
    for (const key of [...WHO, ...DATA]) {
      const inherits = parent && !(parent.effect === effect && names && DATA.includes(key))
      all[key] = own[key] ?? (inherits ? parent.all[key] : undefined)
    }
    all.labelledBy = own.securityLabel ? effect : parent?.all.labelledBy
    // The root's period is the consent's, and stays with it.
    const above = parent?.parent || parent?.all.span ? parent.all.span : undefined
    const span = parent && own.period ? [from(own.period), to(own.period)] : undefined
    all.span =
      above && span ? [Math.max(above[0], span[0] as number), Math.min(above[1], span[1] as number)] : (span ?? above)
    if (all.span && all.span[0] >= all.span[1]) unclear()
    const node: Node = { effect, own, all, parent, depth: parent ? parent.depth + 1 : 0 }
    nodes.push(node)
    if (parent) {
      const within = saysNoMore(node, parent)
      if (node.depth > 5) unclear()
      if (node.depth > 1 && (!within || effect === parent.effect)) unclear()
    }
    for (const child of own.provision ?? []) visit(child, node)
  }
  visit(consent.provision, undefined)
  const end = consent.provision.period ? to(consent.provision.period) : Infinity
  if (end <= instant(consent.dateTime, false)) unclear()
  const [root, ...exceptions] = nodes as [Node, ...Node[]]
  const denials = exceptions.filter((one) => one.effect === 'deny')
  for (const one of exceptions)
    if (one.effect === 'permit' && root.effect === 'permit' && saysNoMore(one, root))
      if (!denials.some((denial) => saysNoMore(one, denial))) unclear()
  for (const permit of exceptions.filter((one) => one.effect === 'permit'))
    for (const deny of exceptions.filter((one) => one.effect === 'deny'))
      if (saysNoMore(permit, deny) && saysNoMore(deny, permit)) unclear()
  return nodes
}

const optOf = ({ policyRule }: Raw): string | undefined =>
  ({ OPTIN: 'permit', OPTOUT: 'deny' })[(policyRule?.coding?.[0]?.code ?? '') as string]

/** Labels mean what they mean where they are written: a permit's level and below, a denial's and above. */
const levelOf = ({ all }: Node): number | undefined => {
  const levels = (all.securityLabel ?? []).map((one: Raw) =>
    one.system.endsWith('Confidentiality') ? ORDER.indexOf(one.code) : -1,
  )
  const real = levels.filter((one: number) => one >= 0)
  return real.length === 0 ? undefined : all.labelledBy === 'permit' ? Math.max(...real) : Math.min(...real)
}
const sensitivitiesOf = ({ all }: Node): string[] =>
  (all.securityLabel ?? []).filter((one: Raw) => isAct(one.system)).map((one: Raw) => one.code)
const otherLabelsOf = ({ all }: Node): string[] =>
  (all.securityLabel ?? [])
    .filter((one: Raw) => !isAct(one.system) && !one.system.endsWith('Confidentiality'))
    .map((one: Raw) => `${one.system}|${one.code}`)
const recordsOf = ({ all }: Node, meanings: string[]): string[] =>
  (all.data ?? []).filter((one: Raw) => meanings.includes(one.meaning)).map((one: Raw) => one.reference.reference)

/** Element by element, `inner` says the same as `outer` or less. */
function saysNoMore(inner: Node, outer: Node): boolean {
  const [a, b] = [inner.all, outer.all]
  const subset = (some: Iterable<string>, of: Set<string>) => [...some].every((one) => of.has(one))
  const flat = (list: Raw[], name: (one: Raw) => Iterable<string>) => new Set(list.flatMap((one) => [...name(one)]))
  const lists: [string, (one: Raw) => Iterable<string>][] = [
    ['actor', (one) => [nameOfActor(one)]],
    ['action', (one) => [one.coding[0].code]],
    ['purpose', (one) => under(PURPOSES, purposeName(one))],
    ['class', (one) => [`${one.system}|${one.code}`]],
    ['code', (one) => one.coding.map((each: Raw) => `${each.system}|${each.code}`)],
  ]
  for (const [key, name] of lists)
    if (b[key] && !(a[key] && subset(flat(a[key], name), flat(b[key], name)))) return false
  if (b.span && !(a.span && b.span[0] <= a.span[0] && a.span[1] <= b.span[1])) return false
  const [ap, bp] = [a.dataPeriod, b.dataPeriod]
  if (bp && !(ap && from(bp) <= from(ap) && to(ap) <= to(bp))) return false
  if (b.securityLabel) {
    if (!a.securityLabel) return false
    const level = levelOf(inner)
    if (level !== undefined && level !== levelOf(outer)) return false
    if (
      !subset(
        sensitivitiesOf(inner),
        flat(sensitivitiesOf(outer), (one) => under(SENSITIVITIES, one)),
      )
    )
      return false
    if (!subset(otherLabelsOf(inner), new Set(otherLabelsOf(outer)))) return false
  }
  if (!b.data) return true
  if (!a.data) return false
  return [['instance'], ['related', 'dependents'], ['authoredby']].every((meanings) =>
    subset(recordsOf(inner, meanings), new Set(recordsOf(outer, meanings))),
  )
}

const NAMED: Record<string, string[]> = {
  read: ['access'],
  disclose: ['disclose'],
  create: ['collect'],
  update: ['correct'],
  delete: ['correct'],
}
const TOUCHED: Record<string, string[]> = { ...NAMED, read: ['access', 'use'], disclose: ['disclose', 'access', 'use'] }

function speaksOfWho({ effect, all }: Node, { actor, purpose, study, act, now }: Raw): boolean {
  if (all.span && !(all.span[0] <= now && now < all.span[1])) return false
  if (
    all.actor &&
    !all.actor.some((one: Raw) => [...actor.references, ...actor.identifiers].includes(nameOfActor(one)))
  )
    return false
  const acts = (effect === 'permit' ? NAMED : TOUCHED)[act] as string[]
  if (all.action && !all.action.some((one: Raw) => acts.includes(one.coding[0].code))) return false
  if (!all.purpose) return true
  return all.purpose.some((one: Raw) => {
    const name = purposeName(one)
    return under(PURPOSES, name).has(purpose) || (name === study && under(PURPOSES, 'HRESCH').has(purpose))
  })
}

function speaksOfData(node: Node, record: Raw): boolean {
  const { all, effect } = node
  if (
    all.class &&
    !all.class.some(
      (one: Raw) => record.type === one.code || record.documentClasses.includes(`${one.system}|${one.code}`),
    )
  )
    return false
  if (
    all.code &&
    !all.code.some((one: Raw) => one.coding.some((each: Raw) => record.codes.includes(`${each.system}|${each.code}`)))
  )
    return false
  if (all.data) {
    const named = (meanings: string[], values: string[]) =>
      recordsOf(node, meanings).some((one) => values.includes(one))
    const itself = named(['instance', 'related', 'dependents'], [record.reference])
    if (!itself && !named(['related', 'dependents'], record.related) && !named(['authoredby'], record.authors))
      return false
  }
  if (all.dataPeriod) {
    const [start, end] = [from(all.dataPeriod), to(all.dataPeriod)]
    const date = record.clinicalDate
    if (effect === 'permit' && !(date && start <= date[0] && date[1] <= end)) return false
    if (effect === 'deny' && date && !(date[0] < end && start < date[1])) return false
  }
  if (!all.securityLabel) return true
  const levels = record.labels
    .map((one: string) => (one.length === 1 ? ORDER.indexOf(one) : -1))
    .filter((one: number) => one >= 0)
  const level = levels.length === 0 ? 5 : Math.max(...levels)
  const limit = levelOf(node)
  if (limit !== undefined && (all.labelledBy === 'permit' ? level <= limit : level >= limit)) return true
  if (otherLabelsOf(node).some((one) => record.labels.includes(one))) return true
  const sensitive: string[] = record.labels.filter((one: string) => one.length > 1 && !one.includes('|'))
  const said = (one: string) => sensitivitiesOf(node).some((code) => under(SENSITIVITIES, code).has(one))
  return sensitive.length > 0 && (effect === 'permit' ? sensitive.every(said) : sensitive.some(said))
}

const isBasic = (purpose: string): boolean =>
  ['TREAT', 'HPAYMT', 'HOPERAT'].some((one) => under(PURPOSES, one).has(purpose))

/** What one consent says: `weak` when it is on file and does not cover the request. */
function oneSays(consent: Raw, question: Raw): Answer | 'weak' {
  let nodes: Node[]
  try {
    nodes = nodesOf(consent)
  } catch (error) {
    if (error instanceof Unclear) return 'deny'
    throw error
  }
  const research = consent.scope.coding[0].code === 'research'
  if (research) for (const { all } of nodes) all.purpose ??= [{ system: 'v3-ActReason', code: 'HRESCH' }]
  const period = consent.provision?.period
  if (period && !(from(period) <= question.now && question.now < to(period))) return 'silent'
  const matching = nodes.filter((one) => speaksOfWho(one, question) && speaksOfData(one, question.record))
  const root = nodes[0] as Node
  const exceptions = matching.filter((one) => one !== root)
  const permits = exceptions.filter((one) => one.effect === 'permit')
  for (const deny of exceptions.filter((one) => one.effect === 'deny'))
    if (!permits.some((one) => wasNoMore(one, deny, research))) return 'deny'
  if (permits.length > 0) return 'permit'
  if (matching.includes(root)) return root.effect as Answer
  if (root.effect === 'permit' && speaksOfWho(root, question)) return 'deny'
  const base = research ? undefined : optOf(consent)
  if (base === 'deny') return 'deny'
  if (base === 'permit' && root.effect === 'deny') return 'permit'
  const basic = isBasic(question.purpose)
  const purposes = root.all.purpose?.map(purposeName)
  if (root.effect === 'deny') return !basic && !root.all.actor && !DATA.some((key) => root.all[key]) ? 'weak' : 'silent'
  return !basic || (!root.all.actor && (!purposes || purposes.some(isBasic))) ? 'weak' : 'silent'
}

/** As they were written: before research was filled in. */
function wasNoMore(inner: Node, outer: Node, research: boolean): boolean {
  const plain = ({ all, ...rest }: Node): Node => ({
    ...rest,
    all: research && all.purpose?.[0]?.system === 'v3-ActReason' ? { ...all, purpose: undefined } : all,
  })
  return saysNoMore(plain(inner), plain(outer))
}

const keyOf = ({ policy, policyRule }: Raw): string | undefined => policy?.[0]?.uri ?? policyRule?.coding?.[0]?.code

/** All of them: of one policy the latest, across policies denial before permit before what is not covered. */
export function referenceAnswer(consents: Raw[], question: Raw): Answer {
  if (question.actor.references.includes(question.patient)) return 'silent'
  const active = consents.filter((one) => one.status === 'active')
  const begun = (one: Raw) => {
    try {
      nodesOf(one)
    } catch {
      return true
    }
    return !one.provision?.period || from(one.provision.period) <= question.now
  }
  const counted = active.filter(
    (old) =>
      !active.some(
        (one) =>
          keyOf(one) !== undefined &&
          keyOf(one) === keyOf(old) &&
          one.dateTime &&
          old.dateTime &&
          begun(one) &&
          instant(one.dateTime, false) >= instant(old.dateTime, true),
      ),
  )
  const said = counted.map((one) => oneSays(one, question))
  if (said.includes('deny')) return 'deny'
  if (said.includes('permit')) return 'permit'
  return said.includes('weak') ? 'deny' : 'silent'
}

/** Of exceptions each within the one before: the deepest that speaks of the question decides. Undefined: none does. */
export function deepestEffect(consent: Raw, question: Raw): string | undefined {
  const speaks = (one: Node) => speaksOfWho(one, question) && speaksOfData(one, question.record)
  return nodesOf(consent).slice(1).findLast(speaks)?.effect
}
