import { chanceOf } from './chance.ts'
import { judge } from './check-steps.ts'
import { differenceOf, seenOfProbe, VARYING_HEADERS } from './normalise.ts'
import { PROBES, type Probe, type Target } from './probe-shapes.ts'
import { type Heard, headerOf, type Json } from './speak.ts'
import type { Acting, Stage } from './stage.ts'

/** Types of which the asker's own patient has a record, so that a body can be one they may write. */
const TYPES = ['Observation', 'Condition', 'Patient', 'Encounter', 'List', 'DocumentReference', 'Claim']
const TARGETS = 4
/** Other ids with every run, as what a run deleted was there once. */
let nevers = Math.floor(Date.now() / 1000) % 900_000

/**
 * Asks about a record that is there and hidden, about one that was deleted, and about one that never was: the three
 * are answered alike, to reads and writes, and nothing of it changes what is there.
 */
export async function checkProbes(stage: Stage): Promise<void> {
  const { plan, world, report, actors } = stage
  const chance = chanceOf(plan.seed + report.worlds + 1)
  const probes = PROBES.filter(({ name }) => plan.only?.probes?.test(name) !== false)
  report.probes = probes.length
  const made = [...world.base, ...world.steps.flatMap((step) => step.puts)]
  const deleted = new Set(world.steps.flatMap((step) => step.deletes ?? []))
  for (const actor of actors) {
    const hidden: Json[] = []
    for (const resource of new Map(made.map((one) => [`${one.resourceType}/${one.id}`, one])).values()) {
      const ref = `${resource.resourceType}/${resource.id}`
      if (TYPES.includes(resource.resourceType) && !(await actor.oracle.mayHave({ ref, deleted: true })))
        hidden.push(resource)
    }
    // Of each reason to be hidden one, by the step it came with: the kind of its id says it.
    const byKind = [
      ...Map.groupBy(hidden, (one) => `${one.resourceType} ${one.id.split('-').slice(2).join('-')}`).values(),
    ]
    const each = byKind.map((same) => chance.pick(same))
    const targets = [
      ...each.filter((one) => one.resourceType === 'Patient'),
      ...chance.some(
        each.filter((one) => one.resourceType !== 'Patient'),
        plan.targetsEach ?? TARGETS,
      ),
    ]
    const gone = hidden.find((one) => deleted.has(`${one.resourceType}/${one.id}`))
    for (const resource of gone === undefined ? targets : [...targets, gone])
      for (const probe of chance.some(probes, plan.probesEach ?? probes.length)) {
        if (actor.mayTell?.includes(probe.kind) === true) continue
        await compare(stage, actor, probe, targetOf(world.base, resource))
        if (plan.first === true && report.leaks.length > 0) return
      }
  }
}

/** What a body of each type needs, beyond identity and subject; it refers to nothing, or it would name the target. */
const NEEDED = [
  'status',
  'category',
  'code',
  'class',
  'mode',
  'type',
  'use',
  'created',
  'provider',
  'priority',
  'insurance',
]

/** The hidden record, with a body of its kind that is about the patient most of the cast has to do with. */
function targetOf(base: readonly Json[], { resourceType: type, id }: Json): Target {
  const like = base.find((one) => one.resourceType === type && /-ada(-|$)/.test(one.id)) ?? {}
  const kept = Object.fromEntries(NEEDED.flatMap((name) => (name in like ? [[name, like[name]]] : [])))
  const { identifier, subject, patient } = like
  const whose = { ...(subject && { subject }), ...(patient && { patient }) }
  const content = type === 'DocumentReference' ? { content: [{ attachment: { title: 'x' } }] } : {}
  return { type, id, resource: { resourceType: type, id, identifier, ...whose, ...kept, ...content } }
}

async function compare(stage: Stage, actor: Acting, probe: Probe, target: Target): Promise<void> {
  const { plan, loader } = stage
  const never = `${(++nevers).toString(36).padStart(4, 'n')}${target.id.slice(4)}`.slice(0, target.id.length)
  const unknown = { ...target, id: never, resource: { ...target.resource, id: never } }
  const path = `/${target.type}/${target.id}`
  const before = await loader({ method: 'GET', path })
  const heard = await actor.say(probe.request(target))
  // What the asker made is given back to them, and nothing else of it is known.
  if (heard.status !== 201) await judge(stage, actor, { name: `${probe.name} ${path}` }, heard)
  await undo(stage, heard)
  const other = await actor.say(probe.request(unknown))
  await undo(stage, other)
  if (other.status < 300) await loader({ method: 'DELETE', path: `/${target.type}/${never}` })
  const varying = [...VARYING_HEADERS, ...(plan.varying ?? [])]
  const what = differenceOf(seenOfProbe(heard, varying, [target.id]), seenOfProbe(other, varying, [never]))
  const found = { actor: actor.name, shape: `${probe.name} ${path}` }
  if (what !== undefined) stage.leak({ ...found, property: 'probe', what: `there and never there: ${what}` })
  const after = await loader({ method: 'GET', path })
  if (after.status !== before.status || headerOf(after, 'etag') !== headerOf(before, 'etag'))
    stage.leak({ ...found, property: 'changed', what: 'what may not be read was changed' })
}

/** Takes back what a probe created; a record it was given back is not one it made. */
async function undo({ loader }: Stage, heard: Heard): Promise<void> {
  const created = heard.status === 201 ? [headerOf(heard, 'location') ?? ''] : []
  for (const { response } of heard.json?.entry ?? [])
    if (response?.status?.startsWith('201') === true) created.push(response.location ?? '')
  for (const address of created) {
    const ref = /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]+)(?:\/_history\/.*)?$/.exec(address)?.[1]
    if (ref !== undefined) await loader({ method: 'DELETE', path: `/${ref}` })
  }
}
