import { CLASSES, type Class, STEPS, type Step } from '../access.ts'
import type { ToldCase } from '../cases/told-case.ts'
import type { JudgedMeasure, RightAndWrong } from '../cases/verdict-counts.ts'
import { inHtml, plotBars, short } from './plot.ts'
import type { AlertLine } from './replay.ts'
import { casesOf, flagsOf } from './report-cases.ts'

/** What one day came to. */
export type DayCounts = {
  readonly day: string
  readonly explained: Record<Class, number>
  readonly actions: Record<Step, number>
  alerts: number
}

export type ReportInput = {
  readonly title: string
  readonly rows: number
  readonly staff: number
  readonly patients: number
  readonly unreadable: number
  readonly learnedUntil: string
  readonly expectedAlertsADay: number
  readonly days: readonly DayCounts[]
  /** The gravest, the first ones first. */
  readonly alerts: readonly AlertLine[]
  readonly cases: readonly ToldCase[]
  readonly measures: readonly JudgedMeasure[]
  readonly flags: readonly (RightAndWrong & { readonly flag: string })[]
}

const COLOURS: Readonly<Record<Class, string>> = { explained: 'good', weak: 'fair', unexplained: 'poor', contra: 'bad' }
const STYLE = `:root{color-scheme:light dark;--good:#3d8b72;--fair:#8fb8a3;--poor:#d9a441;--bad:#b8433c;--worst:#6d2b52;--ink:#1c2b2a;--paper:#fbfaf7;--line:#ddd8cd;--soft:#65716f}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebe8;--paper:#16201f;--line:#33413f;--soft:#9aa8a5;--good:#5fb295;--fair:#3f6d5e;--poor:#d9a441;--bad:#e0716a;--worst:#b06a98}}
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:var(--paper);color:var(--ink)}main{max-width:46rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.5rem 0 .5rem}p{margin:.25rem 0 1rem}.soft{color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1rem;margin:1.5rem 0}dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}
.plot{overflow-x:auto}svg{width:100%;min-width:34rem;height:auto}.legend .dash{border-top:2px dashed var(--bad);height:0;vertical-align:middle;border-radius:0}svg text{font-size:11px;fill:var(--soft)}.grid{stroke:var(--line);stroke-width:1}.mark{stroke:var(--bad);stroke-dasharray:4 3}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.85rem;color:var(--soft)}.legend i{display:inline-block;width:.7rem;height:.7rem;margin-right:.35rem;border-radius:2px}
article{border-top:1px solid var(--line);padding:.75rem 0}article h3{font-size:1rem;margin:0}article p{margin:.25rem 0}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}td.n{text-align:right;font-variant-numeric:tabular-nums}`

const share = (part: number, whole: number): string => (whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`)

/** The whole report as one page of HTML that needs nothing else. */
export function reportOf(input: ReportInput): string {
  const { days, alerts } = input
  const sum = <Key extends string>(pick: (one: DayCounts) => Record<Key, number>, key: Key) =>
    days.reduce((so, one) => so + pick(one)[key], 0)
  const labels = days.map((one) => one.day.slice(5))
  const classes = CLASSES.map((name) => ({
    name,
    colour: COLOURS[name],
    values: days.map((one) => one.explained[name]),
  }))
  const blocked = sum((one) => one.actions, 'freeze') + sum((one) => one.actions, 'quarantine')
  const steps = STEPS.filter((step) => step !== 'allow' && sum((one) => one.actions, step) > 0)
  const stepColours: Readonly<Partial<Record<Step, string>>> = {
    ask: 'fair',
    slow: 'good',
    'step-up': 'poor',
    freeze: 'bad',
  }
  const figures: readonly (readonly [string, string])[] = [
    ['Accesses', short(input.rows)],
    [
      'Explained',
      share(
        sum((one) => one.explained, 'explained'),
        input.rows,
      ),
    ],
    [
      'Weakly explained',
      share(
        sum((one) => one.explained, 'weak'),
        input.rows,
      ),
    ],
    ['Asked why', short(sum((one) => one.actions, 'ask'))],
    ['Held', short(blocked)],
    ['Alerts', short(days.reduce((so, one) => so + one.alerts, 0))],
    ['Cases', short(input.cases.length)],
  ]
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${inHtml(input.title)}</title><style>${STYLE}</style><main>
<h1>${inHtml(input.title)}</h1>
<p class="soft">${days[0]?.day ?? ''} to ${days.at(-1)?.day ?? ''}; ${short(input.staff)} staff, ${short(input.patients)} patients. It learned until ${input.learnedUntil}. ${input.unreadable === 0 ? 'Every row could be read.' : `${input.unreadable} rows could not be read.`}</p>
<dl>${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
<h2>How well accesses are explained</h2>${plotBars(labels, classes)}
<h2>Alerts a day</h2>${plotBars(labels, [{ name: 'alerts', colour: 'bad', values: days.map((one) => one.alerts) }], { at: input.expectedAlertsADay, says: 'expected when nothing is wrong' })}
<h2>What was done</h2>${
    steps.length === 0
      ? '<p>Nothing had to be done.</p>'
      : plotBars(
          labels,
          steps.map((step) => ({
            name: step,
            colour: stepColours[step] ?? 'worst',
            values: days.map((one) => one.actions[step]),
          })),
        )
  }
${casesOf(input.cases)}
<h2>The gravest alerts</h2>${alerts.length === 0 ? '<p>There are none.</p>' : alerts.slice(0, 50).map(sayAlert).join('')}
<h2>What explains accesses here</h2><p class="soft">Measured on these accesses: how often a template explains, and how much more often for the patients a role opens than for others.</p>
<div class="table"><table><thead><tr><th>Role<th>Path<th>When<th>Support<th>Precision<th>Worth<th>Verdicts</thead><tbody>${input.measures.map(sayMeasure).join('')}</tbody></table></div>
${flagsOf(input.flags)}</main></html>
`
}

const sayAlert = (
  one: AlertLine,
): string => `<article><h3>${inHtml(one.entities.actor ?? one.entities.patient ?? '')} <span class="soft">${one.at.slice(0, 16).replace('T', ' ')}, score ${one.score.toFixed(1)}, ${one.action}, row ${one.row}</span></h3>
<p>${inHtml(one.explanation)}</p></article>`

const sayMeasure = (one: JudgedMeasure): string =>
  `<tr><td>${inHtml(one.role)}<td>${one.path}<td>${one.when}<td class="n">${(one.support * 100).toFixed(1)} %<td class="n">${one.precision.toFixed(2)}<td>${one.worth}${one.instead === undefined ? '' : ` (was ${one.instead})`}${one.proposed === undefined ? '' : `; proposed: ${one.proposed}`}<td class="n">${one.right === undefined ? '' : `${one.right} right, ${one.wrong ?? 0} wrong`}</tr>`
