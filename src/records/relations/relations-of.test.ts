import assert from 'node:assert/strict'
import test from 'node:test'
import type { Resource } from '../fhir/parse-resource.ts'
import { momentOf } from './relation-windows.ts'
import { relationsOf } from './relations-of.ts'

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
    'on-call Location/ward-3 on-call ..',
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

test('a stay also relates who is on call for its place, its provider and its specialty', () => {
  const stay = {
    resourceType: 'Encounter',
    status: 'in-progress',
    period: { start: '2027-01-01', end: '2027-01-03' },
    location: [{ location: who('Location/ward-3') }],
    serviceProvider: who('Organization/medicine'),
    serviceType: { coding: [{ system: 'urn:s', code: 'cardiology' }] },
  }
  const end = '..2027-01-04T00:00:00.000Z'
  assert.deepEqual(said(stay), [
    `Location/ward-3 ward ${end}`,
    `on-call Location/ward-3 on-call ${end}`,
    `on-call Organization/medicine on-call ${end}`,
    `on-call specialty/urn:s|cardiology on-call ${end}`,
  ])
})

test('a consult is for who is on call of the unit or specialty asked; another request is not', () => {
  const asked = {
    resourceType: 'ServiceRequest',
    status: 'active',
    category: [{ coding: [{ system: 'http://snomed.info/sct', code: '11429006' }] }],
    performer: [who('Organization/cardiology')],
    performerType: { coding: [{ system: 'urn:s', code: 'cardiology' }] },
    occurrencePeriod: { end: '2027-01-01' },
  }
  assert.deepEqual(said(asked), [
    'Organization/cardiology referral ..',
    'on-call Organization/cardiology consult ..2027-01-02T00:00:00.000Z',
    'on-call specialty/urn:s|cardiology consult ..2027-01-02T00:00:00.000Z',
  ])
  assert.deepEqual(said({ ...asked, category: [] }), ['Organization/cardiology referral ..'])
  assert.deepEqual(said({ ...asked, status: 'completed' }), [])
  const { category, performer, ...rest } = asked
  const task = { ...rest, resourceType: 'Task', status: 'requested', code: category[0], owner: performer[0] }
  assert.deepEqual(said(task), [
    'Organization/cardiology task ..',
    'on-call Organization/cardiology consult ..',
    'on-call specialty/urn:s|cardiology consult ..',
  ])
})

test('a group of patients relates who manages it with each of its members; a team with units is a group', () => {
  const group = {
    resourceType: 'Group',
    type: 'person',
    actual: true,
    managingEntity: who('PractitionerRole/diabetes-nurse'),
    member: [
      { entity: who('Patient/ada'), period: { end: '2027-01-01' } },
      { entity: who('Patient/bea') },
      { entity: who('Patient/cyd'), inactive: true },
      { entity: who('Practitioner/x') },
    ],
  }
  assert.deepEqual(
    relationsOf(group as unknown as Resource).map(({ carer, kind, patient }) => [carer, kind, patient]),
    [
      ['PractitionerRole/diabetes-nurse', 'group', 'ada'],
      ['PractitionerRole/diabetes-nurse', 'group', 'bea'],
    ],
  )
  assert.deepEqual(said({ ...group, active: false }), [])
  assert.deepEqual(said({ ...group, actual: false }), [])
  const team = {
    resourceType: 'CareTeam',
    status: 'active',
    participant: [{ member: who('Organization/rehab') }, { member: who('PractitionerRole/r') }],
  }
  assert.deepEqual(said(team), ['Organization/rehab group ..', 'PractitionerRole/r care-team ..'])
})

test('a consent names whom the patient lets in, for the time of all that stands above', () => {
  const scope = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] }
  const consent = (provision: object) => ({ resourceType: 'Consent', status: 'active', scope, provision })
  const actor = (reference: string) => [{ reference: who(reference) }]
  const ends = (end: string) => ({ period: { end } })
  assert.deepEqual(said(consent({ type: 'permit', actor: actor('Practitioner/vega'), ...ends('2027-03') })), [
    'Practitioner/vega consent ..2027-04-01T00:00:00.000Z',
  ])
  const nobodyBut = { type: 'deny', ...ends('2027-05'), provision: [] as object[] }
  nobodyBut.provision.push({ type: 'permit', actor: actor('Organization/house'), ...ends('2027-01') })
  assert.deepEqual(said(consent(nobodyBut)), [
    'Organization/house consent ..2027-02-01T00:00:00.000Z',
    'within Organization/house consent ..2027-02-01T00:00:00.000Z',
  ])
  assert.deepEqual(said(consent({ type: 'deny', actor: actor('Practitioner/vega') })), [])
  const research = { type: 'permit', purpose: [{ code: 'HRESCH' }], actor: actor('Practitioner/vega') }
  assert.deepEqual(said(consent(research)), [])
  assert.deepEqual(said({ ...consent({ type: 'permit', actor: actor('Practitioner/vega') }), status: 'inactive' }), [])
})
