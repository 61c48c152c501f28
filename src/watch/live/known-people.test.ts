import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '../../kernel/actor.ts'
import { flagNames, flagsOf } from '../explain/flags.ts'
import { createHospital } from '../hospital/hospital.ts'
import { createKnownPeople } from './known-people.ts'

const petra: Actor = {
  kind: 'person',
  id: 'petra',
  name: 'Petra Quill',
  role: 'registration',
  unit: 'Desk',
  scopes: [],
  purpose: 'TREAT',
  fhirUser: 'Practitioner/petra',
}
const home = [{ line: ['6 River Close'], city: 'Northford' }]
const RECORDS: Readonly<Record<string, object>> = {
  'Practitioner/petra': { name: [{ family: 'Quill' }], address: home },
  'Patient/mother': { name: [{ family: 'Quill' }], address: home },
  'Patient/famous': { name: [{ family: 'Abara' }], meta: { security: [{ code: 'CEL' }] } },
  'Patient/petra-herself': {
    name: [{ family: 'Quill' }],
    extension: [{ url: 'https://hospital.example/employee', valueReference: { reference: 'Practitioner/petra' } }],
  },
  'Patient/dead': { name: [{ family: 'Mbeki' }], deceasedDateTime: '2026-01-01' },
}

test('kinship, fame and death are looked up once beside the first access, and known to the next', async () => {
  const hospital = createHospital()
  const asked: string[] = []
  let now = Date.UTC(2026, 2, 2)
  const people = createKnownPeople({
    hospital,
    isDecoy: (patient) => patient === 'decoy',
    now: () => now,
    lookUp: async (type, id) => {
      asked.push(`${type}/${id}`)
      if (id === 'broken') throw new Error('the database does not answer')
      const found = RECORDS[`${type}/${id}`]
      return found && JSON.stringify(found)
    },
  })
  async function flagsAfter(patient: string, explained = false) {
    people.meet(petra, patient, explained)
    await sleep(100)
    const actor = hospital.names.of('petra')
    const person = hospital.patient(hospital.names.of(patient))
    return flagNames(flagsOf(hospital, actor, hospital.member(actor), person, Math.floor(now / 60_000)))
  }
  assert.deepEqual(await flagsAfter('mother'), ['address'])
  assert.deepEqual(await flagsAfter('famous'), ['vip'])
  assert.deepEqual(await flagsAfter('petra-herself'), ['self'])
  assert.deepEqual(await flagsAfter('dead'), ['deceased'])
  assert.deepEqual(await flagsAfter('decoy'), ['decoy'])
  assert.deepEqual(await flagsAfter('broken'), [], 'what is not known speaks against nobody')
  assert.deepEqual(await flagsAfter('never', true), [], 'whose chart a relation opens is not looked up')
  const once = [...asked]
  assert.deepEqual(new Set(once).size, once.length)
  assert.ok(!once.includes('Patient/decoy') && !once.includes('Patient/never'))
  await flagsAfter('mother')
  assert.deepEqual(asked, once, 'within the hour nothing is asked again')
  now += 3_600_001
  await flagsAfter('mother')
  assert.deepEqual(asked.slice(once.length).toSorted(), ['Patient/mother', 'Practitioner/petra'])
})
