/** HL7 v3 Confidentiality, from the least to the most: normal, restricted, very restricted. */
export const CONFIDENTIALITIES = ['N', 'R', 'V'] as const
export type Confidentiality = (typeof CONFIDENTIALITIES)[number]

/** How sensitive a record is (HL7 DS4P): one confidentiality, HL7 v3 ActCodes of why, and the policies it is under. */
export type SecurityLabels = {
  readonly confidentiality: Confidentiality
  /** In order, without doubles. */
  readonly sensitivities: readonly string[]
  readonly policies: readonly string[]
}

export const UNLABELLED: SecurityLabels = Object.freeze({ confidentiality: 'N', sensitivities: [], policies: [] })

export const higher = (a: Confidentiality, b: Confidentiality): Confidentiality =>
  CONFIDENTIALITIES.indexOf(a) >= CONFIDENTIALITIES.indexOf(b) ? a : b

/** Nothing to say is not said, so that most labels stay small. */
export const saidOf = (labels: SecurityLabels): SecurityLabels | undefined =>
  labels.confidentiality === 'N' && labels.sensitivities.length + labels.policies.length === 0 ? undefined : labels

export const sameSecurity = (a: SecurityLabels | undefined, b: SecurityLabels | undefined): boolean =>
  a === b ||
  ((a?.confidentiality ?? 'N') === (b?.confidentiality ?? 'N') &&
    (a?.sensitivities ?? []).join() === (b?.sensitivities ?? []).join() &&
    (a?.policies ?? []).join() === (b?.policies ?? []).join())

const NONE: readonly string[] = []
const told = new WeakMap<SecurityLabels, readonly string[]>()

/** As a decision sees them: what is above normal, then sensitivities, then policies. */
export function labelsOf(security: SecurityLabels | undefined): readonly string[] {
  if (security === undefined) return NONE
  let labels = told.get(security)
  if (labels === undefined) {
    const { confidentiality, sensitivities, policies } = security
    labels = [...(confidentiality === 'N' ? NONE : [confidentiality]), ...sensitivities, ...policies]
    told.set(security, labels)
  }
  return labels
}
