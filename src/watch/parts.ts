import { createBudget } from './calibrate/budget.ts'
import { createChance } from './calibrate/chance.ts'
import { createPeerEnds, type SavedPeerEnds } from './calibrate/peer-ends.ts'
import { createPeerTails, type SavedPeerTails } from './calibrate/peer-tails.ts'
import { createHolds, type Hold } from './decide/holds.ts'
import { createSurge, type SavedSurge } from './decide/surge.ts'
import { createNeighbours, type SavedNeighbours } from './detect/neighbours.ts'
import { createNovelty, type SavedNovelty } from './detect/novelty.ts'
import { createPileOn, type SavedPileOn } from './detect/pile-on.ts'
import { SCORES } from './detect/scores.ts'
import { createSections, type SavedSections } from './detect/sections.ts'
import { SESSION_FEATURES } from './detect/session-features.ts'
import { createSignIns, type SavedSignIns } from './detect/sign-ins.ts'
import { createSuspicion, type SavedSuspicion } from './detect/suspicion.ts'
import { createToday, type SavedToday } from './detect/today.ts'
import { createExplain } from './explain/explain-access.ts'
import { createMeasuredWorth } from './explain/measured-worth.ts'
import type { Hospital } from './hospital/hospital.ts'
import type { WatchSettings } from './settings.ts'
import type { ActorState } from './state/actor-state.ts'
import { createPatientsAtWork } from './state/patients-at-work.ts'
import type { SessionState } from './state/session-state.ts'

/** How far the watch has come. */
export type EngineClock = {
  seen: number
  now: number
  today: number
  nextWeighing: number
  recents: number
  readonly recentPatients: Int32Array
}

/** Everything the watch has learned and holds, as plain values that can be stored and read back (structured clone). */
export type Snapshot = {
  readonly names: readonly string[]
  readonly learnUntil: number
  readonly clock: EngineClock
  readonly chance: number
  readonly wealth: number
  readonly actors: Map<number, ActorState>
  readonly sessions: Map<string, SessionState>
  readonly days: SavedPeerTails
  readonly ends: SavedPeerEnds
  readonly charts: SavedPeerTails
  readonly fused: SavedPeerTails
  readonly worth: ReturnType<ReturnType<typeof createMeasuredWorth>['snapshot']>
  readonly suspicion: SavedSuspicion
  readonly sections: SavedSections
  readonly novelty: SavedNovelty
  readonly neighbours: SavedNeighbours
  readonly pileOn: SavedPileOn
  readonly signIns: SavedSignIns
  readonly surge: SavedSurge
  readonly today: SavedToday
  readonly atWork: ReturnType<ReturnType<typeof createPatientsAtWork>['save']>
  readonly holds: readonly Hold[]
  readonly piled: Map<number, number>
}

export type Parts = ReturnType<typeof createParts>

/** The parts of the watch over one hospital, new or as they were saved. */
export function createParts(hospital: Hospital, settings: WatchSettings, saved?: Snapshot) {
  for (const [number, word] of saved?.names.entries() ?? [])
    if (hospital.names.of(word) !== number) throw new Error('this snapshot is of another hospital')
  const chance = createChance(saved?.chance ?? settings.seed)
  const worth = createMeasuredWorth()
  if (saved !== undefined) worth.restore(saved.worth)
  const parts = {
    clock: saved?.clock ?? newClock(),
    chance,
    worth,
    explain: createExplain(hospital, worth),
    budget: createBudget(settings.alertsPerThousandADay, saved?.wealth),
    actors: saved?.actors ?? new Map<number, ActorState>(),
    sessions: saved?.sessions ?? new Map<string, SessionState>(),
    /** What the days of peers look like, by role: one tail for each score. */
    days: createPeerTails(
      chance,
      SCORES.map((one) => one.grain),
      saved?.days,
    ),
    /** How many unexplained patients are usual, by role. */
    ends: createPeerEnds(saved?.ends),
    /** How suspicious the charts are that a role opens. */
    charts: createPeerTails(chance, [0], saved?.charts),
    /** What all scores of a day together come to; in a bad month one such day in fifty may be an attack. */
    fused: createPeerTails(chance, [0], saved?.fused, 0.02),
    suspicion: createSuspicion(hospital, saved?.suspicion),
    sections: createSections(saved?.sections),
    novelty: createNovelty(saved?.novelty),
    neighbours: createNeighbours(SESSION_FEATURES.length, chance, saved?.neighbours),
    pileOn: createPileOn(saved?.pileOn),
    signIns: createSignIns(saved?.signIns),
    surge: createSurge(saved?.surge),
    today: createToday(saved?.today),
    atWork: createPatientsAtWork(saved?.atWork),
    holds: createHolds(saved?.holds),
    /** Patients about whom an alert was raised because many looked, and when. */
    piled: saved?.piled ?? new Map<number, number>(),
  }
  return {
    ...parts,
    save: (): Snapshot => ({
      names: hospital.names.all(),
      learnUntil: settings.learnUntil,
      clock: parts.clock,
      chance: chance.state(),
      wealth: parts.budget.wealth,
      actors: parts.actors,
      sessions: parts.sessions,
      days: parts.days.save(),
      ends: parts.ends.save(),
      charts: parts.charts.save(),
      fused: parts.fused.save(),
      worth: worth.snapshot(),
      suspicion: parts.suspicion.save(),
      sections: parts.sections.save(),
      novelty: parts.novelty.save(),
      neighbours: parts.neighbours.save(),
      pileOn: parts.pileOn.save(),
      signIns: parts.signIns.save(),
      surge: parts.surge.save(),
      today: parts.today.save(),
      atWork: parts.atWork.save(),
      holds: parts.holds.all(0),
      piled: parts.piled,
    }),
  }
}

const RECENT_PATIENTS = 512

const newClock = (): EngineClock => ({
  seen: 0,
  now: 0,
  today: -1,
  nextWeighing: 0,
  recents: 0,
  recentPatients: new Int32Array(RECENT_PATIENTS),
})
