import assert from 'node:assert/strict'
import test from 'node:test'
import { primitiveCheck } from './primitive-checks.ts'

const CASES: [string, unknown[], unknown[]][] = [
  ['boolean', [true, false], ['true', 1, 0, null]],
  ['integer', [0, -1, 2147483647, -2147483648], [1.5, 2147483648, '1', Number.NaN, Number.POSITIVE_INFINITY]],
  ['positiveInt', [1], [0, -1]],
  ['unsignedInt', [0], [-1]],
  ['decimal', [1.1, -0, 1e300], ['1.1', Number.POSITIVE_INFINITY, Number.NaN]],
  [
    'string',
    ['a', ' ', 'ä\n😀', 'x'.repeat(1024 * 1024)],
    ['', '\u0001', '\u001f', 'x'.repeat(1024 * 1024 + 1), 1, null],
  ],
  ['code', ['a', 'a b'], ['', ' a', 'a ', 'a  b', 'a\u0007']],
  ['id', ['a', 'A-1.b', 'x'.repeat(64)], ['', 'x'.repeat(65), 'a/b', 'a_b', 'ä']],
  ['uri', ['http://a', 'urn:x', 'x'], ['', 'a b', 'a\n', 'a\u00a0b']],
  ['oid', ['urn:oid:1.2.3'], ['1.2.3', 'urn:oid:3.1', 'urn:oid:1.02']],
  ['uuid', ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'], ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:x']],
  ['base64Binary', ['aGVsbG8=', 'aGVs bG8=\n', 'AAAA'], ['', '=', 'a', 'aGVsbG8', 'aGV$', '====', 'AA=A']],
  [
    'date',
    ['2024', '2024-02', '2024-02-29', '0001-01-01'],
    ['2023-02-29', '2024-13', '2024-00', '2024-04-31', '24', '0000', '2024-1-1'],
  ],
  [
    'dateTime',
    ['2024', '2024-02-29', '2024-01-01T00:00:00Z', '2024-01-01T23:59:60.123456+14:00'],
    [
      '2024-01-01T00:00:00',
      '2024-01-01T24:00:00Z',
      '2024-01-01T00:00Z',
      '2024-02-30T00:00:00Z',
      '2024-01-01T00:00:00+14:30',
    ],
  ],
  ['instant', ['2024-01-01T00:00:00.000Z'], ['2024-01-01', '2024-01-01T00:00:00']],
  ['time', ['00:00:00', '23:59:60.5'], ['24:00:00', '00:00', '00:00:00Z']],
]
for (const [type, good, bad] of CASES)
  test(`${type}`, () => {
    const check = primitiveCheck(type)
    for (const each of good) assert.equal(check(each), true, JSON.stringify(each)?.slice(0, 50))
    for (const each of bad) assert.equal(check(each), false, JSON.stringify(each)?.slice(0, 50))
  })
