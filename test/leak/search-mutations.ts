import type { Patch } from '../faults/patched-copy.ts'
import { type Mutation, NONE } from './mutation.ts'

const FIND = 'src/records/search/find-candidates.ts'
const SEARCH = 'src/records/search/search-records.ts'
const DECIDE = 'src/records/decide-on-record.ts'
const PLAN = 'src/records/write/plan-writes.ts'

const keepsHidden: Patch = {
  file: FIND,
  from: 'covered(actor, type, byId, one),',
  to: 'covered(actor, type, byId, one) || Object.assign(one, { hidden: true }),',
}

/** Leaks of searches and their pages. */
export const SEARCH_MUTATIONS: readonly Mutation[] = [
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
        from: '  return rows.map((row) => foundOwner(row, carers[0]))\n}\n\n/** How the carer',
        to: '  const kept = (globalThis.kept ??= new Map())\n  const key = carer.toString("hex") + type\n  if (!kept.has(key)) kept.set(key, rows.map((row) => foundOwner(row, carers[0])))\n  return kept.get(key)\n}\n\n/** How the carer',
      },
    ],
    actors: ['resident'],
    steps: NONE,
    shapes: /^GET \/Observation\?_sort=-_lastUpdated&_count=1$/,
    probes: NONE,
  },
  {
    name: 'one type forgot to decide',
    seenIn: 'OpenEMR CVE-2026-24487',
    patches: [
      {
        file: FIND,
        from: 'return decide(factsFor(actor, act, about, owner)).permitted',
        to: "return type === 'Condition' || decide(factsFor(actor, act, about, owner)).permitted",
      },
    ],
    actors: ['billing'],
    steps: NONE,
    shapes: /^GET \/Condition$/,
    probes: NONE,
  },
  {
    name: 'search by token releases what it found',
    patches: [
      {
        file: FIND,
        from: 'return live && allowed ? [row] : []',
        to: "return live && (act === 'search' || allowed) ? [row] : []",
      },
    ],
    // Of strangers' records nothing is even looked at: what is hidden here is of a patient in care.
    actors: ['nurse'],
    steps: /addiction/,
    shapes: /^GET \/Condition\?identifier=/,
    probes: NONE,
    fast: true,
  },
  {
    name: 'a condition of a write sees what is invisible',
    patches: [
      {
        file: FIND,
        from: 'return live && allowed ? [row] : []',
        to: "return live && (act === 'read' || allowed) ? [row] : []",
      },
    ],
    actors: ['writer'],
    steps: /measure/,
    shapes: NONE,
    probes: /none is there|where|by condition/,
    fast: true,
  },
  {
    name: 'a search decides on a record of several patients otherwise than a read',
    patches: [
      {
        file: DECIDE,
        from: "const each = found.map((one) => decided(factsFor(actor, 'read', one.label, standingOf(one))))",
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
        from: 'indexedOf(row, at, content, label)',
        to: 'indexedOf(row, at, content, head === undefined ? label : { ...label, categories: labelOf(head).categories })',
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
        from: 'indexedOf(row, at, content, label)',
        to: 'indexedOf(row, at, content, head === undefined ? label : { ...label, security: labelOf(head).security })',
      },
    ],
    actors: ['nurse'],
    steps: NONE,
    shapes: /^GET \/Condition$/,
    probes: NONE,
  },
]
