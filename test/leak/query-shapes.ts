import { FAMILIES } from './resources.ts'
import type { Request } from './speak.ts'
import type { Words } from './world.ts'

/** One way to ask. `kind` is what a report counts by. */
export type Shape = {
  readonly name: string
  readonly kind: string
  readonly request: Request
  /** Answers grow by being asked: only what is released is judged, and silence. */
  readonly grows?: true
  /** A search of one type, whose matches can be counted. */
  readonly searches?: string
}

const OF_PATIENTS = [
  'Observation',
  'Condition',
  'Encounter',
  'MedicationRequest',
  'DocumentReference',
  'Composition',
  'List',
  'Claim',
  'Group',
  'CareTeam',
  'Task',
  'Provenance',
]
const IDENTIFIED = new Set([...OF_PATIENTS, 'Patient'].filter((type) => type !== 'Provenance'))
const BY_PATIENT: Readonly<Record<string, string>> = { Group: 'member', Task: 'patient', Provenance: 'patient' }

/** Every shape, with the words of a world; hundreds. */
export function queryShapes({ patients, shared, hiddenIdentifier, families, ids }: Words): Shape[] {
  const [ada, bea, , dov, eli] = patients as [string, string, string, string, string]
  const shapes: Shape[] = []
  const get = (kind: string, path: string, more: Partial<Shape> = {}) =>
    shapes.push({ name: `GET ${path}`, kind, request: { method: 'GET', path }, ...more })
  const search = (kind: string, type: string, query: string) =>
    get(kind, `/${type}${query === '' ? '' : `?${query}`}`, { searches: type })
  const identifier = encodeURIComponent(shared)
  const hidden = encodeURIComponent(hiddenIdentifier)

  for (const type of ['Patient', ...OF_PATIENTS]) {
    const by = BY_PATIENT[type] ?? 'patient'
    search('plain', type, '')
    search('_count', type, '_count=1')
    search('_count', type, '_count=0')
    search('_summary=count', type, '_summary=count')
    search('_total', type, '_total=accurate&_count=2')
    search('_total', type, '_total=none&_count=2')
    search('_sort', type, '_sort=-_lastUpdated&_count=3')
    search('_sort', type, '_sort=_id&_count=2')
    search('_elements', type, '_elements=id')
    search('_summary', type, '_summary=text&_count=5')
    search('_lastUpdated', type, '_lastUpdated=gt2020-01-01&_count=2')
    search('_id', type, `_id=${(ids[type] ?? ['none']).join(',')}`)
    search('_id', type, `_id=${(ids[type] ?? ['none']).join(',')}&_summary=count`)
    if (IDENTIFIED.has(type)) {
      search('identifier', type, `identifier=${identifier}`)
      search('identifier', type, `identifier=${identifier}&_summary=count`)
      search('identifier', type, `identifier=${hidden}`)
      search(':missing', type, 'identifier:missing=false&_count=2')
    }
    if (type !== 'Patient') {
      for (const patient of [ada, dov, eli]) search('patient', type, `${by}=Patient/${patient}`)
      search('patient', type, `${by}=Patient/${ada},Patient/${dov},Patient/${bea}`)
      search('patient', type, `${by}=Patient/${dov}&_summary=count`)
      search('chained', type, `${by}:Patient.family=${families[0]}`)
      search('chained', type, `${by}.identifier=${identifier}`)
      search('_include', type, `_include=${type}:${by}&_count=3`)
    }
    search('_revinclude', type, `_revinclude=Provenance:target&_count=3`)
    search('_has', type, `_has:Provenance:target:_id=${(ids.Provenance ?? ['none'])[0]}`)
    get('history-type', `/${type}/_history`)
    get('history-type', `/${type}/_history?_count=1`)
    get('history-type', `/${type}/_history?_count=2&_since=2020-01-01T00:00:00Z`)
    shapes.push({
      name: `POST /${type}/_search ${by}`,
      kind: 'POST _search',
      request: {
        method: 'POST',
        path: `/${type}/_search`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: type === 'Patient' ? `family=${families[0]}` : `${by}=Patient/${dov}`,
      },
      searches: type,
    })
  }
  for (const family of [...new Set([...families, FAMILIES[0]])]) {
    search('name', 'Patient', `family=${family}`)
    search('name', 'Patient', `family:exact=${family}&_summary=count`)
    search('name', 'Patient', `name:contains=${family?.slice(1, 5)}`)
    search('date', 'Patient', `birthdate=1980-04-05&family=${family}`)
  }
  search('date', 'Patient', 'birthdate=1980-04-05')
  search('token', 'Patient', 'gender:not=unknown&_count=2')
  for (const [type, query] of [
    ['Observation', 'category=laboratory'],
    ['Observation', 'category:not=laboratory&_summary=count'],
    ['Observation', 'code=http://loinc.org|718-7'],
    ['Observation', 'value-quantity=gt60'],
    ['Observation', 'date=ge2027-01-10&_sort=date'],
    ['Observation', 'status=final&_sort=-value-quantity&_count=2'],
    ['Condition', 'code=http://snomed.info/sct|370143000'],
    ['Condition', 'code=86406008,75544000&_summary=count'],
    ['Condition', 'recorded-date=ge2027-01-10&_sort=-recorded-date'],
    ['Condition', `patient=${ada}&_sort=code&_count=1`],
    ['MedicationRequest', 'status=active&intent=order'],
    ['DocumentReference', 'date=gt2027-01-10'],
    ['Encounter', 'status=in-progress&_sort=-date'],
    ['Claim', 'use=claim&_total=accurate'],
  ] as const)
    search('parameter', type, query)
  for (const lab of (ids.Observation ?? []).filter((one) => one.endsWith('-lab'))) {
    search('reference', 'Observation', `has-member=Observation/${lab}`)
    search('reference', 'Observation', `derived-from=Observation/${lab}`)
    search('reference', 'List', `item=Observation/${lab}`)
    search('reference', 'Provenance', `target=Observation/${lab}`)
    search('_has', 'Observation', `_has:Observation:has-member:_id=${lab}`)
  }
  search('chained', 'Observation', 'has-member.value-quantity=gt60')
  search('chained', 'Observation', 'has-member:Observation.subject:Patient.family=Moreau')
  search('_has', 'Patient', '_has:Observation:patient:code=718-7')
  search('_has', 'Patient', '_has:Condition:patient:code=86406008&_summary=count')
  search('_include', 'Observation', '_include=Observation:has-member')
  search('_include:iterate', 'Observation', '_include=Observation:has-member&_include:iterate=Observation:subject')
  search('_include', 'List', '_include=List:item')
  search('_include', 'DocumentReference', '_include=*')
  search('_revinclude', 'Patient', '_revinclude=Observation:subject&_revinclude:iterate=Provenance:target')
  for (const patient of [ada, dov]) {
    get('history-instance', `/Patient/${patient}/_history`)
    get('$everything', `/Patient/${patient}/$everything`)
    get('$everything', `/Patient/${patient}/$everything?_type=Observation&_count=2`)
    get('$summary', `/Patient/${patient}/$summary`)
    get('compartment', `/Patient/${patient}/Observation`)
    get('access report', `/Patient/${patient}/$access-report`, { grows: true })
    get('access report', `/Patient/${patient}/$access-report?show=unexpected`, { grows: true })
    get('AuditEvent', `/AuditEvent?patient=${patient}`, { grows: true })
    get('AuditEvent', `/AuditEvent?patient=${patient}&_count=1`, { grows: true })
  }
  for (const what of ['came', 'drifts', 'lab', 'pulse'])
    for (const one of (ids.Observation ?? []).filter((each) => each.endsWith(`-${what}`))) {
      get('history-instance', `/Observation/${one}/_history`)
      get('history-instance', `/Observation/${one}/_history?_count=1`)
      get('vread', `/Observation/${one}/_history/1`)
    }
  get('history-system', '/_history')
  get('AuditEvent', '/AuditEvent', { grows: true })
  get('AuditEvent', '/AuditEvent?type=http://terminology.hl7.org/CodeSystem/audit-event-type|rest&_count=3', {
    grows: true,
  })
  get('system search', `/?_type=Patient,Observation&_count=2`)
  for (const path of ['/$export', '/Patient/$export', `/Group/${(ids.Group ?? ['none'])[0]}/$export`])
    shapes.push({
      name: `GET ${path}`,
      kind: '$export',
      request: { method: 'GET', path, headers: { prefer: 'respond-async', accept: 'application/fhir+json' } },
    })
  get('Subscription', '/Subscription')
  get('reviews', '/$reviews', { grows: true })
  shapes.push(...bundleShapes(ada, dov))
  return shapes
}

function bundleShapes(ada: string, dov: string): Shape[] {
  const reads = [`Patient/${ada}`, `Patient/${dov}`, `Observation/${dov}-lab`, `Observation/${dov}-lab/_history`]
  const searches = [
    'Observation?_count=2',
    'Patient?_summary=count',
    `Condition?patient=${dov}`,
    'List/_history?_count=1',
  ]
  return (['batch', 'transaction'] as const).flatMap((type) =>
    [...[...reads, ...searches].map((one) => [one]), [...reads, ...searches]].map((urls) => ({
      name: `${type} of GET ${urls.length > 1 ? 'all' : urls[0]}`,
      kind: type,
      request: {
        method: 'POST',
        path: '/',
        body: { resourceType: 'Bundle', type, entry: urls.map((url) => ({ request: { method: 'GET', url } })) },
      },
    })),
  )
}
