import assert from 'node:assert/strict'
import test from 'node:test'
import { codeOf, enrolStaff, GOOD_PASSWORD } from '../browsing.ts'
import { openChromium, type Passkey, withoutChromium } from '../chromium.ts'
import { startRunning } from '../running.ts'

const HOSPITAL = 'Riverside General'
const STEP_UP = {
  status: 403,
  contentType: 'application/problem+json',
  body: JSON.stringify({ status: 403, code: 'identity.step-up', title: 'For this, prove again that it is you.' }),
}

test('people enrol, sign in and look after their account in a browser', { skip: withoutChromium }, async (t) => {
  const openPerson = await openChromium(t)
  const running = await startRunning(t, { settings: { CHARTWARDEN_ORGANISATION: HOSPITAL } })
  const links = await enrolStaff(running, [
    'wren,Wren Tallis,nurse,Ward 3,Practitioner/wren',
    'idris,Idris Vale,physician,Ward 3,Practitioner/idris',
  ])
  const wren = await openPerson()
  const linkOf = (who: string) => `${running.url}/enrol#${links[who]}`

  await t.test('with a passkey, by the link, once, in one browser', async () => {
    const { page, complaints, finger } = wren
    await page.goto(linkOf('wren'))
    await page.getByRole('heading', { name: 'Welcome, Wren Tallis' }).waitFor()
    assert.equal(page.url(), `${running.url}/enrol`, 'the token is out of the address')

    const stranger = await openPerson()
    await stranger.page.goto(linkOf('wren'))
    await stranger.page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()

    await finger(true)
    await page.getByRole('button', { name: 'Create a passkey' }).click()
    await page.getByRole('heading', { name: 'Your passkey is ready' }).waitFor()
    await finger(false)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'My account' }).waitFor()
    await page.getByText(HOSPITAL).waitFor()
    await page.getByText('Nurse, Ward 3').waitFor()
    assert.deepEqual(await page.evaluate('Object.keys({ ...localStorage, ...sessionStorage })'), [])
    assert.deepEqual([...complaints, ...stranger.complaints], [])
  })

  await t.test('name it, and cannot lose the last one by a slip', async () => {
    const { page, complaints } = wren
    await page.getByRole('button', { name: 'Rename: Linux computer' }).click()
    await page.getByLabel('Name of this passkey').fill('Key on my lanyard')
    await page.keyboard.press('Enter')
    await page.getByText('Key on my lanyard').waitFor()
    await page.getByRole('button', { name: 'Remove: Key on my lanyard' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('This is your only way to sign in.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    assert.deepEqual(complaints, [])
  })

  await t.test('sign out, and in again by the button; where a link may not send them elsewhere', async () => {
    const { page, complaints, finger } = wren
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.goto(`${running.url}/account`)
    await page.waitForURL(`${running.url}/sign-in?next=%2Faccount`)
    await page.goto(`${running.url}/sign-in?next=${encodeURIComponent('//evil.example/account')}`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
    await finger(true)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.waitForURL(`${running.url}/account`)
    await finger(false)
    assert.deepEqual(complaints, [])
  })

  await t.test('prove again who they are, after which the act goes on by itself', async () => {
    const { page, complaints, finger } = wren
    // As if five minutes had passed: the first answer is the server's of then, all others are its own.
    await page.route('**/api/passkeys/*', (route) => route.fulfill(STEP_UP), { times: 1 })
    await page.getByRole('button', { name: 'Rename: Key on my lanyard' }).click()
    await page.getByLabel('Name of this passkey').fill('Lanyard')
    await page.getByRole('button', { name: 'Save' }).click()
    await finger(true)
    await page.getByRole('button', { name: 'Use your passkey' }).click()
    await page.getByText('Lanyard', { exact: true }).waitFor()
    await finger(false)
    assert.deepEqual(complaints, [])
  })

  await t.test('sign in by what a field offers on their phone, see it where they work, and end it there', async () => {
    const phone = await openPerson({ autofill: true, viewport: { width: 390, height: 844 } })
    await phone.take((await wren.passkeys())[0] as Passkey)
    await phone.finger(true)
    await phone.page.goto(`${running.url}/sign-in`)
    await phone.page.waitForURL(`${running.url}/account`)
    await phone.page
      .getByRole('button', { name: /^Rename: Chrome/ })
      .first()
      .click()
    await phone.page.getByLabel('Name of this device').fill('My own phone')
    await phone.page.getByRole('button', { name: 'Save' }).click()
    await phone.page.getByText('My own phone').waitFor()

    await wren.page.reload()
    await wren.page.getByRole('button', { name: 'Sign out: My own phone' }).click()
    await wren.page.getByText('My own phone').waitFor({ state: 'detached' })
    await phone.finger(false)
    await phone.page
      .getByRole('button', { name: /^Rename: Chrome/ })
      .first()
      .click()
    await phone.page.getByLabel('Name of this device').fill('Still here')
    await phone.page.getByRole('button', { name: 'Save' }).click()
    await phone.page.getByText('Your sign-in has ended.').waitFor()
    assert.deepEqual([...wren.complaints, ...phone.complaints], [])
  })

  await t.test('and with a password and an app', async () => {
    const { page, complaints } = await openPerson()
    await page.goto(linkOf('idris'))
    await page.getByRole('button', { name: 'Use a password and an authenticator app instead' }).click()
    const onward = page.getByRole('button', { name: 'Continue' })
    await page.getByLabel('New password').fill('short')
    await onward.click()
    await page.getByText('Use at least 12 characters.').waitFor()
    await page.getByLabel('New password').fill('passwordpassword')
    await onward.click()
    await page.getByRole('alert').getByText('This password').waitFor()
    await page.getByLabel('New password').fill(GOOD_PASSWORD)
    await onward.click()
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
    const secret = (await page.locator('pre').innerText()).replaceAll(' ', '')
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, -1))
    await page.getByRole('button', { name: 'Finish' }).click()
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
    assert.equal(await page.locator('.codes li').count(), 10)
    assert.ok(await onward.isDisabled(), 'not before they are kept')
    const recoveryCode = await page.locator('.codes li').first().innerText()
    await page.getByLabel('I have kept them').check()
    await onward.click()
    await page.getByRole('heading', { name: 'My account' }).waitFor()

    const elsewhere = await openPerson()
    const form = elsewhere.page
    await form.goto(`${running.url}/sign-in`)
    await form.getByRole('button', { name: 'Use username, password and code' }).click()
    await form.getByLabel('Username').fill('Idris')
    await form.getByLabel('Password', { exact: true }).fill(GOOD_PASSWORD)
    await form.getByLabel('Code', { exact: true }).fill('000000')
    await form.getByRole('button', { name: 'Sign in', exact: true }).click()
    await form.getByRole('alert').getByText('That did not match.').waitFor()
    await form.getByLabel('Code', { exact: true }).fill(recoveryCode)
    await form.getByRole('button', { name: 'Sign in', exact: true }).click()
    await form.getByRole('heading', { name: 'My account' }).waitFor()
    await form.getByText('9 codes left').waitFor()
    assert.deepEqual([...complaints, ...elsewhere.complaints], [])
  })
  await t.test('are told how long to wait after too many tries', async () => {
    const { page, complaints } = await openPerson()
    await page.goto(`${running.url}/sign-in`)
    await page.getByLabel('Username').fill('wren')
    await page.keyboard.press('Enter')
    await page.getByLabel('Code', { exact: true }).fill('123456')
    const waiting = page.getByText('You can try again in')
    const tryWith = async (password: string) => {
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    await tryWith('not the password')
    await page.getByRole('alert').getByText('That did not match.').waitFor()
    // A wait that is longer than a busy machine takes to look at it.
    await (await running.database()).query('update sign_in_failures set failures = 12')
    await tryWith('not that one')
    await page.locator('button[data-loading]').waitFor({ state: 'detached' })
    await tryWith('nor that one')
    await waiting.waitFor()
    assert.match(await waiting.innerText(), /You can try again in \d+ (second|minute)s?\./)
    assert.ok(await page.getByRole('button', { name: 'Sign in', exact: true }).isDisabled())
    assert.ok(await page.getByRole('button', { name: 'Sign in with a passkey' }).isEnabled(), 'passkeys never wait')
    assert.deepEqual(complaints, [])
  })
})
