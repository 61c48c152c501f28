import { patientIdOf } from '../../kernel/record-ref.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { extractValues } from '../fhir/extract-values.ts'
import { parseResource, type Resource } from '../fhir/parse-resource.ts'
import { patientsOf } from '../fhir/patients-of.ts'
import { validateResource } from '../fhir/validate-resource.ts'
import type { Content } from './operation.ts'

/** Parses and validates what a client sent as this type. Throws `request.malformed`, `record.invalid`. */
export function prepareContent(text: string, type: string, id: string | undefined): Content {
  const parsed = parseResource(text)
  return validContent(parsed.resource, parsed.text, type, id)
}

/** The same for a resource that is parsed already. `id` is the one the record will have. */
export function validContent(resource: Resource, text: string, type: string, id: string | undefined): Content {
  if (resource.resourceType !== type) {
    throw new Refusal('request.invalid', `This address takes ${type}, and the body is ${resource.resourceType}.`, {
      issues: [
        {
          severity: 'error',
          code: 'invalid',
          text: `The body is ${resource.resourceType}, not ${type}.`,
          expression: 'resourceType',
        },
      ],
    })
  }
  const issues = validateResource(resource)
  if (issues.some((issue) => issue.severity === 'error')) {
    throw new Refusal('record.invalid', `This ${type} is not valid FHIR R4.`, { issues })
  }
  const patients =
    type === 'Patient'
      ? id === undefined
        ? []
        : [id]
      : type === 'Binary'
        ? securedFor(resource)
        : patientsOf(resource)
  return { resource, text, values: extractValues(resource), patients }
}

/** A Binary is in no compartment; its security context says whose it is (http.html#security-context). */
function securedFor(resource: Resource): string[] {
  const { reference } = (resource['securityContext'] ?? {}) as { reference?: string }
  const patient = patientIdOf(reference ?? '')
  return patient === undefined ? [] : [patient]
}
