/** For tests only: the system's Chromium, with a virtual authenticator in place of a fingerprint reader. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { type BrowserContextOptions, type CDPSession, chromium, type Page } from 'playwright-core'

const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

/** For `test(name, { skip: withoutChromium }, …)`; in CI a test that misses it has to fail. */
export const withoutChromium: string | false =
  PROGRAM !== undefined || process.env.CI !== undefined ? false : 'Chromium is missing: apt-get install chromium'

const TIMEOUT_MS = 15_000
const NO_AUTOFILL = 'PublicKeyCredential.isConditionalMediationAvailable = async () => false'

type PersonOptions = BrowserContextOptions & { readonly autofill?: boolean }

export type Passkey = { readonly credentialId: string; readonly privateKey: string; readonly signCount: number }

export type Person = {
  readonly page: Page
  /** What the browser complained about: errors of scripts, of the Content-Security-Policy, of the console. */
  readonly complaints: string[]
  /** Whether a finger lies on the reader when the browser next asks; then a passkey offered at a field is used at once. */
  finger(on: boolean): Promise<void>
  passkeys(): Promise<Passkey[]>
  /** Puts a passkey of another device on this one, as a keychain that syncs does. */
  take(passkey: Passkey): Promise<void>
}

/**
 * Every person gets a browser profile and an authenticator of their own; all ends with the test `t`. Open it before the
 * server, which waits for browsers when it ends.
 */
export async function openChromium(t: TestContext) {
  assert.ok(PROGRAM !== undefined, 'Chromium missing: apt-get install chromium')
  // Neither root nor most containers can have its sandbox; the pages are our own.
  const bare = process.getuid?.() === 0 || process.env.CI !== undefined
  const browser = await chromium.launch({ executablePath: PROGRAM, args: bare ? ['--no-sandbox'] : [] })
  t.after(() => browser.close())

  /** `autofill` false: a browser that offers no passkeys at fields, so that the button is the way. */
  return async function openPerson({ autofill = false, ...options }: PersonOptions = {}): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options })
    context.setDefaultTimeout(TIMEOUT_MS)
    const page = await context.newPage()
    if (!autofill) await page.addInitScript(NO_AUTOFILL)
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      // That the server refused something is for the page to tell.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text())
    })
    const cdp = await context.newCDPSession(page)
    const authenticatorId = await addAuthenticator(cdp)
    return {
      page,
      complaints,
      async finger(enabled) {
        await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
      },
      async passkeys() {
        const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
        return credentials
      },
      async take(credential) {
        const taken = { isResidentCredential: true, rpId: 'localhost', ...credential }
        await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: taken })
      },
    }
  }
}

async function addAuthenticator(cdp: CDPSession): Promise<string> {
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  })
  return authenticatorId
}

/** Waits until a script's expression holds; the pages' policy lets none of Playwright's own run in them. */
export async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + TIMEOUT_MS
  while ((await page.evaluate(expression)) !== true) {
    assert.ok(Date.now() < end, `it never came to: ${expression}`)
    await page.waitForTimeout(50)
  }
}

/** Throws when the page is wider than its window. */
export async function assertNoSidewaysScroll(page: Page, what: string): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  assert.ok((wide as number) <= 0, `${what} is ${wide} px too wide`)
}
