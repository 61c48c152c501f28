import type { Actor } from '../../kernel/actor.ts'
import { TENANT_OWNER } from '../../kernel/ids.ts'
import { type RecordRef, refText } from '../../kernel/record-ref.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Decide } from '../../policy/decide.ts'
import { type Explanation, explainDecision, REFUSED_FOR_THE_ACTOR } from '../../policy/explain.ts'
import { purposeOfRole } from '../../policy/purpose-of-role.ts'
import type { ChartKeys } from '../chart-keys.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import type { DecideOnRecord } from '../decide-on-record.ts'
import { type FactsFor, missing, STRANGER } from '../facts-for.ts'
import type { OwnChart } from '../own-chart.ts'
import { carerToken } from '../read-record.ts'
import type { Tokens } from '../tokens.ts'

/** Whose access is asked about, when it is not one's own: a record such as `Practitioner/x`, and the role they act in. */
export type Asked = { readonly fhirUser: string; readonly role: string }

export type AccessExplained = Receipted &
  Explanation & {
    readonly role: string
    readonly purpose: string
    readonly strength: string
    /** Relations that hold; only told of what is permitted, or to who may know all of it. */
    readonly relations: readonly string[]
    /** Rules by which it is masked. */
    readonly masks: readonly string[]
  }

type Needs = {
  readonly chart: OwnChart
  readonly keys: ChartKeys
  readonly tokens: Tokens
  readonly decide: Decide
  readonly decideOnRecord: DecideOnRecord
  readonly factsFor: FactsFor
  readonly append: Append['append']
}

/**
 * Why an actor may read a record, or what would let them. A refused one is told what holds for records of that type that
 * they have nothing to do with: the same words, by the same statements, whether the record is hidden or does not exist.
 * Of somebody else's access all is told, to who may read the patient's access log. Throws `record.not-found` to others.
 */
export function createExplainAccess({ chart, keys, tokens, decide, decideOnRecord, factsFor, append }: Needs) {
  return async function explainAccess(
    { actor, requestId }: Circumstance,
    ref: RecordRef,
    asked?: Asked,
  ): Promise<AccessExplained> {
    const subject = asked === undefined ? actor : personOf(asked)
    const carer = carerToken(tokens, subject.fhirUser)
    const fetched = await chart.current(tokens.id(ref.type, ref.id), carer)
    const { row, decoy } = fetched
    const label = row && keys.label(row)
    const { decision, facts } = await decideOnRecord(subject, carer, ref.type, fetched)
    const log = decide(factsFor(actor, 'read', { type: 'AuditEvent', patient: label?.patient ?? '' }, STRANGER))
    const tells = row !== undefined && (asked === undefined ? decision.permitted : log.permitted)
    keys.keysOf(row ?? decoy)
    const [entry] = (await append([
      {
        kind: 'internal',
        interaction: 'explain-access',
        action: 'E',
        outcome: tells ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: row?.owner.owner ?? TENANT_OWNER,
        ...(label?.patient !== undefined && { patient: `Patient/${label.patient}` }),
        what: [refText(ref), ...(asked === undefined ? [] : [asked.fhirUser])],
        reasons: [...(asked === undefined ? decision : log).reasons, `policy ${decision.version}`],
        requestId,
        opens: { rows: new Set() },
      },
    ])) as [Appended]
    const receipted = { receipt: entry.receipt.id, promise: entry.promise }
    if (asked !== undefined && !tells)
      throw new Refusal('record.not-found', `${ref.type}/${ref.id} is not known.`, receipted)
    const { role, purpose, strength } = facts
    if (tells)
      return {
        ...explainDecision(decide, facts),
        ...{ role, purpose, strength, relations: facts.relations, masks: decision.permitted ? decision.masks : [] },
        ...receipted,
      }
    const general = explainDecision(decide, factsFor(actor, 'read', missing(ref.type), STRANGER))
    return {
      permitted: false,
      says: REFUSED_FOR_THE_ACTOR,
      policies: [],
      wouldAllow: general.wouldAllow,
      basis: '',
      ...{ role, purpose, strength, relations: [], masks: [] },
      ...receipted,
    }
  }
}

/** A person as they would be on a good day: signed in with a passkey, by an app that covers everything. */
const personOf = ({ fhirUser, role }: Asked): Actor => ({
  kind: 'person',
  id: fhirUser,
  name: fhirUser,
  role,
  scopes: [{ context: 'user', type: '*', may: 'cruds' }],
  purpose: purposeOfRole(role),
  strength: 'phishing-resistant',
  fhirUser,
})
