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
  const remembered = new Map<string, { actor: Actor; until: number }>()

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
      known = { actor: found.actor, until: Math.min(Date.now() + REMEMBERED_MS, found.expiresAt.getTime()) }
      remembered.set(token, known)
    }
    if (purpose === undefined) return { ...known.actor, address }
    if (!isPurpose(purpose))
      throw new Refusal(
        'request.invalid',
        `${JSON.stringify(purpose.slice(0, 40))} is not a purpose of use this server knows.`,
      )
    return { ...known.actor, purpose, address }
  }
}
