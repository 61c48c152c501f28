import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { testDatabase } from '../../database/test-database.ts'
import { createWatch } from '../engine.ts'
import { WATCH_DEFAULTS } from '../settings.ts'
import { ordinaryDay, testHospital } from '../test-hospital.ts'
import { createSnapshots } from './snapshots.ts'

test('what was learned comes back; what another node sealed, or nobody, does not, and is learned anew', async (t) => {
  const database = await testDatabase(t)
  const key = createSecretKey(randomBytes(32))
  const snapshots = createSnapshots<number>(database, () => key, 'node-1')
  assert.equal(await snapshots.read(), undefined)
  const watch = createWatch(testHospital(3), WATCH_DEFAULTS)
  for (const one of ordinaryDay(0)) watch.consider(one)
  await snapshots.keep({ snapshot: watch.save(), ledger: 7 })
  assert.equal((await snapshots.read())?.snapshot.actors.size, watch.sizes().actors)
  await database.query(`update watch_snapshots set node = 'node-2'`)
  assert.equal(await createSnapshots(database, () => key, 'node-2').read(), undefined, 'moved')
  await database.query(`update watch_snapshots set node = 'node-1', sealed = substr(sealed, 1, length(sealed) - 1)`)
  assert.equal(await snapshots.read(), undefined, 'cut short')
})
