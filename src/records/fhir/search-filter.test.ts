import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '../../kernel/refusal.ts'
import { parseSearch } from './search-query.ts'

const pairsOf = (text: string) => [...new URLSearchParams(text)]

const REFUSED: [string, string, string][] = [
  ['Patient', 'banana=1', 'search.unknown-parameter'],
  ['Patient', '__proto__=1', 'search.unknown-parameter'],
  ['Patient', 'gender:banana=1', 'search.unknown-parameter'],
  ['Patient', 'family:not=1', 'search.unknown-parameter'],
  ['Patient', 'gender:not:not=1', 'search.unknown-parameter'],
  ['Patient', 'general-practitioner:Patient=1', 'search.unknown-parameter'],
  ['Patient', 'general-practitioner.name=x', 'search.unknown-parameter'],
  ['Patient', 'general-practitioner:Practitioner.name=x', 'search.unknown-parameter'],
  ['Patient', '_has:Observation:patient:code=1', 'search.unknown-parameter'],
  ['Patient', '_include=Patient:organization', 'search.unknown-parameter'],
  ['Patient', '_revinclude:iterate=Observation:patient', 'search.unknown-parameter'],
  ['Patient', '_filter=x', 'search.unknown-parameter'],
  ['Patient', '_contained=true', 'search.unknown-parameter'],
  ['Observation', 'code-value-quantity=a$1', 'search.unknown-parameter'],
  ['Location', 'near=1|2', 'search.unknown-parameter'],
  ['Patient', 'gender=', 'search.invalid-value'],
  ['Patient', 'gender=male,', 'search.invalid-value'],
  ['Patient', 'gender=|', 'search.invalid-value'],
  ['Patient', 'gender=a|b|c', 'search.invalid-value'],
  ['Patient', 'gender:missing=yes', 'search.invalid-value'],
  ['Patient', 'birthdate=yesterday', 'search.invalid-value'],
  ['Patient', 'birthdate=xx2020', 'search.invalid-value'],
  ['Patient', 'birthdate=2020-02-30', 'search.invalid-value'],
  ['Patient', 'family=%20', 'search.invalid-value'],
  ['RiskAssessment', 'probability=high', 'search.invalid-value'],
  ['RiskAssessment', 'probability=1|x|y', 'search.invalid-value'],
  ['Observation', 'subject=Banana/1', 'search.invalid-value'],
  ['Observation', 'subject=a b', 'search.invalid-value'],
  ['Observation', 'subject:Patient=Group/1', 'search.invalid-value'],
  ['Patient', '_count=-1', 'search.invalid-value'],
  ['Patient', '_count=ten', 'search.invalid-value'],
  ['Patient', '_count=1&_count=2', 'search.invalid-value'],
  ['Patient', '_sort=banana', 'search.invalid-value'],
  ['Patient', '_total=maybe', 'search.invalid-value'],
  ['Patient', '_summary=maybe', 'search.invalid-value'],
  ['Patient', '_elements=a b', 'search.invalid-value'],
  ['Patient', '_format=xml', 'search.invalid-value'],
  ['Banana', '', 'request.invalid'],
  ['Patient', `gender=${'a,'.repeat(600)}a`, 'search.too-costly'],
  ['Patient', 'gender=a&'.repeat(200), 'search.too-costly'],
]
for (const [type, query, code] of REFUSED)
  test(`${type}?${query.slice(0, 50)} is refused: ${code}`, () => {
    assert.throws(
      () => parseSearch(type, pairsOf(query)),
      (error) => error instanceof Refusal && error.code === code,
    )
  })
