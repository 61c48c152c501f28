import type { Actor } from '../../kernel/actor.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { Alert } from '../alert.ts'
import { watchedName } from './access-of.ts'

const SAYS: Readonly<Record<string, (who: string, what: string, patient: string) => string>> = {
  'self-declared': (who, what, patient) =>
    `${who} wrote ${what}, by which they would have to do with ${patient}. It opens nothing to them until somebody else confirms it. Why?`,
  'consent-unreadable': (who, what, patient) =>
    `${who} recorded ${what} of ${patient}, which cannot be read. It denies until it is put right: look at it today.`,
}

/** Somebody says of an access under their name that it was not theirs. */
export const notMe = (by: Actor, actor: string, session: string, at: number): Alert => ({
  at,
  entities: { actor, ...(session !== '' && { session }) },
  score: 6,
  p: 1e-6,
  action: 'freeze',
  explanation: `${by.name} says that accesses under their name were not theirs: somebody else has their token or their keys.`,
  contributions: [],
})

/** What the ledger remarks about a write, as something for the officer to look at: no statistics, it is so. */
export const remarkedBy = (happening: Happening, at: number): Alert[] =>
  happening.outcome !== '0'
    ? []
    : (happening.reasons ?? []).flatMap((reason) => {
        const says = SAYS[reason]
        if (says === undefined) return []
        const actor = watchedName(happening.actor)
        const patient = happening.patient ?? 'several patients'
        return [
          {
            at,
            entities: { actor, ...(happening.patient !== undefined && { patient: happening.patient.slice(8) }) },
            score: 2,
            p: 0.01,
            action: 'ask',
            explanation: says(happening.actor.name, happening.what?.[0] ?? 'a record', patient),
            contributions: [],
          },
        ]
      })
