import { type Call, type Command, type Flag, UsageError } from './command.ts'
import { SIMULATE_FLAGS, watchSimulate } from './watch-simulate.ts'

type Part = { readonly flags: Readonly<Record<string, Flag>>; readonly run: (call: Call) => Promise<number> }

/** What `watch` can do. */
const PARTS: Readonly<Record<string, Part>> = {
  simulate: { flags: SIMULATE_FLAGS, run: watchSimulate },
}

export const watch: Command = {
  usage: 'watch simulate --out <folder>',
  says: 'Simulates a hospital whose record accesses are known to be honest or not, to try detection on.',
  flags: Object.assign({}, ...Object.values(PARTS).map((one) => one.flags)) as Record<string, Flag>,
  more: `simulate writes accesses.csv, staff.csv, patients.csv, relations.csv, shifts.csv, truth.csv and hospital.json into the
folder: docs/watch-simulator.md says what is in them. The same flags write the same bytes.`,
  async run(call) {
    const part = PARTS[call.positionals[0] ?? '']
    if (part === undefined) throw new UsageError(`Say ${Object.keys(PARTS).join(' or ')}.`)
    return part.run(call)
  },
}
