import { differenceOf, type Seen, seenOfQuery, VARYING_HEADERS } from './normalise.ts'
import type { Shape } from './query-shapes.ts'
import { givenIn } from './released.ts'
import { type Heard, several } from './speak.ts'
import { type Acting, put, type Stage } from './stage.ts'
import type { Step } from './world.ts'

const refOf = ({ resourceType, id }: { resourceType: string; id: string }) => `${resourceType}/${id}`

/**
 * Takes the steps one by one. After each, nobody is given what they may not read one by one; and whoever could read
 * nothing of it, before and after, is answered byte for byte as in the world without it.
 */
export async function checkSteps(stage: Stage): Promise<void> {
  const { plan, world, report, loader, actors, shapes } = stage
  const varying = [...VARYING_HEADERS, ...(plan.varying ?? [])]
  const lasting = shapes.filter((shape) => shape.grows !== true)
  const before = new Map<string, readonly Seen[]>()
  const ask = async (actor: Acting, some: readonly Shape[]): Promise<readonly Heard[]> => {
    const answers = await several(some, (shape) => actor.say(shape.request), 4)
    await several([...answers.entries()], ([n, heard]) => judge(stage, actor, some[n] as Shape, heard), 4)
    return answers
  }
  const seen = (answers: readonly Heard[]) => answers.map((heard) => seenOfQuery(heard, varying))

  for (const actor of actors) before.set(actor.name, seen(await ask(actor, lasting)))
  for (const step of world.steps) {
    if (plan.only?.steps?.test(step.name) === false) continue
    const noticed = new Set<string>()
    for (const actor of actors) if (await readsAny(actor, step)) noticed.add(actor.name)
    for (const resource of step.puts) await put(loader, resource)
    for (const ref of step.deletes ?? []) await loader({ method: 'DELETE', path: `/${ref}` })
    for (const actor of actors) {
      actor.oracle.forget()
      if (await readsAny(actor, step)) noticed.add(actor.name)
      const after = seen(await ask(actor, lasting))
      const earlier = before.get(actor.name) as readonly Seen[]
      before.set(actor.name, after)
      if (noticed.has(actor.name)) continue
      report.twins++
      for (const [n, shape] of lasting.entries()) {
        const what = differenceOf(earlier[n] as Seen, after[n] as Seen)
        if (what !== undefined)
          stage.leak({ actor: actor.name, property: 'twin', shape: shape.name, what: `${step.name}: ${what}` })
      }
    }
    if (plan.first === true && report.leaks.length > 0) return
  }
  for (const actor of actors) {
    await ask(
      actor,
      shapes.filter((shape) => shape.grows === true),
    )
    for (const { to, ref } of world.shut)
      if (to === actor.plays && (await actor.oracle.reads(ref)))
        stage.leak({
          actor: actor.name,
          property: 'shut',
          shape: `GET /${ref}`,
          what: 'no relation, or one that is over',
        })
  }
}

async function readsAny({ oracle }: Acting, { puts, deletes = [] }: Step): Promise<boolean> {
  const refs = [...new Set([...puts.map(refOf), ...deletes])]
  const read = await several(refs, (ref) => oracle.mayHave({ ref, deleted: true }))
  return read.some(Boolean)
}

/** Everything in an answer has to be readable one by one. */
export async function judge(stage: Stage, actor: Acting, shape: Pick<Shape, 'name'>, heard: Heard): Promise<void> {
  for (const given of givenIn(heard.json)) {
    stage.report.released++
    if (await actor.oracle.mayHave(given)) continue
    const { ref, version, deleted } = given
    const what = `${ref}${version === undefined ? '' : ` version ${version}`}${deleted === true ? ', deleted' : ''}`
    stage.leak({ actor: actor.name, property: 'released', shape: shape.name, what })
  }
}
