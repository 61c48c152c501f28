/**
 * Yes, no, or unknown for want of some parts of the question: the bits of a mask (strong Kleene logic). What comes
 * out as yes or no stays so whatever the missing parts are.
 */
export type Truth = number

export const NO: Truth = 0
export const YES: Truth = -1

export const PARTS = [
  'identifiers',
  'actor',
  'type',
  'reference',
  'labels',
  'codes',
  'documentClasses',
  'related',
  'authors',
  'clinicalDate',
] as const
export type Part = (typeof PARTS)[number]

export const lacking = (part: Part): Truth => 1 << PARTS.indexOf(part)

export const truth = (value: boolean): Truth => (value ? YES : NO)

export function both(one: Truth, other: Truth): Truth {
  if (one === NO || other === NO) return NO
  return one === YES ? other : other === YES ? one : one | other
}

export function either(one: Truth, other: Truth): Truth {
  if (one === YES || other === YES) return YES
  return one | other
}

export const not = (one: Truth): Truth => (one === YES ? NO : one === NO ? YES : one)

export const partsOf = (missing: Truth): Part[] => PARTS.filter((_, n) => (missing & (1 << n)) !== 0)
