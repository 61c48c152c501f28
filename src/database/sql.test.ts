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

  it('tells whoever waits for a statement behind one that failed why that one failed', async () => {
    const failing = database.within(async (tx) => {
      const sent = [
        tx.query('insert into things values (1)'),
        tx.query('select 1'),
        tx.query('select $1::int', [2], 'two'),
      ]
      const told = await Promise.allSettled(sent)
      assert.deepEqual(
        told.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : one.status)),
        ['23505', '23505', '23505'],
      )
      throw new Error('enough')
    })
    await assert.rejects(failing, /enough/)
  })

  it('brings values of every kind back as they were sent, in binary and as text', async () => {
    const sent = {
      b: Buffer.from([0, 1, 92, 34, 255]),
      i: -7,
      l: -9_007_199_254_740_991,
      t: 'a "quoted" \\ ünï',
      u: '0123456789abcdef0123456789abcdef',
      at: new Date('1999-12-31T23:59:59.999Z'),
      yes: true,
      none: null,
    }
    const { b, i, l, t, u, at, yes } = sent
    for (const name of ['kinds', undefined]) {
      const [row] = await database.query(
        `select $1::bytea as b, $2::int as i, $3::bigint as l, $4::text as t, $5::uuid as u, $6::timestamptz as at,
                $7::boolean as yes, $8::bytea as none`,
        [b, i, l, t, u, at, yes, null],
        name,
      )
      assert.deepEqual(row, sent)
      const rows = await database.query(
        `select * from unnest($1::bytea[], $2::int[], $3::bigint[], $4::text[], $5::uuid[], $6::timestamptz[],
                $7::boolean[], $8::bytea[]) r(b, i, l, t, u, at, yes, none)`,
        [
          [b, b],
          [i, i],
          [l, l],
          [t, t],
          [u, u],
          [at, at],
          [yes, yes],
          [null, null],
        ],
        name && `${name}-in-arrays`,
      )
      assert.deepEqual(rows, [sent, sent])
    }
  })

  it('reads answers that come in many pieces', async () => {
    for (const name of ['long', undefined]) {
      const long = "select n, repeat('x', n * 100000) as x from generate_series(1, $1::int) n"
      const rows = await database.query<{ n: number; x: string }>(long, [40], name)
      assert.deepEqual(
        rows.map(({ x }) => x.length),
        rows.map(({ n }) => n * 100_000),
      )
      assert.equal(rows.length, 40)
    }
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
