import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json } from '../asking.ts'
import { startRunning } from '../running.ts'
import { parameters, partsOf, workAs } from '../working-as.ts'

const EMERGENCY = { headers: { 'x-purpose-of-use': 'ETREAT' } }
const REASON = 'Unconscious in the emergency room, allergies unknown'

test('an emergency physician breaks the glass at night, and the patient sees it at breakfast', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  await loader('PUT', '/Patient/ada', { resourceType: 'Patient', id: 'ada', name: [{ family: 'Lind' }] })
  await loader('PUT', '/Patient/bea', { resourceType: 'Patient', id: 'bea', name: [{ family: 'Moor' }] })
  await loader('POST', '/AllergyIntolerance', {
    resourceType: 'AllergyIntolerance',
    patient: { reference: 'Patient/ada' },
    code: { text: 'Penicillin' },
  })
  const people = await workAs(running, [
    'saoirse,Saoirse Mbeki,physician,Emergency,Practitioner/saoirse',
    'petra,Petra Quill,ward-clerk,Ward 3,Practitioner/petra',
    'ada,Ada Lind,patient,,Patient/ada',
    'constance,Constance Abara,privacy-officer,,Practitioner/constance',
    'leo,Leo Brandt,department-lead,Emergency,Practitioner/leo',
    'lena,Lena Orlov,department-lead,Surgery,Practitioner/lena',
  ])
  const { saoirse, petra, ada, constance, leo, lena } = people as Record<
    'saoirse' | 'petra' | 'ada' | 'constance' | 'leo' | 'lena',
    (typeof people)[string]
  >
  const allergies = '/AllergyIntolerance?patient=ada'
  const glass = (patient: string) => `/Patient/${patient}/$break-glass`
  const report = async (query = ''): Promise<Json[]> =>
    partsOf((await ada.ask('GET', `/Patient/ada/$access-report${query}`)).json, 'access')

  await t.test('before, the chart looks like none, in an emergency too', async () => {
    assert.equal((await saoirse.ask('GET', '/Patient/ada')).status, 404)
    assert.equal((await saoirse.ask('GET', '/Patient/ada', undefined, EMERGENCY)).status, 404)
  })
  await t.test('it takes a reason, a confirmation, and a role that treats', async () => {
    assert.equal((await saoirse.ask('POST', glass('ada'), parameters({ reason: REASON }))).status, 400)
    assert.equal((await saoirse.ask('POST', glass('ada'), parameters({ reason: 'now', confirm: true }))).status, 400)
    assert.equal((await petra.ask('POST', glass('ada'), parameters({ reason: REASON, confirm: true }))).status, 404)
    assert.equal(
      (await saoirse.ask('POST', glass('nobody'), parameters({ reason: REASON, confirm: true }))).status,
      404,
    )
  })
  await t.test('then this one chart opens, for that purpose, for an hour', async () => {
    const told = await saoirse.ask('POST', glass('ada'), parameters({ reason: REASON, confirm: true }))
    assert.equal(told.status, 200, told.text)
    assert.match(told.headers.get('chartwarden-receipt') ?? '', /^[0-9a-f]{32}$/)
    const lasts = Date.parse(told.json.parameter[0].valueInstant) - Date.now()
    assert.ok(lasts > 50 * 60_000 && lasts <= 60 * 60_000)
    assert.equal((await saoirse.ask('GET', '/Patient/ada')).status, 404, 'not for another purpose')
    const found = await saoirse.ask('GET', allergies, undefined, EMERGENCY)
    assert.equal(found.json.entry?.[0].resource.code.text, 'Penicillin', found.text)
    assert.equal((await saoirse.ask('GET', '/Patient/bea', undefined, EMERGENCY)).status, 404, 'no other chart')
  })
  await t.test('the patient sees who, when, why, and that it was an emergency; and may ask', async () => {
    const lines = await report('?show=unexpected')
    const broke = lines.find((one) => one.did === 'opened in an emergency')
    assert.ok(broke, JSON.stringify(lines))
    assert.deepEqual(
      [broke.who, broke.role, broke.why, broke.emergency],
      ['Saoirse Mbeki', 'physician', 'to treat you in an emergency', true],
    )
    assert.match(broke.basis, /GDPR Art\. 9\(2\)\(c\).*check with counsel/)
    const looked = lines.find((one) => one.did === 'looked through' && one.emergency)
    assert.deepEqual([looked.what, looked.because], ['allergies', 'opened your chart in an emergency'])
    assert.ok(
      (await report()).some((one) => one.own && one.because === 'is you') || (await report()).length >= lines.length,
    )
    const asked = await ada.ask(
      'POST',
      '/Patient/ada/$question-access',
      parameters({ receipt: broke.receipt, text: 'Who is that?' }),
    )
    assert.equal(asked.status, 200, asked.text)
    assert.equal(
      (
        await ada.ask(
          'POST',
          '/Patient/ada/$question-access',
          parameters({ receipt: 'f'.repeat(32), text: 'And this?' }),
        )
      ).status,
      404,
    )
    assert.equal((await ada.ask('GET', '/Patient/bea/$access-report')).status, 404)
  })
  await t.test('who leads the department sees it at once, and closes nothing', async () => {
    const seen = partsOf((await leo.ask('GET', '/$reviews')).json, 'review')
    assert.deepEqual(
      seen.map((one) => [one.kind, one.person]),
      [['break-glass', 'Saoirse Mbeki']],
    )
    assert.deepEqual((await lena.ask('GET', '/$reviews')).json.parameter, [])
    const closing = parameters({ review: seen[0].id, finding: 'justified', note: 'My own department.' })
    assert.equal((await leo.ask('POST', '/$close-review', closing)).status, 403)
  })
  await t.test('an officer has to review both, and what was found is told', async () => {
    assert.equal((await saoirse.ask('GET', '/$reviews')).status, 403)
    const reviews = partsOf((await constance.ask('GET', '/$reviews')).json, 'review')
    assert.deepEqual(
      reviews.map((one) => [one.kind, one.text]),
      [
        ['break-glass', REASON],
        ['question', 'Who is that?'],
      ],
    )
    const close = (id: string, finding: string) =>
      constance.ask('POST', '/$close-review', parameters({ review: id, finding, note: 'Spoke to both.' }))
    assert.equal((await close(reviews[0].id, 'misuse')).status, 200)
    assert.equal((await close(reviews[0].id, 'misuse')).status, 409)
    assert.equal((await close(reviews[1].id, 'justified')).status, 200)
    assert.deepEqual((await constance.ask('GET', '/$reviews')).json.parameter, [])
    assert.ok((await report('?show=unexpected')).some((one) => one.did === 'reviewed an access to'))
  })
  await t.test('who was found to misuse it twice does not break it again', async () => {
    assert.equal((await saoirse.ask('POST', glass('bea'), parameters({ reason: REASON, confirm: true }))).status, 200)
    const [again] = partsOf((await constance.ask('GET', '/$reviews')).json, 'review')
    assert.equal(
      (
        await constance.ask(
          'POST',
          '/$close-review',
          parameters({ review: again.id, finding: 'misuse', note: 'Again.' }),
        )
      ).status,
      200,
    )
    assert.equal((await saoirse.ask('POST', glass('bea'), parameters({ reason: REASON, confirm: true }))).status, 404)
  })
  await t.test('and the ledger holds all of it', async () => {
    assert.equal((await running.cli('verify')).code, 0)
  })
})
