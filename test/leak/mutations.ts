/** Every leak that can be planted, planted: `node test/leak/mutations.ts`. */
import test from 'node:test'
import { MUTATIONS, NOT_PLANTABLE } from './mutation-list.ts'
import { plantLeaks } from './plant-leaks.ts'

test('every planted leak is found', async (t) => {
  for (const { leak, seenIn, because } of NOT_PLANTABLE) t.diagnostic(`not plantable: ${leak} (${seenIn}): ${because}`)
  await plantLeaks(t, MUTATIONS)
})
