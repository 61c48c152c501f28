/** Purposes of use, from HL7 v3-PurposeOfUse. */
export const PURPOSES = ['TREAT', 'HPAYMT', 'HOPERAT', 'ETREAT', 'HRESCH', 'PATRQT', 'PUBHLTH', 'HSYSADMIN'] as const
export type Purpose = (typeof PURPOSES)[number]

export function isPurpose(value: string): value is Purpose {
  return (PURPOSES as readonly string[]).includes(value)
}
