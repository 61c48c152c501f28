import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { type RecordRef, refText } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Append } from '../ledger/append.ts'
import type { Decide, Decision } from '../policy/decide.ts'
import { openBlob } from './blobs/open-blob.ts'
import type { ChartKeys } from './chart-keys.ts'
import type { Circumstance, Receipted } from './circumstance.ts'
import { type FactsFor, missing, STRANGER } from './facts-for.ts'
import type { Label } from './label.ts'
import type { Masking } from './mask/masking.ts'
import type { Fetched, OwnChart, SealedRow } from './own-chart.ts'
import { standingsOfRows } from './relations/standings-of-rows.ts'
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
  readonly decide: Decide
  readonly factsFor: FactsFor
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
export function createReadRecord({ sql, chart, keys, tokens, decide, factsFor, append, masking }: Needs) {
  /**
   * Where the row itself does not permit, its patients may: who is refused has asked as much, whatever is there. An older
   * version is for who may read the newest too: what is restricted now was not open before. What is not there is decided on
   * as its decoy and as something unknown, and what is there too, so that both take as long.
   */
  async function decisionOn(actor: Actor, type: string, fetched: Fetched): Promise<Decision> {
    const row = fetched.row ?? fetched.decoy
    const newest = row?.newest
    const labels = row === undefined ? [] : [keys.label(row)]
    if (row !== undefined && newest !== undefined) labels.push(keys.label({ ...row, ...newest }))
    const found = labels.map((label) => ({ row: row as SealedRow, label }))
    const first = found.map((one) => decide(factsFor(actor, 'read', one.label, one.row)))
    const refused = (decisions: readonly Decision[]) => decisions.find((one) => !one.permitted)
    const permitted = refused(first) === undefined && labels.every((label) => label.patients === undefined)
    if (fetched.row !== undefined && permitted) return first[0] as Decision
    const standingOf = await standingsOfRows(sql, carerToken(tokens, actor.fhirUser), found)
    const each = found.map((one) => decide(factsFor(actor, 'read', one.label, standingOf(one))))
    const unknown = decide(factsFor(actor, 'read', missing(type), STRANGER))
    return fetched.row === undefined ? unknown : (refused(each) ?? (each[0] as Decision))
  }

  return async function readRecord({ actor, requestId }: Circumstance, ref: RecordRef): Promise<Released> {
    const fetched = await chart.current(tokens.id(ref.type, ref.id), carerToken(tokens, actor.fhirUser), ref.version)
    const { row, decoy } = fetched
    const label = row && keys.label(row)
    const decision = await decisionOn(actor, ref.type, fetched)
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
