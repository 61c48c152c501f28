import { nearest } from '../../database/nearest.ts'
import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type OwnerId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import type { WrappedOwner } from '../../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../../vault/wrapped-owner-row.ts'
import { consentsOf, type SealedConsents } from '../consents/owner-consents.ts'
import type { Standing } from '../facts-for.ts'
import { type Carers, NO_CARER, numbered } from '../relations/carers.ts'
import type { HeldRelations } from '../relations/held-relations.ts'
import { relatedOwners, relationsOf, tokensOf } from '../relations/relations-of-carer.ts'

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
  keys_epoch: number
}

const columnsFor = (who?: string) =>
  `o.owner_id, o.patient_token, o.shard, o.kek_version, o.wrapped_key, o.audit_key,
  ${relationsOf(tokensOf(who), 'o.owner_id')} as relations, ${consentsOf('o.owner_id')} as consents,
  (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch`

export const foundOwner = (row: OwnerRowFound, carer = NO_CARER): FoundOwner => ({
  ...wrappedOwner(row),
  patientToken: row.patient_token?.toString('hex') ?? null,
  relations: { owner: row.owner_id, text: row.relations, carer },
  consents: row.consents && { owner: row.owner_id, sealed: row.consents, units: carer.units },
  keysEpoch: row.keys_epoch,
})

const OF_PATIENTS = `select t.who, t.n, o.patient_token = t.token as meant, ${columnsFor('t.who')}
    from unnest($2::int[], $3::int[], $4::bytea[]) t(n, who, token)
    cross join lateral ${nearest('owners', 'patient_token', 't.token')} o
  union all
  select t.who, t.n, true as meant, ${columnsFor('t.who')}
    from unnest($5::int[], $6::int[]) t(n, who)
    join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = '${TENANT_OWNER}'`

type OfPatients = (carer: Buffer, patientTokens: readonly Buffer[]) => Promise<FoundOwner[]>

/** The tenant, and the owners of these patients that exist; many callers share one statement. */
export function createOwnersOfPatients({ queryAs }: Carers): OfPatients {
  const together = createBatcher<{ carer: Buffer; patientTokens: readonly Buffer[] }, FoundOwner[]>({
    lanes: 2,
    most: 64,
    async run(asked) {
      const { each, who } = numbered(asked.map((one) => one.carer))
      const { rows, carers } = await queryAs<OwnerRowFound & { who: number; n: number; meant: boolean }>(
        each,
        OF_PATIENTS,
        [
          asked.flatMap(({ patientTokens }, n) => patientTokens.map(() => n)),
          asked.flatMap(({ patientTokens }, n) => patientTokens.map(() => who[n])),
          asked.flatMap(({ patientTokens }) => patientTokens),
          asked.map((_, n) => n),
          who,
        ],
        'owners-of-patients',
      )
      const found = asked.map((): FoundOwner[] => [])
      for (const row of rows) {
        const owner = foundOwner(row, carers[row.who - 1])
        if (row.meant) found[row.n]?.push(owner)
      }
      return found
    },
  })
  return (carer, patientTokens) => together({ carer, patientTokens })
}

const WITH_TYPE = `exists (select from index_pages p where p.tenant_id = ${TENANT_ID} and p.type = $2 and p.owner_id = o.owner_id)`
const EVERYBODY = `select ${columnsFor()} from owners o where o.tenant_id = ${TENANT_ID} and ${WITH_TYPE} limit $3`
const RELATED = `select ${columnsFor()} from owners o where o.tenant_id = ${TENANT_ID} and ${WITH_TYPE}
  and (o.owner_id in (${relatedOwners(tokensOf())}) or o.owner_id = '${TENANT_OWNER}' or o.patient_token = any($4)) limit $3`

/** Owners that have records of a type, `limit` at most: everybody, or with `own` those related to the carer, and these patients. */
export async function ownersWithType(
  { queryAs }: Carers,
  carer: Buffer,
  type: string,
  limit: number,
  own?: readonly Buffer[],
): Promise<FoundOwner[]> {
  const { rows, carers } = await (own === undefined
    ? queryAs<OwnerRowFound>([carer], EVERYBODY, [type, limit], 'owners-with-type')
    : queryAs<OwnerRowFound>([carer], RELATED, [type, limit, own], 'related-with-type'))
  return rows.map((row) => foundOwner(row, carers[0]))
}

/** How the carer stands to each of these owners. */
export async function standingsWith(
  { queryAs }: Carers,
  carer: Buffer,
  owners: readonly OwnerId[],
): Promise<Map<OwnerId, Standing>> {
  if (owners.length === 0) return new Map()
  const { rows, carers } = await queryAs<{ owner_id: OwnerId; relations: string | null; consents: Buffer | null }>(
    [carer],
    `select t.owner_id, ${relationsOf(tokensOf(), 't.owner_id')} as relations, ${consentsOf('t.owner_id')} as consents
     from unnest($2::uuid[]) t(owner_id)`,
    [owners],
    'standings-with',
  )
  const [who = NO_CARER] = carers
  return new Map(
    rows.map(({ owner_id: owner, relations, consents }) => [
      owner,
      {
        relations: { owner, text: relations, carer: who },
        consents: consents && { owner, sealed: consents, units: who.units },
      },
    ]),
  )
}

/** The tenant, the owners related to the carer, and these patients. */
export async function ownersRelated({ queryAs }: Carers, carer: Buffer, own: readonly Buffer[]): Promise<FoundOwner[]> {
  const { rows, carers } = await queryAs<OwnerRowFound>(
    [carer],
    `select ${columnsFor()} from owners o where o.tenant_id = ${TENANT_ID}
     and (o.owner_id in (${relatedOwners(tokensOf())}) or o.owner_id = '${TENANT_OWNER}' or o.patient_token = any($2))`,
    [own],
    'owners-related',
  )
  return rows.map((row) => foundOwner(row, carers[0]))
}

/** The types of which there are records that are not deleted. */
export async function typesWithRecords(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ type: string }>(
    `select distinct type from record_heads where tenant_id = ${TENANT_ID} and not deleted order by type`,
  )
  return rows.map((row) => row.type)
}
