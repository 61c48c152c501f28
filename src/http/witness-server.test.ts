import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Witness } from '../ledger/witness.ts'
import { startWitness } from './witness-server.ts'

const known = hash('sha256', 'log.example')

async function start(t: TestContext, more: Partial<Witness> = {}) {
  const defects: unknown[] = []
  const witness: Witness = {
    vkey: '',
    addCheckpoint: async (body) => ({ status: 409, body: `${body.length}\n`, type: 'text/x.tlog.size' }),
    latestCheckpoint: async (origin) => (origin === known ? 'a note\n' : undefined),
    ...more,
  }
  const defect = (error: unknown) => void defects.push(error)
  const server = await startWitness({ host: '127.0.0.1', port: 0, witness, defect })
  t.after(server.close)
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${server.url}${path}`, init)
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }
  return { ask, defects }
}

test('a witness answers as the witness says, with its own content type', async (t) => {
  const { ask } = await start(t)
  const posted = await ask('/add-checkpoint', { method: 'POST', body: 'twelve bytes' })
  assert.deepEqual(posted, { status: 409, type: 'text/x.tlog.size', text: '12\n' })
  assert.deepEqual(await ask(`/${known}/checkpoint`), {
    status: 200,
    type: 'text/plain; charset=utf-8',
    text: 'a note\n',
  })
})

test('a witness serves nothing else', async (t) => {
  const { ask } = await start(t)
  for (const path of ['/', '/checkpoint', `/${hash('sha256', 'another')}/checkpoint`, '/../etc/passwd', '//'])
    assert.equal((await ask(path)).status, 404, path)
  assert.equal((await ask('/add-checkpoint')).status, 405)
  assert.equal((await ask(`/${known}/checkpoint`, { method: 'DELETE' })).status, 405)
  assert.equal((await ask('/add-checkpoint', { method: 'POST', body: 'x'.repeat(70_000) })).status, 413)
})

test('a witness whose memory is damaged answers 500, says so, and goes on', async (t) => {
  const damaged = new Error('the file is of another log')
  const { ask, defects } = await start(t, { addCheckpoint: () => Promise.reject(damaged) })
  assert.equal((await ask('/add-checkpoint', { method: 'POST', body: 'x' })).status, 500)
  assert.deepEqual(defects, [damaged])
  assert.equal((await ask(`/${known}/checkpoint`)).status, 200)
})
