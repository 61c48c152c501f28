import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const watch = (...args: string[]) => spawnSync(process.execPath, [main, 'watch', ...args], { encoding: 'utf8' })

test('watch simulate writes a hospital, and tells people how far it is and machines what it did', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const given = ['simulate', '--out', folder, '--staff', '40', '--patients', '500', '--days', '4', '--stealth', 'low']
  const people = watch(...given)
  assert.equal(people.status, 0, people.stderr)
  assert.match(people.stderr, /day 4 of 4: \d+ accesses/)
  assert.match(people.stdout, /% of the honest accesses to charts are explained/)
  const machine = watch(...given, '--json')
  assert.equal(machine.stderr, '')
  const told = JSON.parse(machine.stdout) as { folder: string; accesses: number; malicious: number }
  assert.equal(told.folder, folder)
  assert.ok(told.accesses > told.malicious && told.malicious > 0)
  for (const name of ['accesses', 'staff', 'patients', 'relations', 'shifts', 'truth'])
    assert.ok(existsSync(join(folder, `${name}.csv`)), name)
})

test('what is not understood is said, and nothing is written', () => {
  const cases = [
    [['rest'], /Say .*simulate/],
    [['simulate'], /--out <folder>/],
    [['simulate', '--out', '/nowhere/x', '--scenarios', 'gossip'], /"gossip" is none of --scenarios/],
    [['simulate', '--out', '/nowhere/x', '--start', '2026-13-40'], /--start is a day/],
    [['simulate', '--out', '/nowhere/x', '--days', '1'], /at least 3 days/],
  ] as const
  for (const [args, says] of cases) {
    const { status, stderr } = watch(...args)
    assert.equal(status, 2, args.join(' '))
    assert.match(stderr, says)
  }
})
