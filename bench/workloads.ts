import type { Asked } from './generator.ts'
import type { Placed } from './load-charts.ts'
import type { Bundle } from './synthea.ts'

export type RowName = 'read' | 'vread' | 'patient search' | 'name search' | 'create' | 'import'

const get = (path: string): Asked => ({ method: 'GET', path: `/fhir/${path}` })

/** The requests of each row for one server: the same sequence for all, but for the ids each server gave. */
export function workloadsOf(placed: readonly Placed[], bundles: readonly Bundle[]): Record<RowName, Asked[]> {
  const shuffled = shuffle(placed)
  const names = placed.flatMap(({ resource }) =>
    resource.resourceType === 'Patient' ? (resource.name ?? []).flatMap((one) => one.family ?? []) : [],
  )
  return {
    read: shuffled.map(({ at }) => get(at)),
    vread: shuffled.map(({ at }) => get(`${at}/_history/1`)),
    'patient search': shuffle([...new Set(placed.flatMap(observedCode))]).map(get),
    'name search': shuffle([...new Set(names)]).map((name) => get(`Patient?name=${encodeURIComponent(name)}`)),
    create: shuffled.flatMap(observation),
    // Whole charts that name nothing outside themselves: the bare server could not find it.
    import: bundles
      .filter((one) => !one.text.includes('?identifier='))
      .map(({ text, entries }) => ({ method: 'POST', path: '/fhir', body: text, weight: entries.length })),
  }
}

function observedCode({ resource, places }: Placed): string[] {
  const patient = places.get(resource.subject?.reference ?? '')
  const { system, code } = resource.code?.coding?.[0] ?? {}
  if (resource.resourceType !== 'Observation' || patient === undefined || code === undefined) return []
  return [`Observation?patient=${patient.slice('Patient/'.length)}&code=${encodeURIComponent(`${system}|${code}`)}`]
}

/** A new Observation like one of the source, about the same patient and visit. */
function observation({ resource, places }: Placed): Asked[] {
  if (resource.resourceType !== 'Observation') return []
  const { id, meta, ...fresh } = resource as Placed['resource'] & { id?: string; meta?: object }
  const body = JSON.stringify(fresh).replace(/urn:uuid:[\w-]+/g, (urn) => places.get(urn) ?? urn)
  return body.includes('urn:uuid:') || body.includes('?identifier=')
    ? []
    : [{ method: 'POST', path: '/fhir/Observation', body }]
}

/** In an order that looks random and is always the same. */
function shuffle<T>(given: readonly T[]): T[] {
  const items = [...given]
  let seed = 7
  for (let at = items.length - 1; at > 0; at--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    const other = Math.floor((seed / 2_147_483_648) * (at + 1))
    ;[items[at], items[other]] = [items[other] as T, items[at] as T]
  }
  return items
}
