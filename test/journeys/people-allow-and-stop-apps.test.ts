import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { type App, authorizeUrl, exchange, refresh, verifierOf } from '../acting-as-app.ts'
import { askAs } from '../asking.ts'
import { enrolStaff } from '../browsing.ts'
import { assertNoSidewaysScroll, openChromium, type Person, withoutChromium } from '../chromium.ts'
import { type Running, startRunning } from '../running.ts'

const SCOPE = 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Condition.rs'

/** Where the app lives: it shows whatever it is called back with. */
async function openApp(t: TestContext): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<link rel="icon" href="data:,"><h1>The app</h1>'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

async function loadCharts(running: Running): Promise<void> {
  const load = await askAs(running, 'loader')
  const generalPractitioner = [{ reference: 'Practitioner/amara' }]
  for (const resource of [
    { resourceType: 'Practitioner', id: 'amara', name: [{ family: 'Okafor' }] },
    {
      resourceType: 'Patient',
      id: 'ada',
      name: [{ family: 'Lindqvist', given: ['Ada'] }],
      birthDate: '1970-05-17',
      generalPractitioner,
    },
    { resourceType: 'Patient', id: 'bob', name: [{ family: 'Lindgren', given: ['Bob'] }], generalPractitioner },
  ]) {
    const { status, text } = await load('PUT', `/${resource.resourceType}/${resource.id}`, resource)
    assert.equal(status, 201, text)
  }
}

async function enrol({ page, finger }: Person, link: string): Promise<void> {
  await page.goto(link)
  await finger(true)
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'My account' }).waitFor()
  await finger(false)
}

test('people see what an app asks for, allow it or not, and stop it', { skip: withoutChromium }, async (t) => {
  const openPerson = await openChromium(t)
  const running = await startRunning(t)
  await loadCharts(running)
  const site = await openApp(t)
  const app: App = { clientId: 'growth', redirectUri: `${site}/callback` }
  const words = ['--name', 'Growth Chart', '--scope', `launch ${SCOPE}`]
  const at = ['--public', '--redirect-uri', `${site}/callback`, '--launch-uri', `${site}/launch`]
  assert.equal((await running.cli('client', 'add', app.clientId, ...words, ...at)).code, 0)
  const links = await enrolStaff(running, [
    'ada,Ada Lindqvist,patient,,Patient/ada',
    'amara,Amara Okafor,physician,medicine,Practitioner/amara',
  ])
  const ada = await openPerson({ viewport: { width: 390, height: 844 } })
  const amara = await openPerson()
  await enrol(ada, `${running.url}/enrol#${links.ada}`)
  await enrol(amara, `${running.url}/enrol#${links.amara}`)

  async function ask({ page }: Person, more: Record<string, string> = {}): Promise<string> {
    const verifier = verifierOf()
    await page.goto(`${running.url}${authorizeUrl(running, app, SCOPE, verifier, more)}`)
    return verifier
  }
  async function back({ page }: Person): Promise<URL> {
    await page.waitForURL(`${site}/callback?**`)
    return new URL(page.url())
  }
  const consent = ({ page }: Person) => page.getByRole('heading', { name: 'Growth Chart asks for access' }).waitFor()

  let refreshToken = ''
  await t.test('a patient signs in on the way, leaves something out, and allows the rest', async () => {
    const { page, finger } = ada
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    const verifier = await ask(ada)
    await page.getByRole('heading', { name: 'Sign in to go on to Growth Chart' }).waitFor()
    await finger(true)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await consent(ada)
    await finger(false)
    await page.getByText('Ada Lindqvist · born 17 May 1970').waitFor()
    await assertNoSidewaysScroll(page, 'the consent screen')
    await page.getByRole('checkbox', { name: /health problems/ }).uncheck()
    await page.getByRole('button', { name: 'Allow' }).click()
    const { status, json } = await exchange(running, app, (await back(ada)).searchParams.get('code') ?? '', verifier)
    assert.equal(status, 200)
    assert.equal(json.patient, 'ada')
    assert.match(json.scope, /patient\/Observation\.rs/)
    assert.doesNotMatch(json.scope, /patient\/Condition/)
    refreshToken = json.refresh_token
  })

  await t.test('and stops it later', async () => {
    const { page } = ada
    await page.goto(`${running.url}/account`)
    await page.getByText('What it may do').click()
    await page.getByText(/your test results/i).waitFor()
    await page.getByRole('button', { name: 'Stop access: Growth Chart' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Stop access' }).click()
    await page.getByText('No app can use your access.').waitFor()
    assert.equal((await refresh(running, app, refreshToken)).status, 400)
  })

  await t.test('a patient refuses, and the app is told so', async () => {
    await ask(ada)
    await consent(ada)
    await ada.page.getByRole('button', { name: 'Refuse' }).click()
    assert.equal((await back(ada)).searchParams.get('error'), 'access_denied')
  })

  await t.test('an app may want to know anew that it is them', async () => {
    const { page, finger } = ada
    await page.waitForTimeout(1100)
    await ask(ada, { prompt: 'login' })
    await page.getByRole('button', { name: 'Continue as Ada Lindqvist' }).click()
    await finger(true)
    await page.getByRole('button', { name: 'Use your passkey' }).click()
    await consent(ada)
    await finger(false)
  })

  await t.test('a physician chooses one of their patients', async () => {
    const { page } = amara
    const verifier = await ask(amara)
    await page.getByRole('button', { name: 'Continue as Amara Okafor' }).click()
    await consent(amara)
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('Choose a patient first.').waitFor()
    await page.getByLabel('Find a patient').fill('Nobody')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByText('No patient of that name').waitFor()
    await page.getByLabel('Find a patient').fill('Lind')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByRole('radio', { name: /Bob Lindgren/ }).check()
    await page.getByRole('button', { name: 'Allow' }).click()
    const { json } = await exchange(running, app, (await back(amara)).searchParams.get('code') ?? '', verifier)
    assert.equal(json.patient, 'bob')
  })

  await t.test('and starts an app for one from their own page', async () => {
    const { page } = amara
    await page.goto(`${running.url}/account`)
    await page.getByText('For the record of Bob Lindgren.').waitFor()
    await page.getByRole('button', { name: 'Start Growth Chart' }).click()
    await page.getByLabel('Patient’s record id').fill('ada')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.waitForURL(`${site}/launch?**`)
    const { searchParams } = new URL(page.url())
    assert.equal(searchParams.get('iss'), running.fhir)
    assert.ok(searchParams.get('launch'))
  })
  assert.deepEqual([...ada.complaints, ...amara.complaints], [])
})
