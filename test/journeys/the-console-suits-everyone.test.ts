import assert from 'node:assert/strict'
import test from 'node:test'
import { enrolStaff } from '../browsing.ts'
import { assertNoSidewaysScroll, openChromium, type Person, until, withoutChromium } from '../chromium.ts'
import { startRunning } from '../running.ts'

const FOCUSED = `(({ activeElement: e }) => e.ariaLabel ?? e.labels?.[0]?.innerText ?? e.innerText ?? '')(document)`
const RING = `getComputedStyle(document.activeElement).outlineStyle !== 'none'`

/** Presses Tab until what has the focus is called that, and shows that it has it. */
async function tabTo({ page }: Person, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    if (((await page.evaluate(FOCUSED)) as string).trim() !== name) continue
    assert.ok(await page.evaluate(RING), `“${name}” does not show that it has the focus`)
    return
  }
  throw new Error(`the keyboard does not reach “${name}”`)
}

test('the console by keyboard alone, on a ward workstation, and on screens of all sizes', {
  skip: withoutChromium,
}, async (t) => {
  const openPerson = await openChromium(t)
  const running = await startRunning(t)
  const links = await enrolStaff(running, [
    'wren,Wren Tallis,nurse,Ward 3,Practitioner/wren',
    'rook,Rook Ames-Featherstonehaugh,privacy-officer,Department of Everything,',
  ])
  const wren = await openPerson()
  const { page } = wren
  const heading = (name: string, on = page) => on.getByRole('heading', { name, level: 1 }).waitFor()

  await t.test('a person enrols, names the passkey, signs out and in again without a mouse', async () => {
    await page.goto(`${running.url}/enrol#${links.wren}`)
    await heading('Welcome, Wren Tallis')
    await wren.finger(true)
    await tabTo(wren, 'Create a passkey')
    await page.keyboard.press('Enter')
    await heading('Your passkey is ready')
    await wren.finger(false)
    await tabTo(wren, 'Continue')
    await page.keyboard.press('Enter')
    await heading('My account')
    await page.getByText('Linux computer', { exact: true }).waitFor()
    await tabTo(wren, 'Rename: Linux computer')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Ward key')
    await page.keyboard.press('Enter')
    await page.getByText('Ward key').waitFor()
    await tabTo(wren, 'Remove: Ward key')
    await page.keyboard.press('Enter')
    await until(page, `${FOCUSED} === 'Cancel'`)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await until(page, `${FOCUSED} === 'Remove: Ward key'`)
    await page.reload()
    await heading('My account')
    await tabTo(wren, 'Sign out')
    await page.keyboard.press('Enter')
    await page.getByText('You are signed out.').waitFor()
    await wren.finger(true)
    await tabTo(wren, 'Sign in with a passkey')
    await page.keyboard.press('Enter')
    await heading('My account')
    await wren.finger(false)
  })

  await t.test('on a ward workstation they are warned, stay, and come back to where they were', async () => {
    const database = await running.database()
    const left = async () => {
      const [row] = await database.query<{ seconds: number }>(
        'select extract(epoch from max(idle_until) - now())::int as seconds from account_sessions',
      )
      return row?.seconds as number
    }
    /** Minutes pass; then the person looks at the page again. */
    const idleIn = async (seconds: number) => {
      await database.query(
        `update account_sessions set seen_at = now() - interval '4 minutes', idle_until = now() + make_interval(secs => $1)`,
        [seconds],
      )
      await page.evaluate(`document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`)
    }
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.getByLabel('This is a shared workstation').check()
    await wren.finger(true)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await heading('My account')
    await wren.finger(false)
    await page.getByText('Shared workstation', { exact: true }).waitFor()
    await idleIn(50)
    await page.getByText(/You will be signed out in \d+ seconds/).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.ok((await left()) > 200, 'the server knows, too')
    await idleIn(3)
    await page.getByText('You were away for a while').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('next'), '/account')
    assert.ok(await page.getByLabel('This is a shared workstation').isChecked(), 'it is still one')
    await wren.finger(true)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await heading('My account')
    await wren.finger(false)
  })

  for (const [width, height] of [
    [1440, 900],
    [390, 844],
    [320, 640],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const)
      await t.test(`every screen at ${width} pixels, ${colorScheme}`, async () => {
        const { page: sized, complaints } = await openPerson({ viewport: { width, height }, colorScheme })
        const open = async (path: string, title: string) => {
          await sized.goto(`${running.url}${path}`)
          await heading(title, sized)
          await assertNoSidewaysScroll(sized, path)
        }
        await open('/sign-in', 'Sign in')
        await sized.getByRole('button', { name: 'Use username, password and code' }).click()
        await sized.getByLabel('Code', { exact: true }).waitFor()
        await assertNoSidewaysScroll(sized, 'the form')
        await open('/recovery', 'Get back in')
        await open('/interaction/ended', 'This request has ended')
        await open('/enrol', 'Open your link again')
        await open('/enrol#no-such-link', 'This link cannot be used')
        await sized.context().addCookies(await page.context().cookies())
        await open('/account', 'My account')
        await sized.getByText('Ward key').waitFor()
        await assertNoSidewaysScroll(sized, 'the account')
        await sized.getByRole('button', { name: 'Remove: Ward key' }).click()
        await assertNoSidewaysScroll(sized, 'a dialog')
        assert.deepEqual(complaints, [])
      })
  assert.deepEqual(wren.complaints, [])
})
