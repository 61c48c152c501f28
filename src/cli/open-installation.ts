import { existsSync, readFileSync } from 'node:fs'
import { type Chartwarden, openChartwarden } from '../chartwarden.ts'
import type { Config } from '../config.ts'
import { openEmbedded } from '../database/embedded.ts'
import { type Database, openDatabase } from '../database/sql.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openKeyStore } from '../vault/key-store.ts'
import { readRoot, rootPath } from '../vault/root-file.ts'
import { hidden } from './ask-hidden.ts'
import { type Installation, keysFolder, readInstallation } from './data-folder.ts'

export type Opened = { readonly chartwarden: Chartwarden; readonly installation: Installation; close(): Promise<void> }

/** Finds the database, or starts the embedded one; whoever opens it closes it. */
export async function openConfiguredDatabase(
  config: Config,
  say: (line: string) => void,
): Promise<{ database: Database; stop(): Promise<void> }> {
  if (config.databaseUrl !== undefined) {
    const database = openDatabase({ connectionString: config.databaseUrl })
    return { database, stop: () => Promise.resolve() }
  }
  const embedded = await openEmbedded({ folder: config.data, say })
  return { database: openDatabase(embedded.url), stop: () => embedded.stop() }
}

export const passphraseInFile = (path: string): string => readFileSync(path, 'utf8').replace(/\r?\n$/, '')

async function passphraseOf(config: Config): Promise<string | undefined> {
  const { passphraseFile } = config
  if (passphraseFile !== undefined) return passphraseInFile(passphraseFile)
  if (!existsSync(rootPath(keysFolder(config.data)))) return undefined
  const { kind } = JSON.parse(readFileSync(rootPath(keysFolder(config.data)), 'utf8')) as { kind: string }
  return kind === 'passphrase' && process.stdin.isTTY ? hidden('Passphrase of the root key: ') : undefined
}

/** Opens the installation in the data folder, whether the server runs or not. Refuses where there is none. */
export async function openInstallation(
  config: Config,
  say: (line: string) => void = () => undefined,
  { inspecting = false, passphrase }: { inspecting?: boolean; passphrase?: string | undefined } = {},
): Promise<Opened> {
  const installation = readInstallation(config.data)
  if (installation === undefined)
    throw new Refusal('start.unsafe', `There is no installation in ${config.data}. Make one with: npx chartwarden init`)
  const store = openKeyStore(
    keysFolder(config.data),
    readRoot(keysFolder(config.data), passphrase ?? (await passphraseOf(config))),
  )
  const { database, stop } = await openConfiguredDatabase(config, say)
  try {
    const chartwarden = await openChartwarden({ config, installation, database, store, inspecting })
    return {
      chartwarden,
      installation,
      async close() {
        await chartwarden.close()
        await stop()
      },
    }
  } catch (error) {
    await database.close()
    await stop()
    throw error
  }
}

/** Opens the installation for one task, lets the ledger take everything in, and closes it. */
export async function withInstallation<T>(
  config: Config,
  say: (line: string) => void,
  task: (opened: Opened) => Promise<T>,
  passphrase?: string,
): Promise<T> {
  const opened = await openInstallation(config, say, { passphrase })
  try {
    const result = await task(opened)
    await opened.chartwarden.ledger.settle()
    return result
  } finally {
    await opened.close()
  }
}
