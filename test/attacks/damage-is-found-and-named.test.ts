import assert from 'node:assert/strict'
import test from 'node:test'
import type { Chartwarden } from '../../src/chartwarden.ts'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { verifyAll } from '../../src/cli/verify.ts'
import { readConfig } from '../../src/config.ts'
import { insertRows } from '../../src/database/insert-rows.ts'
import type { Database } from '../../src/database/sql.ts'
import { createLogSigner } from '../../src/ledger/log-signer.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { createTreeEdge } from '../../src/ledger/tiles.ts'
import { writeHead, writeTiles } from '../../src/ledger/tree-store.ts'
import { startRunning } from '../running.ts'

type Row = Record<string, unknown>
type Damage = {
  readonly what: string
  /** Tables that the damage touches: put back as they were afterwards. */
  readonly tables: readonly string[]
  readonly harm: (sql: Database, chartwarden: Chartwarden) => Promise<void>
  /** The finding that must be among those named, and what it must name. */
  readonly code: string
  readonly names?: (sql: Database) => Promise<string>
}

const TARGET = `(select row_id from record_heads where type = 'Observation' and version = 1 order by row_id limit 1)`
const UPDATED = `(select row_id from record_heads where version = 3 limit 1)`
const flip = (column: string) => `set_byte(${column}, 90, get_byte(${column}, 90) # 1)`

async function rowName(sql: Database): Promise<string> {
  const [row] = await sql.query<{ row_id: string }>(TARGET)
  return String(row?.row_id)
}

