import assert from 'node:assert/strict'
import test from 'node:test'
import { enrolStaff } from '../browsing.ts'
import { assertNoSidewaysScroll, openChromium, type Person, withoutChromium } from '../chromium.ts'
import { startRunning } from '../running.ts'

/** Presses Tab until what is focused has that name; a person would see the ring on its way. */
async function tabTo({ page }: Person, name: string): Promise<void> {
  const focused = `(({ activeElement: e }) => e.ariaLabel ?? e.labels?.[0]?.innerText ?? e.innerText ?? '')(document)`
  for (let presses = 0; presses < 40; presses++) {
    if (((await page.evaluate(focused)) as string).trim() === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach “${name}”`)
}

test('the console by keyboard alone, on a ward workstation, and on screens of all sizes', {
  skip: withoutChromium,
}, async (t) => {
  const running = await startRunning(t)
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,Practitioner/wren'])
  const openPerson = await openChromium(t)
  const wren = await openPerson()
  const { page } = wren
  const heading = (name: string, on = page) => on.getByRole('heading', { name, level: 1 })

  await t.test('a person enrols, signs out and in again without a mouse', async () => {
    await page.goto(`${running.url}/enrol#${links.wren}`)
    await heading('Welcome, Wren Tallis').waitFor()
    await tabTo(wren, 'Create a passkey')
    await page.keyboard.press('Enter')
    await heading('Your passkey is ready').waitFor()
    await tabTo(wren, 'Continue')
    await page.keyboard.press('Enter')
    await heading('My account').waitFor()
    await tabTo(wren, 'Sign out')
    await page.keyboard.press('Enter')
    await page.getByText('You are signed out.').waitFor()
  })
  await new Promise((r) => setTimeout(r, 3000))
  console.log(page.url())
  await page.screenshot({ path: '/tmp/stub/after.png' })
})
