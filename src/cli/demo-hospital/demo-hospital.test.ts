import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Resource } from '../../records/fhir/parse-resource.ts'
import { patientsOf } from '../../records/fhir/patients-of.ts'
import { splitBundle } from '../../records/fhir/split-bundle.ts'
import { validateResource } from '../../records/fhir/validate-resource.ts'
import { relationsOf } from '../../records/relations/relations-of.ts'
import { DEMO_TODAY, demoHospital } from './demo-hospital.ts'

const hospital = demoHospital()
const bundles = hospital.bundles.map(({ bundle }) => splitBundle(JSON.stringify(bundle)))
const [house, ...charts] = bundles.map(({ entries }) => entries.map(({ resource }) => resource!))
const resources = [house!, ...charts].flat()
const nameOf = ({ resourceType, id }: Resource) => `${resourceType}/${id}`

/** Every value under one of the names, anywhere in a resource. */
function found(value: unknown, name: RegExp): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'string' ? (name.test(key) ? [item] : []) : found(item, name),
  )
}

describe('the demo hospital', () => {
  it('holds about forty patients and two and a half thousand resources, all valid FHIR R4', () => {
    assert.ok(charts.length >= 40)
    assert.ok(resources.length > 1500 && resources.length < 2700, String(resources.length))
    for (const resource of resources) assert.deepEqual(validateResource(resource), [], nameOf(resource))
  })

  it('is written by transactions that change nothing the second time', () => {
    for (const { type, entries } of bundles) {
      assert.equal(type, 'transaction')
      for (const { request, resource } of entries) assert.deepEqual(request, { method: 'PUT', url: nameOf(resource!) })
    }
    assert.equal(new Set(resources.map(nameOf)).size, resources.length)
    for (const { id } of resources) assert.match(id!, /^demo-[a-z0-9-]{1,59}$/)
    const digest = (value: unknown) => hash('sha256', JSON.stringify(value))
    assert.equal(digest(demoHospital()), digest(hospital))
    assert.notEqual(digest(demoHospital('2027-01-01')), digest(hospital))
  })

  it('refers to nothing outside itself', () => {
    const known = new Set(resources.map(nameOf))
    const references = resources.flatMap((one) => found(one, /^reference$/))
    assert.ok(references.length > resources.length)
    assert.deepEqual(
      references.filter((one) => !known.has(one)),
      [],
    )
  })

  it('gives every record of a chart to its patient, and none of the house to any', () => {
    for (const chart of charts) {
      const patient = chart.find(({ resourceType }) => resourceType === 'Patient')!
      for (const one of chart) if (one !== patient) assert.deepEqual(patientsOf(one), [patient.id], nameOf(one))
    }
    for (const one of house!) assert.deepEqual(patientsOf(one), [], nameOf(one))
  })

  it('lets nothing happen before a birth, and nothing but what is planned after today', () => {
    for (const chart of charts) {
      const born = chart.find(({ resourceType }) => resourceType === 'Patient')!.birthDate as string
      for (const one of chart) {
        const times = found(one, /^(start|recordedDate|authoredOn|issued|date|.*DateTime)$/).map((time) =>
          time.slice(0, 10),
        )
        for (const time of times) {
          assert.ok(time >= born, `${nameOf(one)} ${time} before ${born}`)
          if (one.resourceType !== 'Appointment') assert.ok(time <= DEMO_TODAY, `${nameOf(one)} ${time}`)
        }
      }
    }
  })

  it('has patients in the care of each clinician, and none of them has all', () => {
    const inCare = new Map<string, Set<string>>()
    for (const chart of charts) {
      const patient = chart.find(({ resourceType }) => resourceType === 'Patient')!.id!
      for (const carer of chart.flatMap(relationsOf).map((one) => one.carer))
        inCare.set(carer, (inCare.get(carer) ?? new Set()).add(patient))
    }
    const clinical = new Set(['physician', 'resident', 'nurse', 'midwife', 'pharmacist', 'therapist'])
    for (const { name, role, fhirUser } of hospital.personas) {
      assert.ok(
        resources.some((one) => nameOf(one) === fhirUser),
        name,
      )
      const patients = inCare.get(fhirUser!)?.size ?? 0
      if (clinical.has(role)) assert.ok(patients >= 2 && patients < charts.length / 2, `${name} ${patients}`)
      else assert.equal(patients, 0, name)
    }
    for (const persona of ['amara-okafor', 'noor-haddadi'])
      assert.ok(inCare.get(`Practitioner/demo-${persona}`)?.has('demo-ada-lindqvist'), persona)
  })

  it('marks what is sensitive: mind, substances, HIV, genes and reproduction', () => {
    const marked = resources.filter(({ meta }) => meta?.security !== undefined)
    const codes = new Set(marked.flatMap(({ meta }) => meta!.security!.map(({ code }) => code)))
    assert.deepEqual([...codes].sort(), ['GDIS', 'HIV', 'PSY', 'R', 'SEX', 'SUD'])
    assert.ok(marked.length > 100 && marked.length < resources.length / 4, String(marked.length))
  })
})
