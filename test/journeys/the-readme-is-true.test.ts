import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { personas } from '../../src/cli/demo-hospital/personas.ts'
import { COMMANDS } from '../../src/cli/run.ts'
import { publicUrlOf, readConfig, SETTINGS } from '../../src/config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const markdownIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
const PAGES = [...markdownIn('.'), ...markdownIn('docs'), ...markdownIn('decisions')]

/** Every match of the first group of a pattern, with the page it is on. */
const found = (pattern: RegExp) =>
  PAGES.flatMap((page) => [...read(page).matchAll(pattern)].map(([, one]) => ({ page, one: one as string })))

/** The anchor that a heading gets on the page. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

test('the two commands of the README are there', () => {
  const readme = read('README.md')
  assert.match(readme, /^```\nnpm ci\nnpm start\n```$/m)
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  assert.equal(scripts.start, 'node src/main.ts demo')
  assert.ok(COMMANDS.demo)
  assert.ok(existsSync(join(root, 'package-lock.json')))
})

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const { page, one } of found(/`npm run ([a-z:-]+)/g)) assert.ok(scripts[one], `${page}: npm run ${one}`)
})

test('every command and flag that a page shows exists', () => {
  const shown = found(/npx chartwarden ([a-z]+[^`\n#|"]*)/g).filter(({ page }) => page !== 'docs/commands.md')
  assert.ok(shown.length > 20, 'the pages were not understood')
  for (const { page, one } of shown) {
    const [name = '', verb = ''] = one.split(/\s+/)
    const command = COMMANDS[name]
    assert.ok(command, `${page}: chartwarden ${name}`)
    const verbs = /^\S+ ([a-z]+(?:\|[a-z]+)+|proof)/.exec(command.usage)?.[1]?.split('|')
    if (verbs !== undefined && verb !== '') assert.ok(verbs.includes(verb), `${page}: chartwarden ${name} ${verb}`)
    for (const [, flag] of one.matchAll(/ --([a-z-]+)/g))
      assert.ok(flag === 'json' || flag === 'help' || command.flags?.[flag as string], `${page}: ${one}`)
  }
})

test('every setting that a page names exists', () => {
  const known = new Set<string>([
    ...Object.values(SETTINGS).map((one) => one.env),
    'CHARTWARDEN_SETTINGS',
    'CHARTWARDEN_OPERATOR',
  ])
  for (const { page, one } of found(/\b(CHARTWARDEN_[A-Z_]+)/g)) assert.ok(known.has(one), `${page}: ${one}`)
})

test('the people of the README work or lie in the demo hospital, and its address is the default one', () => {
  const readme = read('README.md')
  const people = [...readme.matchAll(/--as ([a-z-]+)/g)].map(([, id]) => `demo-${id}`)
  assert.ok(people.length >= 3)
  for (const id of people)
    assert.ok(
      personas.some((one) => one.id === id),
      id,
    )
  const addresses = [...readme.matchAll(/http:\/\/[\w.]+:\d+/g)]
  assert.ok(addresses.length > 0)
  for (const [address] of addresses) assert.equal(address, publicUrlOf(readConfig({})))
})

test('every link to a file or a heading of the project leads somewhere', () => {
  const links = found(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)
  assert.ok(links.length > 20, 'the pages were not understood')
  for (const { page, one } of links) {
    const [path = '', anchor] = one.split('#')
    const target = path === '' ? page : join(dirname(page), path)
    assert.ok(existsSync(join(root, target)), `${page}: ${one}`)
    if (anchor === undefined) continue
    const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading as string))
    assert.ok(headings.includes(anchor), `${page}: ${one}`)
  }
})

test('every source file that a page names is there', () => {
  const named = found(/`((?:src|test|tools)\/[\w./-]+\.(?:ts|sh|sql))`/g)
  assert.ok(named.length > 20, 'the pages were not understood')
  for (const { page, one } of named) assert.ok(existsSync(join(root, one)), `${page}: ${one}`)
})
