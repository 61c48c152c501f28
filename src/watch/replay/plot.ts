/** One series of a plot: a name, a colour of the page's palette, a value for each place. */
export type Series = { readonly name: string; readonly colour: string; readonly values: readonly number[] }

const WIDE = 720
const HIGH = 180
const LEFT = 48
const BELOW = 24

export const inHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)

/** A number short enough for an axis: 1,200 becomes 1.2k. */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`
  if (value >= 1e4) return `${Math.round(value / 1000)}k`
  if (value >= 1000) return `${(value / 1000).toFixed(1)}k`
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 2 : 1)
}

/** Stacked bars, as SVG. `labels` name the places; every n-th is written. `line` is drawn across when given. */
export function plotBars(
  labels: readonly string[],
  series: readonly Series[],
  line?: { at: number; says: string },
): string {
  const sums = labels.map((_, place) => series.reduce((sum, one) => sum + (one.values[place] ?? 0), 0))
  const top = Math.max(...sums, line?.at ?? 0, 1e-9)
  const step = (WIDE - LEFT) / Math.max(1, labels.length)
  const y = (value: number) => HIGH - BELOW - ((HIGH - BELOW - 8) * value) / top
  const bars = labels.flatMap((label, place) => {
    let base = 0
    return series.map(({ name, colour, values }) => {
      const value = values[place] ?? 0
      const upper = y(base + value)
      const height = y(base) - upper
      base += value
      if (height <= 0) return ''
      const x = (LEFT + place * step).toFixed(1)
      const width = Math.max(1, step - 2).toFixed(1)
      return `<rect x="${x}" y="${upper.toFixed(1)}" width="${width}" height="${height.toFixed(1)}" fill="var(--${colour})"><title>${inHtml(label)}, ${inHtml(name)}: ${short(value)}</title></rect>`
    })
  })
  const every = Math.ceil(labels.length / 8)
  const words = labels.map((label, place) =>
    place % every === 0 ? `<text x="${(LEFT + place * step).toFixed(1)}" y="${HIGH - 6}">${inHtml(label)}</text>` : '',
  )
  const axis = [0, top / 2, top].map(
    (value) =>
      `<text x="${LEFT - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${short(value)}</text><line x1="${LEFT}" x2="${WIDE}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" class="grid"/>`,
  )
  const across =
    line === undefined
      ? ''
      : `<line x1="${LEFT}" x2="${WIDE}" y1="${y(line.at).toFixed(1)}" y2="${y(line.at).toFixed(1)}" class="mark"/>`
  const legend = series
    .map((one) => `<span><i style="background:var(--${one.colour})"></i>${inHtml(one.name)}</span>`)
    .join('')
  const drawn = line === undefined ? '' : `<span><i class="dash"></i>${inHtml(line.says)}</span>`
  return `<div class="legend">${legend}${drawn}</div><div class="plot"><svg viewBox="0 0 ${WIDE} ${HIGH}" role="img">${axis.join('')}${bars.join('')}${words.join('')}${across}</svg></div>`
}
