import type { Database } from '../../database/sql.ts'
import { type EntryId, isRowId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Appended } from '../../ledger/append.ts'
import type { ChartDoor } from '../chart-door.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import { STRANGER } from '../facts-for.ts'
import { carerToken } from '../read-record.ts'
import type { Finding, Review } from '../reviews.ts'

/** What policy calls a review: no FHIR type. */
const REVIEW = 'Review'

/** A patient asks about an access; an officer answers. Both are entries that the patient can read. */
export function createAccessQuestions(needs: ChartDoor) {
  const { database, clock, tokens, decide, factsFor, owners, ownersOfPatients, append, appendWith, reviews } = needs

  /** Throws `record.not-found`, with an entry, unless the actor may read this patient's access log. */
  async function refuseStranger({ actor, requestId }: Circumstance, patient: string) {
    const found = await ownersOfPatients(carerToken(tokens, actor.fhirUser), [tokens.id('Patient', patient)])
    const owner = found.find((one) => one.owner !== TENANT_OWNER)
    const decision = decide(factsFor(actor, 'read', { type: 'AuditEvent', patient }, owner ?? STRANGER))
    if (owner !== undefined) owners.unwrap(owner, owner.keysEpoch)
    if (owner !== undefined && decision.permitted) return owner.owner
    const [entry] = (await append([
      {
        kind: 'internal',
        interaction: 'access-questioned',
        action: 'E',
        outcome: '4',
        actor,
        purpose: actor.purpose,
        owner: owner?.owner ?? TENANT_OWNER,
        reasons: [...decision.reasons, `policy ${decision.version}`],
        requestId,
        opens: { rows: new Set() },
      },
    ])) as [Appended]
    throw new Refusal('record.not-found', `Patient/${patient} is not known.`, {
      receipt: entry.receipt.id,
      promise: entry.promise,
    })
  }

  return {
    async ask(
      who: Circumstance,
      patient: string,
      receipt: string,
      text: string,
    ): Promise<Receipted & { review: string }> {
      const { actor, requestId } = who
      const owner = await refuseStranger(who, patient)
      const [entry] = isRowId(receipt)
        ? await database.query(
            `select entry_id from ledger_entries where tenant_id = ${TENANT_ID} and entry_id = $1 and owner_id = $2`,
            [receipt, owner],
          )
        : []
      if (entry === undefined) throw new Refusal('ledger.unknown-receipt', 'There is no such access to this chart.')
      const { value: review, appended } = await appendWith(async (tx) => {
        const { id, name, role } = actor
        const kept = { patient, person: { id, name, role }, text, entry: receipt as EntryId }
        const openedAt = clock.now()
        return {
          value: await reviews.open(tx, { kind: 'question', owner, kept, openedAt, actor: null }),
          happenings: [
            {
              kind: 'internal',
              interaction: 'access-questioned',
              action: 'E',
              outcome: '0',
              actor,
              purpose: actor.purpose,
              owner,
              patient: `Patient/${patient}`,
              what: [`AuditEvent/${receipt}`],
              requestId,
              opens: { rows: new Set() },
            },
          ],
        }
      })
      const { receipt: own, promise } = appended[0] as Appended
      return { review, receipt: own.id, promise }
    },

    /**
     * What waits for an officer, oldest first; who leads a department sees the emergencies of its people. Throws
     * `policy.forbidden` for who may neither read everybody's access log nor lead.
     */
    async waiting(who: Circumstance): Promise<Review[]> {
      const seen = await refuseLayman(who, true)
      const all = await reviews.waiting(database)
      if (seen === 'all') return all
      return all.filter(({ kind, kept }) => kind === 'break-glass' && kept.person.unit === who.actor.unit)
    },

    /** Closes a review; the patient reads what was found. Throws `record.not-found`, `record.conflict`. */
    async close(who: Circumstance, id: string, finding: Finding, note: string): Promise<Receipted> {
      const { actor, requestId } = who
      await refuseLayman(who)
      const { appended } = await appendWith(async (tx) => {
        const review = await reviews.find(tx, id, true)
        if (review === undefined) throw new Refusal('record.not-found', 'There is no such review.')
        if (review.closedAt !== null) throw new Refusal('record.conflict', 'This review is closed already.')
        if (review.kept.person.id === actor.id)
          throw new Refusal('policy.forbidden', 'Nobody reviews what they did themself.')
        await hold(tx, review.owner)
        await reviews.close(tx, review, finding, { officer: { id: actor.id, name: actor.name }, note })
        return {
          value: undefined,
          happenings: [
            {
              kind: 'internal',
              interaction: 'review-closed',
              action: 'E',
              outcome: '0',
              actor,
              purpose: actor.purpose,
              owner: review.owner,
              patient: `Patient/${review.kept.patient}`,
              what: [`AuditEvent/${review.kept.entry}`],
              reasons: [finding, `note: ${note}`],
              requestId,
              opens: { rows: new Set() },
            },
          ],
        }
      })
      const { receipt, promise } = appended[0] as Appended
      return { receipt: receipt.id, promise }
    },
  }

  /** The keys of an owner, so that an entry can be sealed for them. */
  async function hold(sql: Pick<Database, 'query'>, owner: Review['owner']): Promise<void> {
    const [row] = await sql.query<{ patient_token: Buffer }>(
      `select patient_token from owners where tenant_id = ${TENANT_ID} and owner_id = $1`,
      [owner],
    )
    for (const one of await ownersOfPatients(Buffer.alloc(0), row === undefined ? [] : [row.patient_token]))
      owners.unwrap(one, one.keysEpoch)
  }

  /** What of the reviews somebody may look at; closing them is for officers. */
  async function refuseLayman({ actor, requestId }: Circumstance, looking = false): Promise<'all' | 'unit'> {
    const officer = decide(factsFor(actor, 'read', { type: 'AuditEvent' }, STRANGER))
    const leads = looking && !officer.permitted && actor.unit !== undefined
    const decision = leads ? decide(factsFor(actor, 'read', { type: REVIEW }, STRANGER)) : officer
    const [entry] = (await append([
      {
        kind: 'internal',
        interaction: 'reviews',
        action: 'E',
        outcome: decision.permitted ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: TENANT_OWNER,
        reasons: [...decision.reasons, `policy ${decision.version}`],
        requestId,
        opens: { rows: new Set() },
      },
    ])) as [Appended]
    if (decision.permitted) return leads ? 'unit' : 'all'
    throw new Refusal('policy.forbidden', 'Reviews are for privacy and security officers.', {
      receipt: entry.receipt.id,
      promise: entry.promise,
    })
  }
}
