import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { alone } from '../database/embedded-lock.ts'
import { startWitness } from '../http/witness-server.ts'
import { Refusal } from '../kernel/refusal.ts'
import { ED25519, MLDSA44_COSIGNATURE, parseVkey } from '../ledger/signed-note.ts'
import { createWitness } from '../ledger/witness.ts'
import { createWitnessState } from '../ledger/witness-state.ts'
import { type Command, UsageError } from './command.ts'
import { untilStopped } from './serve.ts'
import { witnessKey } from './witness-key.ts'

const KINDS = { mldsa: 'ml-dsa-44', ed25519: 'ed25519' } as const

/** `--log`: verifier keys, or files that hold one a line, separated by commas. The name of a key is its log's origin. */
export function readLogs(given: string): { origin: string; vkeys: string[] }[] {
  const words = given.split(',').flatMap((one) => (existsSync(one) ? readFileSync(one, 'utf8').split('\n') : [one]))
  const logs = new Map<string, string[]>()
  for (const vkey of words.map((word) => word.trim()).filter((word) => word !== '' && !word.startsWith('#'))) {
    const { name, type } = parsed(vkey)
    if (type !== ED25519 && type !== MLDSA44_COSIGNATURE)
      throw new Refusal('request.invalid', `${vkey.slice(0, 60)} is not the key of a log.`)
    logs.set(name, [...(logs.get(name) ?? []), vkey])
  }
  return [...logs].map(([origin, vkeys]) => ({ origin, vkeys }))
}

function parsed(vkey: string) {
  try {
    return parseVkey(vkey)
  } catch (cause) {
    throw new Refusal('request.invalid', `${JSON.stringify(vkey.slice(0, 60))} is neither a file nor a verifier key.`, {
      cause,
    })
  }
}

function portOf(given: string | boolean | undefined): number {
  const port = given === undefined ? 8421 : Number(given)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError('--port is a number up to 65535.')
  return port
}

export const witness: Command = {
  usage: 'witness --log <key or file> --data <folder>',
  says: 'A witness for a second machine: cosigns a ledger only when nothing of its past was changed.',
  flags: {
    log: { type: 'string', says: "The ledgers' keys, or files with them (ledger-vkeys.txt), separated by commas." },
    data: { type: 'string', says: 'Folder for its key and what it has seen. For one witness alone.' },
    port: { type: 'string', says: 'Port to listen on (default: 8421; 0 takes a free one).' },
    host: { type: 'string', says: 'Address to listen on (default: 127.0.0.1). What it serves is public and signed.' },
    name: {
      type: 'string',
      says: 'Its name for ever, such as witness.your-hospital.example; at the first start only.',
    },
    kind: { type: 'string', says: 'mldsa (default) or ed25519; at the first start only.' },
  },
  more: 'Give the line it prints to the server, in CHARTWARDEN_WITNESSES.',
  async run({ flags, say, answer }) {
    const { log, data, name, kind, host = '127.0.0.1' } = flags as Record<string, string | undefined>
    if (log === undefined || data === undefined) throw new UsageError('Say which ledgers, and where: --log and --data')
    if (kind !== undefined && !(kind in KINDS)) throw new UsageError('--kind is mldsa or ed25519.')
    if (name !== undefined && !/^[^\s+]{1,200}$/u.test(name))
      throw new UsageError('--name has no spaces and no plus, and at most 200 characters.')
    const logs = readLogs(log)
    if (logs.length === 0) throw new Refusal('request.invalid', `There is no verifier key in ${log}.`)
    const folder = resolve(data)
    const { name: own, key } = witnessKey(folder, {
      ...(name !== undefined && { name }),
      ...(kind !== undefined && { kind: KINDS[kind as keyof typeof KINDS] }),
    })
    const waiting = () => say(`Another witness uses ${folder}; waiting for its end.`)
    return alone(join(folder, 'witness.lock'), 10_000, waiting, async () => {
      const state = createWitnessState(join(folder, 'logs'))
      const made = createWitness({ name: own, key, logs, state })
      const defect = (error: unknown) => void process.stderr.write(`${(error as Error).message}\n`)
      const server = await startWitness({ host, port: portOf(flags.port as string | undefined), witness: made, defect })
      const line = `${made.vkey}=${server.url}`
      answer(
        { url: server.url, vkey: made.vkey, witness: line, logs: logs.map(({ origin }) => origin), pid: process.pid },
        [
          `Witnessing ${logs.map(({ origin }) => origin).join(', ')} at ${server.url}; stop with Ctrl-C.`,
          "For the server's CHARTWARDEN_WITNESSES, with the address under which it reaches this machine:",
          `  ${line}`,
        ],
      )
      await untilStopped(() => server.close())
      return 0
    })
  },
}
