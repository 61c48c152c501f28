import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCheckpoint, parseCheckpoint, parseDecimal } from './checkpoint.ts'

const root = Buffer.alloc(32, 7)
const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'

test('the checkpoint of the specification is read and written', () => {
  const head = parseCheckpoint(text)
  assert.deepEqual([head.origin, head.size, head.root.length], ['example.com/behind-the-sofa', 20_852_163n, 32])
  assert.equal(formatCheckpoint(head), text)
})

test('every head comes back', () => {
  const origin = fc.stringMatching(/^[a-z./]{1,40}$/)
  const size = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(fc.record({ origin, size, root: hash }, { noNullPrototype: true }), (head) => {
      assert.deepEqual(parseCheckpoint(formatCheckpoint(head)), head)
    }),
  )
})

test('extension lines are passed over, unless they are empty', () => {
  assert.equal(parseCheckpoint(`${text}extension\nanother\n`).size, 20_852_163n)
  assert.throws(() => parseCheckpoint(`${text}\n`), /not a checkpoint/)
  assert.throws(() => parseCheckpoint(`${text}extension\n\nanother\n`), /not a checkpoint/)
})

test('what is not exactly a checkpoint is refused', () => {
  const wrong = [
    ...[
      '',
      '\n',
      'a\n1\n',
      text.slice(0, -1),
      text.replace('example.com/behind-the-sofa', ''),
      text.replace('2I=', '2I'),
    ],
    ...[
      text.replace('CsUY', 'CsU'),
      text.replace('CsUY', 'C sUY'),
      text.replace('2I=', '2J='),
      text.replace('CsUYapGG', ''),
    ],
    ...['020852163', '+1', '-1', '1.0', '0x10', '', ' 1', '18446744073709551616', '1e3'].map((size) =>
      text.replace('20852163', size),
    ),
  ]
  for (const one of wrong) assert.throws(() => parseCheckpoint(one), /not a checkpoint/, one)
  assert.equal(parseDecimal('18446744073709551615'), 2n ** 64n - 1n)
})

test('what no checkpoint can say is not written', () => {
  assert.throws(() => formatCheckpoint({ origin: '', size: 1, root }), /one line/)
  assert.throws(() => formatCheckpoint({ origin: 'a\nb', size: 1, root }), /one line/)
  assert.throws(() => formatCheckpoint({ origin: 'a', size: -1, root }), /count/)
  assert.throws(() => formatCheckpoint({ origin: 'a', size: 1.5, root }), /count/)
  assert.throws(() => formatCheckpoint({ origin: 'a', size: 2n ** 64n, root }), /count/)
  assert.throws(() => formatCheckpoint({ origin: 'a', size: 1, root: root.subarray(1) }), /32 bytes/)
})
