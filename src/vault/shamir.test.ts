import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { combineShares, splitSecret } from './shamir.ts'

const refused = (message: RegExp) => ({ name: 'Refusal', code: 'request.invalid', message })

test('any k of n shares give the secret back, in any order, and k - 1 are refused', async () => {
  const shape = fc.integer({ min: 2, max: 9 }).chain((n) =>
    fc.record({
      n: fc.constant(n),
      k: fc.integer({ min: 2, max: n }),
      order: fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }),
      secret: fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    }),
  )
  await fc.assert(
    fc.asyncProperty(shape, async ({ n, k, order, secret }) => {
      const shares = await splitSecret(secret, n, k)
      assert.equal(shares.length, n)
      const drawn = order.map((at) => shares[at] as string)
      assert.deepEqual(await combineShares(drawn.slice(0, k)), secret)
      assert.deepEqual(await combineShares(drawn), secret)
      await assert.rejects(combineShares(drawn.slice(0, k - 1)), refused(k === 2 ? /needed, and 1/ : /are needed, and/))
    }),
    { numRuns: 40 },
  )
})

test('a share reads the same in lower case, with spaces, and with the letters that look like digits', async () => {
  const secret = randomBytes(32)
  const shares = await splitSecret(secret, 3, 2)
  const mangle = (share: string) =>
    `  ${share.replaceAll('-', '  ').toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')}\n`
  assert.deepEqual(await combineShares(shares.slice(0, 2).map(mangle)), secret)
  assert.deepEqual(await combineShares(shares.slice(1).map((share) => share.replaceAll('-', '–'))), secret)
})

test('every mistyped symbol, and every two neighbours swapped, is found and the share is named', async () => {
  const [first, second] = (await splitSecret(randomBytes(32), 2, 2)) as [string, string]
  for (let at = 'cwshare1-'.length; at < second.length; at += 1) {
    if (second[at] === '-') continue
    const other = second[at] === '7' ? '8' : '7'
    const typo = second.slice(0, at) + other + second.slice(at + 1)
    await assert.rejects(combineShares([first, typo]), refused(/^Share 2 of those given .* has a typing error/))
    const next = second[at + 1]
    if (next === undefined || next === '-' || next === second[at]) continue
    const swapped = second.slice(0, at) + next + second[at] + second.slice(at + 2)
    await assert.rejects(combineShares([first, swapped]), refused(/^Share 2 of those given .* has a typing error/))
  }
})

test('shares of another set, the same share twice, no share and what is no share are refused, and say so', async () => {
  const secret = randomBytes(32)
  const [one, two] = (await splitSecret(secret, 3, 2)) as [string, string]
  const [other] = (await splitSecret(secret, 3, 2)) as [string]
  await assert.rejects(combineShares([one, other]), refused(/do not go together/))
  await assert.rejects(combineShares([one, two, one]), refused(/number 1 was given twice; 2 different/))
  await assert.rejects(combineShares([one]), refused(/2 shares are needed, and 1/))
  await assert.rejects(combineShares([]), refused(/No share/))
  await assert.rejects(
    combineShares([one, 'correct horse battery staple']),
    refused(/Share 2 .* has to begin with cwshare1/),
  )
  await assert.rejects(combineShares([one, two.slice(0, -6)]), refused(/typing error/))
})

test('what cannot be split is refused', async () => {
  const secret = randomBytes(32)
  await assert.rejects(splitSecret(randomBytes(15), 3, 2), refused(/16 to 64 bytes/))
  await assert.rejects(splitSecret(randomBytes(65), 3, 2), refused(/16 to 64 bytes/))
  for (const [n, k] of [
    [3, 1],
    [2, 3],
    [256, 2],
    [3.5, 2],
    [3, 2.5],
  ] as const) {
    await assert.rejects(splitSecret(secret, n, k), refused(/At least 2 shares/))
  }
})
