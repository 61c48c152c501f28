/** For tests only: the real acts on records, with what they ask of the database and the ledger written down. */

import type { Chartwarden } from '../src/chartwarden.ts'
import { createConsentEngine } from '../src/consent/consent-engine.ts'
import type { Database, Sql, Transaction } from '../src/database/sql.ts'
import type { Happening } from '../src/ledger/happening.ts'
import { createStandingReceipt } from '../src/ledger/standing-receipt.ts'
import { loadLabelRules } from '../src/records/labelling/load-label-rules.ts'
import { createRecords, type Records } from '../src/records/records.ts'
import { newOwner } from '../src/vault/owner-keys.ts'

export type Traced = {
  readonly records: Records
  /** Every statement and entry that `act` led to, in order; what it threw or returned is the caller's to see. */
  of(act: () => Promise<unknown>): Promise<string[]>
}

/** Builds the acts anew from the parts of an opened installation; one act at a time. */
export function tracedRecords(
  { database, clock, ledger, decide, owners, store }: Chartwarden,
  expectedPatients: number,
): Traced {
  const seen: string[] = []
  const recording = <S extends Sql>(sql: S): S => ({
    ...sql,
    query: (text: string, values?: unknown[], name?: string) => {
      seen.push(`sql ${name ?? text.replaceAll(/\s+/g, ' ')}`)
      return sql.query(text, values, name)
    },
  })
  const entry = ({ kind, interaction, action, outcome, what, query, reasons }: Happening) =>
    seen.push(
      `entry ${JSON.stringify({ kind, interaction, action, outcome, what: what?.length, query: query !== undefined, reasons })}`,
    )
  const recorded: Database = {
    ...recording(database),
    within: (body) => {
      seen.push('begin')
      return database.within((tx) => body(recording<Transaction>(tx)))
    },
  }
  const append: Chartwarden['ledger']['append'] = (happenings) => {
    for (const happening of happenings) entry(happening)
    return ledger.append(happenings)
  }
  const records = createRecords({
    database: recorded,
    clock,
    append,
    appendWith: (body) =>
      ledger.appendWith(async (tx) => {
        seen.push('begin')
        const done = await body(recording(tx))
        for (const happening of done.happenings) entry(happening)
        return done
      }),
    decide,
    owners,
    labelKey: () => store.key('label'),
    consents: createConsentEngine('all-normal'),
    labelRules: loadLabelRules(),
    tokenKey: () => store.key('token'),
    cursorKey: () => store.key('cursor'),
    reviewKey: () => store.key('audit'),
    newOwner: (owner) => newOwner(store, owner),
    standing: createStandingReceipt(
      ledger.append,
      { kind: 'machine', id: 'index', name: 'index', role: 'index', scopes: [], purpose: 'HOPERAT' },
      { indexes: true },
    ),
    expectedPatients,
    guardWrites: async () => undefined,
    settle: ledger.settle,
  })
  return {
    records,
    async of(act) {
      seen.length = 0
      await act().catch(() => undefined)
      return [...seen]
    },
  }
}
