import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { type EntryId, newOwnerId, newRowId, type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { rowDigest } from '../../ledger/commitment.ts'
import type { Decide, Decision } from '../../policy/decide.ts'
import type { Act } from '../../policy/facts.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import { seal } from '../../vault/seal.ts'
import { joinBlob } from '../blobs/blob.ts'
import type { Circumstance } from '../circumstance.ts'
import type { ConsentEngine } from '../consents/consent-engine.ts'
import { type FactsFor, missing, STRANGER } from '../facts-for.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { withIdentity } from '../fhir/rewrite-text.ts'
import { type Label, openLabel, sameKind, sealLabel } from '../label.ts'
import type { LabelRules } from '../labelling/label-rules.ts'
import type { Masking } from '../mask/masking.ts'
import { refuseUnseen } from '../mask/refuse-unseen.ts'
import { carerToken } from '../read-record.ts'
import { NO_CARER } from '../relations/carers.ts'
import type { Tokens } from '../tokens.ts'
import type { Change } from './change.ts'
import { checkVersion } from './check-version.ts'
import { type ConsentsInForce, createPutInForce } from './consents-in-force.ts'
import { happeningsOf, type PlannedEntry, planEntry } from './happenings-of.ts'
import { indexedOf, searchTokensOf } from './indexed-of.ts'
import { labelOfContent } from './label-of-content.ts'
import { type Content, NOTHING_THERE, type Operation, type Written } from './operation.ts'
import type { KnownHead, Plan, State } from './plan.ts'
import { remarksOn } from './remarks-on.ts'
import { tiesOfContent } from './ties-of-content.ts'
import type { OwnerRow } from './write-state.ts'

type Needs = {
  readonly tokens: Tokens
  readonly decide: Decide
  readonly factsFor: FactsFor
  readonly engine: ConsentEngine
  readonly owners: OwnerCache
  readonly labelKey: () => KeyObject
  readonly labelRules: LabelRules
  readonly newOwner: (owner: OwnerId) => Omit<OwnerRow, 'patientToken'>
  readonly masking: Masking
  readonly clock: Clock
}

/** With the id that a new record has outside of its content. */
const named = (resource: Resource, id: string): Resource => ({ ...resource, id })

/**
 * Turns the operations of one group into sealed changes, in memory: checks versions, decides each operation,
 * finds or makes the owner, seals. Throws a Refusal and leaves the state as it was, or returns the plan and
 * moves the state on, so that the next group sees it.
 */
export function createPlanWrites({
  tokens,
  decide,
  factsFor,
  engine,
  owners,
  labelKey,
  labelRules,
  newOwner,
  masking,
  clock,
}: Needs) {
  const putInForce = createPutInForce(labelKey)
  return function planWrites(
    { actor, requestId }: Circumstance,
    interaction: string,
    operations: readonly Operation[],
    state: State,
  ): Plan {
    owners.see(state.keysEpoch)
    const changes: Change[] = []
    const written: Written[] = []
    const heads = new Map<string, KnownHead>()
    const fresh = new Map<string, OwnerRow>()
    const entries = new Map<OwnerId, PlannedEntry>()
    const carer = state.carers.get(carerToken(tokens, actor.fhirUser).toString('hex')) ?? NO_CARER
    const author = { token: carer.token, belongs: carer.ways }
    const now = clock.now().getTime()

    const inForce: ConsentsInForce = new Map()
    const consentsOf = (owner: OwnerId) => {
      const changed = [inForce, state.consents].find((one) => one.has(owner))
      return changed === undefined ? state.owners.get(owner)?.consents : changed.get(owner)
    }
    const headOf = (token: string) => heads.get(token) ?? state.heads.get(token)
    const standingsWith = (label: Label, owner: OwnerId) =>
      (label.patients ?? [owner]).map((one) => {
        const sealed = consentsOf(one)
        const relations = state.care.get(`${carer.token} ${one}`) ?? STRANGER.relations
        return { relations, consents: sealed ? { owner: one, sealed, units: carer.units } : null }
      })
    const labelOf = (head: KnownHead): Label =>
      head.known ??
      openLabel(
        labelKey(),
        { owner: head.owner, type: head.type, row: head.row, version: head.version },
        head.label as Buffer,
      )

    function allow(act: Act, label: Label, owner: OwnerId): Decision {
      return decide(factsFor(actor, act, label, standingsWith(label, owner)))
    }

    /** What policy keeps from somebody's eyes is not there for their writes; which interactions a token has is its own matter. */
    const visible = (label: Label, owner: OwnerId): boolean =>
      decide({ ...factsFor(actor, 'read', label, standingsWith(label, owner)), scopeCovers: true }).permitted

    function ownerOf(patientId: string): OwnerRow {
      const token = tokens.id('Patient', patientId).toString('hex')
      const found = fresh.get(token) ?? state.patients.get(token)
      if (found !== undefined) return found
      const made = { ...newOwner(newOwnerId()), patientToken: token }
      fresh.set(token, made)
      return made
    }

    function entryOf(owner: OwnerId, label: Label, act: Act, decision: Decision): EntryId {
      owners.unwrap(ownerRow(owner), state.keysEpoch)
      return planEntry(entries, owner, label, act, decision)
    }

    function newLabel(type: string, id: string, content: Content): { label: Label; owner: OwnerRow } {
      const concerned = content.patients
      const birthDate = state.birthDates.get(concerned[0] ?? '')
      const base = {
        type,
        id,
        ...labelOfContent(labelRules, type, content, { birthDate, at: new Date(now).toISOString() }),
      }
      if (concerned.length === 1)
        return { label: { ...base, patient: concerned[0] as string }, owner: ownerOf(concerned[0] as string) }
      const owner = state.owners.get(TENANT_OWNER)
      if (owner === undefined) throw new Error('the tenant has no keys')
      if (concerned.length === 0) return { label: base, owner }
      return { label: { ...base, patients: concerned.map((patient) => ownerOf(patient).owner) }, owner }
    }

    function store(
      operation: Operation,
      head: KnownHead | undefined,
      unmarked: Label,
      owner: OwnerRow,
      decision: Decision,
    ): void {
      const { type, id } = operation
      const counts =
        type === 'Consent' && unmarked.patient !== undefined && allow('record-consent', unmarked, owner.owner).permitted
      const { counts: _, ties: __, ...bare } = unmarked
      const content = operation.act === 'delete' ? undefined : operation.content
      const resource = content && named(content.resource, id)
      const before = head && labelOf(head).ties
      // Of a Consent that does not count, what counted before stays.
      const { ties, rows } =
        type === 'Consent' && !counts
          ? { ties: before, rows: undefined }
          : tiesOfContent(
              tokens,
              {
                resource,
                owner: owner.owner,
                ofSeveral: unmarked.patient === undefined,
                before,
                moved: head !== undefined && head.owner !== owner.owner,
              },
              (patient) => ownerOf(patient).owner,
              { ...author, mayConfirm: allow('record-relation', unmarked, owner.owner).permitted },
            )
      const label: Label = { ...bare, ...(counts && { counts }), ...(ties && { ties }) }
      const idToken = tokens.id(type, id)
      const row = head?.row ?? newRowId()
      const version = (head?.version ?? 0) + 1
      const at = new Date(Math.max(Math.floor(now), head === undefined ? 0 : head.at.getTime() + 1))
      const place = { owner: owner.owner, type, row, version }
      const act = operation.act === 'delete' ? 'D' : head === undefined || head.deleted ? 'C' : 'U'
      const entry = entryOf(
        owner.owner,
        label,
        operation.act === 'delete' ? 'delete' : act === 'C' ? 'create' : 'update',
        decision,
      )
      if (head !== undefined && head.owner !== owner.owner) entryOf(head.owner, labelOf(head), 'update', decision)
      const sealedLabel = sealLabel(labelKey(), place, label)
      let sealedBody: Buffer | null = null
      let text: string | undefined
      if (content !== undefined) {
        text = withIdentity(content.text, { id, versionId: String(version), lastUpdated: at.toISOString() })
        const keys = owners.unwrap(owner, state.keysEpoch)
        sealedBody = seal(keys, label.keyClass, { ...place, column: 'body' }, Buffer.from(joinBlob(text, content.blob)))
      }
      const rules = counts ? resource && engine.compile(resource) : undefined
      for (const remark of remarksOn(ties, before, author, engine.isBroken(rules)))
        entries.get(owner.owner)?.reasons.add(remark)
      if (counts)
        putInForce(inForce, consentsOf, { row, version, owner: owner.owner, from: head?.owner ?? owner.owner, rules })
      changes.push({
        idToken,
        row,
        type,
        version,
        act,
        at,
        owner: owner.owner,
        entry,
        label,
        sealedLabel,
        sealedBody,
        digest: rowDigest(row, version, sealedLabel, sealedBody),
        indexed: content ? indexedOf(row, at, content, label) : null,
        ...(head?.page !== undefined && head.page !== null && { before: { owner: head.owner, page: head.page } }),
        ...(content?.blob && { blobId: content.blob.id }),
        tokens: content ? searchTokensOf(tokens, type, content) : [],
        ...(rows && { ties: rows }),
      })
      heads.set(idToken.toString('hex'), {
        row,
        type,
        version,
        deleted: act === 'D',
        owner: owner.owner,
        page: head?.page ?? null,
        at,
        label: null,
        known: label,
      })
      written.push({
        status: act === 'D' ? 204 : act === 'C' ? 201 : 200,
        type,
        id,
        version,
        at,
        ...(text !== undefined && { text: masking.maskedText(actor, type, text) }),
      })
    }

    function plan(operation: Operation): void {
      const { type, id } = operation
      const token = tokens.id(type, id).toString('hex')
      if (heads.has(token)) throw new Refusal('request.invalid', `${type}/${id} is written twice in one transaction.`)
      const head = headOf(token)
      const unknown = () => new Refusal('record.not-found', `${type}/${id} is not known.`)

      if (head !== undefined) {
        const act: Act = operation.act === 'delete' ? 'delete' : 'update'
        const decision = allow(act, labelOf(head), head.owner)
        if (!decision.permitted || !visible(labelOf(head), head.owner)) throw unknown()
        checkVersion(operation, head)
        if (operation.act === 'delete') {
          if (!head.deleted) return store(operation, head, labelOf(head), ownerRow(head.owner), decision)
          written.push({ status: 204, type, id, version: head.version, at: head.at })
          entryOf(head.owner, labelOf(head), 'delete', decision)
          return
        }
        if (!head.deleted) refuseUnseen(operation, head.version, masking.obligationsOf(actor, type))
        const { label, owner } = newLabel(type, id, operation.content)
        const moved = owner.owner !== head.owner || !sameKind(label, labelOf(head))
        if (moved && !allow('update', label, owner.owner).permitted) throw unknown()
        return store(operation, head, label, owner, decision)
      }

      if (operation.act === 'delete') {
        decide(factsFor(actor, 'delete', missing(type), STRANGER))
        throw unknown()
      }
      if (operation.act === 'update' && (operation.ifMatch ?? NOTHING_THERE) !== NOTHING_THERE) throw unknown()
      const { label, owner } = newLabel(type, id, operation.content)
      const decision = allow(operation.act === 'update' ? 'create-with-id' : 'create', label, owner.owner)
      if (!decision.permitted) {
        throw operation.act === 'update'
          ? unknown()
          : new Refusal('policy.forbidden', `You may not create this ${type}.`)
      }
      store(operation, undefined, label, owner, decision)
    }

    function ownerRow(owner: OwnerId): OwnerRow {
      const found = state.owners.get(owner) ?? [...fresh.values()].find((one) => one.owner === owner)
      if (found === undefined) throw new Error('the owner of a row is not known')
      return found
    }

    for (const operation of operations) plan(operation)

    for (const [token, head] of heads) state.heads.set(token, head)
    for (const [owner, sealed] of inForce) state.consents.set(owner, sealed)
    for (const [token, owner] of fresh) {
      state.patients.set(token, owner)
      state.owners.set(owner.owner, owner)
    }
    const happenings = happeningsOf({ actor, requestId }, interaction, entries, changes)
    return { changes, written, freshOwners: [...fresh.values()], happenings }
  }
}
