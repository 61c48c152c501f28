import type { Actor } from '../kernel/actor.ts'
import { isPurpose } from '../kernel/purpose.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { AccessTokens } from './access-tokens.ts'

/** How long a token may be recognised without asking again: a revocation takes effect within this. */
const REMEMBERED_MS = 1_000
const MOST = 10_000

export type Recognise = (
  headers: { authorization?: string | undefined; purpose?: string | undefined },
  address: string,
) => Promise<Actor>

/** Turns the bearer of a token into an Actor, or throws `identity.unknown`. There is no anonymous actor. */
export function createRecognise(tokens: Pick<AccessTokens, 'find'>): Recognise {
  const remembered = new Map<string, { actor: Actor; until: number; faces: Map<string, Actor> }>()

  return async function recognise({ authorization, purpose }, address) {
    const token = /^Bearer ([\w.~+/=-]{1,200})$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) throw new Refusal('identity.unknown', 'Send an access token: Authorization: Bearer …')
    let known = remembered.get(token)
    if (known === undefined || known.until < Date.now()) {
      const found = await tokens.find(token)
      if (found === undefined) {
        remembered.delete(token)
        throw new Refusal('identity.unknown', 'This access token is not valid, or not any more. Ask for a new one.')
      }
      if (remembered.size >= MOST) remembered.delete(remembered.keys().next().value as string)
      known = {
        actor: found.actor,
        until: Math.min(Date.now() + REMEMBERED_MS, found.expiresAt.getTime()),
        faces: new Map(),
      }
      remembered.set(token, known)
    }
    if (purpose !== undefined && !isPurpose(purpose)) {
      const named = JSON.stringify(purpose.slice(0, 40))
      throw new Refusal('request.invalid', `${named} is not a purpose of use this server knows.`)
    }
    // The same Actor for the same bearer, place and purpose, so that what is derived from it can be kept with it.
    const face = `${purpose ?? ''} ${address}`
    let actor = known.faces.get(face)
    if (actor === undefined) {
      actor = { ...known.actor, ...(purpose !== undefined && { purpose }), address }
      known.faces.set(face, actor)
    }
    return actor
  }
}
