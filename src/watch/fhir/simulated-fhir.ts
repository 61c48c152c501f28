import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type Row, readSimulation } from '../simulate/simulated-files.ts'

const EVENTS_A_FILE = 100_000
const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const INTERACTION = 'http://hl7.org/fhir/restful-interaction'
/** Kinds of relation for which no resource is read. */
export const NOT_IN_FHIR = ['on-call', 'proxy', 'consent']

const period = (from = '', to = '') => ({ ...(from !== '' && { start: from }), ...(to !== '' && { end: to }) })
const reference = (to: string) => ({ reference: to })
const text = (words: string) => ({ text: words })
const isMachine = ({ address }: Row) => address === ''

/** For tests: a simulated hospital of `from`, as a hospital would export it from a FHIR server, one file a type. */
export function writeAsFhir(from: string, to: string) {
  const { accesses, staff, patients, relations } = readSimulation(from)
  const machines = new Set(staff.filter(isMachine).map((one) => one.actor))
  const people = new Set(staff.map((one) => one.actor))
  const known = new Set(patients.map((one) => one.patient))
  const who = (id = '') =>
    machines.has(id)
      ? `Device/${id}`
      : people.has(id)
        ? `Practitioner/${id}`
        : known.has(id)
          ? `Patient/${id}`
          : `Organization/${id}`
  const write = (type: string, all: readonly object[], name = type) => {
    const lines = `${all.map((one) => JSON.stringify({ resourceType: type, ...one })).join('\n')}\n`
    if (type === 'AuditEvent') writeFileSync(`${to}/${name}.ndjson.gz`, gzipSync(lines, { level: 1 }))
    else writeFileSync(`${to}/${name}.ndjson`, lines)
  }
  const contact = ({ family_name, address }: Row) => ({
    name: [{ use: 'official', family: family_name }],
    address: [{ line: [address] }],
  })
  const workers = staff.filter((one) => !isMachine(one))
  write(
    'Practitioner',
    workers.map((one) => ({ id: one.actor, ...contact(one) })),
  )
  write(
    'PractitionerRole',
    workers.map((one) => ({
      id: `role-${one.actor}`,
      practitioner: reference(`Practitioner/${one.actor}`),
      code: [text(one.role ?? '')],
      organization: reference(`Organization/${one.unit}`),
      period: period(one.employed_from, one.employed_to),
    })),
  )
  write(
    'Device',
    staff.filter(isMachine).map((one) => ({
      id: one.actor,
      type: text(one.role ?? ''),
      owner: reference(`Organization/${one.unit}`),
    })),
  )
  write(
    'Patient',
    patients.map((one) => ({
      id: one.patient,
      ...contact(one),
      ...(one.vip === '1' && { meta: { security: [{ code: 'CEL' }] } }),
      ...(one.deceased_at !== '' && { deceasedDateTime: one.deceased_at }),
      ...(one.employee !== '' && {
        extension: [{ url: 'https://example.org/employee', valueReference: reference(who(one.employee)) }],
      }),
    })),
  )
  const some = (...kinds: readonly string[]) => relations.filter((one) => kinds.includes(one.kind ?? ''))
  write(
    'Encounter',
    some('encounter').map((one) => {
      const by = who(one.actor_or_unit)
      return {
        subject: reference(`Patient/${one.patient}`),
        period: period(one.from, one.to),
        ...(by.startsWith('Organization/')
          ? { serviceProvider: reference(by) }
          : { participant: [{ individual: reference(by) }] }),
      }
    }),
  )
  write(
    'Appointment',
    some('appointment').map((one) => ({
      ...period(one.from, one.to),
      participant: [{ actor: reference(`Patient/${one.patient}`) }, { actor: reference(who(one.actor_or_unit)) }],
    })),
  )
  write(
    'ServiceRequest',
    some('order', 'referral', 'consult').map((one) => ({
      subject: reference(`Patient/${one.patient}`),
      category: [text(one.kind ?? '')],
      authoredOn: one.from,
      performer: [reference(who(one.actor_or_unit))],
      occurrencePeriod: period(one.from, one.to),
    })),
  )
  write(
    'CareTeam',
    some('care-team').map((one) => ({
      subject: reference(`Patient/${one.patient}`),
      period: period(one.from, one.to),
      participant: [{ member: reference(who(one.actor_or_unit)) }],
    })),
  )
  write(
    'Task',
    some('task').map((one) => ({
      for: reference(`Patient/${one.patient}`),
      executionPeriod: period(one.from, one.to),
      owner: reference(who(one.actor_or_unit)),
    })),
  )
  for (let from = 0; from < accesses.length; from += EVENTS_A_FILE)
    write(
      'AuditEvent',
      accesses.slice(from, from + EVENTS_A_FILE).map((one) => auditEventOf(one, who(one.actor))),
      `AuditEvent.${String(from / EVENTS_A_FILE).padStart(3, '0')}`,
    )
}

const CODES: Readonly<Record<string, readonly [string, string, string]>> = {
  login: [DCM, '110122', 'E'],
  'login-failed': [DCM, '110122', 'E'],
  'break-glass': [DCM, '110127', 'E'],
  export: [DCM, '110106', 'R'],
  print: ['urn:example', 'print', 'R'],
  search: [INTERACTION, 'search-type', 'E'],
  create: [INTERACTION, 'create', 'C'],
  update: [INTERACTION, 'update', 'U'],
  delete: [INTERACTION, 'delete', 'D'],
  read: [INTERACTION, 'read', 'R'],
}

function auditEventOf(row: Row, actor: string) {
  const [system, code, action] = CODES[row.action ?? ''] ?? [INTERACTION, 'read', 'R']
  const reads = action === 'R'
  return {
    recorded: row.at,
    type: { code: system === DCM ? '110114' : 'rest' },
    subtype: [{ system, code }],
    action,
    outcome: row.outcome,
    purposeOfEvent: row.purpose === '' ? [] : [{ coding: [{ code: row.purpose }] }],
    agent: [
      {
        type: { coding: [{ system: DCM, code: reads ? '110152' : '110153' }] },
        requestor: false,
        who: { display: row.device },
        network: { address: row.network, type: '2' },
      },
      { requestor: true, who: reference(actor), ...(row.session !== '' && { policy: [row.session] }) },
    ],
    entity: [
      ...(row.patient === ''
        ? []
        : [{ role: { code: '1' }, type: { code: '1' }, what: reference(`Patient/${row.patient}`) }]),
      {
        role: { code: '4' },
        type: { system: 'http://hl7.org/fhir/resource-types', code: row.resource_type },
        detail: [{ type: 'count', valueString: row.count }],
      },
    ],
  }
}
