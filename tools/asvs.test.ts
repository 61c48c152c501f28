import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { SHARED_DATA, withoutSharedData } from '../test/vectors/shared-data.ts'

type Row = { id: string; status: 'met' | 'not-applicable' | 'not-met'; why: string; tests?: string[] }
const root = fileURLToPath(new URL('..', import.meta.url))
const rows = JSON.parse(readFileSync(join(root, 'docs/asvs.json'), 'utf8')) as Row[]
const CHAPTERS = ['V6', 'V7', 'V9', 'V10']

test('docs/asvs.json: what is met names tests that npm test runs, what is not says why', () => {
  assert.ok(rows.length > 80)
  for (const { id, status, why, tests = [] } of rows) {
    if (status === 'met') assert.ok(tests.length > 0, `${id} names no test`)
    else assert.ok(why.length > 5 && tests.length === 0, id)
    for (const one of tests) {
      assert.match(one, /^(test|src|tools)\/.*\.test\.ts$/, id)
      assert.ok(existsSync(join(root, one)), `${id}: ${one}`)
    }
  }
  assert.ok(rows.filter((one) => one.status === 'not-met').length < 5)
})

test('docs/asvs.json has every requirement of levels 1 and 2 of chapters 6, 7, 9 and 10', {
  skip: withoutSharedData,
}, () => {
  const file = 'security/asvs5/OWASP_Application_Security_Verification_Standard_5.0.0_en.flat.json'
  const { requirements } = JSON.parse(readFileSync(join(SHARED_DATA, file), 'utf8')) as {
    requirements: { chapter_id: string; req_id: string; L: string }[]
  }
  const wanted = requirements.filter((one) => CHAPTERS.includes(one.chapter_id) && Number(one.L) <= 2)
  assert.deepEqual(
    rows.map((one) => `V${one.id}`),
    wanted.map((one) => one.req_id),
  )
})
