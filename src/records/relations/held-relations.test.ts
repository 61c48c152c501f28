import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import test from 'node:test'
import { newOwnerId, newRowId, TENANT_OWNER } from '../../kernel/ids.ts'
import { type Carer, NO_CARER } from './carers.ts'
import { createRelationsAt, type Lasts, sealLasts } from './held-relations.ts'

const key = createSecretKey(randomBytes(32))
const owner = newOwnerId()
const row = newRowId()
const member = newRowId()
const relationsAt = createRelationsAt(() => key)
const base64 = (bytes: Buffer | null) => bytes?.toString('base64') ?? null
const CARER = 'c0'.repeat(16)
const WARD = 'a0'.repeat(16)
const SHIFT: Lasts = [200, 400]
const carer: Carer = {
  ...NO_CARER,
  token: CARER,
  ways: new Map([
    [CARER, [[]]],
    [WARD, [[member, base64(sealLasts(key, TENANT_OWNER, member, SHIFT))]]],
  ]),
}
const told = (kind: string, lasts: Lasts, token = CARER, by?: string) => [
  kind,
  token,
  row,
  base64(sealLasts(key, owner, row, lasts, by)),
]
const at = (now: number, ...relations: unknown[]) => relationsAt({ owner, text: JSON.stringify(relations), carer }, now)

test('a relation holds from its begin until before its end', () => {
  const relation = told('encounter', [100, 200])
  assert.deepEqual(at(99, relation), [])
  assert.deepEqual(at(100, relation), ['encounter'])
  assert.deepEqual(at(199, relation), ['encounter'])
  assert.deepEqual(at(200, relation), [])
  assert.deepEqual(at(5, told('task', [null, null]), relation), ['task'])
  assert.deepEqual(relationsAt({ owner, text: null, carer }, 5), [])
})

test('one of a unit holds while the stay and the shift do', () => {
  const relation = told('ward', [100, 300], WARD)
  assert.deepEqual(
    [150, 250, 350].map((now) => at(now, relation)),
    [[], ['ward'], []],
  )
})

test('what one of a unit wrote for the unit is self-declared to them, and holds for the others', () => {
  assert.deepEqual(at(250, told('ward', [100, 300], WARD, CARER)), ['self-declared'])
  assert.deepEqual(at(250, told('ward', [100, 300], WARD, 'd0'.repeat(16))), ['ward'])
})

test('each is told once, in order, and what was sealed for another row or patient does not open', () => {
  assert.deepEqual(at(150, told('ward', [100, 200]), told('care-team', [null, 200]), told('ward', [null, null])), [
    'care-team',
    'ward',
  ])
  const moved = [...told('encounter', [100, 200])]
  moved[2] = newRowId()
  assert.throws(() => at(150, moved))
  assert.throws(() =>
    relationsAt({ owner: newOwnerId(), text: JSON.stringify([told('encounter', [100, 200])]), carer }, 150),
  )
})

test('how long it lasts does not show in the length of the sealed bytes', () => {
  const lengths = [
    [1, 2],
    [1_800_000_000_000, null],
    [null, 1_800_000_000_000],
    [1_700_000_000_000, 1_800_000_000_000],
  ].flatMap((lasts) =>
    [undefined, CARER].map((by) => sealLasts(key, owner, row, lasts as unknown as Lasts, by)?.length),
  )
  assert.equal(new Set(lengths).size, 1)
})