const DAMAGES: readonly Damage[] = [
  {
    what: 'a byte of a row is flipped',
    tables: ['record_versions'],
    harm: async (sql) =>
      void (await sql.query(`update record_versions set body = ${flip('body')} where row_id = ${TARGET}`)),
    code: 'record.does-not-open',
    names: rowName,
  },
  {
    what: 'a byte of a label is flipped',
    tables: ['record_versions'],
    harm: async (sql) =>
      void (await sql.query(`update record_versions set label = ${flip('label')} where row_id = ${TARGET}`)),
    code: 'record.changed',
    names: rowName,
  },
  {
    what: 'two rows are swapped',
    tables: ['record_versions'],
    harm: async (sql) => {
      const rows = await sql.query<Row>(
        `select v.row_id, v.version, v.label, v.body from record_versions v join record_heads h using (row_id) where h.type = 'Observation' and v.version = 1 order by v.row_id limit 2`,
      )
      const [a, b] = rows as [Row, Row]
      for (const [to, from] of [
        [a, b],
        [b, a],
      ] as const)
        await sql.query('update record_versions set label = $2, body = $3 where row_id = $1 and version = 1', [
          to['row_id'],
          from['label'],
          from['body'],
        ])
    },
    code: 'record.changed',
    names: rowName,
  },
  {
    what: 'a row is rolled back to an older version',
    tables: ['record_versions', 'record_heads'],
    harm: async (sql) => {
      await sql.query(`delete from record_versions where version = 3 and row_id = ${UPDATED}`)
      await sql.query(`update record_heads set version = 2 where row_id = ${UPDATED}`)
    },
    code: 'record.missing',
  },
  {
    what: 'a head points at an older version',
    tables: ['record_heads'],
    harm: async (sql) => void (await sql.query(`update record_heads set version = 2 where row_id = ${UPDATED}`)),
    code: 'record.rolled-back',
  },
  {
    what: 'a ledger entry is deleted',
    tables: ['ledger_entries'],
    harm: async (sql) =>
      void (await sql.query(
        'delete from ledger_entries where entry_id = (select entry_id from ledger_leaves where idx = 7)',
      )),
    code: 'ledger.entry-missing',
    names: async (sql) =>
      String((await sql.query<{ entry_id: string }>('select entry_id from ledger_leaves where idx = 7'))[0]?.entry_id),
  },
  {
    what: 'a ledger entry says something else',
    tables: ['ledger_entries'],
    harm: async (sql) =>
      void (await sql.query(
        `update ledger_entries set at = at + interval '1 hour' where entry_id = (select entry_id from ledger_leaves where idx = 7)`,
      )),
    code: 'ledger.leaf',
  },
  {
    what: 'an event is replaced',
    tables: ['ledger_entries'],
    harm: async (sql) =>
      void (await sql.query(
        `update ledger_entries set sealed = ${flip('sealed')} where entry_id = (select entry_id from ledger_leaves where idx = 7)`,
      )),
    code: 'ledger.event',
  },
  {
    what: 'a leaf is deleted',
    tables: ['ledger_leaves'],
    harm: async (sql) => void (await sql.query('delete from ledger_leaves where idx = 7')),
    code: 'ledger.leaf-missing',
    names: () => Promise.resolve('leaf 7'),
  },
  {
    what: 'a tile is edited',
    tables: ['ledger_tiles'],
    harm: async (sql) =>
      void (await sql.query(
        'update ledger_tiles set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1) where level = 0 and n = 0',
      )),
    code: 'ledger.tile',
    names: () => Promise.resolve('tile 0/0'),
  },
  {
    what: 'the head is replaced',
    tables: ['ledger_head'],
    harm: async (sql) =>
      void (await sql.query('update ledger_head set root = set_byte(root, 3, get_byte(root, 3) # 1)')),
    code: 'ledger.head',
  },
  {
    what: 'the tail of the log is cut by one who holds the log key',
    tables: ['ledger_head', 'ledger_leaves', 'ledger_entries', 'ledger_tiles', 'ledger_owner_heads', 'ledger_chains'],
    harm: cutTail,
    code: 'ledger.anchor',
  },
  {
    what: 'a patient key is deleted',
    tables: ['owners'],
    harm: async (sql) =>
      void (await sql.query(
        `update owners set wrapped_key = null where owner_id = (select owner_id from record_heads where row_id = ${TARGET})`,
      )),
    code: 'key.missing',
  },
  {
    what: 'an index page is changed',
    tables: ['index_pages'],
    harm: async (sql) =>
      void (await sql.query(
        `update index_pages set sealed = ${flip('sealed')} where type = 'Observation' and page = 1`,
      )),
    code: 'index.does-not-open',
  },
  {
    what: 'an index page is put back to an older version',
    tables: ['index_pages'],
    harm: async (sql) => void (await sql.query(`delete from index_pages where type = 'Observation'`)),
    code: 'index.missing',
  },
  {
    what: 'a relation of care is put in by hand',
    tables: ['care_relations'],
    harm: async (sql) =>
      void (await sql.query(
        `insert into care_relations (tenant_id, carer_token, owner_id, row_id, kind) select 1, '\\x0102', owner_id, row_id, 'encounter' from record_heads where row_id = ${TARGET}`,
      )),
    code: 'relation.unfounded',
    names: rowName,
  },
  {
    what: 'a glass is broken by hand',
    tables: ['care_relations'],
    harm: async (sql) =>
      void (await sql.query(
        `insert into care_relations (tenant_id, carer_token, owner_id, row_id, kind) select 1, '\\x0102', owner_id, row_id, 'break-glass' from record_heads where row_id = ${TARGET}`,
      )),
    code: 'relation.unfounded',
    names: rowName,
  },
  {
    what: 'a practitioner is put into a unit by hand',
    tables: ['unit_members'],
    harm: async (sql) =>
      void (await sql.query(
        `insert into unit_members (tenant_id, member_token, unit_token, row_id) select 1, '\\x0102', '\\x0304', row_id from record_heads where row_id = ${TARGET}`,
      )),
    code: 'relation.unfounded',
    names: rowName,
  },
  {
    what: 'a search token is deleted',
    tables: ['search_tokens'],
    harm: async (sql) => void (await sql.query(`delete from search_tokens where param = 'Patient.family'`)),
    code: 'index.tokens',
  },
  {
    what: 'a chunk of a Binary is cut off',
    tables: ['blob_chunks'],
    harm: async (sql) =>
      void (await sql.query('delete from blob_chunks where chunk = (select max(chunk) from blob_chunks)')),
    code: 'blob.does-not-open',
  },
]

/** Rewrites the end of history as well as the holder of database and log key can. */
async function cutTail(sql: Database, { ledger, store }: Chartwarden): Promise<void> {
  const { size } = await ledger.head()
  const keep = size - 3
  await sql.query('delete from ledger_entries where entry_id in (select entry_id from ledger_leaves where idx >= $1)', [
    keep,
  ])
  await sql.query('delete from ledger_leaves where idx >= $1', [keep])
  await sql.query('delete from ledger_tiles')
  const leaves = await sql.query<{ leaf: Buffer }>('select leaf from ledger_leaves order by idx')
  const { changed, root } = createTreeEdge(0, []).append(leaves.map((row) => leafHash(row.leaf)))
  await writeTiles(sql, changed)
  await sql.query(
    'update ledger_owner_heads h set seq = (select max(owner_seq) from ledger_leaves l where l.owner_id = h.owner_id)',
  )
  await sql.query(
    'update ledger_chains c set sequenced = coalesce((select max(seq) from ledger_entries e where e.chain_id = c.chain_id), 0)',
  )
  const signer = createLogSigner({
    origin: ledger.origin,
    ed25519Seed: store.seed('log-ed25519'),
    mldsaSeed: store.seed('log-mldsa'),
  })
  await writeHead(sql, {
    size: keep,
    root,
    checkpoint: signer.signCheckpoint({ size: keep, root }, new Date()),
    fence: 1,
  })
}

