import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { insertRows } from '../database/insert-rows.ts'
import { blockedDigest } from '../identity/credentials/password-rules.ts'
import { type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

const AT_ONCE = 2048

export const passwords: Command = {
  usage: 'passwords load [file]',
  says: 'Loads more passwords that nobody may choose, one a line, beside the list that comes along.',
  flags: { operator: { type: 'string', says: 'Who you are, when several operators have keys here.' } },
  more: 'Only the first 8 bytes of each SHA-256 are kept, about 60 bytes of disk each. Loading a list twice changes nothing.',
  run: ({ config, positionals: [verb, file], flags, say, answer }) =>
    withInstallation(config, say, async ({ chartwarden }) => {
      if (verb !== 'load' || file === undefined) throw new UsageError('Say load and a file, or - for standard input.')
      const { actor } = await currentOperator(chartwarden.database, config.data, flags.operator as string | undefined)
      await recordAct(chartwarden, actor, 'blocked-passwords-loaded')
      let read = 0
      let digests: Buffer[] = []
      const keep = async () => {
        const rows = digests.map((one) => [one])
        await insertRows(chartwarden.database, 'blocked_passwords', ['digest'], rows, 'on conflict do nothing')
        digests = []
        say(`  ${read.toLocaleString('en')} read`)
      }
      for await (const line of createInterface({ input: file === '-' ? process.stdin : createReadStream(file) })) {
        if (line === '') continue
        read += 1
        digests.push(blockedDigest(line))
        if (digests.length === AT_ONCE) await keep()
      }
      if (digests.length > 0) await keep()
      answer({ read }, [`${read.toLocaleString('en')} passwords are refused from now on, beside those before.`])
      return 0
    }),
}
