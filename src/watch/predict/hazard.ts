import given from '../../../policies/watch/hazard.json' with { type: 'json' }

export const HAZARD_KINDS = ['person', 'client', 'patient', 'device'] as const
export type HazardKind = (typeof HAZARD_KINDS)[number]
export const HAZARD_DAYS = given.days
export const FEATURES = Object.keys(given.features) as readonly (keyof typeof given.features)[]
export type FeatureName = (typeof FEATURES)[number]

/** Values of the features, in the order of FEATURES; 0 where one does not apply. */
export type FeatureValues = Float64Array
export type HazardContribution = { readonly feature: FeatureName; readonly nats: number; readonly says: string }
export type SavedHazard = { readonly weights: Float64Array; readonly precision: Float64Array; readonly seen: number }

const logit = (p: number): number => Math.log(p / (1 - p))
const MOST_STEP = 1

/**
 * The chance of an alert about something of one kind within the next days: a logistic regression that learns example by
 * example. Each weight begins at its prior and has a precision; what was seen adds to the precision (p(1-p)x²), so that the
 * prior fades as evidence grows (a diagonal online Newton step). The last weight is the base.
 */
export function createHazard(kind: HazardKind, saved?: SavedHazard) {
  const prior = given.kinds[kind]
  const priorWeights: Readonly<Record<string, number>> = prior.weights
  const size = FEATURES.length + 1
  const weights =
    saved?.weights ?? Float64Array.from([...FEATURES.map((one) => priorWeights[one] ?? 0), logit(prior.base)])
  const precision =
    saved?.precision ??
    Float64Array.from({ length: size }, (_, at) => (at === size - 1 ? given.basePrecision : given.precision))
  let seen = saved?.seen ?? 0

  const chance = (values: FeatureValues): number => {
    let sum = weights[size - 1] as number
    for (let at = 0; at < size - 1; at++) sum += (weights[at] as number) * (values[at] as number)
    return 1 / (1 + Math.exp(-sum))
  }

  return {
    chance,
    /** The rate the prior begins with. */
    base: prior.base,
    /**
     * Learns what came of an example. A feature the kind has no prior for stays out. The weeks of following days overlap: each
     * is one part in HAZARD_DAYS of a piece of evidence.
     */
    learn(values: FeatureValues, came: boolean) {
      const p = chance(values)
      const error = ((came ? 1 : 0) - p) / HAZARD_DAYS
      const curve = Math.max(1e-4, p * (1 - p)) / HAZARD_DAYS
      seen++
      for (let at = 0; at < size; at++) {
        const value = at === size - 1 ? 1 : (values[at] as number)
        if (value === 0 || (at < size - 1 && !((FEATURES[at] as string) in priorWeights))) continue
        precision[at] = (precision[at] as number) + curve * value * value
        const step = (error * value) / (precision[at] as number)
        weights[at] = (weights[at] as number) + Math.max(-MOST_STEP, Math.min(MOST_STEP, step))
      }
    },
    /** What each feature adds, the heaviest first. */
    contributions: (values: FeatureValues): HazardContribution[] =>
      FEATURES.map((feature, at) => ({
        feature,
        nats: (weights[at] as number) * (values[at] as number),
        says: given.features[feature],
      }))
        .filter((one) => one.nats !== 0)
        .sort((one, other) => Math.abs(other.nats) - Math.abs(one.nats)),
    weights: (): Readonly<Record<string, { prior: number; now: number }>> =>
      Object.fromEntries(
        [...FEATURES.filter((one) => one in priorWeights), 'base'].map((name) => {
          const at = name === 'base' ? size - 1 : FEATURES.indexOf(name as FeatureName)
          return [
            name,
            { prior: name === 'base' ? logit(prior.base) : (priorWeights[name] ?? 0), now: weights[at] as number },
          ]
        }),
      ),
    get seen() {
      return seen
    },
    save: (): SavedHazard => ({ weights: weights.slice(), precision: precision.slice(), seen }),
  }
}
