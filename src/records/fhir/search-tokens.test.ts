import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { extractValues } from './extract-values.ts'
import type { Resource } from './parse-resource.ts'
import { matches, parseSearch } from './search-query.ts'
import { tokenLookups, tokensOf } from './search-tokens.ts'

const tokens = (resource: object) =>
  tokensOf((resource as Resource).resourceType, extractValues(resource as Resource)).map((t) => `${t.param}=${t.value}`)
const lookups = (type: string, query: string) =>
  tokenLookups(parseSearch(type, [...new URLSearchParams(query)])).map(({ any }) =>
    any.map((t) => `${t.param}=${t.value}`),
  )

test('a person has tokens for identifiers, names and birth date', () => {
  assert.deepEqual(
    tokens({
      resourceType: 'Patient',
      identifier: [{ system: 'http://mrn', value: 'A1' }, { value: 'a1' }],
      name: [{ family: 'Müller', given: ['Jo'] }],
      birthDate: '1980-02-03',
    }),
    [
      'identifier=http://mrn|a1',
      'identifier=|a1',
      'family=muller',
      'family^3=mul',
      'given=jo',
      'name=muller',
      'name^3=mul',
      'name=jo',
      'birthdate=1980-02-03',
      'birthdate^month=1980-02',
    ],
  )
})

test('other resources have their identifiers only', () => {
  assert.deepEqual(tokens({ resourceType: 'Organization', name: 'Clinic', identifier: [{ value: 'x' }] }), [
    'identifier=|x',
  ])
  assert.deepEqual(tokens({ resourceType: 'Patient', birthDate: '1980' }), [])
  assert.deepEqual(tokens({ resourceType: 'Patient', birthDate: '1980-12' }), ['birthdate^month=1980-12'])
})

test('what tokens can serve', () => {
  assert.deepEqual(
    lookups('Patient', 'identifier=http://mrn|A1,b&family=Mül&given:exact=Jo&birthdate=1980-02-03&birthdate=1980-02'),
    [
      ['identifier=http://mrn|a1', 'identifier=|b'],
      ['family^3=mul'],
      ['given=jo'],
      ['birthdate=1980-02-03'],
      ['birthdate^month=1980-02'],
    ],
  )
  assert.deepEqual(lookups('Organization', 'identifier=|x&name=clinic'), [['identifier=|x']])
  for (const query of [
    'family=mu',
    'family=muller,mu',
    'family:contains=muller',
    'identifier=http://mrn|',
    'identifier:not=a',
    'birthdate=1980',
    'birthdate=gt1980-02-03',
    'gender=male',
    'family:missing=true',
    'identifier:missing=false',
  ])
    assert.deepEqual(lookups('Patient', query), [], query)
})

test('whatever matches has a token of every lookup', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.constantFrom('Müller', 'ΟΔΟΣ', 'İstanbul', 'ǅ', 'ﬁn', 'a  b', '😀😀😀😀'),
  )
  const date = fc.constantFrom('1980', '1980-02', '1980-02-03', '1980-03')
  fc.assert(
    fc.property(word, word, date, date, fc.nat(8), fc.boolean(), (family, value, birthDate, asked, cut, exact) => {
      const resource = {
        resourceType: 'Patient',
        name: [{ family }],
        birthDate,
        identifier: [{ value, system: 'http://s' }],
      }
      const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&')
      const part = exact ? family : Array.from(family).slice(0, cut).join('')
      fc.pre(part.trim() !== '' && part.normalize('NFKD').replace(/\p{M}/gu, '').trim() !== '')
      const query = parseSearch('Patient', [
        [exact ? 'family:exact' : 'family', escaped(part)],
        ['identifier', escaped(value)],
        ['identifier', `http://s|${escaped(value)}`],
        ['birthdate', asked],
      ])
      const entry = extractValues(resource)
      if (!matches(query, entry, { id: 'a', lastUpdated: 0 })) return
      const mine = new Set(tokensOf('Patient', entry).map((t) => `${t.param}=${t.value}`))
      for (const { any } of tokenLookups(query))
        assert.ok(
          any.some((t) => mine.has(`${t.param}=${t.value}`)),
          JSON.stringify(any),
        )
    }),
    { numRuns: 2000 },
  )
})
