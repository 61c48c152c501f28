import { createSecretKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { Refusal } from '../kernel/refusal.ts'
import { openKeyStore } from '../vault/key-store.ts'
import { rootPath, writeRoot } from '../vault/root-file.ts'
import { combineShares } from '../vault/shamir.ts'
import { type Command, UsageError } from './command.ts'
import { keysFolder } from './data-folder.ts'
import { passphraseForNewRoot } from './init.ts'

export const recover: Command = {
  usage: 'recover < shares',
  says: 'Brings the root key back from recovery shares, beside a key store that was restored.',
  more: 'Give the shares on standard input, one a line. keys.json must be in the keys folder of CHARTWARDEN_DATA.',
  async run({ config, answer }) {
    const folder = keysFolder(config.data)
    if (existsSync(rootPath(folder)))
      throw new Refusal('start.unsafe', `There is a root key in ${folder} already; it is never overwritten.`)
    const shares = (await text(process.stdin))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    if (shares.length === 0) throw new UsageError('Give the shares on standard input, one a line.')
    const root = await combineShares(shares)
    openKeyStore(folder, createSecretKey(root))
    writeRoot(folder, root, await passphraseForNewRoot(config))
    answer({ recovered: folder }, [`The root key is back in ${folder}.`, 'Next: npx chartwarden verify'])
    return 0
  },
}
