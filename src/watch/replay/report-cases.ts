import type { ToldCase } from '../cases/told-case.ts'
import type { RightAndWrong } from '../cases/verdict-counts.ts'
import { inHtml } from './plot.ts'

const MOST_CASES = 40
const MOST_EVENTS = 8
const MOST_RECORDS = 10

const minute = (at: string): string => at.slice(0, 16).replace('T', ' ')

/** The cases of a report, the gravest first. */
export function casesOf(cases: readonly ToldCase[]): string {
  if (cases.length === 0) return '<h2>Cases</h2><p>There are none.</p>'
  const gravest = cases.toSorted((one, other) => other.score - one.score || other.exposed.records - one.exposed.records)
  const left = cases.length - MOST_CASES
  return `<h2>Cases</h2><p class="soft">Alerts about one matter within 14 days.${left > 0 ? ` ${left} more are in cases.json.` : ''}</p>${gravest.slice(0, MOST_CASES).map(sayCase).join('')}`
}

function sayCase(one: ToldCase): string {
  const { stage, exposed, verdict } = one
  const events = one.timeline
    .slice(0, MOST_EVENTS)
    .map(({ at, says }) => `<li><span class="soft">${minute(at)}</span> ${inHtml(says)}`)
  const records = exposed.beforeBlock
    .slice(0, MOST_RECORDS)
    .map(
      (of) =>
        `<tr><td>${inHtml(of.patient === '' ? 'several or none named' : of.patient)}<td>${inHtml(of.resourceType)}<td class="n">${of.records}<td>${[
          of.read > 0 && `read ${of.read}`,
          of.changed > 0 && `changed ${of.changed}`,
          of.takenOut > 0 && `taken out ${of.takenOut}`,
          of.explained > 0 && `${of.explained} of ${of.accesses} accesses explained`,
        ]
          .filter((word) => word !== false)
          .join(', ')}</tr>`,
    )
  const more = exposed.beforeBlock.length - records.length
  const similar = one.similar.map(
    (other) =>
      `${other.id} (${Math.round(other.likeness * 100)} % alike${other.finding === undefined ? '' : `, found ${other.finding}`})`,
  )
  return `<article><h3>${one.id}: ${inHtml(one.about)} <span class="soft">${minute(one.openedAt)}, score ${one.score.toFixed(1)}${verdict === undefined ? '' : `, ${verdict.finding}`}</span></h3>
<p>${inHtml(one.says)}</p>${stage === undefined ? '' : `<p>Stage: ${stage.id}, for ${inHtml(stage.says)}. Likely next: ${inHtml(stage.likely)}.</p>`}
<ol>${events.join('')}</ol>${records.length === 0 ? '' : `<div class="table"><table><thead><tr><th>Patient<th>Type<th>Records<th></thead><tbody>${records.join('')}</tbody></table></div>${more > 0 ? `<p class="soft">${more} more rows are in cases.json.</p>` : ''}`}
${one.wouldHaveExplained.length === 0 ? '' : `<p class="soft">Would have explained it: ${inHtml(one.wouldHaveExplained.join('; '))}.</p>`}${similar.length === 0 ? '' : `<p class="soft">Similar: ${similar.join(', ')}.</p>`}</article>`
}

/** How often alerts were right, by what spoke against the access. Nothing when no verdict was given. */
export const flagsOf = (flags: readonly (RightAndWrong & { readonly flag: string })[]): string =>
  flags.length === 0
    ? ''
    : `<h2>What speaks against an access, by verdicts</h2><div class="table"><table><thead><tr><th>Sign<th>Right<th>Wrong</thead><tbody>${flags.map(({ flag, right, wrong }) => `<tr><td>${flag}<td class="n">${right}<td class="n">${wrong}</tr>`).join('')}</tbody></table></div>`
