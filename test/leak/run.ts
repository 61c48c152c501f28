/** The leak suite against any FHIR server: `node test/leak/run.ts --help`. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { reportText } from './report.ts'
import { runSuite } from './run-suite.ts'
import type { Actor, Plan } from './stage.ts'
import type { Cast } from './world.ts'

const USAGE = `node test/leak/run.ts --base <FHIR address> --loader-token <token> --actor <name>=<token> …
  --recorder-token token  whose word about a patient's consent counts; without it the worlds hold none
  --actor name=token      repeat it; name=token=physician says who of the cast it is
  --cast who=Type/id      whose relations the records speak of: ${['physician', 'nurse', 'resident', 'billing', 'formerly', 'proxy', 'researcher', 'ward'].join(', ')}
  --plan file.json        all of this as JSON: server, loader, recorder, actors, cast, before, seed, worlds, varying
  --seed n --worlds n     which worlds, and how many (10)
  --shapes n              how many shapes in each world (all)
  --varying name          a response header that is never twice the same
  --json                  the report as JSON
Ends with 1 when something leaks. Read docs/leak-suite.md first: it writes to the server.`

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    'loader-token': { type: 'string' },
    'recorder-token': { type: 'string' },
    actor: { type: 'string', multiple: true },
    cast: { type: 'string', multiple: true },
    plan: { type: 'string' },
    seed: { type: 'string' },
    worlds: { type: 'string' },
    shapes: { type: 'string' },
    varying: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})

const DEFAULT_CAST: Cast = {
  physician: 'Practitioner/leak-physician',
  nurse: 'Practitioner/leak-nurse',
  resident: 'Practitioner/leak-resident',
  billing: 'Practitioner/leak-billing',
  formerly: 'Practitioner/leak-formerly',
  proxy: 'RelatedPerson/leak-proxy',
  researcher: 'Practitioner/leak-researcher',
  ward: 'Location/leak-ward',
}

function readPlan(): Plan | undefined {
  const file = values.plan === undefined ? {} : (JSON.parse(readFileSync(values.plan, 'utf8')) as Partial<Plan>)
  const named = (values.actor ?? []).map((text): Actor => {
    const [name = '', token = '', plays] = text.split('=')
    return { name, token, ...(plays !== undefined && { plays: plays as keyof Cast }) }
  })
  const cast = Object.fromEntries((values.cast ?? []).map((text) => text.split('=') as [string, string]))
  const loader = values['loader-token'] === undefined ? file.loader : { name: 'loader', token: values['loader-token'] }
  const recorder =
    values['recorder-token'] === undefined ? file.recorder : { name: 'recorder', token: values['recorder-token'] }
  const server = (values.base ?? file.server)?.replace(/\/$/, '')
  const actors = [...(file.actors ?? []), ...named]
  if (server === undefined || loader === undefined || actors.length === 0) return undefined
  return {
    ...file,
    server,
    loader,
    ...(recorder && { recorder }),
    actors,
    cast: { ...DEFAULT_CAST, ...file.cast, ...cast },
    seed: Number(values.seed ?? file.seed ?? Date.now() % 46_000),
    worlds: Number(values.worlds ?? file.worlds ?? 10),
    shapesEach: values.shapes === undefined ? file.shapesEach : Number(values.shapes),
    varying: [...(file.varying ?? []), ...(values.varying ?? [])],
  }
}

const plan = values.help === true ? undefined : readPlan()
if (plan === undefined) {
  process.stdout.write(`${USAGE}\n`)
  process.exitCode = values.help === true ? 0 : 2
} else {
  process.stdout.write(`seed ${plan.seed}\n`)
  const report = await runSuite(plan)
  process.stdout.write(`${values.json === true ? JSON.stringify(report, undefined, 2) : reportText(report)}\n`)
  process.exitCode = report.leaks.length === 0 ? 0 : 1
}
