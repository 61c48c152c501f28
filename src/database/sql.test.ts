import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Refusal } from '../kernel/refusal.ts'
import { checkSettings } from './check-settings.ts'
import { type Embedded, openEmbedded } from './embedded.ts'
import { type Database, openDatabase, UnknownOutcome } from './sql.ts'

describe('a database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-sql-'))
  let embedded: Embedded
  let database: Database

  before(async () => {
    embedded = await openEmbedded({ folder })
    database = openDatabase(embedded.url)
    await database.query('create table things (n integer primary key)')
    await database.query(
      `create function die() returns trigger language plpgsql as
       $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return null; end $$`,
    )
    await database.query('create table last_words (n integer)')
    await database.query(
      'create constraint trigger dies after insert on last_words deferrable initially deferred for each row execute function die()',
    )
  })
  after(async () => {
    await database.close()
    await embedded.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('commits what a body did, or nothing of it', async () => {
    assert.equal(await database.within((tx) => tx.query('insert into things values (1)').then(() => 'done')), 'done')
    const failing = database.within(async (tx) => {
      await tx.query('insert into things values (2)')
      throw new Error('enough')
    })
    await assert.rejects(failing, /enough/)
    assert.deepEqual(await database.query('select n from things'), [{ n: 1 }])
  })

  it('does not take a failed transaction for committed when the body hides the failure', async () => {
    const hiding = database.within(async (tx) => {
      await tx.query('insert into things values (3)')
      await tx.query('insert into things values (3)').catch(() => undefined)
      return 'fine'
    })
    await assert.rejects(hiding, /rolled back/)
    assert.deepEqual(await database.query('select n from things where n = 3'), [])
  })

  it('says that it does not know when the connection is lost in the commit, as a refusal with 503', async () => {
    const lost = database.within((tx) => tx.query('insert into last_words values (1)'))
    await assert.rejects(lost, (error) => error instanceof UnknownOutcome && error.status === 503)
  })

  it('refuses with database.unavailable when the connection is lost before', async () => {
    const lost = database.within((tx) => tx.query('select pg_terminate_backend(pg_backend_pid()), pg_sleep(10)'))
    await assert.rejects(lost, (error) => error instanceof Refusal && error.code === 'database.unavailable')
    assert.deepEqual(await database.query('select 1 as there'), [{ there: 1 }])
  })

  it('is refused when it may lose what it acknowledges, with the statement that mends it', async () => {
    await checkSettings(database)
    for (const [spoil, remedy] of [
      ['alter role chartwarden set synchronous_commit = off', 'alter role chartwarden reset synchronous_commit'],
      [
        'alter database chartwarden set synchronous_commit = off',
        'alter database chartwarden reset synchronous_commit',
      ],
      [
        'alter role chartwarden in database chartwarden set synchronous_commit = off',
        'alter role chartwarden in database chartwarden reset synchronous_commit',
      ],
      ['alter role all set synchronous_commit = off', 'alter role all reset synchronous_commit'],
    ] as const) {
      await database.query(spoil)
      const spoiled = openDatabase(embedded.url, 1)
      await assert.rejects(
        checkSettings(spoiled),
        (error) => error instanceof Refusal && error.message.includes(`Run: ${remedy}, then start again`),
      )
      await spoiled.close()
      await database.query(remedy)
    }
  })
})
