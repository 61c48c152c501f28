import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { PLAYBOOKS } from '../../src/watch/playbooks/read-playbooks.ts'
import { askAs, type Json, putsAs } from '../asking.ts'
import { type Browser, must, openBrowser, signInWithPasskey } from '../browsing.ts'
import { assertNoSidewaysScroll, openChromium, withoutChromium } from '../chromium.ts'
import { type Running, startRunning } from '../running.ts'
import type { SoftwareAuthenticator } from '../software-authenticator.ts'
import { until } from '../until.ts'
import { type Working, workAs, workIn } from '../working-as.ts'

const PATIENTS = 60
type OpenPerson = Awaited<ReturnType<typeof openChromium>>

/** The playbooks that come along, with managers asked at once and not after an hour. */
function promptPlaybooks(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-playbooks-'))
  cpSync(PLAYBOOKS, folder, { recursive: true })
  const held = join(folder, 'held.json')
  writeFileSync(held, readFileSync(held, 'utf8').replace('"delay": 3600000', '"delay": 0'))
  return folder
}

/** Reads on, ten at a time, until it is stopped. */
async function browse({ ask }: Working): Promise<void> {
  for (let n = 0; n < PATIENTS; n += 10) {
    const ids = Array.from({ length: 10 }, (_, more) => `p${n + more}`)
    const { status } = await ask('GET', `/Patient?_id=${ids.join(',')}`)
    if (status === 403) return
  }
  assert.fail('nothing stopped it')
}

const questions = async (browser: Browser): Promise<Json[]> => (await must(browser.get('/api/questions'))).questions
/** As soon as there are any. */
const asked = (browser: Browser): Promise<Json[]> =>
  until(async () => {
    const waiting = await questions(browser)
    return waiting.length > 0 && waiting
  })
const caseAbout = async (running: Running, who: string): Promise<Json> =>
  (await running.cli('watch', 'cases')).answer.cases.find((one: Json) => one.about === who)

