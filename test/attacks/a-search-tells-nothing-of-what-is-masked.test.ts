import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Json } from '../asking.ts'
import { researchConsentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'

const actor = (kind: Actor['kind'], role: string, purpose: Actor['purpose'], fhirUser?: string): Actor => ({
  kind,
  id: role,
  name: role,
  role,
  purpose,
  scopes: parseScopes(kind === 'client' ? 'system/*.cruds' : 'user/*.cruds'),
  strength: 'phishing-resistant',
  ...(fhirUser !== undefined && { fhirUser }),
})
const loader = actor('client', 'backend', 'TREAT')
const researcher = actor('person', 'researcher', 'HRESCH', 'Practitioner/rhea')
const patient = actor('person', 'patient', 'PATRQT', 'Patient/ada')
const CONSENT = researchConsentOf('study', 'ada')

/** Every way to ask for a value one does not see, by the right value and by a wrong one. */
const QUERIES: readonly (readonly [string, string, string])[] = [
  ['name', 'Lind', 'Moreau'],
  ['family:exact', 'Lind', 'Moreau'],
  ['given', 'Ada', 'Eve'],
  ['name:contains', 'in', 'zz'],
  ['name:missing', 'true', 'false'],
  ['phonetic', 'Lind', 'Moreau'],
  ['identifier', 'urn:mrn|4711', 'urn:mrn|1'],
  ['identifier:not', 'urn:mrn|4711', 'urn:mrn|1'],
  ['birthdate', '1961-07-07', '1990-01-01'],
  ['birthdate', 'lt1961-07-08', 'lt1961-07-07'],
  ['phone', '555', '1'],
  ['telecom', '555', '1'],
  ['address-city', 'Aarhus', 'Odense'],
  ['death-date', '2020', '2021'],
  ['deceased', 'true', 'false'],
  ['_sort', 'family', '-family'],
  ['_sort', 'birthdate', '-birthdate'],
]

test('a search tells nothing of what is masked, by no parameter, order, count or condition', async (t) => {
  const { data } = await startRunning(t, { clients: {}, serving: false })
  const { chartwarden, installation, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: data }))
  const { records, of } = tracedRecords(chartwarden, installation.expectedPatients)
  const as = (one: Actor) => ({ actor: one, requestId: 'r' })
  const put = (resource: Json, by = loader) =>
    records.updateRecord(as(by), { type: resource.resourceType, id: resource.id }, JSON.stringify(resource))
  await put({
    resourceType: 'Patient',
    id: 'ada',
    identifier: [{ system: 'urn:mrn', value: '4711' }],
    name: [{ family: 'Lind', given: ['Ada'] }],
    telecom: [{ system: 'phone', value: '555' }],
    gender: 'female',
    birthDate: '1961-07-07',
    address: [{ city: 'Aarhus' }],
  })
  await put(CONSENT, patient)
  const answer = (act: Promise<{ text?: unknown }>) =>
    act.then(
      ({ text }) => String(text),
      (error: unknown) => {
        if (error instanceof Refusal) return `${error.code} ${error.message}`
        throw error
      },
    )
  const search = (name: string, value: string, more: [string, string][] = []) =>
    answer(records.searchRecords(as(researcher), 'Patient', [['_id', 'ada'], [name, value], ...more], 'b'))
  assert.match(await search('gender', 'female'), /"total":1/, 'what is not masked is searched')

  for (const [name, right, wrong] of QUERIES)
    await t.test(`${name}=${right}`, async () => {
      for (const more of [[], [['_summary', 'count']]] as [string, string][][]) {
        const [one, other] = [await search(name, right, more), await search(name, wrong, more)]
        assert.match(one, /^policy\.masked/)
        assert.equal(one, other)
      }
      const trace = (value: string) => of(() => records.searchRecords(as(researcher), 'Patient', [[name, value]], 'b'))
      const seen = await trace(right)
      assert.deepEqual(seen, await trace(wrong))
      assert.ok(seen.length === 1 && seen[0]?.includes('policy.masked'), 'only that it was refused')
    })

  await t.test('nor by a condition of a write', async () => {
    const create = (value: string) =>
      answer(
        records.createRecord(as(researcher), 'Patient', JSON.stringify({ resourceType: 'Patient' }), [
          ['identifier', value],
        ]) as Promise<{ text?: unknown }>,
      )
    assert.match(await create('urn:mrn|4711'), /^policy\.masked/)
    assert.equal(await create('urn:mrn|4711'), await create('urn:mrn|1'))
    const remove = (value: string) =>
      answer(records.deleteWhere(as(researcher), 'Patient', [['identifier', value]]) as Promise<{ text?: unknown }>)
    assert.equal(await remove('urn:mrn|4711'), await remove('urn:mrn|1'))
    assert.match(await remove('urn:mrn|1'), /^policy\.masked/)
  })
  await close()
})
