/** The watch's nearest neighbours on tabular sets such as ADBench's: `npm run evaluate:tabular -- <folder>`. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sayNumber, sayTable } from '../say-table.ts'
import { readSets, type TabularSet } from './read-set.ts'
import { scoreSet } from './score-set.ts'

const SETTINGS = ['clean', 'contaminated'] as const
/** The best of the detectors that ADBench and DTE list, as means over 43 sets: docs/watch-evaluation.md. */
const PUBLISHED = [84.65, 77.28]

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
})

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

function judge(set: TabularSet, seeds: number) {
  const [clean, contaminated] = SETTINGS.map((setting) =>
    mean(Array.from({ length: seeds }, (_, seed) => 100 * scoreSet(set, setting, seed + 1))),
  ) as [number, number]
  return {
    name: set.name,
    points: set.points.length,
    features: set.points[0]?.length ?? 0,
    anomalies: set.anomalous.filter(Boolean).length,
    clean,
    contaminated,
  }
}

const folder = positionals[0]
if (folder === undefined || !existsSync(folder)) {
  process.stderr.write(
    'Say a folder of CSV files: numbers in columns, and in the column `label` (or the last) 1 for an anomaly.\n' +
      'The sets of ADBench are .npz; np.savetxt(name, np.c_[X, y], delimiter=",") makes one of them such a file.\n',
  )
  process.exitCode = 1
} else {
  const rows = readSets(folder)
    .map((set) => judge(set, Number(flags.seeds)))
    .filter(({ clean }) => !Number.isNaN(clean))
  const means = [mean(rows.map(({ clean }) => clean)), mean(rows.map(({ contaminated }) => contaminated))]
  if (flags.json) process.stdout.write(`${JSON.stringify({ rows, means })}\n`)
  else
    process.stdout.write(
      sayTable(
        ['set', 'points', 'features', 'anomalies', 'AUROC clean', 'contaminated'],
        [
          ...rows.map(({ name, points, features, anomalies, clean, contaminated }) => [
            name,
            ...[points, features, anomalies].map((one) => sayNumber(one)),
            ...[clean, contaminated].map((one) => sayNumber(one, 2)),
          ]),
          ['mean', '', '', '', ...means.map((one) => sayNumber(one, 2))],
          ['best published over the 43 of ADBench', '', '', '', ...PUBLISHED.map((one) => sayNumber(one, 2))],
        ],
      ),
    )
}
