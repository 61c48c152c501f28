/** Everything a change has to pass: what `npm test` runs. The node:test summary is the last thing printed. */
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Step = { readonly name: string; readonly run: string; readonly args: readonly string[] }

const OLDEST_NODE = [24, 12] as const
/** For one test; the longest kill a server many times. */
const TEST_TIMEOUT_MS = 30 * 60_000

/** What to do about a Node that is too old, or undefined when it is not. */
export function tooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const [wantedMajor, wantedMinor] = OLDEST_NODE
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined
  return `This is Node ${version}; Chartwarden needs ${wantedMajor}.${wantedMinor} or newer. On Linux, npm ci brings one along: run npm ci (without --omit=optional), then npm test. Elsewhere, install Node ${wantedMajor}.`
}

const node = (name: string, ...args: string[]): Step => ({ name, run: process.execPath, args })

export const STEPS: readonly Step[] = [
  { name: 'types', run: 'tsc', args: ['--noEmit'] },
  { name: 'console types', run: 'tsc', args: ['--noEmit', '-p', 'console'] },
  { name: 'format and lint', run: 'biome', args: ['check', '--diagnostic-level=warn', '--error-on-warnings', '.'] },
  { name: 'promises', run: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  node('layers', 'tools/layers.ts'),
  node('written pages', 'tools/docs.ts', '--check'),
  node('FHIR definitions', 'tools/prepare-fhir.ts', '--check'),
  node('schema dump', 'tools/schema.ts', '--check'),
  { name: 'console tests', run: 'vitest', args: ['run', '--root', 'console'] },
  { name: 'console build', run: 'vite', args: ['build', 'console', '--logLevel', 'warn'] },
]

const TESTS: Step = node(
  'tests',
  '--test',
  '--test-concurrency=2',
  `--test-timeout=${TEST_TIMEOUT_MS}`,
  'src/**/*.test.ts',
  'tools/**/*.test.ts',
  'test/**/*.test.ts',
  'bench/**/*.test.ts',
)

export type Outcome = { readonly passed: boolean; readonly said: string; readonly seconds: number }

/** Runs one step in `root`; `loud` lets it speak for itself. A program that is missing is a failure. */
export function runStep({ run, args }: Step, root: string, loud = false): Outcome {
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`
  const began = performance.now()
  const { status, error, stdout, stderr } = spawnSync(run, [...args], {
    cwd: root,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: loud ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  const said = error === undefined ? `${stdout ?? ''}${stderr ?? ''}` : `${run}: ${error.message}\n`
  return { passed: status === 0, said, seconds: (performance.now() - began) / 1000 }
}

function check(root: string): number {
  const failed: string[] = []
  for (const step of STEPS) {
    const { passed, said, seconds } = runStep(step, root)
    process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${step.name.padEnd(18)} ${seconds.toFixed(1)} s\n`)
    if (passed) continue
    failed.push(step.name)
    process.stdout.write(`${said.trimEnd()}\n\n`)
  }
  if (failed.length > 0) process.stdout.write(`Failed before the tests: ${failed.join(', ')}.\n`)
  process.stdout.write('The tests:\n')
  const { passed } = runStep(TESTS, root, true)
  return failed.length === 0 && passed ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const advice = tooOld(process.version)
  if (advice !== undefined) process.stderr.write(`${advice}\n`)
  process.exitCode = advice === undefined ? check(fileURLToPath(new URL('..', import.meta.url))) : 1
}
