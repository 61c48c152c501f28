import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { verifyAll } from '../../src/cli/verify.ts'
import { readConfig } from '../../src/config.ts'
import { TENANT_ID } from '../../src/kernel/ids.ts'
import { unwrapOwner, type WrappedOwner } from '../../src/vault/owner-keys.ts'
import { startRunning } from '../running.ts'

const ADA = JSON.stringify({ resourceType: 'Patient', id: 'ada', name: [{ family: 'Example' }] })

test('a chart is shredded by two, after a delay, and neither this system nor an older copy opens it', {
  timeout: 120_000,
}, async (t) => {
  const running = await startRunning(t, { settings: { CHARTWARDEN_SHRED_DELAY_SECONDS: '3' } })
  const token = await running.token('loader')
  const ask = (method: string, path: string, body?: string) =>
    fetch(`${running.fhir}/${path}`, {
      method,
      ...(body !== undefined && { body }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    })
  assert.equal((await ask('PUT', 'Patient/ada', ADA)).status, 201)
  assert.equal((await ask('PUT', 'Patient/bea', ADA.replace('ada', 'bea'))).status, 201)
  const receipt = (await ask('GET', 'Patient/ada')).headers.get('chartwarden-receipt') as string
  await running.cli('operator', 'add', 'second')

  const sql = await running.database()
  const before = await sql.query(
    `select owner_id, shard, kek_version, wrapped_key, audit_key from owners where tenant_id = ${TENANT_ID}`,
  )

  await t.test('one operator is not enough, and not the same one twice', async () => {
    const { answer } = await running.cli('keys', 'shred', 'Patient/ada', '--operator', 'first')
    assert.deepEqual(answer.approvedBy, ['first'])
    assert.equal((await running.cli('keys', 'shred', '--approve', answer.request, '--operator', 'first')).code, 3)
    const refused = await running.cli('keys', 'shred', '--execute', answer.request, '--operator', 'first')
    assert.equal(refused.code, 3)
    assert.match(refused.said, /Two operators must approve/)
    assert.equal((await running.cli('keys', 'shred', '--cancel', answer.request, '--operator', 'first')).code, 0)
    assert.equal((await running.cli('keys', 'shred', '--approve', answer.request, '--operator', 'second')).code, 3)
  })

  await t.test('a legal hold stops it', async () => {
    const held = await running.cli('hold', 'add', 'Patient/ada', '--reason', 'an inquiry', '--operator', 'first')
    const refused = await running.cli('keys', 'shred', 'Patient/ada', '--operator', 'first')
    assert.equal(refused.answer.error, 'key.held')
    assert.equal((await running.cli('hold', 'lift', held.answer.hold, '--operator', 'first')).code, 0)
  })

  await t.test('an approval signed for something else does not count', async () => {
    const { answer } = await running.cli('keys', 'shred', 'Patient/ada', '--operator', 'first')
    await sql.query(
      `update shred_requests set approvals = approvals || jsonb_build_array(jsonb_build_object('operator', 'second', 'signature', approvals -> 0 ->> 'signature')) where request_id = $1`,
      [answer.request],
    )
    const refused = await running.cli('keys', 'shred', '--execute', answer.request, '--operator', 'first')
    assert.match(refused.said, /Two operators must approve; 1 did/)
    await running.cli('keys', 'shred', '--cancel', answer.request, '--operator', 'first')
  })

  await t.test('before the delay is over it waits, then it is done, while the server runs', async () => {
    const { answer } = await running.cli('keys', 'shred', 'Patient/ada', '--operator', 'first')
    await running.cli('keys', 'shred', '--approve', answer.request, '--operator', 'second')
    await sql.query(`update shred_requests set requested_at = requested_at - interval '1 year' where request_id = $1`, [
      answer.request,
    ])
    const hurried = await running.cli('keys', 'shred', '--execute', answer.request, '--operator', 'second')
    assert.equal(hurried.code, 3, 'a request that was dated back loses its approvals')
    await sql.query(`update shred_requests set requested_at = requested_at + interval '1 year' where request_id = $1`, [
      answer.request,
    ])
    const done = await until(async () => {
      const told = await running.cli('keys', 'shred', '--execute', answer.request, '--operator', 'second')
      if (told.code !== 0) assert.match(told.said, /The delay is not over/)
      return told.code === 0
    })
    assert.ok(done)
  })

  await t.test('the running server does not open it, and keeps serving its neighbours', async () => {
    assert.equal((await ask('GET', 'Patient/ada')).status, 410)
    assert.equal((await ask('GET', 'Patient/ada/_history/1')).status, 410)
    assert.equal((await ask('GET', 'Patient/bea')).status, 200)
    const found = (await (await ask('GET', 'Patient?family=example')).json()) as { total: number }
    assert.equal(found.total, 1)
  })

  await t.test('the access log of the chart is kept, and everything is sound', async () => {
    const event = await ask('GET', `AuditEvent/${receipt}`)
    assert.equal(event.status, 200)
    const told = await running.cli('verify')
    assert.deepEqual([told.code, told.answer.findings], [0, []])
  })

  await t.test("an older copy of the database does not open with today's key store", async () => {
    const config = { ...readConfig({}), data: running.data }
    const { chartwarden, close } = await openInstallation(config, () => undefined, { inspecting: true })
    const older = before.map(
      (row): WrappedOwner => ({
        owner: row['owner_id'],
        shard: row['shard'],
        kekVersion: row['kek_version'],
        wrappedKey: row['wrapped_key'],
        auditKey: row['audit_key'],
      }),
    )
    const now = await sql.query<{ owner_id: string }>('select owner_id from owners where shredded_at is not null')
    const ada = older.find((one) => one.owner === now[0]?.owner_id) as WrappedOwner
    assert.ok(ada.wrappedKey)
    assert.throws(() => unwrapOwner(chartwarden.store, ada), { code: 'key.shredded' })
    assert.deepEqual((await verifyAll(chartwarden, false, () => undefined)).findings, [])
    await close()
  })

  await t.test('every key is rotated while the server runs', async () => {
    const { answer } = await running.cli('keys', 'rotate', '--tenant', '--shards', '--operator', 'first')
    assert.equal(answer.tenantVersion, 2)
    assert.equal((await ask('GET', 'Patient/bea')).status, 200)
    assert.equal((await ask('PUT', 'Patient/cleo', ADA.replace('ada', 'cleo'))).status, 201)
    assert.equal((await ask('GET', 'Patient/cleo')).status, 200)
    const told = await running.cli('verify')
    assert.deepEqual([told.code, told.answer.findings], [0, []])
  })
})

async function until(done: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 30; tries++) {
    if (await done()) return true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return false
}
