import type { Chart, Days, Reference } from './chart.ts'
import { hl7, loinc } from './codes.ts'
import { BLOOD_PRESSURE, type Measure, measure } from './measures.ts'
import { refer } from './staff.ts'
import type { Series, Story } from './story.ts'
import { during, type Visited } from './write-visits.ts'

const CATEGORY = {
  'vital-signs': hl7('observation-category', 'vital-signs', 'Vital Signs'),
  laboratory: hl7('observation-category', 'laboratory', 'Laboratory'),
  survey: hl7('observation-category', 'survey', 'Survey'),
}
const LABORATORY = [hl7('v2-0074', 'LAB', 'Laboratory')]
const REPORT = loinc('11502-2', 'Laboratory report').coding
const CHILD_YEARS = 12
const MOST: Readonly<Record<string, number>> = { saturation: 100, coma: 15 }

type Reading = { readonly key: string; readonly known: Measure; readonly value: number }

/** Writes what was measured: single observations at the bedside, reports with an order from the laboratory. */
export function writeSeries(chart: Chart, story: Story, visits: readonly Visited[]): void {
  for (const series of story.series ?? []) {
    const order = series.panel === undefined ? undefined : writeOrder(chart, story, series, series.panel)
    for (let index = 0; index < series.times; index++) {
      const ago = series.until + (series.times - 1 - index) * series.every
      const passed = series.times === 1 ? 1 : index / (series.times - 1)
      const readings = Object.entries(series.of).map(([key, trend]) => read(chart, key, trend, passed))
      const when = { effectiveDateTime: chart.moment(ago), ...during(visits, ago) }
      const result = writeReadings(chart, story.ward, readings, when)
      if (order !== undefined) writeReport(chart, series.panel!, order, readings, result, when)
    }
  }
}

function read(chart: Chart, key: string, [from, to]: readonly [number, number], passed: number): Reading {
  const known = measure(key)
  const exact = from + (to - from) * passed + chart.random.around(known.noise)
  return { key, known, value: Number(Math.min(Math.max(exact, 0), MOST[key] ?? Infinity).toFixed(known.decimals)) }
}

type When = { effectiveDateTime: string; encounter?: Reference }

function writeReadings(chart: Chart, ward: string, readings: readonly Reading[], when: When): Reference[] {
  const pressure = readings.filter(({ key }) => key === 'systolic' || key === 'diastolic')
  const single = pressure.length === 2 ? readings.filter((one) => !pressure.includes(one)) : readings
  const by = (category: Measure['category']) =>
    refer(category === 'laboratory' ? chart.colleague('laboratory', 'laboratory') : chart.colleague('nurse', ward))
  const written = single.map((reading) =>
    chart.add('Observation', reading.key, {
      status: 'final',
      category: [CATEGORY[reading.known.category]],
      code: reading.known.code,
      subject: chart.subject,
      ...when,
      performer: [by(reading.known.category)],
      ...valued(chart, reading),
    }),
  )
  if (pressure.length === 2) {
    const component = pressure.map((one) => ({ code: one.known.code, ...valued(chart, one) }))
    const body = { status: 'final', category: [CATEGORY['vital-signs']], code: BLOOD_PRESSURE, subject: chart.subject }
    written.push(
      chart.add('Observation', 'blood-pressure', { ...body, ...when, performer: [by('vital-signs')], component }),
    )
  }
  return written
}

const quantity = ({ unit, ucum }: Measure, value: number) => ({
  value,
  unit,
  system: 'http://unitsofmeasure.org',
  code: ucum,
})

/** The value, and for adults (and all of the laboratory's) its range and what to think of it. */
function valued(chart: Chart, { known, value }: Reading) {
  const { low, high, category } = known
  const valueQuantity = quantity(known, value)
  if ((low === undefined && high === undefined) || (chart.ageYears < CHILD_YEARS && category === 'vital-signs')) {
    return { valueQuantity }
  }
  const range = {
    ...(low !== undefined && { low: quantity(known, low) }),
    ...(high !== undefined && { high: quantity(known, high) }),
  }
  return {
    valueQuantity,
    interpretation: [hl7('v3-ObservationInterpretation', ...verdict(known, value))],
    referenceRange: [range],
  }
}

function verdict({ low, high }: Measure, value: number): ['L' | 'H' | 'N', string] {
  if (low !== undefined && value < low) return ['L', 'Low']
  return high !== undefined && value > high ? ['H', 'High'] : ['N', 'Normal']
}

function writeOrder(chart: Chart, story: Story, { times, every, until }: Series, panel: string): Reference {
  return chart.add('ServiceRequest', 'laboratory', {
    status: 'completed',
    intent: 'order',
    category: [{ text: 'Laboratory' }],
    code: { text: panel },
    subject: chart.subject,
    authoredOn: chart.moment(until + (times - 1) * every + 0.02),
    requester: refer(chart.colleague('physician', story.ward)),
  })
}

function writeReport(
  chart: Chart,
  panel: string,
  order: Reference,
  readings: readonly Reading[],
  result: Reference[],
  when: When,
): void {
  const strange = readings
    .filter(({ known, value }) => verdict(known, value)[0] !== 'N')
    .map(({ known }) => known.code.text.split(/ \[|\//)[0])
  chart.add('DiagnosticReport', 'laboratory', {
    basedOn: [order],
    status: 'final',
    category: LABORATORY,
    code: { coding: REPORT, text: panel },
    subject: chart.subject,
    ...when,
    issued: when.effectiveDateTime,
    performer: [refer(chart.colleague('laboratory', 'laboratory'))],
    result,
    conclusion: strange.length === 0 ? 'All within range.' : `Out of range: ${strange.join(', ')}.`,
  })
}

/** Something measured once, such as at a check-up. */
export function writeOnce(chart: Chart, ago: Days, values: Readonly<Record<string, number>>): void {
  const readings = Object.entries(values).map(([key, value]) => ({ key, known: measure(key), value }))
  writeReadings(chart, 'outpatient', readings, { effectiveDateTime: chart.moment(ago, 10) })
}
