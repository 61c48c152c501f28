/** Forecasts of one kind that were held against what came. */
export type ForecastScore = {
  readonly forecasts: number
  readonly came: number
  /** Mean squared error: of the forecasts, of the prior alone, of the rate known at the time, and of the rate in hindsight. */
  readonly brier: number
  readonly brierOfPrior: number
  readonly brierOfBaseRate: number
  readonly brierOfHindsight: number
  /** 1 - brier / brier of the rate known at the time: above 0 is better than it. */
  readonly skill: number
  /** How far from 0 the skill may lie by chance: two standard errors, counted by names, for forecasts of one name hang together. */
  readonly skillWithin: number
  /** How often it came in the tenth with the highest forecasts, against how often it came at all. */
  readonly topDecileLift: number
  readonly topDecileCame: number
  readonly meanForecast: number
  /** By more than chance, and also than the rate in hindsight. */
  readonly isBetter: boolean
}

export type Forecast = {
  readonly name: string
  readonly chance: number
  /** What the prior alone said, and the rate that was known at that time. */
  readonly prior: number
  readonly base: number
  readonly came: boolean
}

/** Undefined when there is nothing to compare. */
export function scoreForecasts(forecasts: readonly Forecast[]): ForecastScore | undefined {
  const { length } = forecasts
  if (length === 0) return undefined
  const came = forecasts.filter((one) => one.came).length
  const rate = came / length
  const brierOf = (chance: (one: Forecast) => number) =>
    forecasts.reduce((sum, one) => sum + (chance(one) - (one.came ? 1 : 0)) ** 2, 0) / length
  const brier = brierOf((one) => one.chance)
  const brierOfBaseRate = brierOf((one) => one.base)
  const top = forecasts
    .toSorted((one, other) => other.chance - one.chance)
    .slice(0, Math.max(1, Math.floor(length / 10)))
  const gains = new Map<string, number>()
  for (const { name, chance, base, came: did } of forecasts) {
    const truth = did ? 1 : 0
    gains.set(name, (gains.get(name) ?? 0) + (base - truth) ** 2 - (chance - truth) ** 2)
  }
  const error = Math.sqrt([...gains.values()].reduce((sum, gain) => sum + gain * gain, 0)) / length
  const skill = brierOfBaseRate === 0 ? 0 : 1 - brier / brierOfBaseRate
  const skillWithin = brierOfBaseRate === 0 ? 0 : (2 * error) / brierOfBaseRate
  // Where the border lies within equal forecasts, the share of those counts, whatever their order.
  const border = (top.at(-1) as Forecast).chance
  const above = top.filter((one) => one.chance > border)
  const equal = forecasts.filter((one) => one.chance === border)
  const share = equal.filter((one) => one.came).length / equal.length
  const topCame = above.filter((one) => one.came).length + (top.length - above.length) * share
  return {
    forecasts: length,
    came,
    brier,
    brierOfPrior: brierOf((one) => one.prior),
    brierOfBaseRate,
    brierOfHindsight: rate * (1 - rate),
    skill,
    skillWithin,
    topDecileLift: rate === 0 ? 0 : topCame / top.length / rate,
    topDecileCame: topCame,
    meanForecast: forecasts.reduce((sum, one) => sum + one.chance, 0) / length,
    isBetter: came > 0 && skill > skillWithin && brier < rate * (1 - rate),
  }
}
