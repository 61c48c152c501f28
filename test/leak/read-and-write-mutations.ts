import { type Mutation, NONE } from './mutation.ts'

const READ = 'src/records/read-record.ts'
const DECIDE = 'src/records/decide-on-record.ts'
const HISTORY = 'src/records/history-of.ts'
const PLAN = 'src/records/write/plan-writes.ts'

/** Leaks of reads, histories, writes, relations and the access log. */
export const READ_AND_WRITE_MUTATIONS: readonly Mutation[] = [
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
        file: 'src/records/relations/held-relations.ts',
        from: '(from === null || from <= now) && (until === null || until > now)',
        to: 'from !== now && until !== now',
      },
    ],
    actors: ['formerly'],
    steps: /over/,
    shapes: NONE,
    probes: NONE,
    fast: true,
  },
  {
    name: 'a consent whose period is over still permits',
    seenIn: 'icanbwell/fhir-server',
    patches: [
      {
        file: 'src/consent/lean.ts',
        from: 'if (rules.period !== undefined && !spanHolds(rules.period, asked.now)) return silent',
        to: '',
      },
    ],
    actors: ['researcher'],
    steps: /measure/,
    shapes: NONE,
    probes: NONE,
    fast: true,
  },
  {
    name: 'a consent that denies by what it is of denies nothing in a search',
    patches: [
      {
        file: 'src/records/search/find-candidates.ts',
        from: ' && (byId.get(one.owner) as FoundOwner).consents === null)',
        to: ')',
      },
    ],
    actors: ['nurse'],
    steps: /not shared/,
    shapes: /^GET \/(Observation|Condition)$/,
    probes: NONE,
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
        from: "newest.get(at) !== false && decide(factsFor(actor, 'read', one.label, standingOf(one))).permitted",
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
    steps: /mind|restricted/,
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
    patches: [
      { file: DECIDE, from: 'const newest = row?.newest', to: 'const newest: SealedRow["newest"] = undefined' },
    ],
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
