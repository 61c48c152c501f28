import assert from 'node:assert/strict'
import test from 'node:test'
import { compareBy } from './compare-by.ts'
import { extractValues } from './extract-values.ts'
import { parseSearch } from './search-query.ts'

test('sorting: by value, then id; missing last both ways', () => {
  const row = (id: string, resource: object, lastUpdated = 0) => ({
    entry: extractValues({ resourceType: 'Patient', ...resource }),
    self: { id, lastUpdated },
  })
  const rows = [
    row('c', { birthDate: '1990' }, 3),
    row('a', {}, 2),
    row('d', { birthDate: '1980-05-05', name: [{ family: 'Ä' }] }, 1),
    row('b', { birthDate: '1990' }, 4),
  ]
  const order = (sort: string) => {
    const query = parseSearch('Patient', sort === '' ? [] : [['_sort', sort]])
    return [...rows]
      .sort((x, y) => compareBy(query, x, y))
      .map((each) => each.self.id)
      .join('')
  }
  assert.equal(order('birthdate'), 'dbca')
  assert.equal(order('-birthdate'), 'bcda')
  assert.equal(order('family'), 'dabc')
  assert.equal(order('-family'), 'dabc')
  assert.equal(order('-_lastUpdated'), 'bcad')
  assert.equal(order('_id'), 'abcd')
  assert.equal(order('-_id'), 'dcba')
  assert.equal(order('birthdate,-_id'), 'dcba')
  assert.equal(order(''), 'abcd')
})
