import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts'
import type { Stealth } from '../parameters.ts'
import { homeNetwork } from '../people.ts'
import { type Attack, type Casting, type Raid, strangers, windowAfterLearning } from './raid.ts'

type Plot = Omit<Attack, 'campaign'> & { readonly variant: string }

/** Somebody who may export does, but not for whom the export is meant. */
export function bulkExport(cast: Casting, stealth: Stealth): Plot {
  const { hospital } = cast
  const actor = cast.insider(['researcher', 'quality', 'biller'])
  const [fromDay, toDay] = windowAfterLearning(cast, { low: 1, mid: 2, high: 5 }[stealth])
  return {
    variant: { low: 'everything-at-night', mid: 'more-than-usual', high: 'usual-size' }[stealth],
    fromDay,
    toDay,
    act({ day, relations, sessions }, raid) {
      const { random } = raid
      if (stealth === 'low') {
        const session = raid.signIn(actor.index, day.midnight + 25 * HOUR_MS, 2, homeNetwork(random), 'usb-host')
        for (const [n, type] of [
          'Patient',
          'Observation',
          'Condition',
          'DocumentReference',
          'MedicationRequest',
        ].entries())
          raid.row(
            session,
            session.from + (n + 1) * 90 * SECOND_MS,
            'export',
            type,
            -1,
            Math.round(hospital.patients.length * random.between(0.6, 3)),
          )
        return
      }
      if (stealth === 'mid') {
        const found = raid.moment(actor, day.index === toDay)
        if (found === undefined) return
        for (let n = 0; n < 3; n++)
          raid.row(
            found.session,
            found.at + n * 4 * MINUTE_MS,
            'export',
            'Observation',
            -1,
            Math.round(hospital.patients.length * random.between(0.02, 0.08)),
          )
        return
      }
      const found = raid.moment(actor, day.index === toDay)
      if (found === undefined && sessions.of(actor.index).length === 0) return
      const { session, at } = found ?? raid.moment(actor, true)!
      // Half of the cohort is a cohort of theirs: the export looks as if it were for the study.
      for (const [n, patient] of strangers(random, hospital, 12 + random.int(10)).entries()) {
        const when = at + n * random.between(4, 9) * SECOND_MS
        if (random.chance(0.5)) relations.add(actor.index, patient, 'task', Math.max(day.from, when - HOUR_MS), day.to)
        raid.row(session, when, 'export', 'Observation', patient, 10 + random.int(60))
      }
    },
  }
}

export const MODIFICATIONS = {
  fast: ['low'],
  'delete-then-write': ['low', 'mid'],
  throttled: ['mid'],
  partial: ['high'],
} as const satisfies Record<string, readonly Stealth[]>
export type Modification = keyof typeof MODIFICATIONS

const TYPES = ['Observation', 'MedicationRequest', 'AllergyIntolerance', 'Condition', 'DocumentReference']

/** Charts are altered in numbers. The ids of the records are told in hospital.json. */
export function massModification(cast: Casting, stealth: Stealth, kind: Modification): Plot {
  const { hospital } = cast
  const actor = cast.insider(
    kind === 'partial' ? ['nurse', 'pharmacist', 'coder'] : ['it', 'nurse', 'attending', 'coder'],
  )
  const [fromDay, toDay] = windowAfterLearning(
    cast,
    { fast: 1, 'delete-then-write': 1, throttled: 2, partial: 5 }[kind],
  )
  const most = Math.round(hospital.patients.length * 0.2)
  const charts = Math.min(
    most,
    { fast: 500, 'delete-then-write': stealth === 'low' ? 260 : 90, throttled: 220, partial: 45 }[kind],
  )
  const gap = { fast: 0.25, 'delete-then-write': stealth === 'low' ? 0.7 : 25, throttled: 75, partial: 240 }[kind]
  const recordsOf = (raid: Raid, patient: number, n: number): string[] => {
    const type = raid.random.pick(TYPES)
    return Array.from({ length: n }, () => `${type}/${hospital.patients[patient]!.id}-${1 + raid.random.int(400)}`)
  }
  return {
    variant: kind,
    fromDay,
    toDay,
    act({ day, today }, raid) {
      const { random } = raid
      const found = raid.moment(actor, day.index === toDay)
      if (found === undefined) return
      let { at } = found
      const near = today.wards.map((one) => one.patient)
      const patients =
        kind === 'partial' && near.length > 0 ? random.sample(near, charts) : strangers(random, hospital, charts)
      for (const patient of patients) {
        // In part: one of about twenty records of a chart, among patients who lie in the house.
        const records = recordsOf(raid, patient, kind === 'partial' ? 1 + random.int(2) : 1 + random.int(8))
        const type = records[0]!.slice(0, records[0]!.indexOf('/'))
        if (kind === 'delete-then-write') {
          raid.row(found.session, at, 'delete', type, patient, records.length, { records })
          raid.row(found.session, at + random.between(0.1, 0.6) * SECOND_MS, 'create', type, patient, records.length, {
            records,
          })
        } else raid.row(found.session, at, 'update', type, patient, records.length, { records })
        at += gap * random.between(0.6, 1.6) * SECOND_MS
      }
    },
  }
}
