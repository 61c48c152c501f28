import test from 'node:test'
import { refuseStale } from '../faults/patched-copy.ts'
import { MUTATIONS } from './mutation-list.ts'
import { plantLeaks } from './plant-leaks.ts'

const all = process.env.CHARTWARDEN_LEAK_MUTATIONS === 'all'

test('every leak that can be planted still has its place in the program', () => {
  for (const { patches } of MUTATIONS) for (const patch of patches) refuseStale(patch)
})

test('leaks planted in copies of the program are found', (t) =>
  plantLeaks(
    t,
    MUTATIONS.filter(({ fast }) => all || fast === true),
  ))
