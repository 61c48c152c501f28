import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { createFetchJwks, isJwksAddress, isPublicAddress } from './fetch-jwks.ts'

for (const address of [
  '10.1.2.3',
  '127.0.0.1',
  '169.254.169.254',
  '172.20.0.1',
  '192.168.1.1',
  '0.0.0.0',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  '2001:db8::1',
  'not an address',
])
  test(`${address} is not asked for keys`, () => assert.equal(isPublicAddress(address), false))
for (const address of ['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111'])
  test(`${address} may be asked for keys`, () => assert.equal(isPublicAddress(address), true))

test('keys lie at https, or at http on this machine', () => {
  assert.ok(isJwksAddress('https://app.example/jwks') && isJwksAddress('http://localhost:1/jwks'))
  for (const text of [
    'http://app.example/jwks',
    'file:///etc/passwd',
    'https://a:b@app.example/',
    'ftp://x',
    'jwks',
    'https://x/#y',
  ])
    assert.ok(!isJwksAddress(text), text)
})

test('keys are fetched within bounds, and never by way of a redirect', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/large') return response.end('x'.repeat(100_000))
    if (request.url === '/elsewhere') return response.writeHead(302, { location: '/keys' }).end()
    if (request.url === '/slow') return undefined
    return response.writeHead(200, { 'cache-control': 'max-age=99999' }).end('{"keys":[]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const fetchJwks = createFetchJwks(true)
  const response = await fetchJwks(`${url}/keys`)
  assert.deepEqual(await response.json(), { keys: [] })
  assert.equal(response.headers.get('cache-control'), null, 'how long keys are believed is ours to say')
  await assert.rejects(fetchJwks(`${url}/large`), /too large/)
  await assert.rejects(fetchJwks(`${url}/elsewhere`), /302/)
  await assert.rejects(fetchJwks(`${url}/slow`))
  await assert.rejects(createFetchJwks(false)(`${url}/keys`), /not a public one/, 'by its name')
  await assert.rejects(createFetchJwks(false)(url.replace('localhost', '127.0.0.1')), /not one this server asks/)
})
