/** `npm run bench:identity [-- --json]`: what it costs to know who asks, in microseconds. In one process, on a PostgreSQL of its own. */
import { generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { makeInstallation } from '../src/cli/init.ts'
import { openInstallation } from '../src/cli/open-installation.ts'
import { readConfig } from '../src/config.ts'
import type { Client } from '../src/identity/clients.ts'
import { hashPassword, passwordMatches } from '../src/identity/credentials/password-hash.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, times: { type: 'string', default: '2000' } },
})
const times = Number(values.times)
/** Microseconds at the median. */
const TARGETS: Readonly<Record<string, number>> = { 'known token': 50 }

type Row = { readonly name: string; readonly p50Us: number; readonly p99Us: number; readonly targetUs?: number }

async function measure(name: string, act: (n: number) => Promise<unknown>, runs: number): Promise<Row> {
  for (let n = 0; n < runs / 10; n++) await act(n)
  const took: number[] = []
  for (let n = 0; n < runs; n++) {
    const began = performance.now()
    await act(n)
    took.push((performance.now() - began) * 1000)
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(share * (took.length - 1))] as number
  const targetUs = TARGETS[name]
  return { name, p50Us: at(0.5), p99Us: at(0.99), ...(targetUs !== undefined && { targetUs }) }
}

function proofOf(key: KeyObject, jwk: JWK, address: string, token: string): string {
  const payload = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    htm: 'GET',
    htu: address,
    ath: hash('sha256', token, 'base64url'),
  }
  const signed = [{ typ: 'dpop+jwt', alg: 'ES256', jwk }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

async function bench(folder: string): Promise<Row[]> {
  const config = { ...readConfig({ CHARTWARDEN_DATA: folder }), data: folder }
  await makeInstallation(config, () => undefined, {})
  const { chartwarden, close } = await openInstallation(config)
  try {
    const { accessTokens, recognise, clients, identity, here } = chartwarden
    const client: Client = { id: 'app', name: 'App', scopes: [{ context: 'user', type: '*', may: 'rs' }] }
    await clients.add(client, false)
    const person = { username: 'amara', name: 'Amara Okafor', role: 'physician', unit: 'medicine' }
    const account = await identity.accounts.add(person)
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' }) as JWK
    const jkt = await calculateJwkThumbprint(jwk)
    const audience = `${here.url}/fhir`
    const issue = async (more: { jkt?: string }): Promise<string> => {
      const token = accessTokens.newToken()
      const granted = {
        clientId: client.id,
        accountId: account.id,
        scope: 'user/*.rs',
        audience,
        strength: 'phishing-resistant',
        payload: {},
        ...more,
      } as const
      await accessTokens.keep(token, granted, 3600)
      return token
    }
    const [bearer, bound] = [await issue({}), await issue({ jkt })]
    const address = `${audience}/Patient/x`
    const proofs = Array.from({ length: Math.ceil(times / 4) * 2 }, () => proofOf(privateKey, jwk, address, bound))
    const known = { authorization: `Bearer ${bearer}` }
    let proof = 0
    const password = 'plum-lantern-orbit-seven'
    const kept = await hashPassword(password)
    await identity.credentials.add(chartwarden.database, { account: account.id, kind: 'password', kept })
    const form = { username: 'amara', password, code: '000000' }
    let from = 0
    const tryToSignIn = () =>
      identity.signIn.withPassword(form, { address: `10.0.${from >> 8}.${from++ & 255}` }).catch(() => undefined)
    const forget = () => chartwarden.database.query('delete from sign_in_failures')
    return [
      await measure('known token', () => recognise(known, '127.0.0.1'), times * 5),
      await measure('full verification', () => accessTokens.find(bearer), times),
      await measure('argon2id alone', () => passwordMatches(password, kept), 30),
      await measure('sign-in by password', () => forget().then(tryToSignIn), 30),
      await measure(
        'known token with DPoP',
        () => recognise({ authorization: `DPoP ${bound}`, dpop: proofs[proof++], method: 'GET', address }, '127.0.0.1'),
        Math.floor(times / 4),
      ),
    ]
  } finally {
    await close()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'chartwarden-bench-'))
try {
  const rows = await bench(folder)
  if (values.json) process.stdout.write(`${JSON.stringify({ rows })}\n`)
  else {
    process.stdout.write('recognise(): microseconds, median and 99th percentile\n')
    for (const { name, p50Us, p99Us, targetUs } of rows)
      process.stdout.write(
        `${name.padEnd(24)} ${p50Us.toFixed(1).padStart(8)} ${p99Us.toFixed(1).padStart(9)}${targetUs === undefined ? '' : `   target ${targetUs}: ${p50Us <= targetUs ? 'met' : 'missed'}`}\n`,
      )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
