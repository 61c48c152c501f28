import { setTimeout as sleep } from 'node:timers/promises'
import { fsyncRate } from './fsync-rate.ts'
import type { Generator } from './generator.ts'
import { usageOf } from './process-usage.ts'
import type { Row } from './rows.ts'
import type { Serving } from './serving.ts'

export type Contender = 'ours' | 'bare' | 'lean' | 'batched'
export type Figures = {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU for one request (or one imported resource), in microseconds. */
  readonly serverUs: number
  readonly postgresUs: number
  readonly rssMiB: number
}
export type Measured = {
  readonly row: Row
  readonly fsyncPerSecond: number
  readonly rounds: readonly Partial<Record<Contender, Figures>>[]
}
type Options = {
  readonly generator: Generator
  readonly contenders: Readonly<Record<Contender, Serving>>
  readonly postmaster: number
  readonly folder: string
  readonly connections: number
  readonly seconds: number
  readonly rounds: number
}

/** What goes on after a load (our sequencer, writing back) must not fall on the next one. */
const QUIET_MS = 700

/** Rounds of all contenders by turns, after one that is not counted. The workloads were given to the generator. */
export async function measureRow(row: Row, options: Options): Promise<Measured> {
  const { generator, contenders, postmaster, folder, connections } = options
  const names = (['ours', 'bare', 'lean', 'batched'] as const).filter((name) => name !== 'batched' || row.batched)

  async function slice(name: Contender, seconds: number): Promise<Figures> {
    const { pid } = contenders[name]
    const before = usageOf(pid, postmaster)
    const { weight, elapsedSeconds, p50Ms, p99Ms } = await generator.go({
      name: `${name} ${row.name}`,
      connections,
      ...(row.whole !== true && { seconds }),
    })
    const after = usageOf(pid, postmaster)
    await sleep(QUIET_MS)
    return {
      perSecond: weight / elapsedSeconds,
      p50Ms,
      p99Ms,
      serverUs: (after.serverUs - before.serverUs) / weight,
      postgresUs: (after.postgresUs - before.postgresUs) / weight,
      rssMiB: after.rssMiB,
    }
  }

  for (const name of names) await slice(name, Math.max(1, options.seconds / 2))
  const fsyncPerSecond = fsyncRate(folder)
  const rounds: Partial<Record<Contender, Figures>>[] = []
  for (let n = 0; n < options.rounds; n++) {
    const round: Partial<Record<Contender, Figures>> = {}
    for (const name of names) round[name] = await slice(name, options.seconds)
    rounds.push(round)
  }
  return { row, fsyncPerSecond, rounds }
}
