import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { launch } from '../acting-as-app.ts'
import { askAs } from '../asking.ts'
import { found, LAB, publicApp, readAs, startHospital, VITAL } from '../smart-hospital.ts'

const OBSERVATIONS = ['ada-lab', 'ada-plain', 'ada-vital', 'bob-lab', 'cleo-lab']
const CONDITIONS = ['ada-problem']
const CATEGORIES: Readonly<Record<string, string>> = {
  'ada-lab': LAB,
  'bob-lab': LAB,
  'cleo-lab': LAB,
  'ada-vital': VITAL,
}

const scope = fc
  .tuple(
    fc.constantFrom('patient', 'user'),
    fc.constantFrom('Observation', 'Condition', '*'),
    fc.constantFrom('rs', 'r', 's', 'cruds', 'read'),
    fc.constantFrom('', `?category=${LAB}`, `?category=${VITAL}`, `?category=${LAB},${VITAL}`),
  )
  .map(([context, type, may, where]) => `${context}/${type}.${may}${type === 'Observation' ? where : ''}`)

test('for any scopes, a search finds exactly what can be read one by one, and nothing else has a way in', async (t) => {
  const hospital = await startHospital(t)
  const { running, ada, amara } = hospital
  await hospital.client('web-app', ...publicApp)
  const people = { ada: ada.browser, amara: amara.browser }
  const mayRead = { ada: /^ada-/, amara: /^(ada|bob)-/ }

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('ada', 'amara'),
      fc.uniqueArray(scope, { minLength: 1, maxLength: 3 }),
      async (who, scopes) => {
        const asked = `launch/patient ${scopes.join(' ')}`
        const choice = who === 'amara' ? { patient: 'ada' } : {}
        const granted = await launch(running, people[who as 'ada'], { clientId: 'web-app' }, asked, { choice })
        const token = granted.access_token
        for (const [type, ids] of [
          ['Observation', OBSERVATIONS],
          ['Condition', CONDITIONS],
        ] as const) {
          const readable: string[] = []
          for (const id of ids) {
            const { status } = await readAs(running, token, `/${type}/${id}`)
            const history = await readAs(running, token, `/${type}/${id}/_history`)
            const version = await readAs(running, token, `/${type}/${id}/_history/1`)
            assert.deepEqual([history.status, version.status], [status, status], `${id} ${scopes}`)
            if (status === 200) readable.push(id)
          }
          // What the model says: of the person's own, what a scope with r covers.
          const covers = (letter: string, id: string) =>
            scopes.some((one) => {
              const [, context, of, may = '', where] = /^(\w+)\/(\w+|\*)\.(\w+)(?:\?category=(.*))?$/.exec(one) ?? []
              const letters = may === 'read' ? 'rs' : may
              return (
                (of === '*' || of === type) &&
                letters.includes(letter) &&
                (context === 'user' || id.startsWith('ada-')) &&
                (where === undefined || where.split(',').includes(CATEGORIES[id] ?? ''))
              )
            })
          const own = ids.filter((id) => mayRead[who as 'ada'].test(id))
          assert.deepEqual(
            readable,
            own.filter((id) => covers('r', id)),
            `${who} reads with ${scopes}`,
          )
          const searchable = readable.filter((id) => covers('s', id))
          const all: string[] = []
          for (const patient of ['ada', 'bob', 'cleo']) {
            const path = `/${type}?patient=${patient}&_count=100`
            const counted = await readAs(running, token, `${path}&_summary=count`)
            const some = await found(running, token, path)
            if (counted.status === 200)
              assert.equal(((await counted.json()) as { total: number }).total, some.length, 'the total counts no more')
            all.push(...some)
          }
          assert.deepEqual(all.sort(), [...searchable].sort(), `${who} searches with ${scopes}`)
          const byId = await found(running, token, `/${type}?_id=${ids.join(',')}`)
          assert.deepEqual(byId, [...searchable].sort(), `${who} searches by id with ${scopes}`)
        }
      },
    ),
    { numRuns: 40 },
  )

  await t.test('with a granular scope nothing is written outside it, nor moved out or in', async () => {
    const word = `user/Observation.cruds?category=${LAB}`
    const { access_token } = await launch(running, amara.browser, { clientId: 'web-app' }, word)
    const write = async (method: string, id: string, category?: string) => {
      const [system, code] = (category ?? '').split('|')
      const resource = {
        resourceType: 'Observation',
        ...(method === 'PUT' && { id }),
        status: 'final',
        code: { text: 'x' },
        subject: { reference: 'Patient/ada' },
        ...(category !== undefined && { category: [{ coding: [{ system, code }] }] }),
      }
      const response = await fetch(`${running.fhir}/Observation${method === 'PUT' ? `/${id}` : ''}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/fhir+json' },
        body: JSON.stringify(resource),
      })
      return response.status
    }
    assert.equal(await write('POST', '', LAB), 201)
    assert.equal(await write('POST', '', VITAL), 403)
    assert.equal(await write('POST', ''), 403)
    assert.equal(await write('PUT', 'ada-vital', LAB), 404, 'it is not theirs to change')
    assert.equal(await write('PUT', 'ada-lab', VITAL), 404, 'nor to move away')
    assert.equal(await write('PUT', 'ada-lab', LAB), 200)
    const loader = await askAs(running, 'loader')
    assert.equal((await loader('GET', '/Observation/ada-lab/_history')).json.entry.length, 2)
  })
})
