/** The probability that an anomaly scores higher than what is normal (AUROC); ties count half. NaN without both kinds. */
export function areaUnderCurve(scores: readonly number[], anomalous: readonly boolean[]): number {
  const order = scores.map((_, at) => at).sort((one, other) => (scores[one] as number) - (scores[other] as number))
  const anomalies = anomalous.filter(Boolean).length
  const normals = anomalous.length - anomalies
  let ranks = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++
    for (let at = from; at < to; at++) if (anomalous[order[at] as number]) ranks += (from + to + 1) / 2
    from = to
  }
  return (ranks - (anomalies * (anomalies + 1)) / 2) / (anomalies * normals)
}
