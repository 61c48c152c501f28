import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { askAs, asked, type Json, resourcesOf } from '../asking.ts'
import { startRunning } from '../running.ts'
import { SHARED_DATA, withoutSharedData } from '../vectors/shared-data.ts'
import { assertRefused, forEachOf, leavingNothing } from '../wrong.ts'

const nul = String.fromCharCode(0)
const ours = [
  nul,
  `a${nul}b`,
  '\u202eReversed',
  '\ufeff',
  '%00',
  '%2e%2e%2f',
  '$ne',
  "'; drop table record_versions; --",
  '\\u0000',
  'a'.repeat(5000),
  'ﷺ'.repeat(300),
  'e\u0301'.repeat(200),
  '𝒳𝒴'.repeat(100),
  `\${7*7}`,
  '{{7*7}}',
  '__proto__',
  'constructor',
  'urn:x|a,b$c\\',
]
const PARAMETERS = [
  'Patient?family=',
  'Patient?name:contains=',
  'Patient?given:exact=',
  'Patient?identifier=',
  'Patient?_id=',
  'Patient?birthdate=',
  'Patient?_lastUpdated=',
  'Patient?_sort=',
  'Patient?_count=',
  'Patient?_elements=',
  'Patient?_cursor=',
  'Patient?general-practitioner=',
  'Patient?gender:not=',
  'Patient?telecom=',
  'Patient?active:missing=',
  'Observation?patient=',
  'Observation?subject:Patient=',
  'Observation?code=',
  'Observation?code:text=',
  'Observation?value-quantity=',
  'Observation?date=',
  'ValueSet?url:below=',
  'RiskAssessment?probability=',
  'Patient?',
]
const HEADERS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-none-exist',
  'prefer',
  'x-request-id',
  'x-purpose-of-use',
  'accept',
  'accept-encoding',
  'authorization',
  'x-forwarded-for',
  'cookie',
]
/** As bytes of a header value: UTF-8 without the controls no client sends. */
const headerOf = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[\0-\x1f\x7f]/g, '')
    .trim()
    .slice(0, 4000)

