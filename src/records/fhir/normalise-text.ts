const PLAIN = /^[\x21-\x40\x5b-\x7e]+(?: [\x21-\x40\x5b-\x7e]+)*$/
const MARKS = /\p{M}+/gu
const FINAL_SIGMA = /ς/g
const SPACES = /\s+/gu

/** Text as string search compares it: NFKD without marks, lower case, single spaces (FHIR R4 search §3.1.1.4.8). */
export function normaliseText(text: string): string {
  if (PLAIN.test(text)) return text
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(FINAL_SIGMA, 'σ')
    .replace(SPACES, ' ')
    .trim()
}
