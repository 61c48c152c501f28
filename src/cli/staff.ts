import { readFileSync } from 'node:fs'
import type { Chartwarden } from '../chartwarden.ts'
import { type Account, employed } from '../identity/account.ts'
import { recognisedAnew } from '../identity/recognised-anew.ts'
import { approveRecovery, requestRecovery } from '../identity/recovery-requests.ts'
import { Refusal } from '../kernel/refusal.ts'
import { tenantAct } from '../ledger/happening.ts'
import { type Call, type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator, type Operator } from './operator-key.ts'
import { recordAct } from './record-act.ts'
import { changesOf, parseStaff } from './staff-csv.ts'

/** The address of a one-time link; the token is in the fragment, which no server and no `Referer` sees. */
export const linkUrl = ({ here }: Pick<Chartwarden, 'here'>, token: string): string => `${here.url}/enrol#${token}`

export const staff: Command = {
  usage: 'staff import|list|link|recover|sign-out [file or user name]',
  says: 'The people who can sign in: enrol them, change what they are, help them back in.',
  flags: {
    approve: { type: 'string', says: 'With recover: the request that another operator made.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  more: `import takes CSV with a header: username,name,role and as far as known unit,record,employed_from,employed_until. Who is
new gets a one-time link, shown once; who is there already is changed, with their next request. link makes a new link for
somebody who has not enrolled yet. recover takes two operators: one names the person, the other approves. sign-out ends every session of a person.`,
  run: (call) =>
    withInstallation(call.config, call.say, async ({ chartwarden }) => {
      const [verb, named] = call.positionals
      if (verb === 'list') return list(chartwarden, call)
      const operator = await currentOperator(
        chartwarden.database,
        call.config.data,
        call.flags.operator as string | undefined,
      )
      if (verb === 'recover' && typeof call.flags.approve === 'string')
        return approve(chartwarden, call, operator, call.flags.approve)
      if (named === undefined)
        throw new UsageError('Say import and a file, or list, link, recover or sign-out and a user name.')
      if (verb === 'import')
        return importStaff(chartwarden, call, operator, readFileSync(named === '-' ? 0 : named, 'utf8'))
      if (verb === 'link') return link(chartwarden, call, operator, named)
      if (verb === 'recover') return recover(chartwarden, call, operator, named)
      if (verb === 'sign-out') return signOut(chartwarden, call, operator, named)
      throw new UsageError('Say import, list, link, recover or sign-out.')
    }),
}

async function list({ identity, clock }: Chartwarden, { answer }: Call): Promise<number> {
  const now = clock.now()
  const people = await Promise.all(
    (await identity.accounts.list()).map(async ({ id, version: _, ...person }) => {
      const held = await identity.own.list({ account: { id } })
      const ways = held.passkeys.length + (held.password === null ? 0 : 1)
      const state = !employed(person, now) ? 'not working here now' : ways === 0 ? 'not enrolled yet' : 'active'
      return { ...person, state, passkeys: held.passkeys.length, password: held.password !== null }
    }),
  )
  answer(
    { people },
    people.map(
      (one) => `${one.username.padEnd(28)} ${one.role.padEnd(18)} ${(one.unit ?? '').padEnd(20)} ${one.state}`,
    ),
  )
  return 0
}

async function importStaff(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor }: Operator,
  text: string,
): Promise<number> {
  const { identity, ledger, clock } = chartwarden
  const people = parseStaff(text)
  const before = new Map((await identity.accounts.list()).map((one) => [one.username, one]))
  const fresh = people.filter((one) => !before.has(one.username))
  const changed = people.flatMap((one) => {
    const account = before.get(one.username)
    const changes = account === undefined ? [] : changesOf(account, one, clock.now())
    return changes.length === 0 ? [] : [{ account: account as Account, person: one, changes }]
  })
  const act = (interaction: string, username: string) =>
    tenantAct({ interaction, actor, done: true, what: [`account/${username}`] })
  const { value: links } = await ledger.appendWith(async (tx) => {
    for (const { account, person } of changed) await identity.accounts.change(account.id, person, tx)
    const made: { username: string; url: string; expiresAt: Date }[] = []
    for (const one of fresh) {
      const { id, username } = await identity.accounts.add(one, tx)
      const { token, expiresAt } = await identity.links.make(id, { kind: 'enrol', channel: 'by-hand' }, tx)
      made.push({ username, url: linkUrl(chartwarden, token), expiresAt })
    }
    const happenings = [
      ...fresh.map(({ username }) => act('person-added', username)),
      ...changed.flatMap(({ person, changes }) => changes.map((change) => act(change, person.username))),
    ]
    return { value: made, happenings }
  })
  if (changed.length > 0) await recognisedAnew()
  answer({ added: links, changed: changed.map(({ person, changes }) => ({ username: person.username, changes })) }, [
    `${links.length} new, ${changed.length} changed, ${people.length - links.length - changed.length} as before.`,
    ...changed.map(({ person, changes }) => `  ${person.username}: ${changes.join(', ')}`),
    ...(links.length === 0
      ? []
      : ['Links for the new ones, shown this once. Each works once, in one browser, for three days:']),
    ...links.map((one) => `  ${one.username.padEnd(28)} ${one.url}`),
  ])
  return 0
}

async function personNamed({ identity }: Chartwarden, username: string): Promise<Account> {
  const account = await identity.accounts.byUsername(username)
  if (account === undefined) throw new Refusal('record.not-found', `There is no person ${JSON.stringify(username)}.`)
  return account
}

async function link(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor }: Operator,
  username: string,
): Promise<number> {
  const account = await personNamed(chartwarden, username)
  const held = await chartwarden.identity.own.list({ account })
  if (held.passkeys.length > 0 || held.password !== null)
    throw new Refusal(
      'record.conflict',
      `${username} has enrolled. Who lost their keys needs: npx chartwarden staff recover ${username}`,
    )
  await recordAct(chartwarden, actor, 'link-made', [`account/${username}`])
  const { token, expiresAt } = await chartwarden.identity.links.make(account.id, { kind: 'enrol', channel: 'by-hand' })
  answer({ username, url: linkUrl(chartwarden, token), expiresAt }, [linkUrl(chartwarden, token)])
  return 0
}

async function recover(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor, id, key }: Operator,
  username: string,
): Promise<number> {
  const account = await personNamed(chartwarden, username)
  await recordAct(chartwarden, actor, 'recovery-requested', [`account/${username}`])
  const request = await requestRecovery(chartwarden.database, account.id, chartwarden.clock.now(), id, key)
  answer({ request: request.id, username }, [
    `Asked for. Another operator, who knows that it is ${account.name} who asks, says within a day:`,
    `  npx chartwarden staff recover --approve ${request.id}`,
  ])
  return 0
}

async function approve(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor, id, key }: Operator,
  request: string,
): Promise<number> {
  const { identity, database } = chartwarden
  await recordAct(chartwarden, actor, 'recovery-approved', [`recovery/${request}`])
  const { token, expiresAt } = await approveRecovery(database, request, id, key, (tx, account) =>
    identity.links.make(account, { kind: 'recover', channel: 'by-hand' }, tx),
  )
  answer({ url: linkUrl(chartwarden, token), expiresAt }, [
    'Give this to the person yourself. When they use it, everything they signed in with before ends:',
    `  ${linkUrl(chartwarden, token)}`,
  ])
  return 0
}

async function signOut(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor }: Operator,
  username: string,
): Promise<number> {
  const account = await personNamed(chartwarden, username)
  await recordAct(chartwarden, actor, 'signed-out', [`account/${username}`])
  await chartwarden.identity.sessions.endAll(account.id)
  answer({ username }, [`Every session of ${account.name} has ended.`])
  return 0
}
