/** `npm run bench:policy [-- --json]`: what it costs to decide. In one process, on a PostgreSQL of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeInstallation } from '../src/cli/init.ts'
import { type Opened, openInstallation } from '../src/cli/open-installation.ts'
import { readConfig } from '../src/config.ts'
import { loadPolicies } from '../src/policy/decide.ts'
import type { Facts } from '../src/policy/facts.ts'
import { fillCharts, LOADER, median, NURSE } from './chart-reads.ts'
import { simulatedFacts } from './simulated-facts.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '9' } },
})
const ROUNDS = Number(values.rounds)

/** What the decisions are of: a hospital as it is simulated, from when nothing is remembered yet. */
const STAFF = 500
const DAYS = 7

async function decisions() {
  const decide = loadPolicies()
  const week = await simulatedFacts(STAFF, DAYS)
  const classes = new Set(week.map((one) => JSON.stringify(one)))
  const first = median(
    [...classes].slice(0, 300).map((text) => {
      const facts = JSON.parse(text) as Facts
      const began = performance.now()
      decide(facts)
      return (performance.now() - began) * 1000
    }),
  )
  for (const one of week) decide(one)
  const cached = median(
    Array.from({ length: 200 }, (_, n) => {
      const began = performance.now()
      for (let at = 0; at < 1000; at++) decide(week[(n * 1000 + at) % week.length] as Facts)
      return performance.now() - began
    }),
  )
  return { cachedUs: cached, freshUs: first, hitRate: 1 - classes.size / week.length }
}

/** Reads by a nurse through relations and consents, beside the same reads by a client with a system scope. */
async function reads(opened: Opened) {
  const round = await fillCharts(opened)
  await round(LOADER)
  await round(NURSE)
  const rounds = []
  for (let n = 0; n < ROUNDS; n++) {
    const [first, second] = n % 2 === 0 ? [NURSE, LOADER] : [LOADER, NURSE]
    const one = await round(first)
    const other = await round(second)
    rounds.push(n % 2 === 0 ? { nurse: one, client: other } : { nurse: other, client: one })
  }
  return {
    readsByRelation: median(rounds.map((one) => one.nurse)),
    ratio: median(rounds.map((one) => one.nurse / one.client)),
  }
}

const folder = mkdtempSync(join(tmpdir(), 'chartwarden-policy-'))
try {
  const config = { ...readConfig({ CHARTWARDEN_DATA: folder }), data: folder }
  await makeInstallation(config, () => undefined, {})
  const opened = await openInstallation(config)
  const found = { ...(await decisions()), ...(await reads(opened)) }
  await opened.close()
  const rows = [
    ['a decision remembered', `${found.cachedUs.toFixed(2)} us`, 'target 20'],
    ['a decision asked of Cedar', `${found.freshUs.toFixed(0)} us`, ''],
    [
      `decisions of ${STAFF} staff in ${DAYS} days that are remembered`,
      `${(found.hitRate * 100).toFixed(2)} %`,
      'target 99',
    ],
    ['reads by relation, with all policies', `${found.readsByRelation.toFixed(0)} a second`, ''],
    ['of the same reads by a system scope', found.ratio.toFixed(2), 'target 0.9'],
  ] as const
  process.stdout.write(
    values.json
      ? `${JSON.stringify(found)}\n`
      : rows.map(([name, figure, target]) => `${name.padEnd(52)} ${figure.padStart(16)}   ${target}\n`).join(''),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
