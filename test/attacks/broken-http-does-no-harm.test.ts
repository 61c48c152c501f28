import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'node:test'
import { askAs } from '../asking.ts'
import { openSocket, sendRaw, statusesIn } from '../raw-http.ts'
import { startRunning } from '../running.ts'
import { leavingNothing } from '../wrong.ts'

const CREATE = '{"resourceType":"Patient","name":[{"family":"Smuggled"}]}'

test('broken HTTP does no harm', async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')
  assert.equal((await ask('PUT', '/Patient/there', { resourceType: 'Patient', id: 'there' })).status, 201)
  const authorization = `Authorization: Bearer ${await running.token('loader')}`
  const json = 'Content-Type: application/fhir+json'
  const head = `Host: a\r\n${authorization}\r\n${json}\r\n`
  const smuggled = `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: ${CREATE.length}\r\n\r\n${CREATE}`
  const get = `GET /fhir/Patient/there HTTP/1.1\r\n${head}`

  const broken: Record<string, string | Buffer> = {
    'two lengths': `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    'a length and chunks': `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunks and a length': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\nContent-Length: ${smuggled.length + 5}\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunks by another name': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunks twice': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunks behind a space': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunks behind a tab': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding:\tchunked\x0b\r\n\r\n0\r\n\r\n${smuggled}`,
    'a length below nothing': `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: -1\r\n\r\n${smuggled}`,
    'a length with a sign': `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: +5\r\n\r\n${smuggled}`,
    'a length in sixteens': `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: 0x10\r\n\r\n${smuggled}`,
    'a length beyond numbers': `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: ${'9'.repeat(30)}\r\n\r\n${smuggled}`,
    'a chunk that is none': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${CREATE}\r\n0\r\n\r\n`,
    'a chunk longer than it says': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n2\r\n${CREATE}\r\n0\r\n\r\n`,
    'a chunk with much to say': `POST /fhir/Patient HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`,
    'a header on two lines': `${get}X-A: b\r\n c\r\n\r\n`,
    'a header without a name': `${get}: b\r\n\r\n`,
    'a header with NUL': `${get}X-A: a\0b\r\n\r\n`,
    'lines that end in CR': `${get.replaceAll('\r\n', '\r')}\r\r`,
    'no host': `GET /fhir/Patient/there HTTP/1.1\r\n${authorization}\r\n\r\n`,
    'no method': ' /fhir/Patient/there HTTP/1.1\r\n\r\n',
    'no version': `GET /fhir/Patient/there\r\n\r\n`,
    'another protocol': `GET /fhir/Patient/there HTTP/9.9\r\n${head}\r\n`,
    'another protocol’s beginning': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a TLS hello': Buffer.from('16030100a5010000a10303', 'hex'),
    'a mail': 'EHLO there\r\nMAIL FROM:<a@b>\r\n\r\n',
    'an address too long': `GET /fhir/Patient?family=${'a'.repeat(100_000)} HTTP/1.1\r\n${head}\r\n`,
    'headers too long': `${get}X-A: ${'a'.repeat(100_000)}\r\n\r\n`,
    'a space in the address': `GET /fhir/Patient/there /fhir HTTP/1.1\r\n${head}\r\n`,
  }
  for (const [name, bytes] of Object.entries(broken))
    await t.test(name, () =>
      leavingNothing(running, async () => {
        const heard = await sendRaw(running.url, bytes)
        const statuses = statusesIn(heard)
        assert.equal(statuses.length, 1, `one answer, and the connection ends: ${heard.slice(0, 400)}`)
        assert.ok(
          statuses.every((status) => status >= 400 && status < 500),
          heard.slice(0, 400),
        )
        if (name !== 'no host') assert.match(heard, /"resourceType":"OperationOutcome"/)
        assert.ok(!heard.includes('"name"'))
      }),
    )

  await t.test('an address for another place is answered for this one', () =>
    leavingNothing(running, async () => {
      for (const line of [
        'GET http://elsewhere.example/fhir/Patient/there',
        'GET //fhir/Patient/there',
        'GET /fhir/../fhir/Patient/there',
        'GET /fhir//Patient/there',
        'CONNECT elsewhere.example:443',
        'GET *',
      ])
        for (const status of statusesIn(
          await sendRaw(running.url, `${line} HTTP/1.1\r\nConnection: close\r\n${head}\r\n`),
        ))
          assert.ok(status === 200 || (status >= 400 && status < 500), `${line}: ${status}`)
    }),
  )

  await t.test('a request that is asked to upgrade stays what it is', () =>
    leavingNothing(running, async () => {
      const upgrade =
        'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n'
      const heard = await sendRaw(running.url, `GET /fhir/Patient/there HTTP/1.1\r\n${upgrade}${head}\r\n`)
      assert.ok(!statusesIn(heard).includes(101))
    }),
  )

  await t.test('bodies that stop half way store nothing and hold nobody up', () =>
    leavingNothing(running, async () => {
      const half = `POST /fhir/Patient HTTP/1.1\r\n${head}Content-Length: ${CREATE.length}\r\n\r\n${CREATE.slice(0, -1)}`
      const sockets = await Promise.all(Array.from({ length: 50 }, () => openSocket(running.url)))
      for (const socket of sockets) socket.write(half)
      assert.equal((await ask('GET', '/Patient/there')).status, 200)
      for (const [n, socket] of sockets.entries()) {
        socket.on('error', () => undefined)
        if (n % 2 === 0) socket.destroy()
        else socket.end()
        if (!socket.closed) await once(socket.resume(), 'close')
      }
      assert.equal((await ask('GET', '/Patient/there')).status, 200)
    }),
  )

  await t.test('who is not known, or asks at no address, is told so before the body is read', () =>
    leavingNothing(running, async () => {
      for (const [path, type, status] of [
        ['Patient', 'application/fhir+json', 401],
        ['Binary', 'image/png', 401],
        ['', 'application/json', 401],
        ['a/b/c/d', 'application/json', 404],
      ] as const) {
        const head = `Host: a\r\nConnection: close\r\nAuthorization: Bearer none\r\nContent-Type: ${type}\r\n`
        const heard = await sendRaw(
          running.url,
          `POST /fhir/${path} HTTP/1.1\r\n${head}Content-Length: 33000000\r\n\r\n`,
        )
        assert.deepEqual(statusesIn(heard), [status])
      }
    }),
  )

  await t.test('who leaves before the answer does no harm; what was written stays whole', async () => {
    const bundle = JSON.stringify({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: Array.from({ length: 50 }, () => ({
        resource: { resourceType: 'Patient', name: [{ family: 'Hurried' }] },
        request: { method: 'POST', url: 'Patient' },
      })),
    })
    const sent = `POST /fhir/ HTTP/1.1\r\n${head}Content-Length: ${bundle.length}\r\n\r\n${bundle}`
    for (let round = 0; round < 10; round++) {
      const socket = await openSocket(running.url)
      await new Promise<void>((resolve) => socket.write(sent, () => resolve()))
      socket.destroy()
    }
    const { json } = await ask('GET', '/Patient?family=hurried&_summary=count')
    assert.equal(json.total % 50, 0)
    assert.doesNotMatch(running.log(), /defect/)
  })
})
