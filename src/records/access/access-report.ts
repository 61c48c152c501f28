import { TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Appended } from '../../ledger/append.ts'
import { auditRows, openEvent } from '../audit/audit-rows.ts'
import type { ChartDoor } from '../chart-door.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import { STRANGER } from '../facts-for.ts'
import { carerToken } from '../read-record.ts'
import { type AccessLine, groupAccesses, sayAccess } from './say-access.ts'

/** The newest entries a report looks through; it says when there are more. */
const WINDOW = 5_000

export type AccessReport = Receipted & {
  readonly lines: readonly AccessLine[]
  readonly complete: boolean
}

/**
 * Who looked at a chart, in which role, why, when and at what, in plain words, for the patient and who may read the access
 * log. `all` also tells of what the patient did themself and what was expected.
 */
export function createAccessReport({
  database: sql,
  owners,
  tokens,
  decide,
  factsFor,
  append,
  ownersOfPatients,
  settle,
}: ChartDoor) {
  return async function accessReport(
    { actor, requestId }: Circumstance,
    patient: string,
    { since, unexpectedOnly }: { since?: Date | undefined; unexpectedOnly: boolean },
  ): Promise<AccessReport> {
    await settle()
    const found = await ownersOfPatients(carerToken(tokens, actor.fhirUser), [tokens.id('Patient', patient)])
    const owner = found.find((one) => one.owner !== TENANT_OWNER)
    const decision = decide(factsFor(actor, 'read', { type: 'AuditEvent', patient }, owner ?? STRANGER))
    const allowed = owner !== undefined && decision.permitted
    if (owner !== undefined) owners.unwrap(owner, owner.keysEpoch)
    const [entry] = (await append([
      {
        kind: 'release',
        interaction: 'access-report',
        action: 'R',
        outcome: allowed ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: owner?.owner ?? TENANT_OWNER,
        ...(owner !== undefined && { patient: `Patient/${patient}` }),
        reasons: [...decision.reasons, `policy ${decision.version}`],
        requestId,
        opens: allowed ? { owners: new Set([owner.owner]) } : { rows: new Set() },
      },
    ])) as [Appended]
    const { receipt, promise } = entry
    if (!allowed)
      throw new Refusal('record.not-found', `Patient/${patient} is not known.`, { receipt: receipt.id, promise })
    const rows = await auditRows(sql, { owner: owner.owner, limit: WINDOW })
    const accesses = rows
      .flatMap((row) => sayAccess(openEvent(receipt, owners, row), patient) ?? [])
      .filter(({ at, expected }) => (since === undefined || at >= since) && !(unexpectedOnly && expected))
    return { lines: groupAccesses(accesses), complete: rows.length < WINDOW, receipt: receipt.id, promise }
  }
}
