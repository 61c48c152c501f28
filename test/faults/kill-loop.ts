import { setTimeout as sleep } from 'node:timers/promises'
import { type Chance, createChance } from './chance.ts'
import { createCheckJournal } from './check-journal.ts'
import { createJournal, type Finding, type FindingCode } from './journal.ts'
import { createLoad } from './load.ts'
import { asDatabase, backendsOf, cutPower, killBackend, killPostmaster, postmasterOf } from './postgres.ts'
import { install, PROJECT, type Program, run, type Server, serve } from './program.ts'

/**
 * What is killed: the server; the database (its postmaster, or all its processes in the same moment); both, one a
 * little after the other; one backend, whereupon PostgreSQL ends the others; or everything in the same moment.
 */
export type Kill = 'server' | 'database' | 'both' | 'backend' | 'power'

export type Loop = {
  readonly program: Program
  readonly seed: number
  readonly rounds: number
  readonly kills: readonly Kill[]
  /** Told before the first round, when the database is up. */
  readonly prepare?: (program: Program) => Promise<void>
  /** Rounds between two runs of `verify`; it also runs at the end. 0: never. */
  readonly verifyEvery: number
  /** Ends at the round by which each of these was found. */
  readonly until?: readonly FindingCode[]
  readonly workers?: number
}

export type Result = {
  readonly findings: readonly Finding[]
  readonly rounds: number
  readonly writes: number
  readonly receipts: number
  /** How many answers left open what happened, over all rounds. */
  readonly unanswered: number
}

const BACK_WITHIN_MS = 30_000

/**
 * Kills a Chartwarden under load, again and again, and looks after each time whether it kept its word: every
 * acknowledged write is there as acknowledged, every receipt that left has its entry, every transaction without
 * an answer is wholly there or wholly not, no write happened twice, a server that lost its database answered 503
 * and went on when it came back, and `verify` finds nothing.
 */
export async function killLoop(loop: Loop): Promise<Result> {
  const { program, rounds, seed } = loop
  const chance = createChance(seed)
  const journal = createJournal()
  const token = await install(program)
  const load = createLoad({ journal, chance, token, workers: loop.workers ?? 12 })
  const check = createCheckJournal({ journal, token })
  const order = kindsOf(loop.kills, rounds, chance)
  let unanswered = 0
  let done = 0
  const result = (): Result => {
    const { findings, acknowledged, receipts } = journal
    return { findings, rounds: done, writes: acknowledged.length, receipts: receipts.length, unanswered }
  }

  await loop.prepare?.(program)
  let server: Server | undefined = await serve(program)
  try {
    let checked = { versions: 0, receipts: 0 }
    for (const kill of order) {
      done += 1
      journal.begin(done)
      const before = postmasterOf(program.data)
      await underLoad(server, kill)
      if (!server.lives()) {
        if (kill === 'database' || kill === 'backend') journal.find('server-died', server.errors())
        server = await restarted()
        if (server === undefined) return result()
        if (kill === 'server' && postmasterOf(program.data) !== before)
          journal.find('no-start', 'the server was killed, PostgreSQL was not, and yet it was started again')
      }
      if (server.errors().includes('defect:')) journal.find('server-defect', server.errors())
      checked = await compared(server, checked)
      if (loop.verifyEvery > 0 && (done === rounds || done % loop.verifyEvery === 0)) await verified()
      if (loop.until?.every((code) => journal.findings.some((one) => one.code === code))) return result()
    }
    await compared(server, { versions: 0, receipts: 0 })
    return result()
  } finally {
    await server?.kill()
    cutPower(program.data)
  }

  async function underLoad(target: Server, kill: Kill): Promise<void> {
    const running = load.start(target.fhir)
    await sleep(150 + chance.below(850))
    const dying = backendsOf(program.data)
    if (kill !== 'database' && kill !== 'backend') running.expectDeath()
    if (kill === 'power' || (kill !== 'server' && kill !== 'backend' && chance.next() < 0.5)) cutPower(program.data)
    else if (kill === 'both' || kill === 'database') killPostmaster(program.data)
    else if (kill === 'backend') killBackend(program.data, chance.pick)
    if (kill === 'both' && chance.next() < 0.5) await sleep(chance.below(120))
    if (kill !== 'database' && kill !== 'backend') await target.kill()
    else await back(target, dying)
    await running.stop()
  }

  /** Waits until a server that lives answers over a new database, and lets the load go on a little. */
  async function back(target: Server, dying: readonly number[]): Promise<void> {
    const ready = () =>
      fetch(`${target.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
    const since = Date.now()
    while (dying.some((pid) => backendsOf(program.data).includes(pid)) || !(await ready())) {
      if (!target.lives()) return
      if (Date.now() - since > BACK_WITHIN_MS)
        return journal.find(
          'no-answer',
          `the database was killed, and the server is not ready again: ${target.errors()}`,
        )
      await sleep(50)
    }
    await sleep(200)
  }

  async function restarted(): Promise<Server | undefined> {
    try {
      return await serve(program)
    } catch (error) {
      journal.find('no-start', (error as Error).message)
      return undefined
    }
  }

  async function compared({ fhir }: Server, from: { versions: number; receipts: number }) {
    unanswered += journal.unanswered.creates.length + journal.unanswered.bundles.length
    unanswered += [...journal.known.values()].filter((one) => one.attempt !== undefined).length
    await check.unanswered(fhir)
    await check.newest(fhir, from.versions)
    const versions = await check.versions(fhir, from.versions)
    check.takeReceipts()
    const receipts = await asDatabase(program.data, (database) => check.receipts(database, from.receipts))
    return { versions, receipts }
  }

  async function verified(): Promise<void> {
    const { code, said, errors } = await run({ ...program, root: PROJECT }, 'verify')
    if (code !== 0) journal.find('verify', `exit ${code}: ${JSON.stringify(said.findings ?? said)} ${errors}`)
  }
}

/** Each kind about as often, in an order of chance. */
function kindsOf(kills: readonly Kill[], rounds: number, chance: Chance): Kill[] {
  const order: Kill[] = []
  while (order.length < rounds) {
    const some = [...kills]
    while (some.length > 0) order.push(...some.splice(chance.below(some.length), 1))
  }
  return order.slice(0, rounds)
}
