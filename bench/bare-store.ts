import pg from 'pg'
import type { ConnectionOptions } from '../src/database/embedded-presence.ts'
import { createBatcher } from '../src/kernel/batcher.ts'

export type Stored = {
  readonly id: string
  readonly type: string
  readonly patient: string | null
  readonly codes: readonly string[]
  readonly names: readonly string[] | null
  readonly json: string
}
/** The resource as it is sent: an object out of a jsonb column, or the text that lay there. */
export type Held = object | string
export type BareStore = ReturnType<typeof usualStore>

const PAGE = 20

/** Makes a bare server's database beside ours, in the same PostgreSQL. */
export async function makeBareDatabase(
  ours: ConnectionOptions,
  name: string,
  json: 'jsonb' | 'text',
): Promise<ConnectionOptions> {
  const bare = { ...ours, database: name }
  await once(ours, `create database ${name}`)
  await once(
    bare,
    `create table resources (
      id uuid primary key, version int not null, type text not null,
      patient text, codes text[] not null, names text[], json ${json} not null);
    create index on resources (patient, type) where patient is not null;
    create index on resources using gin (names) where names is not null;`,
  )
  return bare
}

/** Lets PostgreSQL look at what was loaded, as it does by itself within minutes: plans from empty tables are not kept. */
export async function analyse(databases: readonly ConnectionOptions[]): Promise<void> {
  for (const one of databases) await once(one, 'vacuum analyze')
}

async function once(connection: ConnectionOptions, sql: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(sql)
  await client.end()
}

type Ask = <Row>(name: string, text: string, values: unknown[]) => Promise<Row[]>
type Found = { id: string; json: Held }

function storeWith(ask: Ask) {
  const insertAll = (stored: readonly Stored[]) => {
    const row = (n: number) => `($${n * 6 + 1},1,$${n * 6 + 2},$${n * 6 + 3},$${n * 6 + 4},$${n * 6 + 5},$${n * 6 + 6})`
    const text = `insert into resources (id, version, type, patient, codes, names, json) values ${stored.map((_, n) => row(n)).join(',')}`
    const values = stored.flatMap((one) => [one.id, one.type, one.patient, one.codes, one.names, one.json])
    return ask(stored.length <= 64 ? `insert-${stored.length}` : '', text, values)
  }
  return {
    read: async (id: string) => (await ask<Found>('read', 'select json from resources where id = $1', [id]))[0]?.json,
    vread: async (id: string, version: number) =>
      (await ask<Found>('vread', 'select json from resources where id = $1 and version = $2', [id, version]))[0]?.json,
    ofPatient: (type: string, patient: string, code: string) =>
      ask<Found>(
        'of-patient',
        `select id, json from resources where patient = $1 and type = $2 and codes @> array[$3] limit ${PAGE}`,
        [patient, type, code],
      ),
    named: (type: string, name: string) =>
      ask<Found>(
        'named',
        `select id, json from resources where names @> array[$1] and names is not null and type = $2 limit ${PAGE}`,
        [name, type],
      ),
    create: (stored: Stored): Promise<unknown> => insertAll([stored]),
    createAll: (stored: readonly Stored[]): Promise<unknown> => insertAll(stored),
  }
}

/** `pool.query(text, values)`, one for each request. */
export const usualStore = (pool: pg.Pool) =>
  storeWith(
    async <Row>(_name: string, text: string, values: unknown[]) => (await pool.query(text, values)).rows as Row[],
  )

/** One prepared statement for each request. */
export const leanStore = (pool: pg.Pool): BareStore =>
  storeWith(
    async <Row>(name: string, text: string, values: unknown[]) =>
      (await pool.query(name === '' ? { text, values } : { name, text, values })).rows as Row[],
  )

const LANES = 2

/** The same, with reads and creates of the same moment sharing a statement, by the batcher of our own hot path. */
export function batchedStore(pool: pg.Pool): BareStore {
  const lean = leanStore(pool)
  const reads = (name: string, text: string) =>
    createBatcher<string, Held | undefined>({
      lanes: LANES,
      most: 64,
      async run(ids) {
        const { rows } = await pool.query<Found>({ name, text, values: [ids] })
        const found = new Map(rows.map(({ id, json }) => [id, json]))
        return ids.map((id) => found.get(id))
      },
    })
  const create = createBatcher<Stored, undefined>({
    lanes: LANES,
    most: 64,
    async run(stored) {
      await lean.createAll(stored)
      return stored.map(() => undefined)
    },
  })
  const read = reads('reads', 'select id, json from resources where id = any($1::uuid[])')
  const vread = reads('vreads', 'select id, json from resources where id = any($1::uuid[]) and version = 1')
  return { ...lean, read, create, vread: (id) => vread(id) }
}
