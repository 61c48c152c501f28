import given from '../../../policies/watch/templates.json' with { type: 'json' }
import type { Class } from '../access.ts'
import { RELATION_KINDS } from '../hospital/relations.ts'

/** How somebody reaches a patient, the nearest first. */
export const PATHS = ['own', 'ward', 'ward-near', 'home', 'home-off-shift', 'team', 'anyone'] as const
export type Path = (typeof PATHS)[number]

/** When, against the window of a relation: inside, or so many days before or after it. */
export const WHENS = ['inside', 'before-1', 'before-7', 'after-1', 'after-3', 'after-14', 'after-60'] as const

const DAY = 1440
const AFTER = [1, 3, 14, 60] as const

/** What is known before it begins. An encounter is not: that it came later explains only weakly what was done before. */
const PLANNED: readonly boolean[] = RELATION_KINDS.map((kind) =>
  ['appointment', 'order', 'referral', 'task', 'proxy', 'consent'].includes(kind),
)

/** The place in WHENS of a minute against a window of a relation; -1 when it is too far from it. */
export function whenOf(minute: number, kind: number, from: number, to: number): number {
  if (minute < from) return from - minute > 7 * DAY ? -1 : PLANNED[kind] && from - minute <= DAY ? 1 : 2
  if (minute <= to) return 0
  const after = AFTER.findIndex((days) => minute - to <= days * DAY)
  return after === -1 ? -1 : 3 + after
}

/** A path and a time together. */
export const CELLS = PATHS.length * WHENS.length
export const cellOf = (path: Path, when: number): number => PATHS.indexOf(path) * WHENS.length + when
export const pathOf = (cell: number): Path => PATHS[Math.floor(cell / WHENS.length)] as Path

/** What a cell is worth before anything was measured. */
export const GIVEN: readonly Class[] = PATHS.flatMap((path) => {
  const template = given.templates.find((one) => one.path === path)
  if (template === undefined) throw new Error(`policies/watch/templates.json says nothing of the path ${path}`)
  const gives: Readonly<Record<string, string>> = template.gives
  return WHENS.map((when) => (gives[when] ?? 'unexplained') as Class)
})

export const HISTORY = { minutes: given.history.days * DAY, gives: given.history.gives, words: given.history.words }
export const MEASURED = given.measured

export const wordsOf = (path: Path): string => given.templates.find((one) => one.path === path)?.words ?? ''

/** A cell in words: how, and when; `none` when nothing explains. */
export const templateName = (cell: number): { path: Path | 'none'; when: string } =>
  cell < 0 ? { path: 'none', when: 'none' } : { path: pathOf(cell), when: WHENS[cell % WHENS.length] as string }
