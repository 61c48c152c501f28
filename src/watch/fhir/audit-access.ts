import { ACTION_OF_INTERACTION, type Access, type Action } from '../access.ts'
import { timeOf } from '../replay/read-csv.ts'
import { codeOf, codingsOf, isPart, type Part, partOf, partsOf, referenceOf, textOf, typeOf } from './fields.ts'

/** An access as an AuditEvent tells it: who acted is still every name the event has for them. */
export type AuditedAccess = Omit<Access, 'actor' | 'said' | 'many'> & { readonly names: readonly string[] }

/** Codes of DICOM CID 400 and 401, interactions and words of others that say which action it was. */
const ACTION_OF: Readonly<Record<string, Action>> = {
  ...ACTION_OF_INTERACTION,
  '110106': 'export',
  '110107': 'create',
  '110112': 'search',
  '110127': 'break-glass',
  $export: 'export',
  disclose: 'export',
  print: 'print',
}
const BY_LETTER: Readonly<Record<string, Action>> = { C: 'create', R: 'read', U: 'update', D: 'delete', E: 'search' }
/** Logins, by DICOM code and our own. */
const LOGIN = new Set(['110122', 'sign-in'])
/** Not accesses: logouts, starts and stops, what was decided or changed of rights. */
const PASSED_OVER = new Set(['110123', '110100', '110120', '110121', '110113', '110101', '110138'])
const CLIENT_IN_READING = ['110150', '110152']
const CLIENT_ELSE = ['110150', '110153']
const COUNTS = /^(count|records|number-of-records|total)$/i
const TYPE_OF_QUERY = /(?:^|\/|\s)([A-Z][a-z][A-Za-z]*)(?:\/_search)?(?:[?\s]|$)/
const PATIENT_OF_QUERY = /[?&\n](?:patient|subject)=(?:Patient(?:\/|%2F))?([A-Za-z0-9\-.]{1,64})(?:&|\s|$)/

function actionOf(event: Part, failed: boolean): Action | undefined {
  const codes = [...partsOf(event.subtype).map((one) => textOf(one.code)), textOf(partOf(event.type).code)]
  if (codes.some((code) => LOGIN.has(code))) return failed ? 'login-failed' : 'login'
  for (const code of codes) {
    const action = ACTION_OF[code]
    // An export names the reading of it as well.
    if (action !== undefined) return codes.includes('110106') ? 'export' : action
  }
  if (codes.includes('110114')) return failed ? 'login-failed' : 'login'
  if (codes.some((code) => PASSED_OVER.has(code))) return undefined
  return BY_LETTER[textOf(event.action)]
}

const identifierOf = (value: unknown): string => textOf(partOf(partOf(value).identifier).value)

/** Every name of an agent, the surest first. */
function namesOf(agent: Part): string[] {
  const who = partOf(agent.who)
  return [referenceOf(who), identifierOf(who), textOf(agent.altId), textOf(agent.name), textOf(who.display)].filter(
    (name) => name !== '',
  )
}

const IPV4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/
const IPV6 = /^([0-9a-f]{1,4}:[0-9a-f]{0,4}:[0-9a-f]{0,4}):[0-9a-f:]+$/i

/** The network an address belongs to: its first 24 bits, of IPv6 the first 48; other words as they are. */
export const networkOf = (address: string): string => {
  const v4 = IPV4.exec(address)
  if (v4 !== null) return `${v4[1]}.0/24`
  const v6 = IPV6.exec(address)
  return v6 === null ? address : `${v6[1]}::/48`
}

function clientOf(agents: readonly Part[], action: Action): Part | undefined {
  const roles = action === 'read' || action === 'export' || action === 'print' ? CLIENT_IN_READING : CLIENT_ELSE
  for (const role of roles) {
    const found = agents.find((one) => one.requestor !== true && codeOf(one.type) === role)
    if (found !== undefined) return found
  }
  return undefined
}

type Entities = { patient: string; resourceType: string; records: number; query: string }

function entitiesOf(event: Part): Entities {
  const found: Entities = { patient: '', resourceType: '', records: 0, query: '' }
  let said = 0
  for (const entity of partsOf(event.entity)) {
    const role = textOf(partOf(entity.role).code)
    const reference = referenceOf(entity.what)
    const type = typeOf(reference)
    for (const { type: name, valueString } of partsOf(entity.detail))
      if (COUNTS.test(textOf(name))) said += Math.max(0, Number(valueString) || 0)
    if (typeof entity.query === 'string') found.query = Buffer.from(entity.query, 'base64').toString()
    if (role === '1' || type === 'Patient') {
      if (found.patient === '') found.patient = reference || identifierOf(entity.what)
      if (role !== '1') found.records++
    } else if (type !== '' && type !== 'Device') {
      if (found.resourceType === '') found.resourceType = type
      found.records++
    }
    const { system, code } = partOf(entity.type)
    if (found.resourceType === '' && role !== '1' && textOf(system).endsWith('resource-types'))
      found.resourceType = textOf(code)
  }
  if (found.query !== '') {
    found.resourceType ||= TYPE_OF_QUERY.exec(found.query)?.[1] ?? ''
    const asked = PATIENT_OF_QUERY.exec(found.query)?.[1]
    if (found.patient === '' && asked !== undefined) found.patient = `Patient/${asked}`
  }
  if (found.resourceType === '' && found.patient !== '') found.resourceType = 'Patient'
  if (said > 0) found.records = said
  return found
}

/**
 * The access that an AuditEvent of FHIR R4 tells of, after IHE BALP where it follows that; undefined when it tells of none
 * (a logout, a start, a change of rights), and null when it cannot be read as one.
 */
export function auditedAccess(event: Part): AuditedAccess | undefined | null {
  const at = timeOf(textOf(event.recorded))
  const agents = partsOf(event.agent)
  if (Number.isNaN(at) || agents.length === 0) return null
  const outcome = textOf(event.outcome)
  const failed = outcome !== '' && outcome !== '0'
  const action = actionOf(event, failed)
  if (action === undefined) return undefined
  const requestor = agents.find((one) => one.requestor === true)
  const client = clientOf(agents, action)
  const names = requestor === undefined ? [] : namesOf(requestor)
  const [program] = client === undefined ? [] : namesOf(client)
  // Some minimal profiles say only which token was used.
  const token = Array.isArray(requestor?.policy) ? textOf(requestor.policy[0]) : ''
  if (names.length === 0 && token !== '') names.push(`token:${token}`)
  if (names.length === 0 && program !== undefined) names.push(isNamed(program) ? program : `client:${program}`)
  if (names.length === 0) return null
  const address =
    textOf(partOf(requestor?.network).address) ||
    textOf(partOf(client?.network).address) ||
    textOf(partOf(agents.find((one) => isPart(one.network) && textOf(one.network.type) === '2')?.network).address)
  const purpose =
    codeOf(partsOf(event.purposeOfEvent)[0]) ||
    partsOf(requestor?.purposeOfUse)
      .map((one) => textOf(codingsOf(one)[0]?.code))
      .find((one) => one !== '') ||
    ''
  const { patient, resourceType, records } = entitiesOf(event)
  const signsIn = action === 'login' || action === 'login-failed'
  return {
    at,
    names,
    session: token,
    network: networkOf(address),
    device: program ?? (address === networkOf(address) ? '' : address),
    action,
    resourceType: signsIn ? '' : resourceType,
    patient: signsIn ? '' : patient,
    count: Math.max(1, records),
    purpose,
    failed,
  }
}

const isNamed = (name: string): boolean => /^[A-Z][A-Za-z]+\//.test(name)
