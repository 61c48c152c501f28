import { newEntryId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Appended } from '../../ledger/append.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { ChartDoor } from '../chart-door.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import { STRANGER } from '../facts-for.ts'
import { carerToken } from '../read-record.ts'
import { sealLasts } from '../relations/held-relations.ts'

const LASTS_MS = 60 * 60_000
const MISUSES_THAT_END_IT = 2
const MISUSE_COUNTS_DAYS = 180

/**
 * Opens one patient's chart to one person for an hour, for an emergency: a relation like any other, of which the entry
 * says why, that the patient sees at once and an officer has to review. Who is not known, and who may not, get the same
 * answer.
 */
export function createBreakGlass(needs: ChartDoor) {
  const { database, clock, tokens, decide, factsFor, owners, ownersOfPatients, append, appendWith, reviews, labelKey } =
    needs
  return async function breakGlass(
    { actor, requestId }: Circumstance,
    patient: string,
    reason: string,
  ): Promise<Receipted & { endsAt: Date }> {
    const carer = carerToken(tokens, actor.fhirUser)
    const found = await ownersOfPatients(carer, [tokens.id('Patient', patient)])
    const owner = found.find((one) => one.owner !== TENANT_OWNER)
    const decision = decide(factsFor(actor, 'break-glass', { type: 'Patient', patient }, owner ?? STRANGER))
    const misused = (await reviews.misuses(database, carer, MISUSE_COUNTS_DAYS)) >= MISUSES_THAT_END_IT
    const allowed =
      owner !== undefined && owner.wrappedKey !== null && decision.permitted && carer.length > 0 && !misused
    if (owner !== undefined) owners.unwrap(owner, owner.keysEpoch)
    const happening: Happening = {
      id: newEntryId(),
      kind: 'internal',
      interaction: 'break-glass',
      action: 'E',
      outcome: allowed ? '0' : '4',
      actor,
      purpose: 'ETREAT',
      owner: owner?.owner ?? TENANT_OWNER,
      ...(owner !== undefined && { patient: `Patient/${patient}` }),
      what: [`Patient/${patient}`],
      reasons: [
        ...(misused ? ['found to have misused it before'] : decision.reasons),
        `policy ${decision.version}`,
        `reason: ${reason}`,
      ],
      requestId,
      opens: { rows: new Set() },
    }
    if (!allowed) {
      const [entry] = (await append([happening])) as [Appended]
      throw new Refusal('record.not-found', `Patient/${patient} is not known, or not to be opened so.`, {
        receipt: entry.receipt.id,
        promise: entry.promise,
      })
    }
    const now = clock.now()
    const endsAt = new Date(now.getTime() + LASTS_MS)
    const { appended } = await appendWith(async (tx) => {
      const { id, name, role, unit } = actor
      const kept = {
        patient,
        person: { id, name, role, ...(unit !== undefined && { unit }) },
        text: reason,
        entry: happening.id as NonNullable<Happening['id']>,
        endsAt: endsAt.toISOString(),
      }
      const review = await reviews.open(tx, {
        kind: 'break-glass',
        owner: owner.owner,
        kept,
        openedAt: now,
        actor: carer,
      })
      await tx.query(
        `insert into care_relations (tenant_id, carer_token, owner_id, row_id, kind, lasts)
         values (${TENANT_ID}, $1, $2, $3, 'break-glass', $4)`,
        [carer, owner.owner, review, sealLasts(labelKey(), owner.owner, review, [now.getTime(), endsAt.getTime()])],
      )
      return { value: undefined, happenings: [happening] }
    })
    const { receipt, promise } = appended[0] as Appended
    return { endsAt, receipt: receipt.id, promise }
  }
}
