import type { Stored } from './bare-store.ts'

type Coded = { coding?: { system?: string; code?: string }[] }
type Named = { family?: string; given?: string[] }
type Parsed = {
  readonly resourceType: string
  readonly id?: unknown
  readonly subject?: { reference?: string }
  readonly patient?: { reference?: string }
  readonly code?: Coded
  readonly name?: unknown
}

/** A resource as the bare server stores it: its text, and the few columns it is searched by. */
export function storedOf(resource: Parsed, places?: ReadonlyMap<string, string>): Stored {
  const written = JSON.stringify(resource)
  const json = places === undefined ? written : written.replace(/urn:uuid:[\w-]{36}/g, (urn) => places.get(urn) ?? urn)
  const reference = resource.subject?.reference ?? resource.patient?.reference ?? ''
  const patient = places?.get(reference) ?? reference
  return {
    id: resource.id as string,
    type: resource.resourceType,
    patient: patient.startsWith('Patient/') ? patient.slice('Patient/'.length) : null,
    codes: (resource.code?.coding ?? []).map((one) => `${one.system}|${one.code}`),
    names: resource.resourceType === 'Patient' ? words(resource.name as Named[] | undefined) : null,
    json,
  }
}

const words = (names: readonly Named[] = []): string[] =>
  names.flatMap(({ family, given }) => [family ?? '', ...(given ?? [])]).map((one) => one.toLowerCase())
