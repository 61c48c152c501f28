/** The watch's detector of rates on the Numenta Anomaly Benchmark: `npm run evaluate:nab`. docs/watch-evaluation.md. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createChance } from '../../../src/watch/calibrate/chance.ts'
import { createRateAnomaly } from '../../../src/watch/detect/rate-anomaly.ts'
import { sayNumber, sayTable } from '../say-table.ts'
import { readCorpus, type Series } from './corpus.ts'
import { countAt, type Judged, normalised, PROFILES, type Profile, scoreCorpus, sweep } from './score-sweep.ts'
import { PUBLISHED, windowedGaussian } from './windowed-gaussian.ts'

const PLACES = ['../shared/data/detection/nab', 'data/nab', '../NAB']

const { values: flags } = parseArgs({
  options: { folder: { type: 'string' }, json: { type: 'boolean', default: false } },
})

const judgedBy = (corpus: readonly Series[], judge: (series: Series) => Float64Array): Judged[] =>
  corpus.map((series) => ({ name: series.name, windows: series.windows, scores: judge(series) }))

function rateAnomaly({ times, values }: Series): Float64Array {
  const detector = createRateAnomaly(createChance(1))
  return values.map((value, at) => detector.look(times[at] as number, value).alarm)
}

/** A detector that knows the labels, for the checks of the scorer. */
function perfect({ values, windows }: Series): Float64Array {
  const scores = new Float64Array(values.length)
  for (const [from] of windows) scores[from] = 1
  return scores
}

/** What a threshold from one half of the series comes to on the other half, both ways: nothing is fitted to what is scored. */
function acrossHalves(judged: readonly Judged[], profile: Profile): number {
  const halves = [0, 1].map((side) => judged.filter((_, at) => at % 2 === side))
  let raw = 0
  for (const [side, half] of halves.entries()) {
    const { threshold } = scoreCorpus(halves[1 - side] as Judged[], profile)
    raw += sweep(half, profile).findLast((one) => one.threshold >= threshold)?.raw ?? 0
  }
  return normalised(raw, windowsOf(judged), profile)
}

const windowsOf = (judged: readonly Judged[]): number => judged.reduce((sum, { windows }) => sum + windows.length, 0)

function evaluate(corpus: readonly Series[]) {
  const checks = {
    none: PROFILES.map(
      (profile) =>
        scoreCorpus(
          judgedBy(corpus, ({ values }) => values.map(() => 0)),
          profile,
        ).score,
    ),
    perfect: PROFILES.map((profile) => scoreCorpus(judgedBy(corpus, perfect), profile).score),
    windowedGaussian: PROFILES.map(
      (profile) =>
        scoreCorpus(
          judgedBy(corpus, ({ values }) => windowedGaussian(values)),
          profile,
        ).score,
    ),
    windowedGaussianPublished: PUBLISHED,
  }
  const began = performance.now()
  const judged = judgedBy(corpus, rateAnomaly)
  const values = corpus.reduce((sum, one) => sum + one.values.length, 0)
  const microseconds = ((performance.now() - began) * 1000) / values
  const scores = PROFILES.map((profile) => ({
    profile: profile.name,
    ...scoreCorpus(judged, profile),
    acrossHalves: acrossHalves(judged, profile),
  }))
  const { threshold } = scores[0] as (typeof scores)[number]
  const folders = [...new Set(corpus.map(({ name }) => name.split('/')[0] as string))].map((folder) => {
    const own = judged.filter(({ name }) => name.startsWith(`${folder}/`))
    const windows = windowsOf(own)
    const profile = PROFILES[0] as Profile
    const raw = sweep(own, profile).findLast((one) => one.threshold >= threshold)?.raw ?? 0
    return { folder, series: own.length, ...countAt(own, threshold), score: normalised(raw, windows, profile) }
  })
  return { checks, scores, folders, microseconds }
}

function say({ checks, scores, folders, microseconds }: ReturnType<typeof evaluate>): string {
  const three = (figures: readonly number[]) => figures.map((one) => sayNumber(one, 2))
  return [
    `The scorer, held against what is known\n${sayTable(
      ['detector', ...PROFILES.map(({ name }) => name)],
      [
        ['no alarm at all (0)', ...three(checks.none)],
        ['the labels themselves (100)', ...three(checks.perfect)],
        ['windowed Gaussian', ...three(checks.windowedGaussian)],
        ['  as NAB publishes it', ...three(checks.windowedGaussianPublished)],
      ],
    )}`,
    `The detector of rates: one pass, the same settings for every series, ${sayNumber(microseconds)} µs a value\n${sayTable(
      ['profile', 'score', 'threshold of the other half', 'target', ''],
      scores.map(({ profile, score, acrossHalves: across }, at) => {
        const target = [60, 50][at]
        return [
          profile,
          sayNumber(score, 2),
          sayNumber(across, 2),
          target === undefined ? '' : `≥ ${target}`,
          target === undefined ? '' : score >= target ? 'met' : 'MISSED',
        ]
      }),
    )}`,
    `At the threshold of the standard profile\n${sayTable(
      ['folder', 'series', 'windows found', 'false alarms', 'standard score'],
      folders.map((one) => [
        one.folder,
        String(one.series),
        `${one.found}/${one.windows}`,
        String(one.false),
        one.windows === 0 ? '—' : sayNumber(one.score, 1),
      ]),
    )}`,
  ].join('\n')
}

const folder = flags.folder ?? PLACES.find((one) => existsSync(resolve(one)))
const corpus = folder === undefined ? undefined : readCorpus(resolve(folder))
if (corpus === undefined) {
  process.stderr.write(
    `There is no copy of NAB in ${folder ?? PLACES.join(', ')}. Fetch github.com/numenta/NAB and say --folder <its folder>; data/ and labels/ are needed.\n`,
  )
  process.exitCode = 1
} else {
  const found = evaluate(corpus)
  process.stdout.write(flags.json ? `${JSON.stringify(found)}\n` : say(found))
}
