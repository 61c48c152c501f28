import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, asked, putsAs } from '../asking.ts'
import { enrolStaff, must, openBrowser } from '../browsing.ts'
import { consentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { secondNode } from '../second-node.ts'
import { type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })

test('what one node is told, the other knows with its very next request', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  await put({ resourceType: 'Patient', id: 'ada', name: [{ family: 'Lind' }] })
  await put({ resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' }, subject: ref('Patient/ada') })
  const team = (member: string) => ({
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: ref('Patient/ada'),
    participant: [{ member: ref(member) }],
  })
  const { noor, ada } = (await workAs(running, [
    'noor,Noor Haddadi,nurse,,Practitioner/noor',
    'ada,Ada Lind,patient,,Patient/ada',
  ])) as Record<'noor' | 'ada', Working>
  const other = await secondNode(running)
  const there = async (path: string, who = noor) =>
    (await asked('GET', `${other.url}/fhir${path}`, { headers: { authorization: `Bearer ${who.token}` } })).status

  const found = async () => {
    const { json } = await asked('GET', `${other.url}/fhir/Patient`, {
      headers: { authorization: `Bearer ${noor.token}` },
    })
    return (json.entry ?? []).map((one: { resource: { id: string } }) => one.resource.id)
  }

  try {
    assert.equal(await there('/Patient/ada', ada), 200, 'a token of one node is known to the other')
    assert.equal(await there('/Patient/ada'), 404)
    await put(team('Practitioner/noor'))
    assert.equal(await there('/Patient/ada'), 200, 'a relation begins')
    const consent = (status: string) => consentOf('no', 'ada', { type: 'deny' }, { status })
    await put(consent('active'), ada.ask)
    assert.equal(await there('/Observation/o'), 404, 'the patient said no')
    await put(consent('inactive'), ada.ask)
    assert.equal(await there('/Observation/o'), 200, 'and takes it back')
    await put(team('Practitioner/somebody-else'))
    assert.equal(await there('/Patient/ada'), 404, 'a relation ends')
    await put({ resourceType: 'Location', id: 'north', status: 'active', name: 'North' })
    await put({
      resourceType: 'Encounter',
      id: 'stay',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: ref('Patient/ada'),
      location: [{ location: ref('Location/north'), status: 'active' }],
    })
    const works = (place: string) =>
      put({
        resourceType: 'PractitionerRole',
        id: 'shift',
        practitioner: ref('Practitioner/noor'),
        location: [ref(`Location/${place}`)],
      })
    assert.equal(await there('/Patient/ada'), 404)
    await works('north')
    assert.equal(await there('/Patient/ada'), 200, 'somebody comes to the ward')
    assert.deepEqual(await found(), ['ada'])
    await works('south')
    assert.equal(await there('/Patient/ada'), 404, 'and goes to another')
    assert.deepEqual(await found(), [])
    const now = new Date(Date.now() - 1000).toISOString()
    await enrolStaff(
      running,
      [`ada,Ada Lind,patient,,Patient/ada,${now}`],
      'username,name,role,unit,record,employed_until',
    )
    const browser = openBrowser(other.url, ada.browser.cookies)
    assert.equal((await must(browser.get('/api/session'))).session, null, 'who left is signed in nowhere')
    assert.equal(await there('/Patient/ada', ada), 401, 'nor do their tokens open anything')
  } finally {
    await other.stop()
  }
  assert.equal((await running.cli('verify')).code, 0)
})
