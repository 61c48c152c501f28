import { patientParameters, searchParameters } from './definitions.ts'
import { compileParameter } from './extract-values.ts'
import type { IndexValue, ReferenceValue } from './index-values.ts'
import type { Resource } from './parse-resource.ts'

const PATIENT = /^Patient\/([A-Za-z0-9\-.]{1,64})$/

const compiled = new Map<string, readonly ReturnType<typeof compileParameter>[]>()

const readersOf = (type: string) => {
  let readers = compiled.get(type)
  if (!readers) {
    const parameters = searchParameters(type)
    readers = patientParameters(type).flatMap((code) => {
      const parameter = parameters.get(code)
      return parameter ? [compileParameter(type, parameter)] : []
    })
    compiled.set(type, readers)
  }
  return readers
}

/**
 * The logical ids of the Patients whose compartment the resource is in, distinct, in order of appearance
 * (http://hl7.org/fhir/R4/compartmentdefinition-patient.html). Only literal `Patient/<id>` references count, with or
 * without a version; a Patient's own id does not.
 */
export function patientsOf(resource: Resource): string[] {
  const values: IndexValue[] = []
  for (const read of readersOf(resource.resourceType)) read(resource, values, resource)
  const ids = new Set<string>()
  for (const value of values) {
    const literal = (value as ReferenceValue).r
    const id = literal === undefined ? undefined : PATIENT.exec(literal)?.[1]
    if (id !== undefined) ids.add(id)
  }
  return [...ids]
}
