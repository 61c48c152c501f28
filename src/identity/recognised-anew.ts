import { setTimeout } from 'node:timers/promises'

/** How long a node may recognise a token without asking the database again. */
export const REMEMBERED_MS = 200
const MARGIN_MS = 20

/**
 * Resolves when no node recognises anybody by what was so before. MUST be awaited between the commit of a change to whom
 * tokens stand for and its answer, so that whoever is told of the change finds it in force with the very next request.
 */
export const recognisedAnew = (): Promise<void> => setTimeout(REMEMBERED_MS + MARGIN_MS)
