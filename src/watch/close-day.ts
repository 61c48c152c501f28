import { scoreAt } from './detect/scores.ts'
import type { Parts } from './parts.ts'
import { type ActorState, newDay, settle } from './state/actor-state.ts'

const UNEXPLAINED_HOUR = scoreAt('unexplained-hour')
const UNEXPLAINED_CHANGES = scoreAt('unexplained-changes')
/** What one person may not make usual for a role. */
const READING = new Set((['unexplained-hour', 'unexplained-day'] as const).map(scoreAt))
const BOUNDED = new Set((['unexplained-hour', 'unexplained-day', 'unexplained-changes'] as const).map(scoreAt))
/** Days of work seen before the sum of the scores is worth learning from. */
const MATURE = 400

/** People are held against people, programs against programs. */
export const groupOf = ({ machine }: ActorState): string => (machine ? 'machine' : 'person')

/** What a day of work was becomes part of what is usual, unless it raised an alert. */
export function closeDay(parts: Parts, state: ActorState, role: string, day: number) {
  const { day: past } = state
  if (past.accesses > 0) {
    if (past.alerted === 0) {
      if (!past.slowed) {
        state.ownUnexplainedHour = Math.max(state.ownUnexplainedHour * 0.98, past.scores[UNEXPLAINED_HOUR] as number)
        state.ownUnexplainedDay = Math.max(state.ownUnexplainedDay * 0.98, past.unexplained)
        state.ownChanges = Math.max(state.ownChanges * 0.98, past.scores[UNEXPLAINED_CHANGES] as number)
      }
      // Whoever came near a bound alone teaches nothing of it: nobody raises a bound step by step.
      for (const [at, value] of past.scores.entries())
        if (!past.slowed || !BOUNDED.has(at)) {
          parts.days.add(role, at, value)
          if (READING.has(at) && value > 0) parts.ends.note(role, at, state.actor, value)
        }
      if (parts.days.seen(0) >= MATURE) parts.fused.add(groupOf(state), 0, past.fused)
    }
    settle(state.usualPatients, Math.log(1 + past.patients.size))
    if (past.exported > 0) settle(state.usualExport, Math.log(1 + past.exported))
    const away = Math.max(1, day - past.day)
    state.slow = (state.slow + Math.max(0, past.suspicion - 1)) * 0.9 ** away
    state.days++
  }
  state.day = newDay(day)
}
