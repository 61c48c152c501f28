import type { Sql } from '../database/sql.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { type RecordRef, refText } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Append } from '../ledger/append.ts'
import { openBlob } from './blobs/open-blob.ts'
import type { ChartKeys } from './chart-keys.ts'
import type { Circumstance, Receipted } from './circumstance.ts'
import type { DecideOnRecord } from './decide-on-record.ts'
import type { Label } from './label.ts'
import type { Masking } from './mask/masking.ts'
import type { OwnChart } from './own-chart.ts'
import type { Tokens } from './tokens.ts'

export type Released = Receipted & {
  /** The record as it was sealed, but for what is masked: JSON in UTF-8. */
  readonly json: Buffer
  /** Whether nothing of it was masked. */
  readonly whole: boolean
  readonly version: number
  readonly at: Date
  readonly label: Label
  /** The bytes of a Binary that lie in chunks. */
  readonly bytes?: AsyncIterable<Buffer>
}

type Needs = {
  readonly chart: OwnChart
  readonly keys: ChartKeys
  readonly tokens: Tokens
  readonly decideOnRecord: DecideOnRecord
  readonly append: Append['append']
  readonly masking: Masking
  readonly sql: Sql
}

/**
 * Reads one record, or one version of it, for one actor.
 *
 * The order is the promise: what lies there is fetched sealed, its label says whose it is, the decision is
 * written into the ledger, permitted or not, and only with that receipt is anything opened. Unknown and
 * forbidden take the same steps and give the same answer; `record.gone` is for those who could have read.
 */
export function createReadRecord({ sql, chart, keys, tokens, decideOnRecord, append, masking }: Needs) {
  return async function readRecord({ actor, requestId }: Circumstance, ref: RecordRef): Promise<Released> {
    const carer = carerToken(tokens, actor.fhirUser)
    const fetched = await chart.current(tokens.id(ref.type, ref.id), carer, ref.version)
    const { row, decoy } = fetched
    const label = row && keys.label(row)
    const { decision } = await decideOnRecord(actor, carer, ref.type, fetched)
    const allowed = row !== undefined && decision.permitted
    keys.keysOf(row ?? decoy)
    const masks = allowed ? decision.masks.map((id) => `mask ${id}`) : []
    const [entry] = await append([
      {
        kind: 'release',
        interaction: ref.version === undefined ? 'read' : 'vread',
        action: 'R',
        outcome: allowed ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: row?.owner.owner ?? TENANT_OWNER,
        ...(label?.patient !== undefined && { patient: `Patient/${label.patient}` }),
        what: [refText(ref)],
        reasons: [...decision.reasons, ...masks, `policy ${decision.version}`],
        requestId,
        opens: { rows: new Set(allowed ? [row.row] : []) },
      },
    ])
    const { receipt, promise } = entry as NonNullable<typeof entry>
    if (!allowed || label === undefined)
      throw new Refusal('record.not-found', `${ref.type}/${ref.id} is not known.`, { receipt: receipt.id, promise })
    if (row.act === 'D')
      throw new Refusal('record.gone', `${ref.type}/${ref.id} was deleted.`, { receipt: receipt.id, promise })
    const { json, blob } = keys.opened(row, label, receipt)
    const released = masking.masked(actor, label.type, json)
    return {
      json: released,
      whole: released === json,
      ...(blob && { bytes: openBlob(sql, receipt, blob) }),
      version: row.version,
      at: row.at,
      label,
      receipt: receipt.id,
      promise,
    }
  }
}

const NOBODY = Buffer.alloc(0)

/** The token under which an actor's care relations are kept. */
export function carerToken(tokens: Tokens, fhirUser: string | undefined): Buffer {
  if (fhirUser === undefined) return NOBODY
  const [type = '', id = ''] = fhirUser.split('/')
  return tokens.id(type, id)
}
