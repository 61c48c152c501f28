import assert from 'node:assert/strict'
import test from 'node:test'
import type { Account, AccountId } from '../identity/account.ts'
import { changesOf, parseStaff } from './staff-csv.ts'

test('people are read from CSV, with quotes, a byte order mark and any order of columns', () => {
  const text =
    '\uFEFFrole,username,name,employed_until,record\r\nnurse,Wren,"Tallis, Wren",2027-03-31,Practitioner/w-1\r\n'
  assert.deepEqual(parseStaff(text), [
    {
      username: 'wren',
      name: 'Tallis, Wren',
      role: 'nurse',
      fhirUser: 'Practitioner/w-1',
      employedUntil: '2027-03-31T00:00:00.000Z',
    },
  ])
})

test('every wrong line is named, and nothing of the file is taken', () => {
  const head = 'username,name,role,unit,record,employed_from,employed_until\n'
  const wrong: [string, RegExp][] = [
    ['', /nobody/],
    ['7,A,nurse,,,,', /Line 2: A user name/],
    ['ana,,nurse,,,,', /Line 2: a name/],
    ['ana,A,Nurse!,,,,', /Line 2: a role/],
    ['ana,A,nurse,,Organization/x,,', /Line 2: a record/],
    ['ana,A,nurse,,Practitioner/x/y,,', /Line 2: a record/],
    ['ana,A,nurse,,Group/x,,', /Line 2: a record/],
    ['ana,A,nurse,,,31.3.2027,', /Line 2: employed_from/],
    ['ana,A,nurse,,,2027-02-31T99:00Z,', /Line 2: employed_from/],
    ['ana,A,nurse,,,2027-03-02,2027-03-01', /Line 2: employed_until is not after/],
    ['ana,A,nurse,,,,\nANA,A,nurse,,,,', /ana is there twice/],
    ['ana,A,nurse', /not CSV/],
  ]
  for (const [lines, message] of wrong) assert.throws(() => parseStaff(head + lines), message, lines)
  assert.throws(() => parseStaff('username,name,role,password\nana,A,nurse,x'), /no column password/)
})

test('what changed is told in the words of the ledger', () => {
  const now = new Date('2027-01-01T00:00:00Z')
  const person = { username: 'ana', name: 'A', role: 'nurse', unit: 'Ward 1' }
  const before: Account = { ...person, id: 'a'.repeat(32) as AccountId, version: 1 }
  assert.deepEqual(changesOf(before, person, now), [])
  assert.deepEqual(changesOf(before, { ...person, role: 'midwife', unit: 'Ward 2' }, now), [
    'role-changed',
    'unit-changed',
  ])
  assert.deepEqual(changesOf(before, { ...person, employedUntil: '2026-12-31T00:00:00.000Z' }, now), [
    'employment-ended',
    'person-changed',
  ])
})
