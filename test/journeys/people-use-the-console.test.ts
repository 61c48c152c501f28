import assert from 'node:assert/strict'
import test from 'node:test'
import { codeOf, enrolStaff, GOOD_PASSWORD } from '../browsing.ts'
import { openChromium, withoutChromium } from '../chromium.ts'
import { startRunning } from '../running.ts'

const HOSPITAL = 'Riverside General'

test('people enrol, sign in and look after their account in a browser', { skip: withoutChromium }, async (t) => {
  const running = await startRunning(t, { settings: { CHARTWARDEN_ORGANISATION: HOSPITAL } })
  const links = await enrolStaff(running, [
    'wren,Wren Tallis,nurse,Ward 3,Practitioner/wren',
    'idris,Idris Vale,physician,Ward 3,Practitioner/idris',
  ])
  const openPerson = await openChromium(t)
  const linkOf = (who: string) => `${running.url}/enrol#${links[who]}`

  await t.test('with a passkey, by the link, once, in one browser', async () => {
    const { page, complaints, passkeys } = await openPerson()
    await page.goto(linkOf('wren'))
    await page.getByRole('heading', { name: 'Welcome, Wren Tallis' }).waitFor()
    assert.equal(page.url(), `${running.url}/enrol`, 'the token is out of the address')

    const stranger = await openPerson()
    await stranger.page.goto(linkOf('wren'))
    await stranger.page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()

    await page.getByRole('button', { name: 'Create a passkey' }).click()
    await page.getByRole('heading', { name: 'Your passkey is ready' }).waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'My account' }).waitFor()
    await page.getByText(HOSPITAL).waitFor()
    await page.getByText('Nurse, Ward 3').waitFor()
    assert.deepEqual(await page.evaluate('Object.keys({ ...localStorage, ...sessionStorage })'), [])

    await page.getByRole('button', { name: /^Rename: Linux computer/ }).click()
    await page.getByLabel('Name of this passkey').fill('Key on my lanyard')
    await page.keyboard.press('Enter')
    await page.getByText('Key on my lanyard').waitFor()

    await page.getByRole('button', { name: 'Remove: Key on my lanyard' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('This is your only way to sign in.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()

    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    assert.equal((await passkeys()).length, 1)
    assert.deepEqual(complaints, [])
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
})
