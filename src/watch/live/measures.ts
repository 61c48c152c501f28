import type { Actor } from '../../kernel/actor.ts'
import type { Clock } from '../../kernel/clock.ts'
import { newRowId } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append } from '../../ledger/append.ts'
import { type Happening, tenantAct } from '../../ledger/happening.ts'
import { isBlock } from '../access.ts'
import type { Hold, Holds } from '../decide/holds.ts'
import { watchedName } from './access-of.ts'
import type { createStoredHolds, Decider } from './stored-holds.ts'
import { WATCH } from './watch-actor.ts'

/** The policy that lets somebody read behind the glass they broke (policies/2-clinicians.cedar). */
const BEHIND_THE_GLASS = 'behind-the-broken-glass'
const CHANGES: ReadonlySet<Happening['action']> = new Set(['C', 'U', 'D'])

type Needs = {
  readonly clock: Clock
  readonly append: Append['append']
  readonly stored: ReturnType<typeof createStoredHolds>
  /** What the engine knows to be in force. */
  readonly known: () => Holds
  /** Where people prove who they are. */
  readonly proveAt: () => string
}

export type Measures = ReturnType<typeof createMeasures>

export const heldRefusal = (hold: Hold | undefined, why: string) =>
  new Refusal(
    'watch.held',
    `This was stopped: ${why}. ${hold === undefined ? '' : `It ends at ${new Date(hold.until).toISOString()}. `}In an emergency, break the glass; else turn to the security officer.`,
  )

const readOnlyRefusal = ({ why, until }: Hold) =>
  new Refusal(
    'watch.held',
    `Nothing can be changed here now: ${why}. Reading goes on. It ends at ${new Date(until).toISOString()}.`,
  )

/** What is held: begun, agreed to and ended here, in the ledger each time, and refused what falls under it. */
export function createMeasures({ clock, append, stored, known, proveAt }: Needs) {
  const now = () => clock.now().getTime()

  async function record(interaction: string, actor: Actor, { kind, what, why }: Hold): Promise<void> {
    await append([tenantAct({ interaction, actor, what: [`${kind} ${what}`], reasons: [why], done: true })])
  }

  const stepUpRefusal = () =>
    new Refusal(
      'watch.step-up',
      `Prove that it is you: sign in anew at ${proveAt()}, then go on. In an emergency, break the glass.`,
    )

  return {
    stepUpRefusal,
    /** Known here before anything is awaited, so that whoever meets it meanwhile does not begin it again. */
    async begin(hold: Omit<Hold, 'id'>, by: Actor = WATCH): Promise<Hold> {
      const kept = { ...hold, id: newRowId() }
      known().adopt(kept)
      await stored.keep(kept)
      await record(`watch-${kept.step}`, by, kept)
      return kept
    },
    /** Asks for a measure that stops many: another operator has to agree. */
    async request(hold: Omit<Hold, 'id'>, by: Decider, actor: Actor): Promise<Hold> {
      const asked = await stored.request(hold, by)
      await record('watch-hold-requested', actor, asked)
      return asked
    },
    /** The other operator agrees. Throws `record.not-found`, `key.approvals`. */
    async approve(id: string, by: Decider, actor: Actor): Promise<Hold> {
      const begun = await stored.approve(id, by, now())
      known().adopt(begun)
      await record(`watch-${begun.step}`, actor, begun)
      return begun
    },
    /** Ends a measure before its time, on every node. Undefined when there is none of that id. */
    async end(id: string, by: Actor): Promise<Hold | undefined> {
      const ended = await stored.end(id, by.id)
      if (ended === undefined) return undefined
      known().undo(id)
      await record('watch-released', by, ended)
      return ended
    },
    /** Takes in what other nodes, and people, began and ended. */
    async readNews(): Promise<void> {
      for (const hold of await stored.news())
        if (hold.endedBy === undefined) known().adopt(hold)
        else known().undo(hold.id)
    },
    /**
     * Whoever is held gets the same answer for everything, also for what is not there or not theirs: that it is held must
     * not tell what there is. A broken glass stays open.
     */
    refuseHeld(happenings: readonly Happening[]): void {
      const overall = known().overall(now())
      for (const { actor, action, interaction, reasons } of happenings) {
        if (actor.session === undefined || interaction === 'break-glass' || reasons?.includes(BEHIND_THE_GLASS))
          continue
        if (overall !== undefined && CHANGES.has(action)) throw readOnlyRefusal(overall)
        const hold = known().find(actor.session, watchedName(actor), actor.address ?? '', now())
        if (hold?.step === 'step-up') throw stepUpRefusal()
        if (hold !== undefined && isBlock(hold.step)) throw heldRefusal(hold, hold.why)
      }
    },
  }
}
