import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json, pagesOf, resourcesOf } from '../asking.ts'
import { startRunning } from '../running.ts'

const people = [
  ['p-1', 'Öz', ['Ada', 'Maria'], '1950-01-02', 'female', '001'],
  ['p-2', 'Ozturk', ['Bo'], '1960-03-04', 'male', '002'],
  ['p-3', 'Smith-Jones', ['Adam'], '1960-03-05', 'male', '003'],
  ['p-4', 'Smith', ['Cy'], '1960', 'other', '004'],
  ['p-5', 'Van Dyk', ['Di'], '1999-12-31', 'female', '005'],
].map(([id, family, given, birthDate, gender, value]) => ({
  resourceType: 'Patient',
  id,
  name: [{ family, given }],
  birthDate,
  gender,
  identifier: [{ system: 'urn:mrn', value }],
}))

const coding = (system: string, code: string) => [{ coding: [{ system, code }] }]
const observations = [
  ['o-1', 'p-1', '8867-4', 'vital-signs', 'final', '2020-01-01T10:00:00Z'],
  ['o-2', 'p-1', '8867-4', 'vital-signs', 'amended', '2020-02-01'],
  ['o-3', 'p-1', '718-7', 'laboratory', 'final', '2021-03-04T05:06:07+02:00'],
  ['o-4', 'p-2', '8867-4', 'vital-signs', 'final', '2022-01-01'],
  ['o-5', 'p-2', '718-7', 'laboratory', 'preliminary', '2022-06-30'],
].map(([id, patient, code, category, status, effectiveDateTime]) => ({
  resourceType: 'Observation',
  id,
  status,
  effectiveDateTime,
  subject: { reference: `Patient/${patient}` },
  category: coding('http://terminology.hl7.org/CodeSystem/observation-category', category ?? ''),
  code: coding('http://loinc.org', code ?? '')[0],
}))

const ALL = ['1', '2', '3', '4', '5']
/** What is asked, and the last letters of the ids it finds, in order when it sorts. */
const SEARCHES: readonly (readonly [string, readonly string[]])[] = [
  ['Patient', ALL],
  ['Patient?_id=p-2', ['2']],
  ['Patient?_id=p-2,p-4,p-99', ['2', '4']],
  ['Patient?_id=p-2&gender=female', []],
  ['Patient?identifier=urn:mrn|003', ['3']],
  ['Patient?identifier=003', ['3']],
  ['Patient?identifier=urn:other|003', []],
  ['Patient?identifier=urn:mrn|003,urn:mrn|005', ['3', '5']],
  ['Patient?identifier=urn:mrn|', ALL],
  ['Patient?family=smith', ['3', '4']],
  ['Patient?family=SMITH', ['3', '4']],
  ['Patient?family=oz', ['1', '2']],
  ['Patient?family=%C3%B6z', ['1', '2']],
  ['Patient?family:exact=Smith', ['4']],
  ['Patient?family:contains=jones', ['3']],
  ['Patient?family=van', ['5']],
  ['Patient?given=ada', ['1', '3']],
  ['Patient?given=maria', ['1']],
  ['Patient?name=ada', ['1', '3']],
  ['Patient?name=smith,di', ['3', '4', '5']],
  ['Patient?name=smith&given=cy', ['4']],
  ['Patient?birthdate=1960-03-04', ['2']],
  ['Patient?birthdate=1960', ['2', '3', '4']],
  ['Patient?birthdate=1960-03', ['2', '3']],
  ['Patient?birthdate=gt1960-12-31', ['5']],
  ['Patient?birthdate=ge1950-01-02&birthdate=le1950-12-31', ['1']],
  ['Patient?birthdate=lt1951', ['1']],
  ['Patient?gender=female', ['1', '5']],
  ['Patient?gender:not=male', ['1', '4', '5']],
  ['Patient?_lastUpdated=lt2000-01-01', []],
  ['Patient?_lastUpdated=gt2000-01-01&gender=other', ['4']],
  ['Observation?patient=p-1', ['1', '2', '3']],
  ['Observation?patient=Patient/p-1', ['1', '2', '3']],
  ['Observation?subject=Patient/p-2', ['4', '5']],
  ['Observation?subject:Patient=p-2', ['4', '5']],
  ['Observation?patient=p-1,p-2', ALL],
  ['Observation?patient=p-9', []],
  ['Observation?patient=p-1&code=8867-4', ['1', '2']],
  ['Observation?patient=p-1&code=http://loinc.org|718-7', ['3']],
  ['Observation?patient=p-1&code=urn:other|718-7', []],
  ['Observation?code=718-7', ['3', '5']],
  ['Observation?patient=p-1&category=laboratory', ['3']],
  ['Observation?patient=p-2&status=final', ['4']],
  ['Observation?patient=p-1&status=final,amended&date=2020', ['1', '2']],
  ['Observation?patient=p-1&date=2020-01-01', ['1']],
  ['Observation?patient=p-1&date=gt2020-01-15', ['2', '3']],
  ['Observation?patient=p-1&date=2021-03-04T03:06:07Z', ['3']],
  ['Observation?date=ge2022', ['4', '5']],
  ['Patient?_sort=birthdate&_count=3&birthdate=gt1960-03-01', ['4', '2', '3']],
  ['Patient?_sort=-birthdate,family&_count=2', ['5', '4']],
  ['Patient?_sort=family', ['1', '2', '4', '3', '5']],
  ['Patient?_sort=-family', ['5', '3', '4', '2', '1']],
  ['Observation?patient=p-1&_sort=-date', ['3', '2', '1']],
]
const REFUSED = [
  'Patient?shoe-size=42',
  'Patient?family:sounds=smith',
  'Patient?_count=-1',
  'Patient?_count=many',
  'Patient?birthdate=yesterday',
  'Patient?_lastUpdated=1960-02-30',
  'Patient?_sort=shoe-size',
  'Patient?_summary=perhaps',
  'Patient?_has:Observation:patient:code=1',
  'Observation?patient.name=ada',
  'Patient?_include=Patient:organization',
  'Patient?_text=ada',
  'Patient?family=a&_count=1&_count=2',
]

