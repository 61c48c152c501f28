import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { choosePlace } from '../../src/database/embedded-place.ts'
import { isResourceType } from '../../src/records/fhir/definitions.ts'
import { askAs, asked, type Json } from '../asking.ts'
import { createScanner, type Hit, writtenAs } from '../clear-text.ts'
import { type Running, startRunning } from '../running.ts'
import { SYNTHEA, SYNTHEA_RESOURCES, sourceFiles } from '../source-charts.ts'
import { withoutSharedData } from '../vectors/shared-data.ts'

/** PostgreSQL's own program, which we did not write and which holds no data. */
const PROGRAM = ['postgres-program']
const NAMED = new Set([
  'family',
  'given',
  'line',
  'display',
  'text',
  'value',
  'div',
  'data',
  'id',
  'fullUrl',
  'city',
  'postalCode',
  'authoredOn',
  'birthDate',
])

/** What a chart says that nobody may read on the disk: names from five letters, other words from eight. */
function secretsOf(value: Json, found: Set<string>, key = ''): void {
  if (Array.isArray(value)) for (const item of value) secretsOf(item, found, key)
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) secretsOf(item, found, name)
  else if (typeof value === 'string' && NAMED.has(key)) {
    const words = key === 'div' ? value.replaceAll(/<[^>]*>/g, '\n').split('\n') : [value.replace(/^urn:uuid:/, '')]
    const least = key === 'family' || key === 'given' ? 5 : 8
    for (const word of words.map((one) => one.trim()))
      if (word.length >= least && !isResourceType(word)) found.add(word.slice(0, 60))
    if (key === 'data') secretsOf(Buffer.from(value, 'base64').toString().split('\n'), found, 'text')
  }
}

const OURS = {
  id: 'mrn-7700-ulrike-4',
  family: 'Quastenflosser',
  given: 'Ulrikchen',
  identifier: 'KK-77001234-Z',
  line: 'Hinterm Deich 4711',
  phone: '+49 4711 0815-42',
  note: 'She has not told her husband about the termination.',
  searched: 'Nobodyknowsthisname',
  refused: 'mrn-of-somebody-else-9',
  binary: 'Consent form, signed by Ulrikchen on the fourth of May.',
  wrong: 'Banana-gendered-person',
}

/** A client's day: writes, searches, reads that are refused, mistakes. */
async function useIt(running: Running): Promise<string[]> {
  const ask = await askAs(running, 'loader')
  const other = await askAs(running, 'narrow')
  const patient = {
    resourceType: 'Patient',
    id: OURS.id,
    identifier: [{ system: 'urn:hospital:kk', value: OURS.identifier }],
    name: [{ family: OURS.family, given: [OURS.given] }],
    address: [{ line: [OURS.line] }],
    telecom: [{ system: 'phone', value: OURS.phone }],
  }
  const done = [
    await ask('PUT', `/Patient/${OURS.id}`, patient),
    await ask('PUT', `/Patient/${OURS.id}`, { ...patient, active: true }),
    await ask('POST', '/Condition', {
      resourceType: 'Condition',
      subject: { reference: `Patient/${OURS.id}` },
      note: [{ text: OURS.note }],
    }),
    await ask('GET', `/Patient/${OURS.id}`),
    await ask('GET', `/Patient?family=${OURS.family}&given=${OURS.given}&_count=1`),
    await ask('GET', `/Patient?identifier=urn:hospital:kk|${OURS.identifier}`),
    await ask('GET', `/Patient?name=${OURS.searched}`),
    await ask('GET', `/Condition?patient=${OURS.id}`),
    await ask('GET', `/Patient/${OURS.id}/_history`),
    await ask('POST', '/Patient', patient, {
      headers: { 'if-none-exist': `identifier=urn:hospital:kk|${OURS.identifier}` },
    }),
    await ask('PATCH', `/Patient/${OURS.id}`, [{ op: 'replace', path: '/active', value: false }], {
      headers: { 'content-type': 'application/json-patch+json' },
    }),
    await ask('POST', '/Binary', undefined, { text: OURS.binary, headers: { 'content-type': 'text/plain' } }),
  ]
  assert.deepEqual(
    done.map(({ status }) => status),
    [201, 200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 201],
  )
  const refused = [
    await other('GET', `/Patient/${OURS.id}`),
    await other('GET', `/Patient/${OURS.refused}`),
    await ask('GET', `/Patient/${OURS.refused}`),
    await ask('POST', '/Patient', { ...patient, gender: OURS.wrong }),
    await ask('PUT', `/Patient/${OURS.id}`, patient, { headers: { 'if-match': 'W/"9"' } }),
    await ask('GET', `/Patient?${OURS.wrong}=${OURS.searched}`),
    await ask('DELETE', `/Patient?identifier=${OURS.refused}`),
    await asked('GET', `${running.fhir}/Patient/${OURS.id}`, { headers: { authorization: `Bearer ${OURS.wrong}` } }),
  ]
  assert.deepEqual(
    refused.map(({ status }) => status),
    [404, 404, 404, 422, 412, 400, 404, 401],
  )
  return [...Object.values(OURS), await running.token('loader'), await running.token('narrow')]
}