test('naughty strings do no harm', { skip: withoutSharedData }, async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')
  const blns = JSON.parse(readFileSync(join(SHARED_DATA, 'security/blns/blns.json'), 'utf8')) as string[]
  const strings = [...blns, ...ours]
  assert.ok(strings.length > 500)
  assert.equal((await ask('PUT', '/Patient/there', { resourceType: 'Patient', id: 'there' })).status, 201)

  await t.test('as search values: an answer or a refusal, and the same by POST', () =>
    leavingNothing(running, () =>
      forEachOf(strings.entries(), async ([n, text]) => {
        for (const at of [n, n + 7]) {
          const [type, parameter] = (PARAMETERS[at % PARAMETERS.length] as string).split('?')
          const query = `${parameter}${encodeURIComponent(text.slice(0, 3000))}`
          const reply = await ask('GET', `/${type}?${query}`)
          if (reply.status === 200) assert.equal(reply.json.type, 'searchset', query)
          else assertRefused(reply, query, 400)
          const headers = { 'content-type': 'application/x-www-form-urlencoded' }
          const posted = await ask('POST', `/${type}/_search`, undefined, { headers, text: query })
          assert.equal(posted.status, reply.status, query)
        }
      }),
    ),
  )

  await t.test('as ids, types, versions and whole bodies: nothing is there', () =>
    leavingNothing(running, () =>
      forEachOf(strings.entries(), async ([n, text]) => {
        const word = encodeURIComponent(text.slice(0, 1000))
        if (word === '' || /^\.*$/.test(word) || word === '%20') return
        const paths = [
          `/Patient/${word}`,
          `/${word}/there`,
          `/Patient/there/_history/${word}`,
          `/Patient/${word}/_history`,
        ]
        assertRefused(await ask('GET', paths[n % paths.length] as string), paths[n % paths.length] as string, 400, 404)
        assertRefused(
          await ask('PUT', `/Patient/${word}`, { resourceType: 'Patient', id: text, gender: 'x' }),
          text,
          400,
          404,
          422,
        )
        for (const path of ['/Patient', '/']) assertRefused(await ask('POST', path, undefined, { text }), text, 400)
        const typed = { 'content-type': 'application/json-patch+json' }
        assertRefused(await ask('PATCH', '/Patient/there', undefined, { text, headers: typed }), text, 400)
        const patch = [{ op: text, path: text, from: text, value: text }]
        assertRefused(await ask('PATCH', '/Patient/there', patch, { headers: typed }), text, 400, 422)
        const entry = [{ fullUrl: text, request: { method: text, url: text, ifMatch: text, ifNoneExist: text } }]
        assertRefused(await ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry }), text, 400)
      }),
    ),
  )

  await t.test('as headers', () =>
    leavingNothing(running, () =>
      forEachOf(strings.entries(), async ([n, text]) => {
        const name = HEADERS[n % HEADERS.length] as string
        const reply = await ask('GET', '/Patient/there', undefined, { headers: { [name]: headerOf(text) } })
        assert.ok([200, 304, 400, 401, 406].includes(reply.status), `${name}: ${text}: ${reply.status}`)
        const id = reply.headers.get('x-request-id') ?? ''
        assert.match(id, /^[\w.-]{1,64}$/, 'what a header says is never repeated as it is')
        if (name.startsWith('if-none-exist')) {
          const body = { resourceType: 'Patient', id: 'there', gender: 'banana' }
          assertRefused(await ask('POST', '/Patient', body, { headers: { [name]: headerOf(text) } }), text)
        }
      }),
    ),
  )

  await t.test('as what a token is asked with: an OAuth error', () =>
    leavingNothing(running, () =>
      forEachOf(strings.entries(), async ([n, text]) => {
        const form = { grant_type: 'client_credentials', client_id: 'loader', client_secret: 'x', scope: 'system/*.rs' }
        const assertion = {
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: text,
        }
        const forged = ['{"alg":"none"}', JSON.stringify({ iss: text, sub: text, exp: 9999999999 }), text]
        const wrong = [
          { ...form, client_id: text },
          { ...form, client_secret: text },
          { ...form, grant_type: text },
          { ...form, ...assertion },
          {
            ...form,
            ...assertion,
            client_assertion: forged.map((part) => Buffer.from(part).toString('base64url')).join('.'),
          },
        ][n % 5]
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const body = new URLSearchParams(wrong as Record<string, string>).toString()
        const reply = await asked('POST', `${running.url}/oauth/token`, { headers, text: body })
        assert.ok([400, 401].includes(reply.status), `${text}: ${reply.status}`)
        assert.match(reply.json.error, /^(invalid_(client|request|scope)|unsupported_grant_type)$/)
        assert.equal(reply.headers.get('cache-control'), 'no-store')
      }),
    ),
  )

  await t.test('as what a record says: kept to the letter, and found again, or refused', async () => {
    const kept: string[] = []
    await forEachOf(strings.entries(), async ([n, text]) => {
      const name = [{ family: text, given: ['Blns'] }]
      const reply = await ask('PUT', `/Patient/blns-${n}`, { resourceType: 'Patient', id: `blns-${n}`, name })
      if (reply.status !== 201) return assertRefused(reply, text, 400, 422)
      assert.equal((await ask('GET', `/Patient/blns-${n}`)).json.name[0].family, text)
      kept.push(text)
      const found = await ask(
        'GET',
        `/Patient?given=blns&family:exact=${encodeURIComponent(text.replaceAll(/[\\,$|]/g, '\\$&'))}&_count=1000`,
      )
      if (found.status === 400)
        return assert.match(text, /^[\s\p{M}]*$/u, 'only what is nothing but space cannot be searched')
      assert.ok(
        resourcesOf(found).some((one: Json) => one.id === `blns-${n}`),
        `${text} is not found`,
      )
    })
    assert.ok(kept.length > 450, `${kept.length}`)
  })
})
