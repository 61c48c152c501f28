import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import type { Chartwarden } from '../chartwarden.ts'
import { withKids } from '../identity/oauth/client-parts.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Call, UsageError } from './command.ts'
import { recordAct } from './record-act.ts'

/** The public keys of a file: a JWKS or one JWK. Throws `request.invalid` for a private one. */
export async function readJwks(path: string): Promise<JWK[]> {
  const read = JSON.parse(readFileSync(path, 'utf8')) as { keys?: JWK[] } & JWK
  return withKids(read.keys ?? [read])
}

/** Adds keys beside those there are, or takes one away: both work while the client changes over. */
export async function changeKeys(
  chartwarden: Chartwarden,
  { flags, answer }: Call,
  actor: Actor,
  verb: string,
  id: string,
): Promise<number> {
  const { jwks, kid } = flags
  const more = verb === 'add' && typeof jwks === 'string' ? await readJwks(jwks) : []
  if (verb === 'add' ? more.length === 0 : verb !== 'remove' || typeof kid !== 'string')
    throw new UsageError('client key add <id> --jwks <file>, or client key remove <id> --kid <name>.')
  const changed = await chartwarden.clients.change(id, (client) => {
    if (client.jwksUri !== undefined) throw new Refusal('record.conflict', `${id} has its keys at ${client.jwksUri}.`)
    const before = client.jwks?.keys ?? []
    const keys = verb === 'add' ? [...before, ...more] : before.filter((key) => key.kid !== kid)
    if (new Set(keys.map((key) => key.kid)).size < keys.length)
      throw new Refusal('record.conflict', `${id} has a key of that name.`)
    if (verb === 'remove' && keys.length === before.length)
      throw new Refusal('record.not-found', `${id} has no key ${String(kid)}.`)
    if (keys.length === 0)
      throw new Refusal('record.conflict', 'The last key is not removed: revoke the client instead.')
    return { ...client, jwks: { keys } }
  })
  const kids = changed.jwks?.keys.map((key) => key.kid as string) ?? []
  const what = verb === 'add' ? more.map((key) => `key/${key.kid}`) : [`key/${String(kid)}`]
  await recordAct(chartwarden, actor, `client-key-${verb === 'add' ? 'added' : 'removed'}`, [`client/${id}`, ...what])
  answer({ id, keys: kids }, [`${id} has the keys ${kids.join(', ')}.`])
  return 0
}
