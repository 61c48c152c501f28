/** For tests only: plants leaks in copies of our code, one by one, and expects the suite to find each. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { patchedCopy } from '../faults/patched-copy.ts'
import { serve } from '../faults/program.ts'
import { startRunning } from '../running.ts'
import { type Mutation, NONE } from './mutation.ts'
import { mintTokens, ourPlan } from './our-cast.ts'
import type { Report } from './report.ts'
import { runSuite } from './run-suite.ts'

const SEED = 11
/** The watch would stop who asks as much as this. */
const UNWATCHED = { CHARTWARDEN_WATCH: 'off' }

/** All share one installation, each with a world of its own; who damages what is stored comes last. */
export async function plantLeaks(t: TestContext, mutations: readonly Mutation[]): Promise<void> {
  const { data } = await startRunning(t, { clients: {}, serving: false, settings: UNWATCHED })
  const tokens = await mintTokens(data)
  for (const [n, mutation] of mutations.entries())
    await t.test(mutation.name, async (each) => {
      const folder = mkdtempSync(join(tmpdir(), 'chartwarden-leak-'))
      try {
        const root = patchedCopy(join(folder, 'program'), mutation.patches)
        const server = await serve({ root, data, env: UNWATCHED })
        try {
          const { leaks, requests } = await tried(server.fhir, tokens, mutation, SEED + n)
          each.diagnostic(`${requests} requests; ${leaks[0]?.property}: ${leaks[0]?.shape}: ${leaks[0]?.what}`)
          assert.ok(leaks.length > 0, 'the suite did not find it')
        } finally {
          await server.kill()
        }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
}

/** The part of the suite that a mutation names. */
const tried = (
  server: string,
  tokens: Readonly<Record<string, string>>,
  { actors, steps = NONE, shapes = NONE, probes = NONE }: Mutation,
  seed: number,
): Promise<Report> =>
  runSuite({
    ...ourPlan(server, tokens, actors),
    seed,
    worlds: 1,
    only: { steps, shapes, probes },
    first: true,
    targetsEach: 100,
  })
