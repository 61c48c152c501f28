import { type Call, type Command, type Flag, UsageError } from './command.ts'
import { CASE_FLAGS, watchCase } from './watch-case.ts'
import { DECOY_FLAGS, watchDecoys } from './watch-decoys.ts'
import { LIVE_FLAGS, watchCases, watchClose, watchHeld, watchHold, watchRelease, watchRestore } from './watch-live.ts'
import { PLAYBOOKS_FLAGS, watchPlaybooks } from './watch-playbooks.ts'
import { watchPredict } from './watch-predict.ts'
import { REPLAY_FLAGS, watchReplay } from './watch-replay.ts'
import { SIMULATE_FLAGS, watchSimulate } from './watch-simulate.ts'

type Part = { readonly flags: Readonly<Record<string, Flag>>; readonly run: (call: Call) => Promise<number> }

/** What `watch` can do. */
const PARTS: Readonly<Record<string, Part>> = {
  held: { flags: LIVE_FLAGS, run: watchHeld },
  hold: { flags: LIVE_FLAGS, run: watchHold },
  release: { flags: LIVE_FLAGS, run: watchRelease },
  cases: { flags: LIVE_FLAGS, run: watchCases },
  close: { flags: LIVE_FLAGS, run: watchClose },
  decoys: { flags: DECOY_FLAGS, run: watchDecoys },
  restore: { flags: LIVE_FLAGS, run: watchRestore },
  replay: { flags: REPLAY_FLAGS, run: watchReplay },
  case: { flags: CASE_FLAGS, run: watchCase },
  playbooks: { flags: PLAYBOOKS_FLAGS, run: watchPlaybooks },
  predict: { flags: {}, run: watchPredict },
  simulate: { flags: SIMULATE_FLAGS, run: watchSimulate },
}

export const watch: Command = {
  usage: 'watch held|hold|release|cases|close|decoys|restore|replay|case|playbooks|predict|simulate',
  says: 'What the watch holds and has found, undoing it, and putting back what was changed; judging an audit trail of the past, and what follows from it.',
  flags: {
    ...Object.assign({}, ...Object.values(PARTS).map((one) => one.flags)),
    out: {
      type: 'string',
      says: 'The folder to write into; files of the same names are replaced. With replay: the folder itself when not said.',
    },
  } as Record<string, Flag>,
  more: `hold stops one person or client; a place, or every change, only when two operators want it, and always for a time.
release takes the id of a measure, close that of a case, replay and predict a folder, case and playbooks the folder a replay wrote.
held, hold, release, cases, close, decoys and restore work on this installation, also while servers run.
replay reads accesses.csv and, where the hospital has them, staff.csv, patients.csv, relations.csv and shifts.csv; where
there is no accesses.csv, FHIR R4 resources from *.ndjson and *.ndjson.gz. It writes alerts.ndjson, decisions.csv, cases.json and
report.html. docs/watch.md says what is in them.
case shows the cases of a replay, or one of them.
playbooks check says what is wrong with playbooks; try, what they would have done about the alerts of a replay; export writes one as
CACAO 2.0. None of them does anything.
predict learns from what replay reads what comes before alerts, says who and what is at risk within seven days, and how good such
forecasts were.
simulate writes these files, truth.csv and hospital.json: docs/watch-simulator.md says what is in them. The same flags
write the same bytes.`,
  async run(call) {
    const part = PARTS[call.positionals[0] ?? '']
    if (part === undefined) throw new UsageError(`Say ${Object.keys(PARTS).join(' or ')}.`)
    return part.run(call)
  },
}
