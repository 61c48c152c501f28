import { createSecretKey, randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { createKeyStore } from '../vault/key-store.ts'
import { writeRoot } from '../vault/root-file.ts'
import { splitSecret } from '../vault/shamir.ts'
import { hidden } from './ask-hidden.ts'
import type { Command } from './command.ts'
import { UsageError } from './command.ts'
import { keysFolder, readInstallation, writeInstallation } from './data-folder.ts'
import { passphraseInFile, withInstallation } from './open-installation.ts'
import { addOperator, operatorActor } from './operator-key.ts'
import { recordAct } from './record-act.ts'

export type Made = {
  readonly origin: string
  readonly operator: string
  readonly keyFile: string
  readonly shares: readonly string[]
  readonly threshold: number
}

type Options = {
  readonly demo?: boolean
  readonly operator?: string
  readonly shares?: number
  readonly threshold?: number
  readonly passphrase?: string | undefined
}

/** Makes an installation: key store, recovery shares, database, first operator. Refuses to replace one. */
export async function makeInstallation(
  config: Config,
  say: (line: string) => void,
  { demo = false, operator = 'first', shares = 5, threshold = 3, passphrase }: Options,
): Promise<Made> {
  if (readInstallation(config.data) !== undefined)
    throw new Refusal('start.unsafe', `There is an installation in ${config.data} already; it is never overwritten.`)
  const root = randomBytes(32)
  const made = await splitSecret(root, shares, threshold)
  writeRoot(keysFolder(config.data), root, passphrase)
  createKeyStore(keysFolder(config.data), createSecretKey(root))
  root.fill(0)
  const { origin } = writeInstallation(config.data, demo, config.expectedPatients)
  return withInstallation(
    config,
    say,
    async ({ chartwarden }) => {
      const { keyFile } = await addOperator(chartwarden.database, config.data, operator)
      await recordAct(chartwarden, operatorActor(operator), 'installation-made')
      return { origin, operator, keyFile, shares: made, threshold }
    },
    passphrase,
  )
}

/** The passphrase a new root key is to have: from the file, else asked at a terminal, else none (a key file). */
export async function passphraseForNewRoot(config: Config): Promise<string | undefined> {
  if (config.passphraseFile !== undefined) return passphraseInFile(config.passphraseFile)
  return process.stdin.isTTY && process.stdout.isTTY ? askPassphrase() : undefined
}

async function askPassphrase(): Promise<string | undefined> {
  const first = await hidden('Passphrase for the root key (empty: a key file, for starts without a person): ')
  if (first === '') return undefined
  if (first.length < 15)
    throw new UsageError('A passphrase has at least 15 characters; several words are easiest to remember.')
  if ((await hidden('Once more: ')) !== first) throw new UsageError('The two are not the same.')
  return first
}

export const init: Command = {
  usage: 'init',
  says: 'Makes an installation: keys, recovery shares, database, first operator.',
  flags: {
    operator: { type: 'string', says: 'Name of the first operator (default: first).' },
    shares: { type: 'string', says: 'How many recovery shares of the root key (default: 5).' },
    threshold: { type: 'string', says: 'How many of them bring it back (default: 3).' },
  },
  async run({ config, flags, say, answer }) {
    const passphrase = await passphraseForNewRoot(config)
    const made = await makeInstallation(config, say, {
      ...(typeof flags.operator === 'string' && { operator: flags.operator }),
      ...(typeof flags.shares === 'string' && { shares: Number(flags.shares) }),
      ...(typeof flags.threshold === 'string' && { threshold: Number(flags.threshold) }),
      passphrase,
    })
    answer(made, [
      `Made in ${config.data}. The ledger is called ${made.origin}.`,
      `Operator ${made.operator} signs with ${made.keyFile}.`,
      '',
      `Recovery shares: any ${made.threshold} bring the root key back. They are shown this once. Give each to another person.`,
      ...made.shares.map((share) => `  ${share}`),
      '',
      'Next: npx chartwarden serve',
    ])
    return 0
  },
}