test('whoever was stopped is asked why with one tap, who leads them too, and the officer reads the answers', async (t) => {
  const playbooks = promptPlaybooks()
  t.after(() => rmSync(playbooks, { recursive: true, force: true }))
  const openPerson = withoutChromium ? undefined : await openChromium(t)
  const running = await startRunning(t, { settings: { CHARTWARDEN_PLAYBOOKS: playbooks } })
  const put = putsAs(await askAs(running, 'loader'))
  for (let n = 0; n < PATIENTS; n++) await put({ resourceType: 'Patient', id: `p${n}`, name: [{ family: `F${n}` }] })
  const { petra, omar, lise, ines, udo } = (await workAs(running, [
    'petra,Petra Lund,registration,Desk,Practitioner/petra',
    'omar,Omar Diallo,registration,Desk,Practitioner/omar',
    'lise,Lise Aalto,registration,Desk,Practitioner/lise',
    'ines,Ines Duarte,department-lead,Desk,Practitioner/ines',
    'udo,Udo Stein,department-lead,Laboratory,Practitioner/udo',
  ])) as Record<'petra' | 'omar' | 'lise' | 'ines' | 'udo', Working>

  await t.test('one tap and a sentence, once', async () => {
    assert.deepEqual(await questions(petra.browser), [])
    await browse(petra)
    const [question] = await asked(petra.browser)
    assert.match(question.text, /^Your session was stopped on .* Would you tell us/)
    assert.deepEqual(
      question.answers.map((one: Json) => one.answer),
      ['care', 'asked', 'duty', 'mistake', 'not-me'],
    )
    assert.deepEqual(await questions(omar.browser), [], 'nobody else is shown it')
    const answer = (browser: Browser, body: Json) => browser.post(`/api/questions/${question.id}`, body)
    assert.equal((await answer(omar.browser, { answer: 'care' })).status, 404)
    assert.equal((await petra.browser.post('/api/questions/nothing', { answer: 'care' })).status, 404)
    assert.equal((await answer(petra.browser, { answer: 'because' })).status, 400)
    assert.equal((await answer(petra.browser, { answer: 'duty', words: 'x'.repeat(501) })).status, 400)
    await must(answer(petra.browser, { answer: 'duty', words: 'The yearly address check.' }))
    assert.equal((await answer(petra.browser, { answer: 'duty' })).status, 404, 'once')
    assert.deepEqual(await questions(petra.browser), [])
  })

  await t.test('who leads their unit is asked about them, and nobody else', async () => {
    const [question] = await asked(ines.browser)
    assert.match(question.text, /session of petra was stopped/)
    assert.deepEqual(await questions(udo.browser), [])
    await must(ines.browser.post(`/api/questions/${question.id}`, { answer: 'no', words: '' }))
  })

  await t.test('the case tells the officer what was done and what was answered', async () => {
    const found = await caseAbout(running, 'petra')
    assert.deepEqual(
      found.answers.map(({ by, answer, words }: Json) => [by, answer, words]),
      [
        ['petra', 'duty', 'The yearly address check.'],
        ['ines', 'no', ''],
      ],
    )
    const done = found.steps.filter((one: Json) => one.doneAt !== undefined).map((one: Json) => one.kind)
    assert.deepEqual(done.sort(), ['ask-manager', 'notify-person', 'open-case', 'tell-officer'])
    assert.match(found.steps.find((one: Json) => one.kind === 'tell-officer').text, /petra was stopped on/)
    const why = ['--finding', 'justified', '--why', 'the yearly address check']
    assert.equal((await running.cli('watch', 'close', found.id, ...why)).code, 0)
    assert.equal(await caseAbout(running, 'petra'), undefined)
  })

  await t.test('“it was not me”: the session stays held, and the person proves who they are', async () => {
    await browse(omar)
    const [question] = await asked(omar.browser)
    await must(omar.browser.post(`/api/questions/${question.id}`, { answer: 'not-me' }))
    const found = await caseAbout(running, 'omar')
    const [like] = found.similar
    assert.deepEqual([like.about, like.finding, like.reason], ['petra', 'justified', 'the yearly address check'])
    assert.match(found.alerts.at(-1).explanation, /Omar Diallo says that accesses under their name were not theirs/)
    const other = await workIn(running, omar.browser)
    const refused = await other.ask('GET', '/Practitioner?_count=1')
    assert.equal(refused.status, 401, refused.text)
    assert.match(refused.text, /Prove that it is you/)
    await signInWithPasskey(openBrowser(running.url), omar.finger as SoftwareAuthenticator)
    await until(async () => (await other.ask('GET', '/Practitioner?_count=1')).status === 200)
    assert.equal((await omar.ask('GET', '/Practitioner?_count=1')).status, 403, 'the session that was not theirs')
  })

  await t.test('the page shows it, and one tap answers it', { skip: withoutChromium }, async () => {
    await browse(lise)
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      const { page, complaints } = await (openPerson as OpenPerson)({ viewport: { width, height } })
      await page.context().addCookies(
        [...lise.browser.cookies].map(([name, value]) => ({
          name,
          value,
          url: running.url.replace('http:', 'https:'),
        })),
      )
      await page.goto(`${running.url}/account`)
      await page.getByRole('heading', { name: 'We would like to know' }).waitFor()
      await assertNoSidewaysScroll(page, 'the question')
      if (width === 390) {
        await page.getByLabel('A sentence, if you like').fill('I typed the wrong year.')
        await page.getByRole('button', { name: 'I opened the wrong chart' }).click()
        await page.getByRole('heading', { name: 'We would like to know' }).waitFor({ state: 'detached' })
      }
      assert.deepEqual(complaints, [])
    }
    const { answers } = await caseAbout(running, 'lise')
    assert.deepEqual([answers[0].answer, answers[0].words], ['mistake', 'I typed the wrong year.'])
  })

  const verified = await running.cli('verify')
  assert.equal(verified.code, 0, verified.said)
})
