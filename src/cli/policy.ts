import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isPurpose } from '../kernel/purpose.ts'
import { type Decide, loadPolicies } from '../policy/decide.ts'
import { explainDecision } from '../policy/explain.ts'
import { ACTS, CONSENTS, type Facts, RELATIONS } from '../policy/facts.ts'
import { purposeOfRole } from '../policy/purpose-of-role.ts'
import { checkPath } from '../records/mask/parse-path.ts'
import { type Call, type Command, EXIT, UsageError } from './command.ts'

export const policy: Command = {
  usage: 'policy check|test|explain [file]',
  says: 'Checks the policies, tries them, and says in words why something is allowed or refused.',
  flags: {
    folder: { type: 'string', says: 'Policies of your own to try, as CHARTWARDEN_POLICIES would name them.' },
    role: { type: 'string', says: 'With explain: the role, such as nurse.' },
    kind: { type: 'string', says: 'person (default), client, operator or machine.' },
    act: { type: 'string', says: 'read (default), create, create-with-id, update, delete or break-glass.' },
    type: { type: 'string', says: 'The resource type, such as Observation (default).' },
    relations: { type: 'string', says: 'Relations that hold, such as "encounter ward"; none when not said.' },
    labels: { type: 'string', says: 'The security label, such as "R PSY".' },
    purpose: { type: 'string', says: 'The purpose of use; that of the role when not said.' },
    strength: {
      type: 'string',
      says: 'How they signed in: phishing-resistant (default), multi-factor, key, secret, minted.',
    },
    consent: { type: 'string', says: 'permit, deny or silent (default).' },
  },
  more: `check reads and validates the policies. test runs cases from a JSON file: a list of { "says": "…", "facts": { … },
"permitted": true }, where facts are the flags of explain. explain decides one case, and names every single change that would
have allowed it.`,
  async run(call) {
    const { config, positionals, flags, answer } = call
    const [verb, file] = positionals
    const decide = loadPolicies(typeof flags.folder === 'string' ? resolve(flags.folder) : config.policies, checkPath)
    if (verb === 'check') {
      const { version } = decide(factsOf({ role: 'nurse' }))
      answer({ version }, [`The policies are valid. Their version is ${version}.`])
      return EXIT.fine
    }
    if (verb === 'test' && file !== undefined) return tryCases(decide, call, file)
    if (verb === 'explain') {
      const explained = explainDecision(decide, factsOf(flags as Readonly<Record<string, unknown>>))
      answer(explained, [
        `${explained.says}.`,
        ...(explained.basis === '' ? [] : [`Legal basis: ${explained.basis}.`]),
        ...(explained.wouldAllow.length === 0 ? [] : ['It would have been allowed with:']),
        ...explained.wouldAllow.map((one) => `  ${one}`),
      ])
      return EXIT.fine
    }
    throw new UsageError('Say check, test and a file, or explain.')
  },
}

type Case = { readonly says: string; readonly facts: Readonly<Record<string, unknown>>; readonly permitted: boolean }

function tryCases(decide: Decide, { answer }: Call, file: string): number {
  const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[]
  const wrong = cases.filter((one) => decide(factsOf(one.facts)).permitted !== one.permitted)
  answer({ passed: cases.length - wrong.length, failed: wrong.map((one) => one.says) }, [
    ...wrong.map((one) => `FAILED ${one.says}: it is ${one.permitted ? 'refused' : 'allowed'}`),
    `${cases.length - wrong.length} of ${cases.length} cases are decided as they should be.`,
  ])
  return wrong.length === 0 ? EXIT.fine : EXIT.failed
}

const KINDS = ['person', 'client', 'operator', 'machine'] as const
const STRENGTHS = ['phishing-resistant', 'multi-factor', 'key', 'secret', 'minted', 'none'] as const

/** Facts from words. Throws UsageError naming the word that is none. */
function factsOf(given: Readonly<Record<string, unknown>>): Facts {
  const text = (name: string, fallback: string) => (typeof given[name] === 'string' ? given[name] : fallback)
  const words = (name: string) =>
    text(name, '')
      .split(/[\s,]+/)
      .filter((one) => one !== '')
      .sort()
  const among = <T extends string>(name: string, all: readonly T[], fallback: T): T => {
    const found = all.find((one) => one === text(name, fallback))
    if (found === undefined) throw new UsageError(`${name} is one of ${all.join(', ')}.`)
    return found
  }
  const role = text('role', '')
  if (role === '') throw new UsageError('Say which role: --role nurse')
  const purpose = text('purpose', purposeOfRole(role))
  if (!isPurpose(purpose)) throw new UsageError(`${JSON.stringify(purpose)} is not a purpose of use.`)
  const unknown = words('relations').find((one) => !(RELATIONS as readonly string[]).includes(one))
  if (unknown !== undefined) throw new UsageError(`${unknown} is no relation; there are ${RELATIONS.join(', ')}.`)
  return {
    kind: among('kind', KINDS, 'person'),
    role,
    act: among('act', ACTS, 'read'),
    type: text('type', 'Observation'),
    ofPatient: given.ofPatient !== false,
    labels: words('labels'),
    scopeCovers: given.scopeCovers !== false,
    relations: words('relations') as Facts['relations'],
    purpose,
    strength: among('strength', STRENGTHS, 'phishing-resistant'),
    consent: among('consent', CONSENTS, 'silent'),
  }
}
