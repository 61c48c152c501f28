import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, putsAs } from '../asking.ts'
import { consentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { type Working, workAs } from '../working-as.ts'

const ref = (reference: string) => ({ reference })
const IRCP = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }

test('a consent names an organisation, a role, a team or a group, and means who belongs to it', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  const put = putsAs(loader)
  await put({ resourceType: 'Patient', id: 'ada', name: [{ family: 'Lind' }] })
  await put({ resourceType: 'Organization', id: 'hospital', name: 'Hospital' })
  await put({ resourceType: 'Organization', id: 'heart', name: 'Heart', partOf: ref('Organization/hospital') })
  await put({ resourceType: 'Organization', id: 'ward', name: 'Ward', partOf: ref('Organization/heart') })
  await put({ resourceType: 'Organization', id: 'elsewhere', name: 'Elsewhere' })
  const role = (who: string, organization: string) => ({
    resourceType: 'PractitionerRole',
    id: `r-${who}`,
    practitioner: ref(`Practitioner/${who}`),
    organization: ref(organization),
  })
  await put(role('noor', 'Organization/ward'))
  await put(role('max', 'Organization/elsewhere'))
  const inCare = ['noor', 'max', 'locum'].map((who) => ({ member: ref(`Practitioner/${who}`) }))
  const team = { resourceType: 'CareTeam', id: 'team', status: 'active', subject: ref('Patient/ada') }
  await put({ ...team, participant: inCare })
  await put({ resourceType: 'RelatedPerson', id: 'kin', patient: ref('Patient/ada'), active: true })
  const { noor, max, locum, kin, vera, ada } = (await workAs(running, [
    'noor,Noor Haddadi,nurse,,Practitioner/noor',
    'max,Max Orme,physician,,Practitioner/max',
    'locum,Lo Cum,physician,,Practitioner/locum',
    'kin,Kin Lind,proxy,,RelatedPerson/kin',
    'vera,Vera Roy,physician,,Practitioner/vera',
    'ada,Ada Lind,patient,,Patient/ada',
  ])) as Record<'noor' | 'max' | 'locum' | 'kin' | 'vera' | 'ada', Working>
  const everybody = { noor, max, locum, kin, vera }
  const who = async () => {
    const seen = Object.entries(everybody).map(async ([name, one]) =>
      (await one.ask('GET', '/Patient/ada')).status === 200 ? [name] : [],
    )
    return (await Promise.all(seen)).flat()
  }
  const consent = (provision: object, more: object = {}) => put(consentOf('c', 'ada', provision, more), ada.ask)
  const but = (...names: string[]) => ({
    type: 'permit',
    provision: [{ type: 'deny', actor: names.map((name) => ({ role: IRCP, reference: ref(name) })) }],
  })

  await t.test('an organisation is all that is part of it; who works nowhere that is known may be of it', async () => {
    assert.deepEqual(await who(), ['noor', 'max', 'locum', 'kin'])
    await consent(but('Organization/hospital'))
    assert.deepEqual(await who(), ['max', 'kin'])
    assert.equal((await noor.ask('GET', '/Patient')).json.total, 0)
    assert.equal((await max.ask('GET', '/Patient')).json.total, 1)
    await consent(but('Organization/elsewhere'))
    assert.deepEqual(await who(), ['noor', 'kin'])
    await put(role('noor', 'Organization/elsewhere'))
    assert.deepEqual(await who(), ['kin'], 'she works there from now on')
    await put(role('noor', 'Organization/ward'))
    await put(role('locum', 'Organization/ward'))
    assert.deepEqual(await who(), ['noor', 'locum', 'kin'])
  })
  await t.test('a role, a team, a group of people, one of the family', async () => {
    await consent(but('PractitionerRole/r-max'))
    assert.deepEqual(await who(), ['noor', 'locum', 'kin'])
    await consent(but('CareTeam/others'))
    assert.deepEqual(await who(), ['noor', 'max', 'locum', 'kin'], 'nobody is known to be in it')
    await put({ ...team, id: 'others', participant: [{ member: ref('Organization/heart') }] })
    assert.deepEqual(await who(), ['max', 'kin'], 'all of a unit, and of what is part of it')
    const group = (member: string[]) => ({
      resourceType: 'Group',
      id: 'g',
      type: 'practitioner',
      actual: true,
      ...(member.length > 0 && { member: member.map((one) => ({ entity: ref(one) })) }),
    })
    await put(group(['PractitionerRole/r-max', 'Practitioner/noor']))
    await consent(but('Group/g'))
    assert.deepEqual(await who(), ['locum', 'kin'])
    await put(group(['Practitioner/noor']))
    assert.deepEqual(await who(), ['max', 'locum', 'kin'])
    await consent(but('RelatedPerson/kin'))
    assert.deepEqual(await who(), ['noor', 'max', 'locum'])
  })
  await t.test('who is in a group that lists nobody is not known, so everybody may be', async () => {
    await put({ resourceType: 'Group', id: 'open', type: 'practitioner', actual: false })
    await consent(but('Group/open'))
    assert.deepEqual(await who(), [])
    await consent(but('Group/open'), { status: 'inactive' })
    assert.deepEqual(await who(), ['noor', 'max', 'locum', 'kin'])
  })
  await t.test('an organisation that is let in is, with all that is part of it', async () => {
    await put({ ...team, participant: inCare.slice(1) })
    await consent({ type: 'permit', actor: [{ role: IRCP, reference: ref('Organization/hospital') }] })
    assert.deepEqual(await who(), ['noor', 'max', 'locum'], 'the family is not of it')
    assert.equal((await noor.ask('GET', '/Patient')).json.total, 1)
    await put(role('vera', 'Organization/ward'))
    assert.deepEqual(await who(), ['noor', 'max', 'locum', 'vera'])
    await put({ ...role('vera', 'Organization/ward'), active: false })
    assert.deepEqual(await who(), ['noor', 'max', 'locum'])
  })
  const verified = await running.cli('verify')
  assert.equal(verified.code, 0, JSON.stringify(verified.answer))
})
