import { hash } from 'node:crypto'
import type { Actor } from '../kernel/actor.ts'
import { isPurpose } from '../kernel/purpose.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { AccessTokens, Found } from './access-tokens.ts'
import type { CheckDpop } from './check-dpop.ts'
import { REMEMBERED_MS } from './recognised-anew.ts'

const MOST = 10_000

/** What a request says of who sends it. */
export type Presented = {
  readonly authorization?: string | undefined
  readonly purpose?: string | undefined
  /** The DPoP proof, and what it must be about (RFC 9449). */
  readonly dpop?: string | undefined
  readonly method?: string
  /** The address asked for, without a query. */
  readonly address?: string
}

export type Recognise = (presented: Presented, from: string) => Promise<Actor>

type Needs = {
  readonly tokens: Pick<AccessTokens, 'find'>
  readonly checkDpop: CheckDpop
  /** The FHIR base: no token that is meant for another place is good here. */
  readonly audience: () => string
}

type Known = Found & { readonly until: number; readonly faces: Map<string, Actor> }

const unknown = () =>
  new Refusal('identity.unknown', 'This access token is not valid, or not any more. Ask for a new one.')

/** What a token's session is called: it opens nothing. */
const nameOf = (token: string): string => hash('sha256', token, 'hex').slice(0, 16)

/** Turns the bearer of a token into an Actor, or throws `identity.unknown`. There is no anonymous actor. */
export function createRecognise({ tokens, checkDpop, audience }: Needs): Recognise {
  const remembered = new Map<string, Known>()

  async function known(token: string): Promise<Known> {
    const before = remembered.get(token)
    const now = performance.now()
    if (before !== undefined && before.until >= now && before.expiresAt.getTime() >= Date.now()) return before
    remembered.delete(token)
    const found = await tokens.find(token)
    if (found === undefined || (found.audience ?? audience()) !== audience()) throw unknown()
    if (remembered.size >= MOST) remembered.delete(remembered.keys().next().value as string)
    // Counted from before it was asked: a slow answer is an old one.
    const one = { ...found, until: now + REMEMBERED_MS, faces: new Map<string, Actor>() }
    remembered.set(token, one)
    return one
  }

  return async function recognise({ authorization, purpose, dpop, method = '', address = '' }, from) {
    const [, scheme, token] = /^(Bearer|DPoP) ([\w.~+/=-]{1,200})$/i.exec(authorization ?? '') ?? []
    if (scheme === undefined || token === undefined)
      throw new Refusal('identity.unknown', 'Send an access token: Authorization: Bearer …')
    const { actor: whole, faces, jkt } = await known(token)
    // A token bound to a key is worth nothing without it, and one that is not bound cannot pretend to be.
    if ((jkt !== undefined) !== (scheme.toLowerCase() === 'dpop')) throw unknown()
    if (jkt !== undefined) await checkDpop({ proof: dpop, token, jkt, method, address })
    if (purpose !== undefined && !isPurpose(purpose)) {
      const named = JSON.stringify(purpose.slice(0, 40))
      throw new Refusal('request.invalid', `${named} is not a purpose of use this server knows.`)
    }
    // The same Actor for the same bearer, place and purpose, so that what is derived from it can be kept with it.
    const face = `${purpose ?? ''} ${from}`
    let actor = faces.get(face)
    if (actor === undefined) {
      actor = { ...whole, ...(purpose !== undefined && { purpose }), address: from, session: nameOf(token) }
      faces.set(face, actor)
    }
    return actor
  }
}
