import test from 'node:test'
import { MUTATIONS } from './mutation-list.ts'
import { plantLeaks } from './plant-leaks.ts'

const all = process.env.CHARTWARDEN_LEAK_MUTATIONS === 'all'

test('leaks planted in copies of the program are found', (t) =>
  plantLeaks(
    t,
    MUTATIONS.filter(({ fast }) => all || fast === true),
  ))
