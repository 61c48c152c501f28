import { chanceOf } from './chance.ts'
import { checkCounts } from './check-counts.ts'
import { checkPaging } from './check-paging.ts'
import { checkProbes } from './check-probes.ts'
import { checkSteps } from './check-steps.ts'
import { oracleOf } from './oracle.ts'
import { queryShapes, type Shape } from './query-shapes.ts'
import { emptyReport, type Leak, type Report } from './report.ts'
import { type Say, several, speakerOf } from './speak.ts'
import { type Acting, type Plan, put, type Stage } from './stage.ts'
import { type World, worldOf } from './world.ts'

/** Loads generated worlds, asks everything as everybody, and reports every answer that says what it must not. */
export async function runSuite(plan: Plan): Promise<Report> {
  const report = emptyReport()
  const began = performance.now()
  const count = () => {
    report.requests++
  }
  const loader = speakerOf(plan.server, plan.loader, count)
  const actors = plan.actors.map((actor): Acting => {
    const say = speakerOf(plan.server, actor, count)
    return { ...actor, say, oracle: oracleOf(say) }
  })
  report.actors = actors.length
  for (const resource of plan.before ?? []) await put(loader, resource)
  for (let n = 0; n < plan.worlds; n++) {
    const seed = plan.seed + n
    const prefix = `lk${(seed % 46_656).toString(36).padStart(3, '0')}`
    const world = worldOf(seed, prefix, plan.cast, plan.recorder !== undefined)
    await runWorld(plan, world, report, loader, actors)
    report.worlds++
    if (plan.first === true && report.leaks.length > 0) break
  }
  report.seconds = (performance.now() - began) / 1000
  return report
}

async function runWorld(plan: Plan, world: World, report: Report, loader: Say, actors: readonly Acting[]) {
  const leak = (found: Omit<Leak, 'world'>) => void report.leaks.push({ ...found, world: world.prefix })
  const chance = chanceOf(plan.seed + report.worlds)
  for (const resource of world.base) await put(loader, resource)
  if (plan.recorder !== undefined) {
    const recorder = speakerOf(plan.server, plan.recorder, () => void report.requests++)
    for (const consent of world.consents) await put(recorder, consent)
  }
  for (const { oracle } of actors) oracle.forget()
  const { shapes: wanted } = plan.only ?? {}
  const all = queryShapes(world.words).filter((one) => wanted?.test(one.name) !== false)
  report.shapes = Math.max(report.shapes, all.length)
  const chosen = chance.some(all, plan.shapesEach ?? all.length)
  const shapes = await supported(loader, chosen, report)
  const stage: Stage = { plan, world, report, loader, actors, shapes, leak }
  await checkSteps(stage)
  if (done(stage)) return
  await checkCounts(stage)
  await checkPaging(stage)
  await checkProbes(stage)
}

const done = ({ plan, report }: Stage): boolean => plan.first === true && report.leaks.length > 0

/** The shapes that who may do everything gets an answer to; the others are listed, and do not count as passed. */
async function supported(loader: Say, shapes: readonly Shape[], report: Report): Promise<Shape[]> {
  const statuses = await several(shapes, async (shape) => {
    const heard = await loader(shape.request)
    return heard.status
  })
  return shapes.filter((shape, n) => {
    const status = statuses[n] as number
    if (status < 400 || (['vread', 'history-instance'].includes(shape.kind) && [404, 410].includes(status))) return true
    if (!report.notSupported.some((one) => one.shape === shape.name && one.kind === shape.kind))
      report.notSupported.push({ kind: shape.kind, shape: shape.name, status })
    return false
  })
}
