import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { askAs, type Json } from '../asking.ts'
import { startRunning } from '../running.ts'
import {
  canonical,
  SYNTHEA,
  SYNTHEA_RESOURCES,
  sourceFiles,
  withLexemes,
  withoutServerParts,
} from '../source-charts.ts'
import { withoutSharedData } from '../vectors/shared-data.ts'
import { forEachOf } from '../wrong.ts'

const UNRESOLVED = /"reference":"(?:urn:|[A-Za-z]+\?)/

/** The source as it should come back: references to entries and by identifier point to where those lie now. */
function expectedOf(resource: Json, placeOf: ReadonlyMap<string, string>, places: ReadonlyMap<string, string[]>): Json {
  return JSON.parse(JSON.stringify(withoutServerParts(resource)), (key, value: Json) => {
    if (key !== 'reference' || typeof value !== 'string') return value
    const [type, condition] = value.split('?')
    if (condition === undefined) return placeOf.get(value) ?? value
    const [only, ...others] = places.get(`${type} ${new URLSearchParams(condition).get('identifier')}`) ?? []
    assert.deepEqual(others, [], value)
    return only
  })
}

test('real charts, sent as bundles, come back as they were', { skip: withoutSharedData }, async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')
  const read: { at: string; expected: string }[] = []
  const places = new Map<string, string[]>()

  for (const { name, text, entries } of sourceFiles()) {
    const reply = await ask('POST', '/', undefined, { text })
    assert.equal(reply.status, 200, `${name}: ${reply.text.slice(0, 500)}`)
    assert.equal(reply.json.entry.length, entries.length)
    const placeOf = new Map<string, string>()
    const came = entries.map((entry, n) => {
      const { status, location } = reply.json.entry[n].response
      assert.equal(status, '201 Created', `${name} ${n}`)
      const at = location.replace(/\/_history\/1$/, '') as string
      assert.ok(at.startsWith(`${entry.resource.resourceType}/`))
      if (entry.fullUrl !== undefined) placeOf.set(entry.fullUrl, at)
      for (const { system, value } of [entry.resource.identifier ?? []].flat()) {
        const key = `${entry.resource.resourceType} ${system}|${value}`
        places.set(key, [...(places.get(key) ?? []), at])
      }
      return at
    })
    for (const [n, { resource }] of entries.entries())
      read.push({ at: came[n] as string, expected: canonical(expectedOf(resource, placeOf, places)) })
  }
  assert.equal(read.length, SYNTHEA_RESOURCES)
  assert.equal(new Set(read.map(({ at }) => at)).size, SYNTHEA_RESOURCES, 'each has an address of its own')

  const known = new Set(read.map(({ at }) => at))
  let references = 0
  const chunks = Array.from({ length: Math.ceil(read.length / 400) }, (_, n) => read.slice(n * 400, (n + 1) * 400))
  await forEachOf(
    chunks,
    async (chunk) => {
      const entry = chunk.map(({ at }) => ({ request: { method: 'GET', url: at } }))
      const reply = await ask('POST', '/', { resourceType: 'Bundle', type: 'batch', entry })
      for (const [n, one] of withLexemes(reply.text).entry.entries()) {
        const { at, expected } = chunk[n] as (typeof chunk)[number]
        assert.equal(one.response.status, '200 OK', at)
        assert.equal(canonical(withoutServerParts(one.resource)), expected)
        assert.equal(`${one.resource.resourceType}/${one.resource.id}`, at)
        if (n % 40 === 0)
          assert.equal(canonical(withLexemes((await ask('GET', `/${at}`)).text)), canonical(one.resource))
        const text = JSON.stringify(one.resource)
        assert.doesNotMatch(text, UNRESOLVED)
        for (const [, target] of text.matchAll(/"reference":"([A-Z][A-Za-z]+\/[^"]+)"/g)) {
          references++
          assert.ok(known.has(target as string), `${at} refers to ${target}, which is not there`)
        }
      }
    },
    2,
  )
  assert.ok(references > 50_000, `${references}`)
  assert.doesNotMatch(running.log(), /defect/)
})

test('an import that is killed half way, and run again, is whole; once more, nothing comes twice', {
  skip: withoutSharedData,
}, async (t) => {
  const running = await startRunning(t, { serving: false })
  const sql = await running.database()
  const heads = async () => Number((await sql.query('select count(*) as n from record_heads'))[0]?.n)

  const killed = running.begin('import', SYNTHEA)
  const ended = once(killed, 'exit')
  while ((await heads()) < SYNTHEA_RESOURCES / 3 && killed.exitCode === null) await sleep(20)
  killed.kill('SIGKILL')
  assert.deepEqual(await ended, [null, 'SIGKILL'], 'it was killed before its end')
  const before = await heads()
  assert.ok(before < SYNTHEA_RESOURCES)

  const again = await running.cli('import', SYNTHEA)
  assert.deepEqual([again.code, again.answer.refused], [0, []], again.said)
  assert.deepEqual([again.answer.imported, again.answer.alreadyThere], [SYNTHEA_RESOURCES - before, before])
  const third = await running.cli('import', SYNTHEA)
  assert.deepEqual([third.answer.imported, third.answer.alreadyThere], [0, SYNTHEA_RESOURCES])
  assert.deepEqual(third.answer.refused, [])

  const counts = new Map<string, number>()
  for (const { entries } of sourceFiles())
    for (const { resource } of entries) counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1)
  await running.start()
  const ask = await askAs(running, 'loader')
  for (const [type, count] of counts)
    assert.equal((await ask('GET', `/${type}?_summary=count`)).json.total, count, type)
})
