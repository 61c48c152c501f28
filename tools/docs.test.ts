import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { SETTINGS } from '../src/config.ts'
import { commandsPage, PAGES, settingsPage, staleIn } from './docs.ts'

test('the settings page has a row for every setting', () => {
  const page = settingsPage()
  for (const { env, says } of Object.values(SETTINGS)) {
    assert.ok(page.includes(`| \`${env}\` |`), env)
    assert.ok(page.includes(says), env)
  }
})

test('the commands page names every command, its flags and the exit codes', () => {
  const page = commandsPage({
    mend: { usage: 'mend <a|b>', says: 'Mends.', flags: { hard: { type: 'string', says: 'How hard: a | b.' } }, run },
  })
  assert.match(page, /## mend\n\n`npx chartwarden mend <a\|b>`\n\nMends\./)
  assert.match(page, /\| `--hard <value>` \| How hard: a \\\| b\. \|/)
  assert.match(page, /\| 4 \| damaged \|/)
  function run(): Promise<number> {
    return Promise.resolve(0)
  }
})

test('a page that was changed by hand, or is missing, is stale', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'docs-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'docs'))
  const [first = '', ...others] = Object.keys(PAGES)
  writeFileSync(join(root, first), (PAGES[first] as () => string)())
  assert.deepEqual(staleIn(root), others)
  writeFileSync(join(root, first), 'changed')
  assert.deepEqual(staleIn(root), [first, ...others])
})
