import assert from 'node:assert/strict'
import test from 'node:test'
import type { Listed } from '../identity/clients.ts'
import { warningsOf } from './client-list.ts'

const DAY = 86_400_000
const now = new Date('2026-06-01T00:00:00Z')
const before = (days: number) => new Date(now.getTime() - days * DAY)
const client = (key: object, usedDaysAgo?: number): Listed => ({
  id: 'lab',
  name: 'Lab',
  scopes: [],
  jwks: { keys: [{ kty: 'EC', kid: 'k', ...key }] },
  createdAt: before(200),
  revokedAt: null,
  keysUsed: new Map(usedDaysAgo === undefined ? [] : [['k', before(usedDaysAgo)]]),
})

test('keys that end or are not used are worth a word', () => {
  assert.deepEqual(warningsOf(client({}, 1), now), [])
  assert.deepEqual(warningsOf(client({}), now), ['Key k was not used for 200 days.'])
  assert.deepEqual(warningsOf(client({ exp: now.getTime() / 1000 - 1 }, 1), now), ['Key k has expired.'])
  assert.deepEqual(warningsOf(client({ exp: now.getTime() / 1000 + 10.5 * 86_400 }, 1), now), [
    'Key k expires in 11 days.',
  ])
  assert.deepEqual(warningsOf({ ...client({}), revokedAt: now }, now), [])
})
