import type { Class } from '../access.ts'
import { CELLS, cellOf, GIVEN, MEASURED, PATHS, type Path, pathOf, WHENS } from './templates.ts'

type Counts = {
  readonly real: Float64Array
  readonly chance: Float64Array
  accesses: number
  chances: number
  worth: Class[]
  hospitalWide: boolean
}

/** One template, as the hospital's own accesses bear it out. Shares are between 0 and 1. */
export type Measure = {
  readonly role: string
  readonly path: Path
  readonly when: string
  /** Of the accesses of the role, the share that this explains and nothing better. */
  readonly support: number
  /** How much more often that is than for some other patient: 1 - chance / support. */
  readonly precision: number
  readonly worth: Class
  /** What it was worth before it was measured, where that is more. */
  readonly instead?: Class
  /** What it would be worth by the measure, where that is more: a proposal to the officer. */
  readonly proposed?: Class
}

export type MeasuredWorth = ReturnType<typeof createMeasuredWorth>

/**
 * What a template is worth for a role, measured: it explains when it holds much more often for the patients the role opens
 * than for other patients opened at the same time (Fabbri and LeFevre 2011 mine templates by support and precision; the
 * control group here is drawn at random). Until enough is seen, the templates' own words count. What holds as often for others explains
 * less than it says; that something explains more is never decided by a measure, but proposed to the officer.
 */
export function createMeasuredWorth() {
  const roles = new Map<string, Counts>()

  function of(role: string): Counts {
    const known = roles.get(role)
    if (known !== undefined) return known
    const fresh: Counts = {
      real: new Float64Array(CELLS + 1),
      chance: new Float64Array(CELLS + 1),
      accesses: 0,
      chances: 0,
      worth: [...GIVEN],
      hospitalWide: false,
    }
    roles.set(role, fresh)
    return fresh
  }

  const precisionOf = ({ real, chance, accesses, chances }: Counts, cell: number): number => {
    const support = (real[cell] as number) / accesses
    return 1 - (((chance[cell] as number) + 0.5) / (chances + 1) / support || 0)
  }

  /** Enough was seen of it, at work or by chance, to say something. */
  const isMeasured = ({ real, chance }: Counts, cell: number): boolean =>
    Math.max(real[cell] as number, chance[cell] as number) >= MEASURED.leastAccesses / 10

  /** Measuring may take a template down by one step: what is near never becomes nothing. */
  function measuredClass(counts: Counts, cell: number): Class {
    const given = GIVEN[cell] as Class
    if (pathOf(cell) === 'anyone') return counts.hospitalWide ? 'weak' : 'unexplained'
    if (!isMeasured(counts, cell) || precisionOf(counts, cell) >= MEASURED.weakFrom) return given
    return given === 'explained' ? 'weak' : 'unexplained'
  }

  function proposedClass(counts: Counts, cell: number): Class | undefined {
    if (!isMeasured(counts, cell) || precisionOf(counts, cell) < MEASURED.explainedFrom) return undefined
    return GIVEN[cell] === 'weak' ? 'explained' : GIVEN[cell] === 'unexplained' ? 'weak' : undefined
  }

  return {
    /** Notes an access of a role: the cell that explained it best, or -1; and the same for another patient. */
    note(role: string, real: number, chance: number | undefined) {
      const counts = of(role)
      counts.accesses++
      counts.real[real === -1 ? CELLS : real] = (counts.real[real === -1 ? CELLS : real] as number) + 1
      if (chance === undefined) return
      counts.chances++
      counts.chance[chance === -1 ? CELLS : chance] = (counts.chance[chance === -1 ? CELLS : chance] as number) + 1
    },
    worth: (role: string, cell: number): Class => (roles.get(role)?.worth ?? GIVEN)[cell] ?? 'unexplained',
    isHospitalWide: (role: string): boolean => roles.get(role)?.hospitalWide ?? false,
    /** Weighs again what was seen; old counts fade by half. */
    weigh() {
      for (const counts of roles.values()) {
        if (counts.accesses < MEASURED.leastAccesses) continue
        let none = counts.real[CELLS] as number
        for (let when = 0; when < WHENS.length; when++) none += counts.real[cellOf('anyone', when)] as number
        counts.hospitalWide = none / counts.accesses >= MEASURED.hospitalWideFrom
        counts.worth = counts.worth.map((_, cell) => measuredClass(counts, cell))
        for (let cell = 0; cell <= CELLS; cell++) {
          counts.real[cell] = (counts.real[cell] as number) / 2
          counts.chance[cell] = (counts.chance[cell] as number) / 2
        }
        counts.accesses /= 2
        counts.chances /= 2
      }
    },
    /** Every template that was seen at work, by role. */
    measures(): Measure[] {
      return [...roles].flatMap(([role, counts]) =>
        PATHS.flatMap((path) =>
          WHENS.flatMap((when, at) => {
            const cell = cellOf(path, at)
            const support = (counts.real[cell] as number) / counts.accesses
            const worth = counts.worth[cell] as Class
            const proposed = proposedClass(counts, cell)
            if (!(support > 0.001)) return []
            return [
              {
                role,
                path,
                when,
                support,
                precision: Math.max(0, precisionOf(counts, cell)),
                worth,
                ...(worth !== GIVEN[cell] && { instead: GIVEN[cell] as Class }),
                ...(proposed !== undefined && { proposed }),
              },
            ]
          }),
        ),
      )
    },
    snapshot: () =>
      [...roles].map(([role, counts]) => ({ ...counts, role, real: [...counts.real], chance: [...counts.chance] })),
    restore(
      saved: readonly {
        role: string
        real: number[]
        chance: number[]
        accesses: number
        chances: number
        worth: Class[]
        hospitalWide: boolean
      }[],
    ) {
      for (const { role, real, chance, ...rest } of saved)
        roles.set(role, { ...rest, real: Float64Array.from(real), chance: Float64Array.from(chance) })
    },
  }
}
