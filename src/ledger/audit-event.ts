import type { Actor } from '../kernel/actor.ts'
import type { EntryId } from '../kernel/ids.ts'
import type { Happening } from './happening.ts'

const coding = (system: string, code: string, display?: string) => ({ system, code, ...(display && { display }) })
const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const AUDIT_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-event-type'
const INTERACTION = 'http://hl7.org/fhir/restful-interaction'
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role'
const OURS = 'https://chartwarden.example/fhir/CodeSystem/act'
const REST = new Set([
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history',
  'history-instance',
  'history-type',
  'create',
  'search',
  'search-type',
  'search-system',
  'capabilities',
  'transaction',
  'batch',
  'operation',
])

/**
 * The entry as a FHIR R4 AuditEvent after IHE BALP: client, server and user as agents (roles reversed for a
 * query), the data, the patient and the request as entities. Search results are never recorded.
 */
export function auditEvent(happening: Happening, { id, at }: { id: EntryId; at: Date }, observer: string) {
  const { interaction, actor, patient } = happening
  const query = happening.query
  const rest = REST.has(interaction)
  const clientSends = query !== undefined || happening.action === 'C' || happening.action === 'U'
  const source = coding(DCM, '110153', 'Source Role ID')
  const destination = coding(DCM, '110152', 'Destination Role ID')
  return {
    resourceType: 'AuditEvent',
    id,
    type: rest ? coding(AUDIT_TYPE, 'rest', 'RESTful Operation') : coding(OURS, 'act'),
    subtype: [coding(rest ? INTERACTION : OURS, interaction)],
    action: happening.action,
    recorded: at.toISOString(),
    outcome: happening.outcome,
    ...(happening.reasons?.length && { outcomeDesc: happening.reasons.join('; ') }),
    purposeOfEvent: [{ coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ActReason', happening.purpose)] }],
    agent: [
      {
        type: { coding: [clientSends ? source : destination] },
        who: { display: actor.kind === 'client' ? actor.id : 'chartwarden' },
        requestor: false,
        network: { address: actor.address ?? 'local', type: '2' },
      },
      {
        type: { coding: [clientSends ? destination : source] },
        who: { display: observer },
        requestor: false,
        network: { address: observer, type: '1' },
      },
      ...people(actor, happening.purpose),
    ],
    source: {
      observer: { display: observer },
      type: [coding('http://terminology.hl7.org/CodeSystem/security-source-type', '4')],
    },
    entity: [
      ...(happening.what ?? []).map((reference, n) => ({
        what: { reference },
        type: coding(ENTITY_TYPE, '2', 'System Object'),
        role: coding(ROLE, '4', 'Domain Resource'),
        ...(happening.digests?.[n] && {
          detail: [{ type: 'sealed-row-sha256', valueBase64Binary: happening.digests[n].toString('base64') }],
        }),
      })),
      ...(patient === undefined
        ? []
        : [
            {
              what: { reference: patient },
              type: coding(ENTITY_TYPE, '1', 'Person'),
              role: coding(ROLE, '1', 'Patient'),
            },
          ]),
      ...(query === undefined
        ? []
        : [
            {
              type: coding(ENTITY_TYPE, '2', 'System Object'),
              role: coding(ROLE, '24', 'Query'),
              query: Buffer.from(query).toString('base64'),
            },
          ]),
      ...(happening.requestId === undefined
        ? []
        : [
            {
              what: { identifier: { value: happening.requestId } },
              type: coding('https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', 'XrequestId'),
            },
          ]),
    ],
  }
}

function people(actor: Actor, purpose: string): object[] {
  const one = (who: Actor, requestor: boolean) => ({
    type: {
      coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP', 'information recipient')],
    },
    role: [{ coding: [coding('https://chartwarden.example/fhir/CodeSystem/role', who.role)] }],
    who: {
      ...(who.fhirUser && { reference: who.fhirUser }),
      identifier: { system: `https://chartwarden.example/fhir/${who.kind}`, value: who.id },
      display: who.name,
    },
    requestor,
    purposeOfUse: [{ coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ActReason', purpose)] }],
  })
  return actor.act === undefined ? [one(actor, true)] : [one(actor, false), one(actor.act, true)]
}
