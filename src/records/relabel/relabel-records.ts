import type { KeyObject } from 'node:crypto'
import type { Database } from '../../database/sql.ts'
import type { Actor } from '../../kernel/actor.ts'
import { type OwnerId, type RowId, TENANT_OWNER } from '../../kernel/ids.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import type { IndexPages } from '../index-pages.ts'
import type { LabelRules } from '../labelling/label-rules.ts'
import { labelsOf } from '../labelling/security-labels.ts'
import { createNewLabels, type Relabelled } from './new-labels.ts'
import { createResealVersions, OwnerMoved } from './reseal-versions.ts'
import { countRecords, nextRecords, storedVersions } from './stored-versions.ts'

export type RelabelTally = {
  readonly records: number
  readonly versions: number
  /** Versions whose label is not that of today's rules: to be resealed, or resealed. */
  readonly changed: number
  /** Of these, by `before → after`, each as `R PSY` or `N`. */
  readonly becomes: Readonly<Record<string, number>>
}

export type RelabelWishes = {
  /** Only looks. */
  readonly dryRun?: boolean
  /** Reseals everything, so that the database does not show what changed. */
  readonly all?: boolean
  /** Where a run before this one stopped. */
  readonly after?: string
  /** Told after every step, with where to go on. */
  readonly progress?: (done: number, of: number, after: string) => void
}

export const FIRST_RECORD = '0'.repeat(32)
const STEP = 100
const TRIES = 4
const LOOK_AGAIN = new Set(['40P01', '40001'])

const RELABELLER: Actor = {
  kind: 'machine',
  id: 'relabel',
  name: 'relabel',
  role: 'relabel',
  scopes: [],
  purpose: 'HOPERAT',
}

type Needs = {
  readonly database: Database
  readonly append: Append['append']
  readonly appendWith: Append['appendWith']
  readonly owners: OwnerCache
  readonly pages: IndexPages
  readonly labelKey: () => KeyObject
  readonly labelRules: LabelRules
}

/**
 * Goes over every record, all versions, computes their labels under the rules of today and reseals what has another.
 * Steps of 100 records, each in the ledger and a transaction of its own; may run beside any server, be stopped and begun
 * again: what has today's label already is left as it is.
 */
export function createRelabelRecords({ database, append, appendWith, ...needs }: Needs) {
  const newLabels = createNewLabels(needs)
  const resealVersions = createResealVersions({ ...needs, newLabels })

  return async function relabelRecords({
    dryRun = false,
    all = false,
    after = FIRST_RECORD,
    progress = () => undefined,
  }: RelabelWishes = {}): Promise<RelabelTally> {
    const of = await countRecords(database)
    const becomes: Record<string, number> = {}
    const tally = { records: 0, versions: 0, changed: 0 }
    for (let rows = await nextRecords(database, after, STEP); rows.length > 0; ) {
      const looked = await step(rows, dryRun, all)
      const changed = looked.filter((one) => one.changed)
      for (const one of changed) {
        const says = `${wordsOf(one.before)} → ${wordsOf(one.label)}`
        becomes[says] = (becomes[says] ?? 0) + 1
      }
      tally.records += rows.length
      tally.versions += looked.length
      tally.changed += changed.length
      const last = rows.at(-1) as string
      progress(tally.records, of, last)
      rows = await nextRecords(database, last, STEP)
    }
    return { ...tally, becomes }
  }

  async function step(rows: readonly RowId[], dryRun: boolean, all: boolean, tries = 1): Promise<Relabelled[]> {
    const { looked, receipt } = await look(rows)
    const wanted = all ? rows : [...new Set(looked.filter((one) => one.changed).map((one) => one.stored.row))]
    if (dryRun || wanted.length === 0) return looked
    try {
      await appendWith(async (tx) => {
        const { resealed, happenings } = await resealVersions(tx, wanted, { actor: RELABELLER, receipt, all })
        return { value: resealed, happenings }
      })
      return looked
    } catch (error) {
      const again = error instanceof OwnerMoved || LOOK_AGAIN.has((error as { code?: string }).code ?? '')
      if (!again || tries >= TRIES) throw error
      return step(rows, dryRun, all, tries + 1)
    }
  }

  async function look(rows: readonly RowId[]) {
    const versions = await storedVersions(database, rows)
    const owners = new Set<OwnerId>(versions.map((one) => one.owner.owner))
    const [entry] = await append([
      {
        kind: 'internal',
        interaction: 'relabel',
        action: 'E',
        outcome: '0',
        actor: RELABELLER,
        purpose: RELABELLER.purpose,
        owner: TENANT_OWNER,
        reasons: [`rules ${needs.labelRules.version}`],
        opens: { owners },
      },
    ])
    const { receipt } = entry as Appended
    return { looked: await newLabels(versions, receipt), receipt }
  }
}

const wordsOf = ({ security }: Relabelled['label']): string =>
  security === undefined ? 'N' : labelsOf(security).join(' ')
