import { expect, test } from 'vitest'
import { takeLinkToken } from './link-token.ts'

const at = (pathname: string, hash: string) => ({ pathname, hash }) as Location

test('a token is taken from the address of the link only, and kept when the address is clean', () => {
  const shown: unknown[] = []
  const history = { state: null, replaceState: (_state: unknown, _title: string, url: unknown) => shown.push(url) }
  const take = (location: Location) => takeLinkToken(location, history as unknown as History)
  expect(take(at('/account', '#abc'))).toBe(undefined)
  expect(take(at('/enrol', ''))).toBe(undefined)
  expect(shown).toEqual([])
  expect(take(at('/enrol', '#abc'))).toBe('abc')
  expect(shown).toEqual(['/enrol'])
  expect(take(at('/enrol', ''))).toBe('abc')
  expect(take(at('/enrol', '#def'))).toBe('def')
})
