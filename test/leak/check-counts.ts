import { givenIn } from './released.ts'
import { several } from './speak.ts'
import type { Acting, Stage } from './stage.ts'

/** Searches whose whole result fits into one page. */
const KINDS = new Set([
  'plain',
  'identifier',
  'name',
  'patient',
  'parameter',
  'date',
  'token',
  'chained',
  '_has',
  '_id',
])
const MOST = 1_000

/** The number an answer tells is the number of matches that the asker may read; to the one who may read all, that of all. */
export async function checkCounts(stage: Stage): Promise<void> {
  const { shapes, actors } = stage
  const queries = shapes.flatMap(({ kind, searches, request }) =>
    searches !== undefined && KINDS.has(kind) && !/_summary|_count|_total/.test(request.path) ? [request.path] : [],
  )
  for (const actor of actors) await several(queries, (query) => checkCount(stage, actor, query), 4)
}

async function checkCount({ loader, report, leak }: Stage, actor: Acting, query: string): Promise<void> {
  const more = (what: string) => `${query}${query.includes('?') ? '&' : '?'}${what}`
  const get = (say: Acting['say'], what: string) => say({ method: 'GET', path: more(what) })
  const [all, own, counted, one] = await Promise.all([
    get(loader, `_count=${MOST}`),
    get(actor.say, `_count=${MOST}`),
    get(actor.say, '_summary=count'),
    get(actor.say, '_count=1&_total=accurate'),
  ])
  if (own.status >= 400) return
  const matches = givenIn(all.json)
  const readable = (await several(matches, (given) => actor.oracle.mayHave(given))).filter(Boolean).length
  for (const [how, heard] of [
    ['', own],
    ['_summary=count', counted],
    ['_count=1', one],
  ] as const) {
    const total: unknown = heard.json?.total
    if (typeof total !== 'number') continue
    const found = { actor: actor.name, property: 'counted' as const, shape: `GET ${more(how)}` }
    if (total > readable) leak({ ...found, what: `${total} of ${readable} readable are told` })
    else if (total < readable && matches.length < MOST)
      report.withheld.push({ ...found, world: '', what: `${total} of ${readable} readable are told` })
  }
}
