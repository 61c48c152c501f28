import type { Actor } from '../kernel/actor.ts'
import { type RecordRef, refText } from '../kernel/record-ref.ts'
import type { Append } from '../ledger/append.ts'
import type { ChartKeys } from './chart-keys.ts'
import type { OwnChart } from './own-chart.ts'
import type { Tokens } from './tokens.ts'

const NO_CARER = Buffer.alloc(0)

type Needs = {
  readonly chart: OwnChart
  readonly keys: ChartKeys
  readonly tokens: Tokens
  readonly append: Append['append']
}

/**
 * Opens one record for a machine of this server, under an entry of its owner that says so: nothing of it leaves. Undefined
 * when there is none.
 */
export const createLookUp =
  ({ chart, keys, tokens, append }: Needs) =>
  async (machine: Actor, ref: RecordRef): Promise<string | undefined> => {
    const { row } = await chart.current(tokens.id(ref.type, ref.id), NO_CARER)
    if (row === undefined || row.act === 'D') return undefined
    const label = keys.label(row)
    const [entry] = await append([
      {
        kind: 'internal',
        interaction: 'look-up',
        action: 'R',
        outcome: '0',
        actor: machine,
        purpose: machine.purpose,
        owner: row.owner.owner,
        ...(label.patient !== undefined && { patient: `Patient/${label.patient}` }),
        what: [refText(ref)],
        opens: { rows: new Set([row.row]) },
      },
    ])
    return entry && keys.body(row, label, entry.receipt)
  }