test('what is looked for would be found, however it is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-planted-'))
  const secret = 'Quastenflosser'
  try {
    const scanner = createScanner([secret, 'Something else'])
    const ways = writtenAs(secret)
    for (const [n, { bytes }] of ways.entries()) {
      // Across the border of two windows, and at the very end.
      writeFileSync(join(folder, `${n}-a`), Buffer.concat([Buffer.alloc(8 * 1024 * 1024 - 5), bytes, Buffer.alloc(9)]))
      writeFileSync(join(folder, `${n}-b`), Buffer.concat([Buffer.alloc(n), bytes]))
    }
    const { hits } = scanner.inFolder(folder)
    for (const [n, { written }] of ways.entries())
      for (const at of ['a', 'b'])
        assert.ok(
          hits.some((hit) => hit.written === written && hit.where.endsWith(`/${n}-${at}`)),
          `${written} ${at}`,
        )
    for (const before of ['', 'a', 'ab', 'abc', 'abcd'])
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const bytes = Buffer.from(Buffer.from(`${before}${secret}, and more`).toString(encoding))
        assert.ok(scanner.inBytes(bytes, 'x').length > 0, `${before} ${encoding}`)
      }
    writeFileSync(join(folder, secret.toLowerCase()), '')
    assert.ok(scanner.inFolder(folder).hits.some((hit) => hit.where.startsWith('the name of')))
    assert.deepEqual(createScanner(['Never written']).inFolder(folder).hits, [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('nothing of a chart lies in the clear', { skip: withoutSharedData }, async (t) => {
  const running = await startRunning(t, { clients: { loader: 'system/*.cruds', narrow: 'system/Observation.rs' } })
  const secrets = new Set<string>()
  for (const { entries } of sourceFiles()) secretsOf(entries, secrets)
  assert.ok(secrets.size > 10_000, `${secrets.size} secrets`)
  const { home } = choosePlace(running.data)
  const folders = [...new Set([running.data, home])]

  await running.stop()
  const before = new Set(
    folders.flatMap((folder) => createScanner(secrets).inFolder(folder, PROGRAM).hits).map((hit) => hit.text),
  )
  assert.ok(before.size < 20, `an empty installation says: ${[...before].join(', ')}`)
  await running.start()

  const imported = await running.cli('import', SYNTHEA)
  assert.deepEqual([imported.code, imported.answer.imported, imported.answer.refused], [0, SYNTHEA_RESOURCES, []])
  const ours = await useIt(running)
  for (const one of ours) secrets.add(one)
  for (const one of before) secrets.delete(one)
  const scanner = createScanner(secrets)
  const told = (hits: readonly Hit[]) =>
    [...new Set(hits.map(({ text, written, where }) => `${text} (${written}) in ${where}`))].slice(0, 20)

  await t.test('in no row, as the database tells it', async () => {
    const sql = await running.database()
    const tables = await sql.query<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    )
    assert.ok(tables.length > 15)
    const hits: Hit[] = []
    let rows = 0
    await sql.within(async (tx) => {
      for (const { name } of tables) {
        await tx.query(`declare every no scroll cursor for select * from "${name}"`)
        for (let count = 1; count > 0; ) {
          const some = await tx.query('fetch 2000 from every')
          count = some.length
          rows += count
          const values = some.flatMap((row) => [...Object.values(row), '|'])
          const bytes = values.map((one) => (Buffer.isBuffer(one) ? one : Buffer.from(JSON.stringify(one) ?? '')))
          hits.push(...scanner.inBytes(Buffer.concat(bytes), name))
        }
        await tx.query('close every')
      }
    })
    assert.ok(rows > 2 * SYNTHEA_RESOURCES, `${rows} rows`)
    assert.deepEqual(told(hits), [])
  })

  await t.test('in nothing the server wrote on its terminal', () => {
    assert.deepEqual(told(scanner.inBytes(Buffer.from(running.log() + JSON.stringify(imported)), 'the log')), [])
  })

  await t.test('in no file: tables, write-ahead log, logs, keys, nor in their names', async () => {
    await running.stop()
    for (const folder of folders) {
      const { hits, bytes, files } = scanner.inFolder(folder, PROGRAM)
      assert.ok(files > 10)
      if (folder === home) assert.ok(bytes > 50_000_000, `${bytes} bytes`)
      assert.deepEqual(told(hits), [])
    }
  })
})
