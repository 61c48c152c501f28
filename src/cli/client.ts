import type { Chartwarden } from '../chartwarden.ts'
import type { Client } from '../identity/clients.ts'
import { isRedirectUri } from '../identity/oauth/client-parts.ts'
import { isJwksAddress } from '../identity/oauth/fetch-jwks.ts'
import { readScope } from '../identity/oauth/read-scope.ts'
import { scopeText } from '../identity/scopes.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { changeKeys, readJwks } from './client-keys.ts'
import { listClients } from './client-list.ts'
import { type Call, type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

export const client: Command = {
  usage: 'client add|list|approve|revoke|key [id]',
  says: 'Apps and backends that may ask for tokens (SMART App Launch, SMART Backend Services).',
  flags: {
    name: { type: 'string', says: 'What people call it.' },
    scope: {
      type: 'string',
      says: 'What it may do, such as "system/*.rs" (default) or "launch/patient patient/*.rs".',
    },
    jwks: { type: 'string', says: 'File with public keys (ES384, RS384 or ES256), for private_key_jwt.' },
    'jwks-uri': { type: 'string', says: 'Address of its public keys instead; https.' },
    secret: { type: 'boolean', says: 'Make a client secret instead; taken on loopback only.' },
    public: { type: 'boolean', says: 'An app in a browser or on a phone, which can keep no secret.' },
    'redirect-uri': {
      type: 'string',
      multiple: true,
      says: 'Where people are sent back to; may be given several times.',
    },
    'launch-uri': { type: 'string', says: 'Where it is started from our pages (EHR launch).' },
    uri: { type: 'string', says: 'Its own page, for people.' },
    type: { type: 'string', says: 'web (default) or native.' },
    'require-dpop': { type: 'boolean', says: 'Its tokens are bound to a key of its own (DPoP).' },
    introspect: { type: 'boolean', says: 'It may ask what tokens of others stand for: a resource server.' },
    kid: { type: 'string', says: 'key remove: the name of the key.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  more: 'An app that registered itself (POST /oauth/register) can do nothing until it is approved.\nKeys are changed without a pause: client key add <id> --jwks <file>, later client key remove <id> --kid <name>.',
  run: (call) =>
    withInstallation(call.config, call.say, async ({ chartwarden }) => {
      const { positionals, config, flags } = call
      const [verb = '', ...rest] = positionals
      if (verb === 'list') return listClients(chartwarden, call)
      const [id] = verb === 'key' ? rest.slice(1) : rest
      if (id === undefined || !['add', 'approve', 'revoke', 'key'].includes(verb))
        throw new UsageError('Say add, list, approve, revoke, key add or key remove, and an id.')
      const { actor } = await currentOperator(chartwarden.database, config.data, flags.operator as string | undefined)
      if (verb === 'add') return add(chartwarden, call, actor, id)
      if (verb === 'approve') return approve(chartwarden, call, actor, id)
      if (verb === 'key') return changeKeys(chartwarden, call, actor, rest[0] ?? '', id)
      return revoke(chartwarden, call, actor, id)
    }),
}

async function add(chartwarden: Chartwarden, { flags, answer }: Call, actor: Actor, id: string): Promise<number> {
  const client = await readClient(id, flags)
  const { secret } = await chartwarden.clients.add(client, flags.secret === true)
  await recordAct(chartwarden, actor, 'client-added', [`client/${id}`])
  const scope = allOf(client)
  answer(
    { id, scope, ...(client.jwks && { keys: client.jwks.keys.map((key) => key.kid) }), ...(secret && { secret }) },
    [
      `${id} may ask for ${scope}.`,
      ...(secret === undefined ? [] : [`Its secret, shown this once: ${secret}`]),
      ...(client.public !== true && client.jwks === undefined && client.jwksUri === undefined && secret === undefined
        ? [`It has no key yet; an operator can mint tokens for it: npx chartwarden token --as ${id}`]
        : []),
    ],
  )
  return 0
}

const allOf = ({ words = [], scopes }: Pick<Client, 'words' | 'scopes'>): string =>
  [...words, scopeText(scopes)].filter((one) => one !== '').join(' ')

async function readClient(id: string, flags: Call['flags']): Promise<Omit<Client, 'secretHash'>> {
  const textOf = (name: string) => flags[name] as string | undefined
  const redirectUris = (flags['redirect-uri'] ?? []) as readonly string[]
  const type = textOf('type') ?? 'web'
  if (type !== 'web' && type !== 'native') throw new UsageError('A type is web or native.')
  const wrong = [...redirectUris, ...[textOf('launch-uri'), textOf('uri')].filter((one) => one !== undefined)].find(
    (uri) => !isRedirectUri(uri, type === 'native'),
  )
  if (wrong !== undefined)
    throw new Refusal(
      'request.invalid',
      `${wrong} is no address for an app: https, or http on this machine, without a fragment.`,
    )
  const jwksUri = textOf('jwks-uri')
  if (jwksUri !== undefined && !isJwksAddress(jwksUri))
    throw new Refusal('request.invalid', `${jwksUri} is no address for keys: https, or http on this machine.`)
  const ways = [flags.jwks !== undefined, jwksUri !== undefined, flags.secret === true, flags.public === true]
  if (ways.filter((one) => one).length > 1) throw new UsageError('One of --jwks, --jwks-uri, --secret, --public.')
  if (flags.public === true && redirectUris.length === 0) throw new UsageError('A public app needs a --redirect-uri.')
  const forPeople = redirectUris.length > 0
  const { scopes, words } = readScope(textOf('scope') ?? (forPeople ? 'patient/*.rs' : 'system/*.rs'), forPeople)
  return {
    id,
    name: textOf('name') ?? id,
    scopes,
    ...(words.length > 0 && { words }),
    ...(typeof flags.jwks === 'string' && { jwks: { keys: await readJwks(flags.jwks) } }),
    ...(jwksUri !== undefined && { jwksUri }),
    ...(flags.public === true && { public: true }),
    ...(forPeople && { redirectUris }),
    ...(flags['launch-uri'] !== undefined && { launchUri: textOf('launch-uri') as string }),
    ...(flags.uri !== undefined && { uri: textOf('uri') as string }),
    ...(type === 'native' && { type }),
    ...(flags['require-dpop'] === true && { requireDpop: true }),
    ...(flags.introspect === true && { introspects: true }),
  }
}

async function approve(chartwarden: Chartwarden, { answer }: Call, actor: Actor, id: string): Promise<number> {
  const { pending: _pending, ...approved } = await chartwarden.clients.change(id, ({ pending, ...client }) => {
    if (pending !== true) throw new Refusal('record.conflict', `${id} does not wait for approval.`)
    return client
  })
  await recordAct(chartwarden, actor, 'client-approved', [`client/${id}`])
  answer({ approved: id, scope: allOf(approved) }, [`${id} (${approved.name}) may ask for ${allOf(approved)}.`])
  return 0
}

async function revoke(chartwarden: Chartwarden, { answer }: Call, actor: Actor, id: string): Promise<number> {
  if (!(await chartwarden.clients.revoke(id))) throw new Refusal('record.not-found', `There is no client ${id}.`)
  await recordAct(chartwarden, actor, 'client-revoked', [`client/${id}`])
  answer({ revoked: id }, [`${id} is revoked, and its tokens with it.`])
  return 0
}
