import { Refusal } from '../../kernel/refusal.ts'
import type { Append } from '../../ledger/append.ts'
import type { Happening } from '../../ledger/happening.ts'

export type Guard = (happenings: readonly Happening[]) => Promise<void>

/** The append of releases behind the watch: what it stops has its entries too, as refusals, and opens nothing. */
export function guardedAppend(append: Append['append'], guard: Guard): Append['append'] {
  return async (happenings) => {
    try {
      await guard(happenings)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const [entry] = await append(
        happenings.map((one) => ({
          ...one,
          outcome: '4',
          reasons: [...(one.reasons ?? []), error.code],
          opens: { rows: new Set() },
        })),
      )
      const { code, message } = error
      throw new Refusal(code, message, { receipt: entry?.receipt.id, promise: entry?.promise })
    }
    return append(happenings)
  }
}

/** The append of writes; what the ledger remarks about them is told once they are committed. */
export function toldAppend(appendWith: Append['appendWith'], tell: Guard): Append['appendWith'] {
  return async (body) => {
    let happenings: readonly Happening[] = []
    const done = await appendWith(async (tx) => {
      const act = await body(tx)
      happenings = act.happenings
      return act
    })
    await tell(happenings)
    return done
  }
}
