import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { askAs } from '../asking.ts'
import { enrolStaff } from '../browsing.ts'
import { openChromium, withoutChromium } from '../chromium.ts'
import { startRunning } from '../running.ts'

const BUNDLE = fileURLToPath(new URL('../../node_modules/fhirclient/build/fhir-client.min.js', import.meta.url))
const SCOPE = 'launch/patient openid fhirUser offline_access patient/*.rs'

const page = (script: string) =>
  `<!doctype html><link rel="icon" href="data:,"><title>App</title><h1>App</h1><pre></pre><script src="/fhir-client.js"></script><script>${script}</script>`

const LAUNCH = (iss: string) =>
  `FHIR.oauth2.authorize(${JSON.stringify({ clientId: 'chart-app', scope: SCOPE, iss, redirectUri: '/app' })})`
const APP = `
  const say = (value) => { document.querySelector('pre').textContent = JSON.stringify(value) }
  FHIR.oauth2.ready()
    .then(async (client) => say({
      patient: await client.patient.read(),
      user: await client.user.read(),
      observations: await client.request('Observation?patient=' + client.patient.id),
      refreshed: (await client.refresh()).tokenResponse.scope,
      again: (await client.patient.read()).id,
      scope: client.state.tokenResponse.scope,
      idToken: client.getIdToken().sub,
    }))
    .catch((error) => say({ error: String(error) }))
`

/** The app's own web server: its two pages, and the library as it was published. */
async function serveApp(t: TestContext): Promise<{ site: string; of: (iss: string) => void }> {
  let iss = ''
  const server = createServer((request, response) => {
    const html = (text: string) => response.writeHead(200, { 'content-type': 'text/html' }).end(text)
    if (request.url === '/fhir-client.js')
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(BUNDLE))
    return html(page(request.url?.startsWith('/launch') === true ? LAUNCH(iss) : APP))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return {
    site: `http://localhost:${(server.address() as AddressInfo).port}`,
    of: (fhir) => {
      iss = fhir
    },
  }
}

test('an app made with fhirclient is launched in a browser and reads a chart', { skip: withoutChromium }, async (t) => {
  const running = await startRunning(t)
  const load = await askAs(running, 'loader')
  for (const resource of [
    { resourceType: 'Patient', id: 'ada', name: [{ family: 'Lindqvist', given: ['Ada'] }] },
    { resourceType: 'Patient', id: 'bob', name: [{ family: 'Bauer' }] },
    {
      resourceType: 'Observation',
      id: 'one',
      status: 'final',
      code: { text: 'pulse' },
      subject: { reference: 'Patient/ada' },
    },
  ])
    assert.equal((await load('PUT', `/${resource.resourceType}/${resource.id}`, resource)).status, 201)
  const { site, of } = await serveApp(t)
  of(running.fhir)
  const { code } = await running.cli(
    'client',
    'add',
    'chart-app',
    '--name',
    'Chart app',
    '--public',
    '--redirect-uri',
    `${site}/app`,
    '--scope',
    SCOPE,
  )
  assert.equal(code, 0)
  const links = await enrolStaff(running, ['ada,Ada Lindqvist,patient,,Patient/ada'])

  const ada = await (await openChromium(t))()
  await ada.page.goto(`${running.url}/enrol#${links.ada}`)
  await ada.finger(true)
  await ada.page.getByRole('button', { name: 'Create a passkey' }).click()
  await ada.page.getByRole('button', { name: 'Continue' }).click()
  await ada.page.getByRole('heading', { name: 'My account' }).waitFor()

  await ada.page.goto(`${site}/launch`)
  await ada.page.getByRole('button', { name: 'Continue as Ada Lindqvist' }).click()
  await ada.page.getByRole('heading', { name: 'Chart app asks for access' }).waitFor()
  await ada.page.getByRole('button', { name: 'Allow' }).click()
  await ada.page.waitForURL(`${site}/app**`)
  const pre = ada.page.locator('pre', { hasText: '{' })
  await pre.waitFor()
  const told = JSON.parse((await pre.textContent()) ?? '{}')
  assert.equal(told.error, undefined)
  assert.equal(told.patient.id, 'ada')
  assert.equal(told.user.id, 'ada')
  assert.deepEqual(
    told.observations.entry.map((one: { resource: { id: string } }) => one.resource.id),
    ['one'],
  )
  assert.deepEqual([told.scope, told.refreshed, told.again], [SCOPE, SCOPE, 'ada'])
  assert.match(told.idToken, /^[0-9a-f]{32}$/)
  assert.doesNotMatch(running.log(), /defect/)
})
