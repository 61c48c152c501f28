import type { Criteria, DataCriteria, LabelCriteria } from './consent-rules.ts'
import { spanCovers } from './date-span.ts'
import { purposeCovers } from './purposes.ts'
import { sensitivityCovers } from './security-labels.ts'

type Covers = (outer: string, inner: string) => boolean
type List = readonly string[] | undefined

const same: Covers = (outer, inner) => outer === inner

/** Nothing said outside is said by all; else everything inside has to be covered by something outside. */
const listWithin = (inner: List, outer: List, covers: Covers): boolean =>
  outer === undefined || inner?.every((one) => outer.some((other) => covers(other, one))) === true

const partWithin = (inner: List, outer: List, covers: Covers): boolean =>
  inner === undefined || (outer !== undefined && listWithin(inner, outer, covers))

const levelIn = ({ upTo, from }: LabelCriteria): number | undefined => upTo ?? from

const labelsWithin = (inner: LabelCriteria | undefined, outer: LabelCriteria | undefined): boolean =>
  outer === undefined ||
  (inner !== undefined &&
    (levelIn(inner) === undefined || levelIn(inner) === levelIn(outer)) &&
    partWithin(inner.sensitivities, outer.sensitivities, sensitivityCovers) &&
    partWithin(inner.others, outer.others, same))

const dataWithin = (inner: DataCriteria | undefined, outer: DataCriteria | undefined): boolean =>
  outer === undefined ||
  (inner !== undefined &&
    partWithin(inner.records, outer.records, same) &&
    partWithin(inner.related, outer.related, same) &&
    partWithin(inner.authors, outer.authors, same))

/**
 * Whether `inner` says the same as `outer` or less, element by element: an exception to it, therefore, not a rival.
 * May say false of what lies within by accident; then denial prevails.
 */
export function isWithin(inner: Criteria, outer: Criteria): boolean {
  return (
    listWithin(inner.actors, outer.actors, same) &&
    listWithin(inner.actions, outer.actions, same) &&
    listWithin(inner.purposes, outer.purposes, purposeCovers) &&
    listWithin(inner.classes, outer.classes, same) &&
    listWithin(inner.codes, outer.codes, same) &&
    (outer.period === undefined || (inner.period !== undefined && spanCovers(outer.period, inner.period))) &&
    (outer.dataPeriod === undefined ||
      (inner.dataPeriod !== undefined && spanCovers(outer.dataPeriod, inner.dataPeriod))) &&
    labelsWithin(inner.labels, outer.labels) &&
    dataWithin(inner.data, outer.data)
  )
}
