import { expect, test } from 'vitest'
import { groupScopes, kindOf } from './group-scopes.ts'

test.each([
  ['openid', 'who'],
  ['fhirUser', 'who'],
  ['offline_access', 'stay'],
  ['launch/patient', 'run'],
  ['patient/Observation.rs', 'see'],
  ['patient/Observation.rs?category=laboratory', 'see'],
  ['patient/*.read', 'see'],
  ['user/Patient.s', 'see'],
  ['patient/Observation.cruds', 'change'],
  ['patient/Observation.u', 'change'],
  ['patient/*.*', 'change'],
  ['patient/*.write', 'change'],
  ['something-new', 'run'],
] as const)('%s lets an app %s', (scope, kind) => {
  expect(kindOf(scope)).toBe(kind)
})

test('what an app may see comes first, and no group is empty', () => {
  const said = ['openid', 'patient/Condition.rs'].map((scope) => ({ scope, says: scope, essential: true }))
  expect(groupScopes(said).map(({ kind }) => kind)).toEqual(['see', 'who'])
})
