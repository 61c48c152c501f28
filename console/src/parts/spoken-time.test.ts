import { expect, test } from 'vitest'
import { spokenBirthDate, spokenPast, spokenWait } from './spoken-time.ts'

test('a wait is never said shorter than it is', () => {
  expect(spokenWait(1)).toBe('1 second')
  expect(spokenWait(119)).toBe('119 seconds')
  expect(spokenWait(121)).toBe('3 minutes')
  expect(spokenWait(2 * 3600 + 1)).toBe('3 hours')
})

test('the past is said in the largest unit that fits', () => {
  const now = Date.parse('2027-03-01T12:00:00Z')
  expect(spokenPast('2027-03-01T12:00:05Z', now)).toBe('just now')
  expect(spokenPast('2027-03-01T11:59:00Z', now)).toBe('1 minute ago')
  expect(spokenPast('2027-03-01T10:00:00Z', now)).toBe('2 hours ago')
  expect(spokenPast('2027-02-27T12:00:00Z', now)).toBe('2 days ago')
  expect(spokenPast('2026-06-01T12:00:00Z', now)).toContain('2026')
})

test('a birth date is no more exact than what is known, and is the same day everywhere', () => {
  expect(spokenBirthDate('1980')).toBe('1980')
  expect(spokenBirthDate('1980-05')).not.toContain('17')
  expect(spokenBirthDate('1980-05-17')).toContain('17')
  expect(spokenBirthDate('unknown')).toBe('unknown')
})
