import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import test from 'node:test'
import { runStep, tooOld } from './check.ts'

test('a Node that is too old is told what to do', () => {
  assert.match(tooOld('v20.20.2') ?? '', /24\.12 or newer.*npm ci/)
  assert.match(tooOld('v24.11.9') ?? '', /needs 24\.12/)
  for (const version of ['v24.12.0', 'v24.21.0', 'v25.0.0']) assert.equal(tooOld(version), undefined)
})

test('a step that fails, or whose program is missing, has not passed and says why', () => {
  const step = (code: string) => ({ name: 'x', run: process.execPath, args: ['-e', code] })
  assert.equal(runStep(step(''), tmpdir()).passed, true)
  const failing = runStep(step('console.log("out"); console.error("err"); process.exit(3)'), tmpdir())
  assert.equal(failing.passed, false)
  assert.match(failing.said, /out\nerr/)
  const missing = runStep({ name: 'x', run: 'no-such-program-here', args: [] }, tmpdir())
  assert.equal(missing.passed, false)
  assert.match(missing.said, /no-such-program-here/)
})
