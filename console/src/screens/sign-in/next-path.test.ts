import { expect, test } from 'vitest'
import { nextPath } from './next-path.ts'

const ORIGIN = 'https://chart.example'

test.each(['/account', '/interaction/Ab_9-x', '/account?part=apps'])('%s is followed', (next) => {
  expect(nextPath(next, ORIGIN)).toBe(next)
})

test.each([
  undefined,
  7,
  '',
  'account',
  '//evil.example/account',
  '///evil.example/account',
  '/\\evil.example/account',
  '/\t/evil.example/account',
  '\\\\evil.example',
  'https://evil.example/account',
  'https:/account',
  'javascript:alert(1)',
  '/account\n',
  '/account/../..//evil.example',
  '/enrol',
  '/sign-in',
  '/interaction/',
  '/interaction/a/b',
  '/interaction/%2e%2e/%2e%2e//evil.example',
  '/fhir/Patient',
])('%j is not', (next) => {
  expect(nextPath(next, ORIGIN)).toBe('/account')
})