test('searches find what is there', async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')
  const entry = [...people, ...observations].map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }))
  const loaded = await ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry })
  assert.equal(loaded.status, 200)

  for (const [query, expected] of SEARCHES)
    await t.test(query, async () => {
      const reply = await ask('GET', `/${query}`)
      assert.equal(reply.status, 200, reply.text)
      assert.ok(reply.headers.get('chartwarden-receipt'))
      const ids = resourcesOf(reply).map(({ id }) => id.slice(2))
      assert.deepEqual(query.includes('_sort') ? ids : ids.sort(), expected)
      if (!query.includes('_count')) assert.equal(reply.json.total, expected.length)
      const [path = '', form = ''] = query.split('?')
      const typed = { 'content-type': 'application/x-www-form-urlencoded' }
      const posted = await ask('POST', `/${path}/_search`, undefined, { headers: typed, text: form })
      assert.deepEqual(
        resourcesOf(posted).map(({ id }) => id),
        resourcesOf(reply).map(({ id }) => id),
      )
    })

  for (const query of REFUSED)
    await t.test(`${query} is refused`, async () => {
      const reply = await ask('GET', `/${query}`)
      assert.deepEqual([reply.status, reply.json.resourceType], [400, 'OperationOutcome'])
    })

  await t.test('what is asked of the answer is what comes', async () => {
    assert.deepEqual(resourcesOf(await ask('GET', '/Patient?_summary=count')), [])
    assert.equal((await ask('GET', '/Patient?_summary=count')).json.total, 5)
    assert.equal((await ask('GET', '/Patient?_count=0')).json.total, 5)
    assert.equal((await ask('GET', '/Patient?_total=none')).json.total, undefined)
    const [narrowed] = resourcesOf(await ask('GET', '/Patient?_id=p-1&_elements=gender'))
    assert.deepEqual(Object.keys(narrowed).sort(), ['gender', 'id', 'meta', 'resourceType'])
    assert.equal(narrowed.meta.tag[0].code, 'SUBSETTED')
    const [whole] = resourcesOf(await ask('GET', '/Patient?_id=p-1'))
    assert.equal(JSON.stringify(whole), (await ask('GET', '/Patient/p-1')).text)
  })

  await t.test('_lastUpdated tells the new from the old', async () => {
    const { json } = await ask('PUT', '/Patient/p-5', { ...people[4], active: true })
    const at = encodeURIComponent(json.meta.lastUpdated)
    const ids = async (query: string) => resourcesOf(await ask('GET', `/Patient?${query}`)).map(({ id }) => id)
    assert.deepEqual(await ids(`_lastUpdated=ge${at}`), ['p-5'])
    assert.deepEqual(await ids(`_lastUpdated=gt${at}`), [])
    assert.equal((await ids(`_lastUpdated=lt${at}`)).length, 4)
    assert.equal((await ids('_sort=-_lastUpdated&_count=1'))[0], 'p-5')
  })

  for (const sort of ['', '&_sort=date', '&_sort=-date,status', '&_sort=-_lastUpdated'])
    await t.test(`pages follow one another without loss or repetition while records come${sort}`, async () => {
      const observation = (id: string, day: number) => ({
        ...observations[0],
        id,
        effectiveDateTime: day === 0 ? undefined : `2010-01-${String((day % 28) + 1).padStart(2, '0')}`,
        subject: { reference: 'Patient/p-4' },
      })
      const put = (name: string, count: number) =>
        ask('POST', '/', {
          resourceType: 'Bundle',
          type: 'batch',
          entry: Array.from({ length: count }, (_, n) => ({
            resource: observation(`${name}-${n}`, (n * 7) % 31),
            request: { method: 'PUT', url: `Observation/${name}-${n}` },
          })),
        })
      const here = `page${sort.replaceAll(/[\W_]/g, '')}`
      assert.equal((await put(here, 60)).json.entry[0].response.status, '201 Created')
      const seen: string[] = []
      let pages = 0
      for await (const page of pagesOf(ask, `/Observation?patient=p-4&_count=7${sort}`)) {
        seen.push(...resourcesOf(page).map(({ id }: Json) => id))
        if (pages++ < 5) await put(`late-${pages}-${here}`, 3)
      }
      assert.ok(pages >= 9)
      assert.equal(new Set(seen).size, seen.length, 'nothing comes twice')
      const before = Array.from({ length: 60 }, (_, n) => `${here}-${n}`)
      assert.deepEqual(
        before.filter((id) => !seen.includes(id)),
        [],
        'nothing is left out',
      )
    })

  await t.test('a page link is whole as it is, and nobody else’s', async () => {
    const { json } = await ask('GET', '/Observation?patient=p-4&_count=7')
    const next = json.link.find((link: Json) => link.relation === 'next').url as string
    assert.equal((await ask('GET', `${next}&status=final`)).status, 400)
    assert.equal((await ask('GET', next.replace('/Observation', '/Patient'))).status, 400)
    assert.equal((await ask('GET', next.slice(0, -4))).status, 400)
    assert.ok(!decodeURIComponent(next).includes('p-4'), 'the link does not say what was asked')
    await running.cli('client', 'add', 'other', '--scope', 'system/*.cruds')
    const other = await askAs(running, 'other')
    assert.equal((await other('GET', next)).status, 400)
  })
})
