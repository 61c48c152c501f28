import type { Oracle } from './oracle.ts'
import type { Shape } from './query-shapes.ts'
import type { Leak, Report } from './report.ts'
import type { Caller, Json, Say } from './speak.ts'
import type { Cast, World } from './world.ts'

export type Actor = Caller & {
  /** Who this is among the cast, for what the world itself says is shut. */
  readonly plays?: keyof Cast
  /** Kinds of probes that may tell this actor what is there: an officer reads everybody's access log. */
  readonly mayTell?: readonly string[]
}
export type Plan = {
  /** FHIR address of the server, such as https://fhir.example.org/r4. */
  readonly server: string
  /** May write and read everything. */
  readonly loader: Caller
  /** Whose word about a patient's consent counts; without one, nobody in the worlds has said anything. */
  readonly recorder?: Caller | undefined
  readonly actors: readonly Actor[]
  readonly cast: Cast
  readonly seed: number
  readonly worlds: number
  /** Shapes that are asked in each world, of hundreds; all of them when absent. */
  readonly shapesEach?: number | undefined
  readonly probesEach?: number | undefined
  /** Hidden records that each actor is probed about, besides a patient and a deleted one: 4 when absent. */
  readonly targetsEach?: number | undefined
  /** Only steps, shapes and probes whose names match. */
  readonly only?: { readonly steps?: RegExp; readonly shapes?: RegExp; readonly probes?: RegExp } | undefined
  /** Headers that vary with every answer, besides the known ones. */
  readonly varying?: readonly string[]
  /** What the world needs before its records: places, practitioners. */
  readonly before?: readonly Json[]
  /** Stops at the first leak. */
  readonly first?: boolean
}

export type Acting = Actor & { readonly say: Say; readonly oracle: Oracle }
export type Stage = {
  readonly plan: Plan
  readonly world: World
  readonly report: Report
  readonly loader: Say
  readonly actors: readonly Acting[]
  readonly shapes: readonly Shape[]
  readonly leak: (found: Omit<Leak, 'world'>) => void
}

/** Writes as the loader; throws when that is refused, as nothing that follows would mean anything. */
export async function put(loader: Say, resource: Json): Promise<void> {
  const path = `/${resource.resourceType}/${resource.id}`
  const heard = await loader({ method: 'PUT', path, body: resource })
  if (heard.status >= 300) throw new Error(`the loader could not write ${path}: ${heard.status} ${heard.text}`)
}
