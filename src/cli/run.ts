import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { client } from './client.ts'
import { type Call, type Command, EXIT, UsageError } from './command.ts'
import { demo } from './demo.ts'
import { exportCommand } from './export.ts'
import { hold } from './hold.ts'
import { importCommand } from './import.ts'
import { init } from './init.ts'
import { keys } from './keys.ts'
import { labels } from './labels.ts'
import { ledgerCommand } from './ledger.ts'
import { operator } from './operator.ts'
import { passwords } from './passwords.ts'
import { policy } from './policy.ts'
import { recover } from './recover.ts'
import { serve } from './serve.ts'
import { staff } from './staff.ts'
import { token } from './token.ts'
import { verify } from './verify.ts'
import { watch } from './watch.ts'
import { witness } from './witness.ts'

/** Every command there is. `docs/commands.md` is generated from this table. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  init,
  operator,
  serve,
  demo,
  import: importCommand,
  export: exportCommand,
  staff,
  passwords,
  policy,
  client,
  token,
  verify,
  watch,
  keys,
  hold,
  labels,
  ledger: ledgerCommand,
  recover,
  witness,
}

/** Runs one command and returns its exit code: 0 fine, 1 failed, 2 wrong usage, 3 refused, 4 damage found. */
export async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(overview())
    return name === undefined ? EXIT.usage : EXIT.fine
  }
  const command = COMMANDS[name]
  if (command === undefined) {
    process.stderr.write(`There is no command ${JSON.stringify(name)}.\n\n${overview()}`)
    return EXIT.usage
  }
  const json = rest.includes('--json')
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, ...command.flags } as const
    const { values, positionals } = parseArgs({
      args: [...rest],
      allowPositionals: true,
      options: options as Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>,
    })
    if (values.help === true) {
      process.stdout.write(helpOf(name, command))
      return EXIT.fine
    }
    const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`)
    const call: Call = {
      config: readConfig(),
      positionals,
      flags: values as Call['flags'],
      json,
      say,
      answer: (value, lines) =>
        void process.stdout.write(json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join('')),
    }
    return await command.run(call)
  } catch (error) {
    return failed(name, error, json)
  }
}

function failed(name: string, error: unknown, json: boolean): number {
  const usage =
    error instanceof UsageError ||
    ['ERR_PARSE_ARGS_UNKNOWN_OPTION', 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE'].includes(
      (error as { code?: string }).code ?? '',
    )
  const refused = error instanceof Refusal
  const message = error instanceof Error ? error.message : String(error)
  if (json)
    process.stdout.write(`${JSON.stringify({ error: refused ? error.code : usage ? 'usage' : 'failed', message })}\n`)
  process.stderr.write(usage ? `${message}\nSee: npx chartwarden ${name} --help\n` : `${message}\n`)
  if (!usage && !refused && error instanceof Error)
    process.stderr.write(`${error.stack?.split('\n').slice(1).join('\n')}\n`)
  return usage ? EXIT.usage : refused ? EXIT.refused : EXIT.failed
}

function overview(): string {
  const wide = Math.max(...Object.values(COMMANDS).map((command) => command.usage.length))
  const lines = Object.values(COMMANDS).map((command) => `  ${command.usage.padEnd(wide)}  ${command.says}`)
  return `Chartwarden keeps health records safe.\n\nUsage: npx chartwarden <command> [--json] [--help]\n\n${lines.join('\n')}\n\nExit codes: 0 fine, 1 failed, 2 wrong usage, 3 refused, 4 damage found.\nSettings are environment variables: docs/settings.md.\n`
}

function helpOf(name: string, command: Command): string {
  const flags = Object.entries({
    ...command.flags,
    json: { type: 'boolean', says: 'Answer for machines, one JSON object.' },
  })
  const lines = flags.map(
    ([flag, { type, says }]) => `  --${`${flag}${type === 'string' ? ' <value>' : ''}`.padEnd(24)} ${says}`,
  )
  return `npx chartwarden ${command.usage.replace(/^\S+/, name)}\n\n${command.says}\n${command.more === undefined ? '' : `\n${command.more}\n`}\n${lines.join('\n')}\n`
}
