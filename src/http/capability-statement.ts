import type { Records } from '../records/records.ts'

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
]
const SERVED_TYPES = new Set(['token', 'string', 'date', 'reference', 'number', 'quantity', 'uri'])

/** Says exactly what is there. Built on the first request, then kept. */
export function capabilityStatement(base: () => string, definitions: Records['definitions']): () => string {
  let kept: string | undefined
  return function metadata() {
    kept ??= JSON.stringify(statement(base(), definitions))
    return kept
  }
}

function statement(base: string, { resourceTypes, searchParameters }: Records['definitions']) {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-24',
    kind: 'instance',
    software: { name: 'Chartwarden', version: '0.1.0' },
    implementation: { description: 'Chartwarden: charts sealed, releases receipted', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
          description:
            'Bearer tokens by OAuth 2.0 client credentials (SMART Backend Services). Every answer carries Chartwarden-Receipt.',
        },
        resource: resourceTypes().map((type) => ({
          type,
          interaction: (type === 'AuditEvent' ? ['read', 'search-type'] : INTERACTIONS).map((code) => ({ code })),
          versioning: 'versioned',
          readHistory: true,
          updateCreate: type !== 'AuditEvent',
          conditionalCreate: type !== 'AuditEvent',
          conditionalRead: 'full-support',
          conditionalUpdate: type !== 'AuditEvent',
          conditionalDelete: type === 'AuditEvent' ? 'not-supported' : 'single',
          searchParam: [...searchParameters(type).values()]
            .filter((parameter) => SERVED_TYPES.has(parameter.type))
            .map(({ code, type: kind }) => ({ name: code, type: kind })),
        })),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  }
}
