import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, EXIT } from '../src/cli/command.ts'
import { COMMANDS } from '../src/cli/run.ts'
import { SETTINGS } from '../src/config.ts'

const WRITTEN = '<!-- Written by tools/docs.ts from the program itself; do not edit. -->\n'
const MEANS: Readonly<Record<keyof typeof EXIT, string>> = {
  fine: 'It did what was asked.',
  failed: 'A defect, or something outside the program. The message and where it happened are on stderr.',
  usage: 'The command was not understood. Nothing was done.',
  refused: 'It was understood and refused, or part of it was (an import with refused resources). stderr says why.',
  damaged: 'Something is damaged, missing or out of place. Every finding is named.',
}

/** A cell of a Markdown table holds no bar and no line break. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`

export function settingsPage(settings: typeof SETTINGS = SETTINGS): string {
  const rows = Object.values(settings).map(({ env, fallback, says }) =>
    row(`\`${env}\``, fallback === '' ? '' : `\`${fallback}\``, says),
  )
  return `${WRITTEN}# Settings

Each setting is an environment variable, or a member of the same name in a JSON file. The file is \`chartwarden.json\`
in the folder where the command runs, or the one that \`CHARTWARDEN_SETTINGS\` names. The environment wins over the
file, and the file over the default. An unknown name in the file, or a value that does not fit, stops the command and
says what to change. Settings are read once, when a command starts.

| setting | default | what it does |
|---|---|---|
${rows.join('')}
Two more are read by commands only: \`CHARTWARDEN_SETTINGS\` (above), and \`CHARTWARDEN_OPERATOR\`, the operator you
are when several have keys in the data folder and \`--operator\` does not say.
`
}

function commandText(name: string, { usage, says, flags = {}, more }: Command): string {
  const rows = Object.entries(flags).map(([flag, { type, says: words }]) =>
    row(`\`--${flag}${type === 'string' ? ' <value>' : ''}\``, words),
  )
  const table = rows.length === 0 ? '' : `\n| flag | what it does |\n|---|---|\n${rows.join('')}`
  return `## ${name}\n\n\`npx chartwarden ${usage}\`\n\n${says}\n${more === undefined ? '' : `\n${more}\n`}${table}`
}

export function commandsPage(commands: Readonly<Record<string, Command>> = COMMANDS): string {
  const codes = Object.entries(EXIT).map(([name, code]) => row(String(code), name, MEANS[name as keyof typeof EXIT]))
  const texts = Object.entries(commands).map(([name, command]) => commandText(name, command))
  return `${WRITTEN}# Commands

Inside a checkout: \`npx chartwarden <command>\`. Every command takes \`--help\`, and \`--json\`: then it answers with JSON
on stdout, one object a line, and speaks to people on stderr. Commands work while the server runs and while it does
not: the embedded database is found, or started for as long as it is needed.

| exit code | name | meaning |
|---|---|---|
${codes.join('')}
${texts.join('\n')}`
}

/** Every page that is written from the program, by its path under the project. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'docs/settings.md': () => settingsPage(),
  'docs/commands.md': () => commandsPage(),
}

/** The pages under `root` that are not what the program says now. */
export function staleIn(root: string): string[] {
  return Object.entries(PAGES)
    .filter(([path, page]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== page())
    .map(([path]) => path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const stale = staleIn(root)
  if (process.argv.includes('--check')) {
    for (const path of stale) process.stderr.write(`${path} is not what the program says: npm run docs\n`)
    process.exitCode = stale.length === 0 ? 0 : 1
  } else {
    for (const path of stale) writeFileSync(join(root, path), (PAGES[path] as () => string)())
  }
}
