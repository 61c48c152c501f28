import type { Actor } from '../kernel/actor.ts'
import type { EntryId } from '../kernel/ids.ts'
import { type Happening, recordsOf } from './happening.ts'

/** Members are written in the order of RFC 8785 everywhere in this file, so that what is made is canonical as it is. */
const coding = (system: string, code: string, display?: string) => ({ code, display, system })
const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role'
const OURS = 'https://chartwarden.example/fhir/CodeSystem/act'
const INTERACTION = 'http://hl7.org/fhir/restful-interaction'
const REST = new Set([
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
  'capabilities',
  'transaction',
  'batch',
])

const AUTHENTICATION = coding(DCM, '110114', 'User Authentication')
const ALERT = coding(DCM, '110113', 'Security Alert')
type Dicom = { readonly type: typeof ALERT; readonly code: string; readonly display: string }
const login: Dicom = { type: AUTHENTICATION, code: '110122', display: 'Login' }
const logout: Dicom = { type: AUTHENTICATION, code: '110123', display: 'Logout' }
const roles: Dicom = { type: ALERT, code: '110136', display: 'Security Roles Changed' }
const attributes: Dicom = { type: ALERT, code: '110137', display: 'User Security Attributes Changed' }
const override: Dicom = { type: ALERT, code: '110127', display: 'Emergency Override Started' }
const restricted: Dicom = { type: ALERT, code: '110132', display: 'Use of Restricted Function' }
/** What DICOM PS3.15 §A.5 and PS3.16 CID 401 have a code for. */
const DICOM: Readonly<Record<string, Dicom | undefined>> = {
  'sign-in': login,
  'step-up': login,
  'sign-out': logout,
  'sign-in-throttled': restricted,
  'break-glass': override,
  'role-changed': roles,
  'unit-changed': roles,
  'person-added': roles,
  'client-added': roles,
  'client-approved': roles,
  'client-revoked': roles,
  'client-key-added': attributes,
  'client-key-removed': attributes,
  'employment-ended': roles,
  enrolled: attributes,
  recovered: attributes,
  'passkey-added': attributes,
  'passkey-removed': attributes,
  'password-set': attributes,
  'authenticator-set': attributes,
  'recovery-codes-renewed': attributes,
}

const REST_TYPE = coding('http://terminology.hl7.org/CodeSystem/audit-event-type', 'rest', 'RESTful Operation')
const OUR_TYPE = coding(OURS, 'act')
const SOURCE = { coding: [coding(DCM, '110153', 'Source Role ID')] }
const DESTINATION = { coding: [coding(DCM, '110152', 'Destination Role ID')] }
const RECIPIENT = {
  coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP', 'information recipient')],
}
const SERVER_TYPE = [coding('http://terminology.hl7.org/CodeSystem/security-source-type', '4')]
const OBJECT = coding(ENTITY_TYPE, '2', 'System Object')
const PERSON = coding(ENTITY_TYPE, '1', 'Person')
const REQUEST = coding('https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', 'XrequestId')
const RESOURCE_ROLE = coding(ROLE, '4', 'Domain Resource')
const PATIENT_ROLE = coding(ROLE, '1', 'Patient')
const QUERY_ROLE = coding(ROLE, '24', 'Query')

/** What an entry says beside what happened. `byRelation`: whoever has no relation to the patient could not have done it. */
export type Entered = { readonly id: EntryId; readonly at: Date; readonly byRelation?: boolean | undefined }

/**
 * The entry as a FHIR R4 AuditEvent after IHE BALP, as canonical JSON (RFC 8785): client, server and user as
 * agents (roles reversed for a query), the data, the patient and the request as entities. Search results are
 * never recorded.
 */
export function auditEvent(happening: Happening, { id, at, byRelation }: Entered, observer: string): string {
  const { action, interaction, outcome, purpose, query, reasons } = happening
  const clientSends = query !== undefined || action === 'C' || action === 'U'
  const description = reasons?.length ? `"outcomeDesc":${JSON.stringify(reasons.join('; '))},` : ''
  return (
    `{"action":"${action}","agent":${agentsText(happening, clientSends, observer)},"entity":[${entitiesText(happening)}],` +
    `${extensionsText(recordsOf(happening), byRelation)}"id":"${id}","outcome":"${outcome}",${description}"purposeOfEvent":[${reasonText(purpose)}],` +
    `"recorded":"${at.toISOString()}",${whatHappenedText(interaction, observer)}`
  )
}

/** IHE BALP: the token a request came with stands in `agent.policy`. */
const SESSION = 'https://chartwarden.example/fhir/session/'
const RECORDS = 'https://chartwarden.example/fhir/StructureDefinition/records'
const BY_RELATION = 'https://chartwarden.example/fhir/StructureDefinition/by-relation'

