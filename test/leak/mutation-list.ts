import type { Patch } from '../faults/patched-copy.ts'

/** One leak, planted in a copy of our code; what of the suite is run to find it, so that it is found soon. */
export type Mutation = {
  readonly name: string
  /** Where such a leak was found in the open. */
  readonly seenIn?: string
  readonly patches: readonly Patch[]
  readonly actors: readonly string[]
  readonly steps?: RegExp
  readonly shapes?: RegExp
  readonly probes?: RegExp
  /** One of those that every run of the tests tries. */
  readonly fast?: true
}

const FIND = 'src/records/search/find-candidates.ts'
const SEARCH = 'src/records/search/search-records.ts'
const READ = 'src/records/read-record.ts'
const HISTORY = 'src/records/history-of.ts'
const PLAN = 'src/records/write/plan-writes.ts'
const NONE = /^nothing of this$/

const keepsHidden: Patch = {
  file: FIND,
  from: 'readable.filter((one) => (!each && one.security === undefined) || covered(actor, type, byId, one))',
  to: 'readable.map((one) => (!each && one.security === undefined) || covered(actor, type, byId, one) ? one : { ...one, hidden: true })',
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'totals are counted before deciding',
    seenIn: 'HAPI FHIR #1507, #2012',
    patches: [
      keepsHidden,
      {
        file: SEARCH,
        from: 'rest.slice(0, query.count)',
        to: 'rest.filter((one) => !one.hidden).slice(0, query.count)',
      },
    ],
    actors: ['nurse'],
    steps: /restricted/,
    shapes: /^GET \/Condition(\?_count=1)?$/,
    probes: NONE,
    fast: true,
  },
  {
    name: '_summary=count is not decided',
    seenIn: 'HAPI FHIR PR #3420',
    patches: [
      keepsHidden,
      {
        file: SEARCH,
        from: '.filter((one) => matches(query, one.entry, one.self))',
        to: ".filter((one) => matches(query, one.entry, one.self) && (query.summary === 'count' || !one.hidden))",
      },
    ],
    actors: ['labs'],
    steps: /measure/,
    shapes: /^GET \/Observation\?_summary=count$/,
    probes: NONE,
    fast: true,
  },
  {
    name: 'a page is made of what was found before, and not decided again',
    seenIn: 'Microsoft FHIR Server ADR 2607; HAPI FHIR #2369',
    patches: [
      {
        file: SEARCH,
        from: 'const { candidates, receipts, entry } = await',
        to: 'const { candidates: fresh, receipts, entry } = await',
      },
      {
        file: SEARCH,
        from: 'const matching = candidates',
        to: 'const kept = (globalThis.kept ??= new Map())\n    const candidates = kept.get(cursorText) ?? fresh\n    const matching = candidates',
      },
      {
        file: SEARCH,
        from: 'const text = searchBundle({',
        to: 'kept.set(next, candidates)\n    const text = searchBundle({',
      },
    ],
    actors: ['resident'],
    steps: NONE,
    shapes: /^GET \/Observation\?_sort=-_lastUpdated&_count=1$/,
    probes: NONE,
    fast: true,
  },
  {
    name: 'who has relations is remembered, and not forgotten when they end',
    seenIn: 'icanbwell/fhir-server: a cache that a change does not empty',
    patches: [
      {
        file: 'src/records/search/find-owners.ts',
        from: '  return rows.map(foundOwner)\n}\n\n/** The carer',
        to: '  const kept = (globalThis.kept ??= new Map())\n  const key = `${carer.toString("hex")} ${type}`\n  if (!kept.has(key)) kept.set(key, rows.map(foundOwner))\n  return kept.get(key)\n}\n\n/** The carer',
      },
    ],
    actors: ['resident'],
    steps: NONE,
    shapes: /^GET \/Observation\?_sort=-_lastUpdated&_count=1$/,
    probes: NONE,
  },
  {
    name: 'forbidden says 403, unknown says 404',
    seenIn: 'LinuxForHealth FHIR #2669; icanbwell/fhir-server',
    patches: [
      {
        file: READ,
        from: "throw new Refusal('record.not-found', ",
        to: "throw new Refusal(row === undefined ? 'record.not-found' : 'policy.forbidden', ",
      },
    ],
    actors: ['nobody'],
    steps: NONE,
    shapes: NONE,
    probes: /^read$/,
    fast: true,
  },
  {
    name: 'one type forgot to decide',
    seenIn: 'OpenEMR CVE-2026-24487',
    patches: [
      {
        file: FIND,
        from: 'return decide(factsFor(actor, act, about, owner.relations)).permitted',
        to: "return type === 'Condition' || decide(factsFor(actor, act, about, owner.relations)).permitted",
      },
    ],
    actors: ['billing'],
    steps: NONE,
    shapes: /^GET \/Condition$/,
    probes: NONE,
  },
  {
    name: 'a batch is a second path without the decision',
    seenIn: 'icanbwell/fhir-server: GraphQL beside the REST allow-list',
    patches: [
      {
        file: 'src/records/read-step.ts',
        from: 'await readRecord(who,',
        to: "await readRecord({ ...who, actor: { ...who.actor, kind: 'machine', role: 'import' } },",
      },
    ],
    actors: ['nobody'],
    steps: /nobody’s/,
    shapes: /^batch of GET Patient\/[^/]*-dov$/,
    probes: NONE,
    fast: true,
  },
  {
    name: 'a relation that is over still opens',
    seenIn: 'icanbwell/fhir-server: provision.period not looked at',
    patches: [
      {
        file: 'src/records/relations/relations-now.ts',
        from: '`(${table}.begins_at is null or ${table}.begins_at <= now()) and (${table}.ends_at is null or ${table}.ends_at > now())`',
        to: '`${table}.kind is not null`',
      },
      {
        file: 'src/records/relations/relations-now.ts',
        from: "${inWindow('m')}",
        to: 'true',
      },
    ],
    actors: ['formerly'],
    steps: /over/,
    shapes: NONE,
    probes: NONE,
    fast: true,
  },
  {
    name: 'search by token releases what it found',
    patches: [
      {
        file: FIND,
        from: 'return decide(factsFor(actor, act, one.label, relationsOf(one))).permitted ? [one.row] : []',
        to: "return act === 'search' || decide(factsFor(actor, act, one.label, relationsOf(one))).permitted ? [one.row] : []",
      },
    ],
    actors: ['nobody'],
    steps: /shares/,
    shapes: /^GET \/(Patient|Observation)\?identifier=/,
    probes: NONE,
    fast: true,
  },
  {
    name: 'a condition of a write sees what is invisible',
    patches: [
      {
        file: FIND,
        from: 'return decide(factsFor(actor, act, one.label, relationsOf(one))).permitted ? [one.row] : []',
        to: "return act === 'read' || decide(factsFor(actor, act, one.label, relationsOf(one))).permitted ? [one.row] : []",
      },
    ],
    actors: ['writer'],
    steps: /measure/,
    shapes: NONE,
    probes: /none is there|where|by condition/,
    fast: true,
  },
  {
    name: 'create-by-PUT says that an invisible record is in the way',
    seenIn: 'icanbwell/fhir-server, access audit F5',
    patches: [
      {
        file: PLAN,
        from: '!visible(labelOf(head), head.owner)) throw unknown()',
        to: "!visible(labelOf(head), head.owner)) throw new Refusal('record.version-conflict', 'It is there already.')",
      },
    ],
    actors: ['nurse'],
    steps: /measure/,
    shapes: NONE,
    probes: /^update|nothing is/,
  },
  {
    name: 'narrow scopes may choose an id, and are told when it is taken',
    patches: [{ file: 'src/policy/facts.ts', from: "context !== 'patient' && where === undefined", to: 'true' }],
    actors: ['writer'],
    steps: /measure/,
    shapes: NONE,
    probes: /^update$|nothing is/,
  },
  {
    name: 'what may not be read may be written over',
    patches: [{ file: PLAN, from: ' || !visible(labelOf(head), head.owner)', to: '' }],
    actors: ['physician'],
    steps: /addiction/,
    shapes: NONE,
    probes: /^update$|nothing is/,
  },
  {
    name: 'history is not decided',
    patches: [
      {
        file: HISTORY,
        from: "newest.get(at) !== false && decide(factsFor(actor, 'read', one.label, relationsOf(one))).permitted",
        to: 'true',
      },
    ],
    actors: ['nurse'],
    steps: /measure/,
    shapes: /^GET \/(Condition\/_history|Observation\/.*-came\/_history)$/,
    probes: /^history$/,
    fast: true,
  },
  {
    name: 'pages of a history are cut before deciding',
    patches: [
      {
        file: HISTORY,
        from: 'if (permitted && (since === undefined || one.row.at >= since))',
        to: 'if (since === undefined || one.row.at >= since)',
      },
      {
        file: HISTORY,
        from: 'readable.slice(offset, offset + count)',
        to: 'readable.slice(offset, offset + count).filter((one) => one.permitted)',
      },
    ],
    actors: ['nurse'],
    steps: /restricted/,
    shapes: /^GET \/Condition\/_history\?_count=1$/,
    probes: NONE,
  },
  {
    name: 'an older version is not decided',
    patches: [
      {
        file: READ,
        from: 'const allowed = row !== undefined && decision.permitted',
        to: 'const allowed = row !== undefined && (decision.permitted || ref.version !== undefined)',
      },
    ],
    actors: ['nobody'],
    steps: NONE,
    shapes: NONE,
    probes: /^vread$/,
  },
  {
    name: 'what is restricted now is open as it was before',
    patches: [{ file: READ, from: 'const { newest } = row', to: 'const newest = undefined' }],
    actors: ['nurse'],
    steps: NONE,
    shapes: NONE,
    probes: /^vread$/,
  },
  {
    name: 'a record of several patients is decided by one of them',
    patches: [
      {
        file: 'src/records/facts-for.ts',
        from: 'all.reduce((some, one) => some.filter((relation) => one.includes(relation)))',
        to: 'all.flat()',
      },
    ],
    actors: ['nurse'],
    steps: /several/,
    shapes: NONE,
    probes: NONE,
  },
  {
    name: 'a search decides on a record of several patients otherwise than a read',
    patches: [
      {
        file: READ,
        from: "const each = found.map((one) => decide(factsFor(actor, 'read', one.label, relationsOf(one))))",
        to: 'const each = first',
      },
    ],
    actors: ['nurse'],
    steps: /several/,
    shapes: /^GET \/Group$/,
    probes: NONE,
  },
  {
    name: 'a search decides on the category of an older version',
    patches: [
      {
        file: PLAN,
        from: '...(label.categories && { categories: label.categories }),\n              ...(label.security',
        to: '...(label.categories && { categories: (head === undefined ? label : labelOf(head)).categories }),\n              ...(label.security',
      },
    ],
    actors: ['labs'],
    steps: NONE,
    shapes: /^GET \/Observation$/,
    probes: NONE,
  },
  {
    name: 'a search decides on the label of an older version',
    patches: [
      {
        file: PLAN,
        from: '...(label.security && { security: label.security }),\n            }',
        to: '...((head === undefined ? label : labelOf(head)).security && { security: (head === undefined ? label : labelOf(head)).security }),\n            }',
      },
    ],
    actors: ['nurse'],
    steps: NONE,
    shapes: /^GET \/Condition$/,
    probes: NONE,
  },
  {
    name: 'the access log of a patient is searched without a decision',
    patches: [
      {
        file: 'src/records/audit/search-audit-events.ts',
        from: "const allowed = owner !== undefined && find.mayRead(actor, 'AuditEvent', owner)",
        to: 'const allowed = owner !== undefined',
      },
    ],
    actors: ['nurse'],
    steps: NONE,
    shapes: /^GET \/AuditEvent\?patient=[^&]*-ada$/,
    probes: NONE,
  },
  {
    name: 'the access report says who is a patient here',
    seenIn: 'icanbwell/fhir-server, access audit F1',
    patches: [
      {
        file: 'src/records/access/access-report.ts',
        from: 'const allowed = owner !== undefined && decision.permitted',
        to: 'const allowed = owner !== undefined',
      },
    ],
    actors: ['nobody'],
    steps: NONE,
    shapes: NONE,
    probes: /^access report$/,
  },
]

/** Leaks that were found in the open and cannot be planted here, because what they leak through is not there. */
export const NOT_PLANTABLE: readonly { readonly leak: string; readonly seenIn: string; readonly because: string }[] = [
  {
    leak: '_include and _revinclude bring records of others',
    seenIn: 'Microsoft FHIR Server ADR 2607',
    because: 'includes are refused as not supported yet; the shapes are there and are asked as soon as they answer',
  },
  {
    leak: '_has and chained parameters tell values of what may not be read',
    seenIn: 'HAPI FHIR #6065',
    because: 'chains and _has are refused as not supported yet; the shapes are there',
  },
  {
    leak: 'the roster of a bulk export of a Group is not decided',
    seenIn: 'icanbwell/fhir-server',
    because: 'there is no $export yet; the shapes are there',
  },
]
