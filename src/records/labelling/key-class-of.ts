import type { KeyClass } from '../../vault/owner-keys.ts'
import type { SecurityLabels } from './security-labels.ts'

/**
 * Which sensitivities each key class seals, and the order in which the classes come: the first that applies wins.
 * Substance use first, because federal law (42 CFR Part 2) opens it to the fewest; then what a patient has most to
 * fear from. Abuse (SDV) and the care of the young (ADOL) have no class of their own.
 */
const CLASSES: readonly (readonly [KeyClass, ReadonlySet<string>])[] = [
  ['sud', new Set(['SUD', 'ETH', 'ETHUD', 'OPIOIDUD'])],
  ['mental', new Set(['PSY', 'PSYTHPN', 'MH', 'BH', 'EMOTDIS'])],
  ['hiv', new Set(['HIV'])],
  ['genetic', new Set(['GDIS', 'SICKLE', 'SCA'])],
  ['repro', new Set(['SEX', 'STD'])],
]

/** The class whose key seals the body of a record with these labels. */
export function keyClassOf(labels: SecurityLabels | undefined): KeyClass {
  const { sensitivities } = labels ?? { sensitivities: [] }
  if (sensitivities.length === 0) return 'general'
  return CLASSES.find(([, codes]) => sensitivities.some((one) => codes.has(one)))?.[0] ?? 'general'
}
