import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json } from '../asking.ts'
import { startRunning } from '../running.ts'
import { until } from '../until.ts'

const WHY = 'records are being encrypted'

test('one operator holds a client; what stops everybody takes two, lasts for a time, and can be ended', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const second = (await running.cli('operator', 'add', 'quill')).answer
  assert.ok(second)
  const as = (operator: string, ...words: string[]) => running.cli('watch', 'hold', ...words, '--operator', operator)
  const first = (await running.cli('operator', 'list')).answer.operators.find((one: Json) => one.id !== 'quill').id
  const write = async () => (await loader('PUT', '/Patient/ada', { resourceType: 'Patient', id: 'ada' })).status
  const read = async () => (await loader('GET', '/Patient/ada')).status
  assert.equal(await write(), 201)

  await t.test('nothing is held before another one agrees', async () => {
    const { code, answer } = await as(first, '--everything', '--for', '30m', '--why', WHY)
    assert.equal(code, 0)
    await new Promise((resolve) => setTimeout(resolve, 700))
    assert.equal(await write(), 200)
    const again = await as(first, '--approve', answer.requested)
    assert.equal(again.code, 3)
    assert.match(again.said, /another operator is needed/)
    assert.equal(await write(), 200)
    const [waiting] = (await running.cli('watch', 'held')).answer.held
    assert.equal(waiting.approvals.length, 1)
    const agreed = await as('quill', '--approve', answer.requested)
    assert.equal(agreed.code, 0, agreed.said)
    await until(async () => (await write()) === 403)
    const refused = await loader('PUT', '/Patient/ada', { resourceType: 'Patient', id: 'ada' })
    assert.match(refused.text, /Nothing can be changed here now: records are being encrypted/)
    assert.equal(await read(), 200, 'reading goes on')
    assert.equal((await as('quill', '--approve', answer.requested)).code, 3, 'once')
    assert.equal((await running.cli('watch', 'release', answer.requested, '--operator', first)).code, 0)
    await until(async () => (await write()) === 200)
  })

  await t.test('a place is held by two, one client by one', async () => {
    const asked = await as(first, '--network', '127.0.0.1', '--why', WHY)
    assert.equal((await as('quill', '--approve', asked.answer.requested)).code, 0)
    await until(async () => (await read()) === 403)
    await running.cli('watch', 'release', asked.answer.requested, '--operator', first)
    await until(async () => (await read()) === 200)
    const { answer } = await as(first, '--who', 'client/loader', '--why', WHY)
    await until(async () => (await read()) === 403)
    assert.ok(answer.held.until > Date.now() + 3_500_000, 'an hour when not said')
    await running.cli('watch', 'release', answer.held.id, '--operator', first)
    await until(async () => (await read()) === 200)
  })

  await t.test('what is not whole is refused', async () => {
    assert.equal((await as(first, '--approve', 'nothing')).code, 3)
    assert.equal((await running.cli('watch', 'release', 'nothing', '--operator', first)).code, 3)
    for (const words of [
      ['--everything'],
      ['--why', WHY],
      ['--everything', '--who', 'x', '--why', WHY],
      ['--everything', '--for', '73h', '--why', WHY],
      ['--everything', '--for', 'ever', '--why', WHY],
    ])
      assert.equal((await as(first, ...words)).code, 2, words.join(' '))
  })
  assert.equal((await running.cli('verify')).code, 0)
})
