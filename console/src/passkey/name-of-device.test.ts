import { expect, test } from 'vitest'
import { nameOfBrowser, nameOfDevice } from './name-of-device.ts'

const AGENTS = [
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    'iPhone',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Windows computer',
    'Edge on Windows computer',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    'Linux computer',
    'Firefox on Linux computer',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Android phone',
    'Chrome on Android phone',
  ],
  ['something else', 'This device', 'A browser'],
] as const

test.each(AGENTS)('%s', (agent, device, browser) => {
  expect(nameOfDevice(agent)).toBe(device)
  expect(nameOfBrowser(agent)).toBe(browser)
})
