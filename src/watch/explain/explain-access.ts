import type { Class } from '../access.ts'
import { type Hospital, type Member, NOBODY } from '../hospital/hospital.ts'
import { bitOf, flagsOf } from './flags.ts'
import type { MeasuredWorth } from './measured-worth.ts'
import { CELLS, cellOf, type Path, pathOf, WHENS, whenOf } from './templates.ts'

/** The relation that explains best: minutes since 1970, `who` and `kind` as numbers. */
export type Evidence = { readonly who: number; readonly kind: number; readonly from: number; readonly to: number }

export type Explanation = {
  readonly class: Class
  /** The path and time that explain best, or -1. */
  readonly cell: number
  readonly evidence: Evidence | undefined
  /** What speaks against it, as the bits of FLAGS. */
  readonly flags: number
  /** Nobody in the hospital has had to do with this patient lately. */
  readonly cold: boolean
  /** Works by a rota, and is far from every shift of it. */
  readonly offShift: boolean
}

const HANDOVER = 90
const HALF_DAY = 720
const ALWAYS = bitOf('self') | bitOf('leaver') | bitOf('decoy')
const RANK: Readonly<Record<Class, number>> = { explained: 0, weak: 1, unexplained: 2, contra: 3 }

/** Not about a patient: the ordinary work of a role. */
export const NO_PATIENT: Explanation = {
  class: 'explained',
  cell: -1,
  evidence: undefined,
  flags: 0,
  cold: false,
  offShift: false,
}

/** What is explained well is only contra-indicated by what speaks against it in any case. */
export const against = (said: Class, flags: number): Class =>
  flags !== 0 && ((flags & ALWAYS) !== 0 || said !== 'explained') ? 'contra' : said

/** Explains one access from what the hospital knows. One pass over the relations of one patient. */
export function createExplain(hospital: Hospital, worth: MeasuredWorth) {
  const { relations, shifts } = hospital
  const near = new Int32Array(4)
  const nearAway = new Int32Array(4)

  function cellBy(best: number, path: Path, when: number, role: string): number {
    const cell = cellOf(path, when)
    if (best === -1) return cell
    const better = RANK[worth.worth(role, cell)] - RANK[worth.worth(role, best)]
    return better < 0 || (better === 0 && cell < best) ? cell : best
  }

  return function explain(actor: number, patient: number, minute: number): Explanation {
    const member = hospital.member(actor)
    const { role, unit } = member ?? NOBODY
    const home = unit === '' ? 0 : hospital.names.of(unit)
    const rostered = shifts.known(actor)
    let places = 0
    let away = HALF_DAY * 2
    shifts.visit(actor, minute, HALF_DAY, (where, far) => {
      if (places < near.length) {
        near[places] = where
        nearAway[places++] = far
      }
      away = Math.min(away, far)
    })
    let cell = -1
    let evidence: Evidence | undefined
    let cold = true
    relations.visit(patient, (who, kind, from, to) => {
      const when = whenOf(minute, kind, from, to)
      if (when === -1) return
      if (when < WHENS.length - 1) cold = false
      const path = pathTo(who, actor, home, rostered, places, unit)
      if (path === undefined) return
      const found = cellBy(cell, path, when, role)
      if (found !== cell) {
        cell = found
        evidence = { who, kind, from, to }
      }
    })
    let flags = flagsOf(hospital, actor, member, hospital.patient(patient), minute)
    // Whoever is on the rota works here, whatever the list of staff says.
    if (away <= HALF_DAY) flags &= ~bitOf('leaver')
    const isPatient = actor === patient
    const said: Class = isPatient ? 'explained' : cell === -1 ? 'unexplained' : worth.worth(role, cell)
    return {
      class: isPatient ? said : against(said, flags),
      cell: isPatient ? 0 : cell,
      evidence,
      flags,
      cold: cold && !isPatient,
      offShift: rostered && away > HANDOVER * 2,
    }
  }

  function pathTo(
    who: number,
    actor: number,
    home: number,
    rostered: boolean,
    places: number,
    unit: string,
  ): Path | undefined {
    if (who === actor) return 'own'
    for (let at = 0; at < places; at++) {
      if (near[at] === who) return (nearAway[at] as number) <= HANDOVER ? 'ward' : 'ward-near'
    }
    if (who === home && home !== 0) return rostered ? 'home-off-shift' : 'home'
    const other: Member | undefined = hospital.member(who)
    if (other !== undefined && other.unit === unit && unit !== '') return 'team'
    for (let at = 0; at < places; at++) {
      if (other !== undefined && hospital.names.of(other.unit) === near[at]) return 'team'
    }
    return 'anyone'
  }
}

/** How somebody reached the patient, for reading: a path, or `none`. */
export const pathName = (cell: number): Path | 'none' => (cell < 0 || cell >= CELLS ? 'none' : pathOf(cell))
