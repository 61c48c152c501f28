import words from '../../../policies/words/access.json' with { type: 'json' }
import types from '../../../policies/words/types.json' with { type: 'json' }
import { legalBasisOf } from '../../policy/legal-basis.ts'

/** One entry of the access log in plain words. */
export type Access = {
  readonly receipt: string
  readonly at: Date
  /** Who was really there; `by` is whom they acted for, or the app they used. */
  readonly who: string
  readonly by?: string
  readonly role: string
  readonly did: string
  readonly what: string
  readonly why: string
  readonly because: string
  /** On what law it may rest, by role and purpose; empty when it was refused. */
  readonly basis: string
  /** Whether a reason is on record that the patient would expect. */
  readonly expected: boolean
  readonly refused: boolean
  readonly emergency: boolean
  /** Of the patient themself. */
  readonly own: boolean
}

type Coded = { coding?: { system?: string; code?: string }[] }
type Event = {
  id: string
  recorded: string
  outcome: string
  outcomeDesc?: string
  subtype: { system?: string; code?: string }[]
  purposeOfEvent?: Coded[]
  agent: {
    requestor: boolean
    role?: Coded[]
    who: { display?: string; reference?: string; identifier?: { system?: string } }
  }[]
  entity?: { what?: { reference?: string }; query?: string }[]
}

const acts: Readonly<Record<string, string>> = words.acts
const purposes: Readonly<Record<string, string>> = words.purposes
const reasons: Readonly<Record<string, string>> = words.because
const nouns: Readonly<Record<string, string>> = types
const UNEXPECTED = new Set(['behind-the-broken-glass', 'breaking-the-glass'])
const PEOPLE = /^https:\/\/chartwarden\.example\/fhir\/(person|client|operator|machine)$/

/** Reads an AuditEvent of the ledger (BALP) for the patient it is about; undefined for one that says nothing to them. */
export function sayAccess(text: string, patient: string): Access | undefined {
  const event = JSON.parse(text) as Event
  const people = event.agent.filter((one) => PEOPLE.test(one.who.identifier?.system ?? ''))
  const present = people.find((one) => one.requestor) ?? people[0]
  const meant = people.find((one) => !one.requestor) ?? present
  const act = event.subtype[0]?.code ?? ''
  if (present === undefined || meant === undefined || acts[act] === undefined) return undefined
  const decided = (event.outcomeDesc ?? '').split('; ')
  const because = decided.find((one) => reasons[one] !== undefined)
  const refused = event.outcome !== '0'
  const own = meant.who.reference === `Patient/${patient}`
  const emergency = decided.some((one) => UNEXPECTED.has(one))
  const role = meant.role?.[0]?.coding?.[0]?.code ?? ''
  const purpose = event.purposeOfEvent?.[0]?.coding?.[0]?.code ?? ''
  return {
    receipt: event.id,
    at: new Date(event.recorded),
    who: meant.who.display ?? 'somebody',
    ...(present !== meant && present.who.display !== undefined && { by: present.who.display }),
    role,
    did: refused ? `tried and was refused: ${acts[act]}` : acts[act],
    what: whatOf(event),
    why: purposes[purpose] ?? '',
    because: own
      ? (reasons['patient-reads-own-chart'] as string)
      : ((because && reasons[because]) ?? words.unexplained),
    basis: refused ? '' : legalBasisOf({ role, purpose }),
    expected: own || (because !== undefined && !emergency && !refused),
    refused,
    emergency,
    own,
  }
}

function whatOf({ entity = [] }: Event): string {
  const named = entity.flatMap(({ what, query }) => {
    const reference = query === undefined ? what?.reference : Buffer.from(query, 'base64').toString()
    const type = /^([A-Z][A-Za-z]+)/.exec(reference ?? '')?.[1]
    return type === undefined || type === 'AuditEvent' ? [] : [type]
  })
  const others = named.filter((type) => type !== 'Patient')
  const kinds = [...new Set((others.length > 0 ? others : named).map((type) => nouns[type] ?? 'records'))]
  return kinds.length === 0 ? words.chart : kinds.slice(0, 4).join(', ')
}

/** Accesses of the same person, in the same way, on the same day, as one line. */
export type AccessLine = Omit<Access, 'receipt' | 'at'> & {
  readonly from: Date
  readonly until: Date
  readonly times: number
  readonly receipts: readonly string[]
}

/** `accesses` are newest first, and so are the lines. */
export function groupAccesses(accesses: readonly Access[]): AccessLine[] {
  const lines = new Map<string, AccessLine>()
  for (const { receipt, at, ...access } of accesses) {
    const key = `${at.toISOString().slice(0, 10)} ${JSON.stringify(access)}`
    const line = lines.get(key)
    lines.set(
      key,
      line === undefined
        ? { ...access, from: at, until: at, times: 1, receipts: [receipt] }
        : { ...line, from: at, times: line.times + 1, receipts: [...line.receipts, receipt] },
    )
  }
  return [...lines.values()]
}
