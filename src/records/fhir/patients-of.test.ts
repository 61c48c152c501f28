import assert from 'node:assert/strict'
import test from 'node:test'
import type { Resource } from './parse-resource.ts'
import { patientsOf } from './patients-of.ts'

const CASES: [object, string[]][] = [
  [{ resourceType: 'Patient', id: 'a' }, []],
  [{ resourceType: 'Patient', id: 'a', link: [{ other: { reference: 'Patient/b' }, type: 'refer' }] }, ['b']],
  [{ resourceType: 'Observation', subject: { reference: 'Patient/a/_history/3' } }, ['a']],
  [
    {
      resourceType: 'Observation',
      subject: { reference: 'Patient/a' },
      performer: [{ reference: 'Patient/b' }, { reference: 'Patient/a' }],
    },
    ['a', 'b'],
  ],
  [{ resourceType: 'Observation', subject: { reference: 'Group/a' } }, []],
  [{ resourceType: 'Observation', subject: { reference: 'http://x.org/Patient/a' } }, []],
  [
    { resourceType: 'Observation', subject: { reference: '#a' }, contained: [{ resourceType: 'Patient', id: 'a' }] },
    [],
  ],
  [{ resourceType: 'Observation', focus: [{ reference: 'Patient/a' }] }, []],
  [
    {
      resourceType: 'Appointment',
      participant: [{ actor: { reference: 'Patient/a' } }, { actor: { reference: 'Practitioner/b' } }],
    },
    ['a'],
  ],
  [
    { resourceType: 'Coverage', beneficiary: { reference: 'Patient/a' }, payor: [{ reference: 'Patient/b' }] },
    ['b', 'a'],
  ],
  [{ resourceType: 'Provenance', target: [{ reference: 'Patient/a' }, { reference: 'Observation/b' }] }, ['a']],
  [{ resourceType: 'Organization', id: 'a' }, []],
  [{ resourceType: 'Task', for: { reference: 'Patient/a' } }, ['a']],
]
for (const [resource, ids] of CASES)
  test(`${JSON.stringify(resource).slice(0, 90)} → ${ids.join()}`, () =>
    assert.deepEqual(patientsOf(resource as Resource).sort(), [...ids].sort()))
