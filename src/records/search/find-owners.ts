import { nearest } from '../../database/nearest.ts'
import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type OwnerId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import type { WrappedOwner } from '../../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../../vault/wrapped-owner-row.ts'
import { consentsOf, type SealedConsents, unitsForConsents } from '../consents/owner-consents.ts'
import type { Standing } from '../facts-for.ts'
import type { HeldRelations } from '../relations/held-relations.ts'
import { relatedOwners, relationsOfCarer } from '../relations/relations-of-carer.ts'

/** An owner with what a decision needs: the asking actor's relations with it. */
export type FoundOwner = WrappedOwner & {
  readonly patientToken: string | null
  readonly relations: HeldRelations
  readonly consents: SealedConsents | null
  readonly keysEpoch: number
}

export type OwnerRowFound = WrappedOwnerRow & {
  patient_token: Buffer | null
  relations: string | null
  consents: Buffer | null
  units: string | null
  keys_epoch: number
}

const columnsFor = (carer: string) =>
  `o.owner_id, o.patient_token, o.shard, o.kek_version, o.wrapped_key, o.audit_key,
  ${relationsOfCarer(carer, 'o.owner_id')} as relations, ${consentsOf('o.owner_id')} as consents,
  ${unitsForConsents(carer, 'o.owner_id')} as units,
  (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch`

export const foundOwner = (row: OwnerRowFound): FoundOwner => ({
  ...wrappedOwner(row),
  patientToken: row.patient_token?.toString('hex') ?? null,
  relations: { owner: row.owner_id, text: row.relations },
  consents: row.consents && { owner: row.owner_id, sealed: row.consents, units: row.units },
  keysEpoch: row.keys_epoch,
})

const OF_PATIENTS = `select t.n, o.patient_token = t.token as meant, ${columnsFor('t.carer')}
    from unnest($1::int[], $2::bytea[], $3::bytea[]) t(n, carer, token)
    cross join lateral ${nearest('owners', 'patient_token', 't.token')} o
  union all
  select t.n, true as meant, ${columnsFor('t.carer')}
    from unnest($4::int[], $5::bytea[]) t(n, carer)
    join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = '${TENANT_OWNER}'`

type OfPatients = (carer: Buffer, patientTokens: readonly Buffer[]) => Promise<FoundOwner[]>

/** The tenant, and the owners of these patients that exist; many callers share one statement. */
export function createOwnersOfPatients(sql: Sql): OfPatients {
  const together = createBatcher<{ carer: Buffer; patientTokens: readonly Buffer[] }, FoundOwner[]>({
    lanes: 2,
    most: 64,
    async run(asked) {
      const rows = await sql.query<OwnerRowFound & { n: number; meant: boolean }>(
        OF_PATIENTS,
        [
          asked.flatMap(({ patientTokens }, n) => patientTokens.map(() => n)),
          asked.flatMap(({ patientTokens, carer }) => patientTokens.map(() => carer)),
          asked.flatMap(({ patientTokens }) => patientTokens),
          asked.map((_, n) => n),
          asked.map(({ carer }) => carer),
        ],
        'owners-of-patients',
      )
      const found = asked.map((): FoundOwner[] => [])
      for (const row of rows) {
        const owner = foundOwner(row)
        if (row.meant) found[row.n]?.push(owner)
      }
      return found
    },
  })
  return (carer, patientTokens) => together({ carer, patientTokens })
}

const WITH_TYPE = `exists (select from index_pages p where p.tenant_id = ${TENANT_ID} and p.type = $2 and p.owner_id = o.owner_id)`
const EVERYBODY = `select ${columnsFor('$1')} from owners o where o.tenant_id = ${TENANT_ID} and ${WITH_TYPE} limit $3`
const RELATED = `select ${columnsFor('$1')} from owners o where o.tenant_id = ${TENANT_ID} and ${WITH_TYPE}
  and (o.owner_id in (${relatedOwners('$1')}) or o.owner_id = '${TENANT_OWNER}' or o.patient_token = any($4)) limit $3`

/** Owners that have records of a type, `limit` at most: everybody, or with `own` those related to the carer, and these patients. */
export async function ownersWithType(
  sql: Sql,
  carer: Buffer,
  type: string,
  limit: number,
  own?: readonly Buffer[],
): Promise<FoundOwner[]> {
  const rows =
    own === undefined
      ? await sql.query<OwnerRowFound>(EVERYBODY, [carer, type, limit], 'owners-with-type')
      : await sql.query<OwnerRowFound>(RELATED, [carer, type, limit, own], 'related-with-type')
  return rows.map(foundOwner)
}

/** How the carer stands to each of these owners. */
export async function standingsWith(
  sql: Sql,
  carer: Buffer,
  owners: readonly OwnerId[],
): Promise<Map<OwnerId, Standing>> {
  if (owners.length === 0) return new Map()
  type Found = { owner_id: OwnerId; relations: string | null; consents: Buffer | null; units: string | null }
  const rows = await sql.query<Found>(
    `select t.owner_id, ${relationsOfCarer('$1', 't.owner_id')} as relations, ${consentsOf('t.owner_id')} as consents,
       ${unitsForConsents('$1', 't.owner_id')} as units
     from unnest($2::uuid[]) t(owner_id)`,
    [carer, owners],
    'standings-with',
  )
  return new Map(
    rows.map(({ owner_id: owner, relations, consents, units }) => [
      owner,
      { relations: { owner, text: relations }, consents: consents && { owner, sealed: consents, units } },
    ]),
  )
}

/** The tenant, the owners related to the carer, and these patients. */
export async function ownersRelated(sql: Sql, carer: Buffer, own: readonly Buffer[]): Promise<FoundOwner[]> {
  const rows = await sql.query<OwnerRowFound>(
    `select ${columnsFor('$1')} from owners o where o.tenant_id = ${TENANT_ID}
     and (o.owner_id in (${relatedOwners('$1')}) or o.owner_id = '${TENANT_OWNER}' or o.patient_token = any($2))`,
    [carer, own],
    'owners-related',
  )
  return rows.map(foundOwner)
}

/** The types of which there are records that are not deleted. */
export async function typesWithRecords(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ type: string }>(
    `select distinct type from record_heads where tenant_id = ${TENANT_ID} and not deleted order by type`,
  )
  return rows.map((row) => row.type)
}
