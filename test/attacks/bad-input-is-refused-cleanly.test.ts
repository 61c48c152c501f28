import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { type Ask, askAs, asked, type Json } from '../asking.ts'
import { sendRaw, statusesIn } from '../raw-http.ts'
import { startRunning } from '../running.ts'
import { SHARED_DATA, withoutSharedData } from '../vectors/shared-data.ts'
import { assertRefused, forEachOf, leavingNothing } from '../wrong.ts'
import { ADDRESSES, BODIES, BUNDLES, FORM, HEADERS, PATIENT, text, type Wrong } from './wrong-requests.ts'

test('bad input is refused cleanly', async (t) => {
  const running = await startRunning(t)
  const ask: Ask = await askAs(running, 'loader')
  assert.equal((await ask('PUT', '/Patient/there', PATIENT)).status, 201)

  const tables: Record<string, Readonly<Record<string, Wrong>>> = {
    body: BODIES,
    bundle: BUNDLES,
    header: HEADERS,
    address: ADDRESSES,
  }
  for (const [kind, table] of Object.entries(tables))
    for (const [name, [method, path, body, headers, ...statuses]] of Object.entries(table))
      await t.test(`${kind}: ${name}`, () =>
        leavingNothing(running, async () => {
          const more = { ...(body !== undefined && { text: body }), ...(headers && { headers }) }
          assertRefused(await ask(method, path, undefined, more), name, ...statuses)
        }),
      )

  await t.test('a body with no type at all, and one that is not UTF-8', () =>
    leavingNothing(running, async () => {
      const authorization = `Bearer ${await running.token('loader')}`
      const bytes = Buffer.from(text.replace('There', '\xff\xfe'), 'latin1')
      for (const [type, status] of [
        ['', 415],
        ['application/fhir+json', 400],
      ] as const) {
        const headers = { authorization, ...(type !== '' && { 'content-type': type }) }
        const response = await fetch(`${running.fhir}/Patient`, { method: 'POST', headers, body: bytes })
        assert.equal(response.status, status)
        assert.equal(((await response.json()) as Json).resourceType, 'OperationOutcome')
      }
    }),
  )

  await t.test('a body beyond 32 MB, as it says or as it turns out', () =>
    leavingNothing(running, async () => {
      const authorization = `Bearer ${await running.token('loader')}`
      for (const [path, type] of [
        ['Patient', 'application/fhir+json'],
        ['', 'application/json'],
        ['Patient/_search', FORM['content-type']],
      ]) {
        const head = `POST /fhir/${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${authorization}\r\nContent-Type: ${type}\r\n`
        const mebibyte = `100000\r\n${' '.repeat(1024 * 1024)}\r\n`
        for (const heard of [
          await sendRaw(running.url, `${head}Content-Length: ${32 * 1024 * 1024 + 1}\r\n\r\n`),
          await sendRaw(running.url, `${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array(33).fill(mebibyte)),
        ]) {
          assert.deepEqual(statusesIn(heard), [413])
          assert.match(heard, /"resourceType":"OperationOutcome"/)
        }
      }
    }),
  )

  await t.test('tokens that are none', () =>
    leavingNothing(running, async () => {
      const good = await running.token('loader')
      for (const token of [
        undefined,
        '',
        'Bearer',
        'Bearer ',
        `Basic ${good}`,
        'Bearer null',
        `Bearer ${good}x`,
        `Bearer ${good.slice(0, -1)}`,
        `bearer cwt_${'A'.repeat(43)}`,
        `Bearer ${'A'.repeat(8000)}`,
        `Bearer ${good} ${good}`,
        `Bearer ${good}, Bearer ${good}`,
        'Bearer eyJhbGciOiJub25lIn0.e30.',
      ])
        for (const [method, path] of [
          ['GET', '/Patient/there'],
          ['GET', '/Patient?family=there'],
          ['DELETE', '/Patient/there'],
          ['GET', '/Patient/_history'],
          ['GET', '/AuditEvent'],
        ] as const)
          assertRefused(
            await asked(
              method,
              `${running.fhir}${path}`,
              token === undefined ? {} : { headers: { authorization: token } },
            ),
            `${token} ${method}`,
            401,
          )
      assertRefused(
        await asked('POST', `${running.fhir}/Patient`, { text, headers: { authorization: 'Bearer x' } }),
        'create',
        401,
      )
      assertRefused(
        await asked('POST', `${running.fhir}/`, { text: '{"resourceType":"Bundle","type":"batch"}', headers: {} }),
        'batch',
        401,
      )
    }),
  )

  await t.test('an ended token', async () => {
    const token = await running.token('loader', 'system/Patient.rs')
    const sql = await running.database()
    const headers = { authorization: `Bearer ${token}` }
    await sql.query(`update access_tokens set expires_at = now() - interval '1 second' where token_hash = sha256($1)`, [
      Buffer.from(token),
    ])
    assertRefused(await asked('GET', `${running.fhir}/Patient/there`, { headers }), 'ended', 401)
  })

  await t.test('every file of JSONTestSuite, as every kind of body', { skip: withoutSharedData }, () =>
    leavingNothing(running, async () => {
      const folder = join(SHARED_DATA, 'security/jsontestsuite')
      const files = ['test_parsing', 'test_transform'].flatMap((part) =>
        readdirSync(join(folder, part)).map((name) => ({ name, bytes: readFileSync(join(folder, part, name)) })),
      )
      assert.ok(files.length > 300)
      const authorization = `Bearer ${await running.token('loader')}`
      await forEachOf(files, async ({ name, bytes }) => {
        const within = Buffer.concat([
          Buffer.from('{"resourceType":"Patient","id":"there","nome":'),
          bytes,
          Buffer.from('}'),
        ])
        for (const [method, path, body, type] of [
          ['POST', '/Patient', bytes, 'application/fhir+json'],
          ['POST', '/', bytes, 'application/json'],
          ['PUT', '/Patient/there', within, 'application/fhir+json'],
          ['PATCH', '/Patient/there', bytes, 'application/json-patch+json'],
        ] as const) {
          if (method === 'PATCH' && /^\[\s*\]$/.test(bytes.toString().trim())) continue // a patch of nothing is one
          const headers = { authorization, 'content-type': type }
          const response = await fetch(`${running.fhir}${path}`, { method, headers, body })
          const said = (await response.json()) as Json
          assert.ok(response.status >= 400 && response.status < 500, `${name}: ${method} ${response.status}`)
          assert.equal(said.resourceType, 'OperationOutcome', name)
          if (name.startsWith('n_')) assert.equal(response.status, 400, name)
        }
      })
    }),
  )

  await t.test('the record that was there is as it was', async () => {
    assert.equal((await ask('GET', '/Patient/there')).headers.get('etag'), 'W/"1"')
    assert.equal(({} as Json).polluted, undefined)
  })
})
