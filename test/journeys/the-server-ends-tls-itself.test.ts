import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { connect, type SecureVersion } from 'node:tls'
import { startRunning } from '../running.ts'
import { selfSigned } from '../self-signed.ts'

test('with a certificate of its own the server speaks TLS 1.2 and 1.3, and nothing else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { certificate, key } = selfSigned()
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, key, { mode: 0o600 })
  const settings = { CHARTWARDEN_TLS_CERTIFICATE: files.certificate, CHARTWARDEN_TLS_KEY: files.key }
  const running = await startRunning(t, { settings })
  const { port, protocol } = new URL(running.url)
  assert.equal(protocol, 'https:')

  async function asked(path: string) {
    const address = { host: '127.0.0.1', port, path, ca: certificate, servername: 'localhost' }
    const [answer] = (await once(get(address), 'response')) as [IncomingMessage]
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
  }

  /** The version agreed on, or the reason why none was. Old ones need OpenSSL told to allow them here. */
  const spoken = (version: SecureVersion) =>
    new Promise<string | null>((resolve) => {
      const old = version === 'TLSv1' || version === 'TLSv1.1'
      const socket = connect(
        {
          host: '127.0.0.1',
          port: Number(port),
          ca: certificate,
          servername: 'localhost',
          minVersion: version,
          maxVersion: version,
          ...(old && { ciphers: 'DEFAULT:@SECLEVEL=0' }),
        },
        () => {
          resolve(socket.getProtocol())
          socket.destroy()
        },
      ).once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })

  await t.test('TLS 1.2 and 1.3 are spoken', async () => {
    assert.equal(await spoken('TLSv1.2'), 'TLSv1.2')
    assert.equal(await spoken('TLSv1.3'), 'TLSv1.3')
  })

  await t.test('tls_version_test: TLS 1.0 and 1.1 are refused, by the server', async () => {
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      assert.equal(await spoken(version), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
  })

  await t.test('what comes without TLS gets no answer', async () => {
    await assert.rejects(fetch(`http://127.0.0.1:${port}/fhir/metadata`))
  })

  await t.test('browsers are told to stay with TLS, and addresses say https', async () => {
    const { status, headers, body } = await asked('/fhir/.well-known/smart-configuration')
    assert.equal(status, 200)
    assert.match(String(headers['strict-transport-security']), /max-age=31536000/)
    const told = JSON.parse(body) as Record<string, unknown>
    for (const [name, value] of Object.entries(told))
      if (name.endsWith('_endpoint') || name === 'issuer') assert.match(String(value), /^https:\/\/localhost:/)
  })
})
