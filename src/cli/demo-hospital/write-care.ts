import type { Chart, Reference } from './chart.ts'
import { hl7, loinc, procedure } from './codes.ts'
import { medicine } from './medicines.ts'
import { refer } from './staff.ts'
import type { Course, Letter, Story } from './story.ts'
import { during, type Visited } from './write-visits.ts'

const LETTERS = {
  discharge: loinc('18842-5', 'Discharge summary'),
  consult: loinc('11488-4', 'Consult note'),
  progress: loinc('11506-3', 'Progress note'),
  referral: loinc('57133-1', 'Referral note'),
  genetics: loinc(
    '51969-4',
    'Genetic analysis summary report in Blood or Tissue Document by Molecular genetics method',
    'Genetic report',
  ),
}
const STUDIES = { 'x-ray': 'X-ray', ct: 'CT', echo: 'Echocardiogram', ultrasound: 'Ultrasound', mri: 'MRI' }
const RADIOLOGY = [hl7('v2-0074', 'RAD', 'Radiology')]
const MASSES = new Set(['mg', 'g', 'ug'])
/** How many of the last days of a stay have their drips and injections written down one by one. */
const ADMINISTERED_DAYS = 3

type Context = { readonly story: Story; readonly visits: readonly Visited[]; readonly problem: Reference | undefined }

/** Writes what is done for the patient: medicines, procedures, imaging, letters. */
export function writeCare(chart: Chart, context: Context): void {
  const { story, visits, problem } = context
  const doctor = refer(chart.colleague('physician', story.ward))
  for (const one of story.courses ?? []) writeCourse(chart, one, context)
  for (const { procedure: key, ago } of story.acts ?? []) {
    chart.add('Procedure', key, {
      status: 'completed',
      code: procedure(key),
      subject: chart.subject,
      ...during(visits, ago),
      performedDateTime: chart.moment(ago),
      performer: [{ actor: key === 'physiotherapy' ? refer(chart.colleague('therapist', story.ward)) : doctor }],
      ...(problem && { reasonReference: [problem] }),
    })
  }
  for (const { study, of, ago, finding } of story.images ?? []) {
    const code = { text: study === 'echo' ? STUDIES.echo : `${STUDIES[study]} of the ${of}` }
    const order = chart.add('ServiceRequest', study, {
      status: 'completed',
      intent: 'order',
      category: [{ text: 'Imaging' }],
      code,
      subject: chart.subject,
      ...during(visits, ago),
      authoredOn: chart.moment(ago + 0.05),
      requester: doctor,
    })
    chart.add('DiagnosticReport', study, {
      basedOn: [order],
      status: 'final',
      category: RADIOLOGY,
      code,
      subject: chart.subject,
      ...during(visits, ago),
      effectiveDateTime: chart.moment(ago),
      issued: chart.moment(ago - 0.05),
      performer: [refer(chart.colleague('radiology', 'radiology'))],
      resultsInterpreter: [refer(chart.colleague('physician', study === 'echo' ? 'cardiology' : 'radiology'))],
      conclusion: finding,
    })
  }
  for (const letter of story.letters ?? []) writeLetter(chart, letter, context)
}

function writeCourse(chart: Chart, { medicine: name, from, to }: Course, { story, visits, problem }: Context): void {
  const { code, dose, timesADay, asNeeded, route } = medicine(name)
  if (chart.resources.some((one) => one.medicationCodeableConcept === code && one.status === 'active')) return
  const over = to !== undefined && to >= 0
  const often = asNeeded ? 'when needed' : timesADay === 1 ? 'once a day' : `${timesADay} times a day`
  const doseQuantity = {
    value: dose.value,
    unit: dose.unit,
    ...(MASSES.has(dose.unit) && { system: 'http://unitsofmeasure.org', code: dose.unit }),
  }
  const request = chart.add('MedicationRequest', name.split(/[ ,]/)[0]!, {
    status: over ? 'completed' : 'active',
    intent: 'order',
    medicationCodeableConcept: code,
    subject: chart.subject,
    ...during(visits, from),
    authoredOn: chart.moment(from),
    requester: refer(chart.colleague('physician', story.ward)),
    ...(problem && { reasonReference: [problem] }),
    dosageInstruction: [
      {
        text: `${dose.value} ${dose.unit} ${often}`,
        timing: { repeat: { frequency: timesADay, period: 1, periodUnit: 'd' } },
        asNeededBoolean: asNeeded,
        route: { text: route },
        doseAndRate: [{ doseQuantity }],
      },
    ],
    dispenseRequest: {
      validityPeriod: { start: chart.day(from), ...(to !== undefined && { end: chart.day(to) }) },
    },
  })
  const current = visits.find((visit) => visit.to === undefined)
  if (current === undefined || over || route === 'oral' || from > current.from + 0.5) return
  for (let ago = Math.min(Math.floor(from), ADMINISTERED_DAYS); ago > 0; ago--) {
    chart.add('MedicationAdministration', name.split(' ')[0]!, {
      status: 'completed',
      medicationCodeableConcept: code,
      subject: chart.subject,
      context: current.encounter,
      effectiveDateTime: chart.moment(ago - 0.02),
      performer: [{ actor: refer(chart.colleague('nurse', story.ward)) }],
      request,
      dosage: { route: { text: route }, dose: doseQuantity },
    })
  }
}

function writeLetter(chart: Chart, { kind, ago, text }: Letter, { story, visits }: Context): void {
  const type = LETTERS[kind]
  const author = chart.colleague('physician', story.ward)
  const { person } = chart
  const lines = [
    `Saltmarsh General Hospital, ${chart.day(ago)}`,
    `${type.text}: ${person.given} ${person.family}, born ${person.born}`,
    '',
    text,
    '',
    author.name,
  ]
  const bytes = Buffer.from(lines.join('\n'))
  const { encounter } = during(visits, ago)
  chart.add('DocumentReference', kind, {
    status: 'current',
    docStatus: 'final',
    type,
    category: [{ text: 'Clinical note' }],
    subject: chart.subject,
    date: chart.moment(ago),
    author: [refer(author)],
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: bytes.toString('base64'),
          size: bytes.length,
          title: type.text,
          creation: chart.moment(ago),
        },
      },
    ],
    ...(encounter && { context: { encounter: [encounter] } }),
  })
}
