import assert from 'node:assert/strict'
import test from 'node:test'
import type { Resource } from '../fhir/parse-resource.ts'
import { membershipsOf, momentOf, relationsOf } from './relations-of.ts'

const who = (reference: string) => ({ reference })
const said = (resource: object) =>
  relationsOf(resource as Resource).map(
    ({ carer, kind, beginsAt, endsAt }) =>
      `${carer} ${kind} ${beginsAt?.toISOString() ?? ''}..${endsAt?.toISOString() ?? ''}`,
  )

test('an encounter relates who takes part and where it is, while it is not over', () => {
  const encounter = {
    resourceType: 'Encounter',
    status: 'in-progress',
    period: { start: '2027-01-01T08:00:00Z' },
    participant: [
      { individual: who('Practitioner/ana'), period: { start: '2027-01-01T08:00:00Z', end: '2027-01-01T20:00:00Z' } },
      { individual: who('Practitioner/bo') },
      { individual: who('RelatedPerson/kin') },
      { individual: { display: 'somebody' } },
    ],
    location: [{ location: who('Location/ward-3') }, { location: who('Location/old'), status: 'completed' }],
  }
  assert.deepEqual(said(encounter), [
    'Practitioner/ana encounter 2027-01-01T08:00:00.000Z..2027-01-01T20:00:00.000Z',
    'Practitioner/bo encounter ..',
    'RelatedPerson/kin encounter ..',
    'Location/ward-3 ward ..',
  ])
  for (const status of ['finished', 'cancelled', 'entered-in-error', 'unknown', undefined])
    assert.deepEqual(said({ ...encounter, status }), [], status)
})

test('teams, appointments, orders, referrals, tasks, practitioners of one’s own, and proxies', () => {
  assert.deepEqual(
    said({
      resourceType: 'CareTeam',
      status: 'active',
      period: { end: '2027-05' },
      participant: [{ member: who('Practitioner/ana'), period: { end: '2027-04-30' } }],
    }),
    ['Practitioner/ana care-team ..2027-05-01T00:00:00.000Z'],
  )
  assert.deepEqual(
    said({ resourceType: 'CareTeam', status: 'inactive', participant: [{ member: who('Practitioner/ana') }] }),
    [],
  )
  assert.deepEqual(
    said({
      resourceType: 'Appointment',
      status: 'booked',
      start: '2027-01-05T10:00:00Z',
      end: '2027-01-05T11:00:00Z',
      participant: [{ actor: who('Practitioner/ana') }],
    }),
    ['Practitioner/ana appointment 2027-01-04T10:00:00.000Z..2027-01-06T11:00:00.000Z'],
  )
  assert.deepEqual(
    said({
      resourceType: 'ServiceRequest',
      status: 'active',
      requester: who('Practitioner/ana'),
      performer: [who('Practitioner/bo')],
    }),
    ['Practitioner/ana order ..', 'Practitioner/bo referral ..'],
  )
  assert.deepEqual(
    said({
      resourceType: 'Task',
      status: 'accepted',
      owner: who('Practitioner/cy'),
      restriction: { period: { end: '2027-01-31' } },
    }),
    ['Practitioner/cy task ..2027-02-01T00:00:00.000Z'],
  )
  assert.deepEqual(
    said({ resourceType: 'Patient', generalPractitioner: [who('Practitioner/gp'), who('Organization/house')] }),
    ['Practitioner/gp general-practitioner ..', 'Organization/house general-practitioner ..'],
  )
  assert.deepEqual(said({ resourceType: 'RelatedPerson', id: 'mum', period: { end: '2031-06-01' } }), [
    'RelatedPerson/mum proxy ..2031-06-02T00:00:00.000Z',
  ])
  assert.deepEqual(said({ resourceType: 'RelatedPerson', id: 'mum', active: false }), [])
  assert.deepEqual(said({ resourceType: 'Observation', performer: [who('Practitioner/ana')] }), [])
})

test('who works where, and until when', () => {
  const role = {
    resourceType: 'PractitionerRole',
    practitioner: who('Practitioner/ana'),
    organization: who('Organization/cardiology'),
    location: [who('Location/ward-3')],
    period: { start: '2027-01-01', end: '2027-01-31' },
  } as unknown as Resource
  const window = { beginsAt: new Date('2027-01-01T00:00:00Z'), endsAt: new Date('2027-02-01T00:00:00Z') }
  assert.deepEqual(membershipsOf(role), [
    { member: 'Practitioner/ana', unit: 'Organization/cardiology', ...window },
    { member: 'Practitioner/ana', unit: 'Location/ward-3', ...window },
  ])
  assert.deepEqual(membershipsOf({ ...role, active: false } as Resource), [])
})

test('a FHIR time as the moment it begins, or the one after it ends', () => {
  const ends: [string, string][] = [
    ['2027', '2028-01-01'],
    ['2027-12', '2028-01-01'],
    ['2027-02', '2027-03-01'],
    ['2027-02-28', '2027-03-01'],
    ['2027-12-31', '2028-01-01'],
  ]
  for (const [text, day] of ends) assert.equal(momentOf(text, true)?.toISOString(), `${day}T00:00:00.000Z`, text)
  assert.equal(momentOf('2027')?.toISOString(), '2027-01-01T00:00:00.000Z')
  assert.equal(momentOf('2027-06-01T10:00:00+02:00', true)?.toISOString(), '2027-06-01T08:00:00.000Z')
  assert.equal(momentOf('soon'), undefined)
  assert.equal(momentOf(undefined), undefined)
})
