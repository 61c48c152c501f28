import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

/** For tests only: what `find` gives as soon as it is something; fails when it is nothing for ten seconds. */
export async function until<T>(find: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await find()
    if (found !== undefined && found !== false) return found
    await sleep(100)
  }
  assert.fail('it did not come')
}
