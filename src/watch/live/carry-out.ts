import type { Sql } from '../../database/sql.ts'
import { newRowId } from '../../kernel/ids.ts'
import type { Append } from '../../ledger/append.ts'
import { type Happening, tenantAct } from '../../ledger/happening.ts'
import type { Hold } from '../decide/holds.ts'
import type { PlannedStep } from '../playbooks/plan.ts'
import { isProgram } from './access-of.ts'
import type { createQuestions } from './questions.ts'
import type { createStoredCases, StoredCase } from './stored-cases.ts'
import type { createStoredHolds } from './stored-holds.ts'
import { WATCH } from './watch-actor.ts'

type Needs = {
  readonly appendWith: Append['appendWith']
  readonly cases: ReturnType<typeof createStoredCases>
  readonly questions: ReturnType<typeof createQuestions>
  readonly holds: ReturnType<typeof createStoredHolds>
  readonly accountOf: (username: string) => Promise<{ readonly unit?: string } | undefined>
}

/**
 * Carries out what playbooks planned, when it is due: what is done, that it is done and its entry in the ledger are one
 * transaction, so that every step is taken once, on one node. Opening a case and telling the officer are done by the case
 * itself, which officers see. Returns the measures that began.
 */
export function createCarryOut({ appendWith, cases, questions, holds, accountOf }: Needs) {
  async function take(tx: Sql, of: StoredCase, step: PlannedStep, now: number): Promise<Hold | undefined> {
    const { actor, kind, text, case: id } = step
    if (actor === undefined) return undefined
    const last = of.alerts.findLast((one) => one.entities.actor === actor)
    const machine = isProgram(actor)
    const session = last?.entities.session
    const question = { about: actor, text, at: now, case: id, ...(session !== undefined && { session }) }
    switch (kind) {
      case 'notify-person':
        if (!machine) await questions.ask(tx, { ...question, to: { name: actor } })
        return undefined
      case 'ask-manager': {
        const unit = machine ? undefined : (await accountOf(actor))?.unit
        if (unit !== undefined) await questions.ask(tx, { ...question, to: { lead: true, name: unit } })
        return undefined
      }
      case 'freeze':
      case 'step-up': {
        // Who cannot sign in here has nothing to prove it with.
        if (kind === 'step-up' && (await accountOf(actor)) === undefined) return undefined
        const why = `playbook “${step.playbook}”`
        const until = step.expiresAt ?? now
        const hold: Hold = {
          id: newRowId(),
          kind: 'actor',
          what: actor,
          step: kind,
          since: now,
          until,
          why,
          by: 'watch',
        }
        await holds.keep(hold, tx)
        return hold
      }
      case 'open-case':
      case 'tell-officer':
      case 'start-breach-clock':
        return undefined
    }
  }

  return async function carryOut(now: number): Promise<Hold[]> {
    const { value } = await appendWith(async (tx) => {
      const began: Hold[] = []
      const happenings: Happening[] = []
      for (const of of await cases.due(tx, new Date(now))) {
        const steps = []
        for (const step of of.steps) {
          if (step.doneAt !== undefined || step.dueAt > now) {
            steps.push(step)
            continue
          }
          const hold = await take(tx, of, step, now)
          if (hold !== undefined) began.push(hold)
          steps.push({ ...step, doneAt: now })
          const what = [`case/${of.id}`, ...(step.actor === undefined ? [] : [`actor ${step.actor}`])]
          const reasons = [`playbook “${step.playbook}”`]
          happenings.push(tenantAct({ interaction: `watch-${step.kind}`, actor: WATCH, what, reasons, done: true }))
        }
        await cases.keep(tx, { ...of, steps })
      }
      return { value: began, happenings }
    })
    return value
  }
}