function extensionsText(records: number, byRelation: boolean | undefined): string {
  const all = [
    ...(byRelation === undefined ? [] : [`{"url":"${BY_RELATION}","valueBoolean":${byRelation}}`]),
    ...(records > 1 ? [`{"url":"${RECORDS}","valueInteger":${records}}`] : []),
  ]
  return all.length === 0 ? '' : `"extension":[${all.join(',')}],`
}

const ends = new Map<string, string>()

/** The end of every event: who observed it, and what kind of act it was. */
function whatHappenedText(interaction: string, observer: string): string {
  const known = `${interaction} ${observer}`
  let text = ends.get(known)
  if (text === undefined) {
    const rest = REST.has(interaction)
    const dicom = DICOM[interaction]
    text = JSON.stringify({
      resourceType: 'AuditEvent',
      source: { observer: { display: observer }, type: SERVER_TYPE },
      subtype: [
        coding(rest ? INTERACTION : OURS, interaction),
        ...(dicom === undefined ? [] : [coding(DCM, dicom.code, dicom.display)]),
      ],
      type: rest ? REST_TYPE : (dicom?.type ?? OUR_TYPE),
    }).slice(1)
    ends.set(known, text)
  }
  return text
}

const reasonTexts = new Map<string, string>()
function reasonText(purpose: string): string {
  let text = reasonTexts.get(purpose)
  if (text === undefined) {
    text = JSON.stringify(reasonOf(purpose))
    reasonTexts.set(purpose, text)
  }
  return text
}

const reasonOf = (purpose: string) => ({
  coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ActReason', purpose)],
})

/** Half of every event, and the same for all that one actor does: kept with the actor. */
const known = new WeakMap<Actor, Map<string, string>>()

function agentsText({ actor, purpose }: Happening, clientSends: boolean, observer: string): string {
  const texts = known.get(actor) ?? new Map<string, string>()
  known.set(actor, texts)
  const at = `${purpose} ${clientSends} ${observer}`
  let text = texts.get(at)
  if (text === undefined) {
    text = JSON.stringify([
      {
        network: { address: actor.address ?? 'local', type: '2' },
        requestor: false,
        type: clientSends ? SOURCE : DESTINATION,
        who: { display: actor.kind === 'client' ? actor.id : 'chartwarden' },
      },
      {
        network: { address: observer, type: '1' },
        requestor: false,
        type: clientSends ? DESTINATION : SOURCE,
        who: { display: observer },
      },
      ...people(actor, [reasonOf(purpose)]),
    ])
    texts.set(at, text)
  }
  return text
}

const OF_RESOURCE = `"role":${JSON.stringify(RESOURCE_ROLE)},"type":${JSON.stringify(OBJECT)},"what":{"reference":`
const OF_PATIENT = `{"role":${JSON.stringify(PATIENT_ROLE)},"type":${JSON.stringify(PERSON)},"what":{"reference":`
const OF_QUERY = `"role":${JSON.stringify(QUERY_ROLE)},"type":${JSON.stringify(OBJECT)}}`
const OF_REQUEST = `{"type":${JSON.stringify(REQUEST)},"what":{"identifier":{"value":`

function entitiesText({ digests, patient, query, requestId, what }: Happening): string {
  const all: string[] = []
  for (const [n, reference] of what?.entries() ?? []) {
    const digest = digests?.[n]?.toString('base64')
    const detail =
      digest === undefined ? '' : `"detail":[{"type":"sealed-row-sha256","valueBase64Binary":"${digest}"}],`
    all.push(`{${detail}${OF_RESOURCE}${JSON.stringify(reference)}}}`)
  }
  if (patient !== undefined) all.push(`${OF_PATIENT}${JSON.stringify(patient)}}}`)
  if (query !== undefined) all.push(`{"query":"${Buffer.from(query).toString('base64')}",${OF_QUERY}`)
  if (requestId !== undefined) all.push(`${OF_REQUEST}${JSON.stringify(requestId)}}}}`)
  return all.join(',')
}

function people(actor: Actor, purposeOfUse: object[]): object[] {
  const one = (who: Actor, requestor: boolean) => ({
    policy: who.session === undefined ? undefined : [`${SESSION}${who.session}`],
    purposeOfUse,
    requestor,
    role: [{ coding: [coding('https://chartwarden.example/fhir/CodeSystem/role', who.role)] }],
    type: RECIPIENT,
    who: {
      display: who.name,
      identifier: { system: `https://chartwarden.example/fhir/${who.kind}`, value: who.id },
      reference: who.fhirUser,
    },
  })
  return actor.act === undefined ? [one(actor, true)] : [one(actor, false), one(actor.act, true)]
}
