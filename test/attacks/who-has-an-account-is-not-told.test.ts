import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { type Opened, openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/sql.ts'
import type { Account } from '../../src/identity/account.ts'
import { hashPassword } from '../../src/identity/credentials/password-hash.ts'
import { newTotpSecret } from '../../src/identity/credentials/totp.ts'
import { createIdentity } from '../../src/identity/identity.ts'
import type { Refusal } from '../../src/kernel/refusal.ts'
import { quantile, quietTimes, rankTest } from '../leak/rank-test.ts'
import { startRunning } from '../running.ts'

const PEOPLE = 30
/** How often each is tried. What differs from person to person is no leak: people are what is counted. */
const TIMES = 8
const ALPHA = 0.001
const SAMPLES_THAT_TELL = 3
const wrong = { password: 'a wrong password', code: '000000' }

test('an unknown name, a wrong password, a wrong code and a leaver answer alike, by the same statements, in the same time', async (t) => {
  const running = await startRunning(t, { clients: {}, serving: false })
  const opened = await openInstallation(readConfig({ CHARTWARDEN_DATA: running.data }))
  try {
    await probe(t, opened)
  } finally {
    await opened.close()
  }
})

async function probe(t: TestContext, { chartwarden }: Opened): Promise<void> {
  const { database, clock, store } = chartwarden
  const seen: string[] = []
  const noted = <S extends Pick<Database, 'query'>>(sql: S): S => ({
    ...sql,
    query: (text: string, values?: unknown[], name?: string) => {
      seen.push(text.replaceAll(/\s+/g, ' '))
      return sql.query(text, values, name)
    },
  })
  const identity = createIdentity({
    database: { ...noted(database), within: (body) => database.within((tx) => body(noted(tx))) },
    clock,
    key: () => store.key('identity'),
    tokenKey: () => store.key('token'),
    organisation: 'Here',
    url: () => 'http://localhost:8420',
    record: async ({ interaction, done, reasons }) => void seen.push(`entry ${interaction} ${done} ${reasons}`),
    endGrants: () => Promise.resolve(),
  })
  const password = await hashPassword('plum-lantern-orbit-seven')
  const enrol = async (account: Account) => {
    await identity.credentials.add(database, { account: account.id, kind: 'password', kept: password })
    await identity.credentials.add(database, { account: account.id, kind: 'totp', kept: { secret: newTotpSecret() } })
    return account.username
  }
  const person = (username: string) => ({ username, name: 'Somebody', role: 'nurse' })
  const known: string[] = []
  for (let n = 0; n < PEOPLE; n++) known.push(await enrol(await identity.accounts.add(person(`known-${n}`))))
  const leaver = await enrol(
    await identity.accounts.add({ ...person('leaver'), employedUntil: '2020-01-01T00:00:00.000Z' }),
  )
  await identity.accounts.add(person('never-enrolled'))

  let address = 0
  async function tried(username: string, form: { password: string; code: string } = wrong) {
    seen.length = 0
    const began = performance.now()
    const answer = await identity.signIn
      .withPassword({ username, ...form }, { address: `10.0.0.${address++}` })
      .catch((error: Refusal) => `${error.code} ${error.message}`)
    return { answer, statements: [...seen], took: performance.now() - began }
  }

  const { answer, statements } = await tried('nobody-at-all')
  assert.ok(statements.length > 5)
  const right = { password: 'plum-lantern-orbit-seven', code: '000000' }
  for (const [who, form] of [
    ['known-0', wrong],
    ['known-1', right],
    [leaver, right],
    ['never-enrolled', wrong],
    ['NOT a name!', wrong],
    ['known-2', { ...wrong, code: '0000-0000-0000-0000-0000-0000' }],
    ['nobody-else', { ...wrong, code: '0000-0000-0000-0000-0000-0000' }],
  ] as const) {
    const told = await tried(who, form)
    assert.equal(told.answer, answer, who)
    assert.deepEqual(told.statements, statements, who)
  }

  async function quietly(username: string): Promise<void> {
    await database.query('delete from sign_in_failures')
    await tried(username)
  }
  // By chance once in a thousand: each of some samples, with other unknown names, must say it.
  let told = 0
  for (let p = 0; p < ALPHA && told < SAMPLES_THAT_TELL; ) {
    const missing = known.map(() => `missing-${randomUUID().slice(0, 8)}`)
    const times = await quietTimes(
      [...known, ...missing].map((username) => () => quietly(username)),
      TIMES,
    )
    const [those, others] = [times.slice(0, PEOPLE), times.slice(PEOPLE)]
    p = rankTest(those, others)
    const millis = (some: readonly number[]) => (quantile(some, 0.5) / 1000).toFixed(2)
    t.diagnostic(`known ${millis(those)}, unknown ${millis(others)} ms, p = ${p.toFixed(4)}`)
    if (p < ALPHA) told++
  }
  assert.ok(told < SAMPLES_THAT_TELL, 'the times differ: who is there can be told from who is not')
}
