import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import { parseScopes, scopeText } from '../identity/scopes.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

/** Public halves only: a private key in a JWKS is a mistake worth stopping. */
function readJwks(path: string): { keys: JWK[] } {
  const read = JSON.parse(readFileSync(path, 'utf8')) as { keys?: JWK[] } & JWK
  const keys = read.keys ?? [read]
  if (keys.some((key) => 'd' in key || 'k' in key))
    throw new Refusal('request.invalid', `${path} holds a private key. Give the public half only.`)
  return { keys }
}

export const client: Command = {
  usage: 'client add|list|revoke [id]',
  says: 'Apps and backends that may ask for tokens (SMART Backend Services).',
  flags: {
    name: { type: 'string', says: 'What people call it.' },
    scope: { type: 'string', says: 'What it may do, such as "system/*.rs" (default).' },
    jwks: { type: 'string', says: 'File with its public keys (ES384, RS384 or ES256), for private_key_jwt.' },
    secret: { type: 'boolean', says: 'Make a client secret instead; taken on loopback only.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  run: ({ config, positionals: [verb, id], flags, say, answer }) =>
    withInstallation(config, say, async ({ chartwarden }) => {
      const { clients, database } = chartwarden
      if (verb === 'list') {
        const all = (await clients.list()).map(({ secretHash, jwks, scopes, ...one }) => ({
          ...one,
          scope: scopeText(scopes),
          keys: jwks?.keys.length ?? 0,
          secret: secretHash !== undefined,
        }))
        answer(
          { clients: all },
          all.map((one) => `${one.id.padEnd(24)} ${one.revokedAt === null ? 'active ' : 'revoked'} ${one.scope}`),
        )
        return 0
      }
      if (id === undefined || (verb !== 'add' && verb !== 'revoke'))
        throw new UsageError('Say add, list or revoke, and an id.')
      const { actor } = await currentOperator(database, config.data, flags.operator as string | undefined)
      if (verb === 'revoke') {
        if (!(await clients.revoke(id))) throw new Refusal('record.not-found', `There is no client ${id}.`)
        await recordAct(chartwarden, actor, 'client-revoked', [`client/${id}`])
        answer({ revoked: id }, [`${id} is revoked, and its tokens with it.`])
        return 0
      }
      const jwks = typeof flags.jwks === 'string' ? readJwks(flags.jwks) : undefined
      const scopes = parseScopes((flags.scope as string | undefined) ?? 'system/*.rs')
      const { secret } = await clients.add(
        { id, name: (flags.name as string | undefined) ?? id, scopes, ...(jwks && { jwks }) },
        flags.secret === true,
      )
      await recordAct(chartwarden, actor, 'client-added', [`client/${id}`])
      answer({ id, scope: scopeText(scopes), ...(secret !== undefined && { secret }) }, [
        `${id} may ask for ${scopeText(scopes)}.`,
        ...(secret === undefined ? [] : [`Its secret, shown this once: ${secret}`]),
        ...(jwks === undefined && secret === undefined
          ? [`It has no key yet; an operator can mint tokens for it: npx chartwarden token --as ${id}`]
          : []),
      ])
      return 0
    }),
}
