import assert from 'node:assert/strict'
import test from 'node:test'
import type { Resource } from '../fhir/parse-resource.ts'
import { membershipsOf } from './memberships-of.ts'

const who = (reference: string) => ({ reference })
const said = (resource: object) =>
  membershipsOf(resource as Resource).map(
    ({ member, unit, endsAt }) => `${member} in ${unit} until ${endsAt?.toISOString().slice(0, 10) ?? ''}`,
  )
const ON_CALL = { coding: [{ system: 'urn:chartwarden:roster', code: 'on-call' }] }

test('a role puts a practitioner into its units, for its period', () => {
  const role = {
    resourceType: 'PractitionerRole',
    id: 'r',
    practitioner: who('Practitioner/ana'),
    organization: who('Organization/cardiology'),
    location: [who('Location/ward-3')],
    period: { start: '2027-01-01', end: '2027-01-31' },
  }
  assert.deepEqual(said(role), [
    'Practitioner/ana in Organization/cardiology until 2027-02-01',
    'Practitioner/ana in Location/ward-3 until 2027-02-01',
    'Practitioner/ana in within Organization/cardiology until 2027-02-01',
    'Practitioner/ana in somewhere until 2027-02-01',
    'Practitioner/ana in PractitionerRole/r until 2027-02-01',
  ])
  assert.deepEqual(said({ ...role, active: false }), [])
})

test('who is on call is so of units and specialties, for a time that ends, and works there not by that', () => {
  const specialty = [{ coding: [{ system: 'urn:s', code: 'cardiology' }] }]
  const role = {
    resourceType: 'PractitionerRole',
    code: [ON_CALL],
    practitioner: who('Practitioner/ana'),
    location: [who('Location/ward-3')],
    specialty,
    period: { end: '2027-01-01' },
  }
  assert.deepEqual(said(role), [
    'Practitioner/ana in on-call Location/ward-3 until 2027-01-02',
    'Practitioner/ana in on-call specialty/urn:s|cardiology until 2027-01-02',
  ])
  assert.deepEqual(said({ ...role, period: { start: '2027-01-01' } }), [], 'a roster ends')
  const roster = {
    resourceType: 'Schedule',
    serviceCategory: [ON_CALL],
    actor: [who('PractitionerRole/r'), who('Practitioner/ana'), who('HealthcareService/stroke')],
    specialty,
    planningHorizon: { start: '2027-01-01T18:00:00Z', end: '2027-01-02T06:00:00Z' },
  }
  assert.deepEqual(said(roster), [
    'PractitionerRole/r in on-call HealthcareService/stroke until 2027-01-02',
    'PractitionerRole/r in on-call specialty/urn:s|cardiology until 2027-01-02',
    'Practitioner/ana in on-call HealthcareService/stroke until 2027-01-02',
    'Practitioner/ana in on-call specialty/urn:s|cardiology until 2027-01-02',
  ])
  assert.deepEqual(said({ ...roster, serviceCategory: [] }), [], 'a consulting hour is no duty')
  assert.deepEqual(said({ ...roster, active: false }), [])
})

test('teams and groups have members; organisations are parts of others', () => {
  const team = { resourceType: 'CareTeam', id: 't', status: 'active', participant: [{ member: who('Organization/o') }] }
  assert.deepEqual(said(team), [
    'Organization/o in CareTeam/t until ',
    'within Organization/o in within CareTeam/t until ',
  ])
  assert.deepEqual(said({ ...team, status: 'inactive' }), [])
  const group = {
    resourceType: 'Group',
    id: 'g',
    actual: true,
    member: [
      { entity: who('Practitioner/a') },
      { entity: who('Practitioner/b'), inactive: true },
      { entity: who('Patient/p') },
    ],
  }
  assert.deepEqual(said(group), ['Practitioner/a in Group/g until '])
  const anybody = { ...group, type: 'practitioner', actual: false }
  assert.deepEqual(said(anybody), ['anybody in Group/g until '], 'who is in it is not said')
  assert.deepEqual(said({ resourceType: 'Organization', id: 'o', partOf: who('Organization/whole') }), [
    'within Organization/o in within Organization/whole until ',
  ])
})
