const WINDOW = 6400
const STEP = 100

/**
 * The windowed Gaussian detector that NAB ships (detectors/gaussian/windowedGaussian_detector.py). Its published scores
 * are what this scorer is held against: see PUBLISHED. The files NAB publishes hold twelve digits, and so do these scores.
 */
export function windowedGaussian(values: Float64Array): Float64Array {
  const scores = new Float64Array(values.length)
  const window: number[] = []
  let waiting: number[] = []
  let mean = 0
  let deviation = 1
  const settle = () => {
    mean = window.reduce((sum, one) => sum + one, 0) / window.length
    deviation = Math.sqrt(window.reduce((sum, one) => sum + (one - mean) ** 2, 0) / window.length) || 0.000001
  }
  for (const [at, value] of values.entries()) {
    if (window.length > 0) scores[at] = Number((1 - upperTail(Math.abs(value - mean) / deviation)).toPrecision(12))
    if (window.length < WINDOW) {
      window.push(value)
      settle()
      continue
    }
    waiting.push(value)
    if (waiting.length < STEP) continue
    window.splice(0, STEP)
    window.push(...waiting)
    waiting = []
    settle()
  }
  return scores
}

/** Standard, low FP and low FN, as the README of NAB 1.1 gives them. */
export const PUBLISHED = [39.65, 20.87, 47.41] as const

/** The probability that a standard normal exceeds z, for z >= 0: by series up to 3, then by continued fraction. */
export function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let sum = z
    for (let term = z, at = 1; term > 1e-18; at++) {
      term *= (z * z) / (2 * at + 1)
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = 0
  for (let at = 200; at > 0; at--) fraction = at / (z + fraction)
  return density / (z + fraction)
}