test('every damage to rows, keys, index and ledger is found and named', { timeout: 180_000 }, async (t) => {
  const running = await startRunning(t)
  const token = await running.token('loader')
  const send = async (
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    type = 'application/fhir+json',
  ) => {
    const answer = await fetch(`${running.fhir}/${path}`, {
      method,
      body: body,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
    })
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${await answer.text()}`)
  }
  await send('PUT', 'Patient/p', JSON.stringify({ resourceType: 'Patient', id: 'p', name: [{ family: 'Example' }] }))
  for (let n = 0; n < 5; n++) {
    await send(
      'POST',
      'Observation',
      JSON.stringify({
        resourceType: 'Observation',
        status: 'final',
        code: { text: `measure ${n}` },
        subject: { reference: 'Patient/p' },
      }),
    )
  }
  for (let n = 0; n < 2; n++)
    await send(
      'PUT',
      'Patient/p',
      JSON.stringify({ resourceType: 'Patient', id: 'p', active: true, name: [{ family: `Example${n}` }] }),
    )
  await send('POST', 'Binary', new Uint8Array(600_000), 'application/pdf')
  await running.stop()

  const config = { ...readConfig({}), data: running.data }
  const { chartwarden, close } = await openInstallation(config, () => undefined, { inspecting: true })
  const sql = chartwarden.database
  const look = () => verifyAll(chartwarden, false, () => undefined)
  const sound = async () => assert.deepEqual((await look()).findings, [])
  await sound()

  for (const { what, tables, harm, code, names } of DAMAGES) {
    await t.test(what, async () => {
      const name = await names?.(sql)
      for (const table of tables) await sql.query(`create table saved_${table} as table ${table}`)
      await harm(sql, chartwarden)
      const { findings } = await look()
      const found = findings.filter((one) => one.code === code)
      assert.ok(found.length > 0, `no ${code} among ${JSON.stringify(findings)}`)
      if (name !== undefined)
        assert.ok(
          found.some((one) => one.where.includes(name)),
          `${name} is not named: ${JSON.stringify(found)}`,
        )
      const kept = await keptEntries(sql, tables)
      for (const table of tables) {
        await sql.query(`delete from ${table}`)
        await sql.query(
          `insert into ${table} ${table === 'ledger_chains' ? 'overriding system value ' : ''}table saved_${table}`,
        )
        await sql.query(`drop table saved_${table}`)
      }
      await kept()
      await sound()
    })
  }

  await t.test('without keys the digests alone tell', async () => {
    await sql.query(`create table saved_record_versions as table record_versions`)
    await sql.query(`update record_versions set body = ${flip('body')} where row_id = ${TARGET}`)
    const { findings } = await verifyAll(chartwarden, true, () => undefined)
    assert.deepEqual([...new Set(findings.map((one) => one.code))].sort(), ['record.changed', 'record.missing'])
    await sql.query('delete from record_versions')
    await sql.query('insert into record_versions table saved_record_versions')
  })

  await t.test('the command says so and exits with 4', async () => {
    await sql.query(
      'update ledger_tiles set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1) where level = 0 and n = 0',
    )
    const told = await running.cli('verify')
    assert.equal(told.code, 4)
    assert.equal(told.answer.sound, false)
  })

  await t.test('a server does not start on a ledger that is behind its anchor', async () => {
    await cutTail(sql, chartwarden)
    const told = await running.cli('serve')
    assert.equal(told.code, 3)
    assert.match(told.said, /its tail is missing/)
  })
  await close()
})

/** Each check of the ledger adds an entry of its own; those made while a table was saved are put back too. */
async function keptEntries(sql: Database, tables: readonly string[]): Promise<() => Promise<void>> {
  if (!tables.includes('ledger_entries') && !tables.includes('ledger_chains')) return () => Promise.resolve()
  const rows = await sql.query<Row>(
    'select * from ledger_entries e where not exists (select from saved_ledger_entries s where s.entry_id = e.entry_id)',
  )
  const chains = tables.includes('ledger_chains')
    ? await sql.query<Row>(
        'select * from ledger_chains c where not exists (select from saved_ledger_chains s where s.chain_id = c.chain_id)',
      )
    : []
  return async () => {
    for (const [table, some] of [
      ['ledger_chains', chains],
      ['ledger_entries', rows],
    ] as const) {
      const [first] = some
      if (first === undefined) continue
      const columns = Object.keys(first)
      await insertRows(
        sql,
        table,
        columns,
        some.map((row) => columns.map((column) => row[column])),
        '',
      )
    }
  }
}
