import assert from 'node:assert/strict'
import { createSecretKey, hash, randomBytes } from 'node:crypto'
import test from 'node:test'
import { testDatabase } from '../../database/test-database.ts'
import type { Append } from '../../ledger/append.ts'
import type { Alert } from '../alert.ts'
import { playbooksIn } from '../playbooks/read-playbooks.ts'
import { createCarryOut } from './carry-out.ts'
import { createQuestions } from './questions.ts'
import { createStoredCases } from './stored-cases.ts'
import { createStoredHolds } from './stored-holds.ts'

const HOUR = 3_600_000
const NOON = Date.now()
const alert: Alert = {
  at: NOON,
  entities: { actor: 'petra', session: 'token-1', patient: 'ada' },
  score: 6,
  p: 1e-6,
  action: 'freeze',
  explanation: 'petra read the charts of 26 patients.',
  contributions: [{ score: 'unexplained-hour', nats: 9, says: 'many unexplained patients within an hour' }],
  because: {
    role: 'registration',
    class: 'unexplained',
    path: 'none',
    when: 'none',
    flags: [],
    by: 'bound',
    held: 'session',
    why: '26 patients within an hour whom nothing explains',
  },
}

test('steps are taken once, when they are due, on one of many nodes; none of a case that is closed', async (t) => {
  const database = await testDatabase(t)
  const key = createSecretKey(randomBytes(32))
  const token = (kind: string, name: string) => hash('sha256', `${kind} ${name}`, 'buffer').subarray(0, 16)
  const told: string[] = []
  // The ledger's part is its own test's: here only that each step asks for its entry in the same transaction.
  const appendWith = ((body) =>
    database.within(async (tx) => {
      const { value, happenings } = await body(tx)
      told.push(...happenings.map((one) => one.interaction))
      return { value, appended: [] }
    })) as Append['appendWith']
  const node = () => {
    const cases = createStoredCases(database, () => key, token, playbooksIn())
    const questions = createQuestions(database, () => key, token)
    const holds = createStoredHolds(database, () => key)
    const accountOf = async (username: string) => (username === 'petra' ? { unit: 'Desk' } : undefined)
    return { cases, questions, carryOut: createCarryOut({ appendWith, cases, questions, holds, accountOf }) }
  }
  const [one, other] = [node(), node()]
  await one.cases.add(alert)
  await Promise.all([one, other, one, other].map(({ carryOut }) => carryOut(NOON)))
  assert.deepEqual(told.toSorted(), ['watch-notify-person', 'watch-open-case', 'watch-tell-officer'])
  const asked = await other.questions.waiting([{ name: 'petra' }])
  assert.equal(asked.length, 1)
  assert.deepEqual(
    await one.questions.waiting([{ lead: true, name: 'Desk' }]),
    [],
    'the manager is asked after an hour',
  )
  await one.carryOut(NOON + HOUR - 1)
  assert.equal(told.length, 3)

  await one.cases.add({ ...alert, entities: { ...alert.entities, actor: 'omar' } })
  const about = async (name: string) => (await one.cases.recent()).open.find((each) => each.about === name)
  const verdict = { finding: 'justified', reason: 'asked by the ward', by: 'quill', at: NOON } as const
  const omars = await about('omar')
  assert.ok(omars !== undefined)
  assert.notEqual(await one.cases.close(omars.id, verdict), undefined)
  assert.equal(await one.cases.close(omars.id, verdict), undefined, 'once')
  for (const { cases } of [one, other]) {
    assert.deepEqual(
      (await cases.verdicts()).map((each) => each.finding),
      ['justified'],
      'every node learns of it',
    )
    assert.deepEqual(await cases.verdicts(), [], 'once')
  }
  await other.carryOut(NOON + HOUR)
  assert.deepEqual(told.slice(3), ['watch-ask-manager'], 'of the open case alone')
  assert.equal((await one.questions.waiting([{ lead: true, name: 'Desk' }])).length, 1)
  assert.ok((await about('petra'))?.steps.every((step) => step.doneAt !== undefined))
})
