import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileConsent } from '../../src/consent/compile-consent.ts'
import type { ConsentRecord } from '../../src/consent/consent-question.ts'
import { evaluateConsents } from '../../src/consent/evaluate-consents.ts'
import { consents, pcfFile } from './pcf-examples.ts'
import { SHARED_DATA, withoutSharedData } from './shared-data.ts'

type Residual = {
  readonly type: string
  readonly securityLabel?: readonly { readonly code: string }[]
  readonly dataPeriod?: { readonly start: string; readonly end: string }
  readonly data?: readonly { readonly meaning: string; readonly reference: { readonly reference: string } }[]
}

/** The `residual` of the token in a note; undefined when the note shows a token without one, or no token. */
function residualOf(note: string): readonly Residual[] | undefined {
  const found = /"residual"\s*:\s*(\[[\s\S]*?\])\s*\}\s*\}\s*```/.exec(note)?.[1]
  return found === undefined ? undefined : JSON.parse(found.replaceAll(/,(\s*[}\]])/g, '$1'))
}

/** PCF 3.71.4.2.2.1.4: what a forbid hits is dropped unless a permit hits it too. */
function released(residual: readonly Residual[], record: ConsentRecord): boolean {
  const day = new Date(record.clinicalDate?.[0] ?? 0).toISOString().slice(0, 10)
  const hits = ({ securityLabel, dataPeriod, data }: Residual) =>
    (securityLabel === undefined || securityLabel.some(({ code }) => record.labels?.includes(code))) &&
    (dataPeriod === undefined || (dataPeriod.start <= day && day <= dataPeriod.end)) &&
    (data === undefined ||
      data.some(({ meaning, reference }) => {
        const name = reference.reference.replace('http://example.org/fhir/', '')
        if (meaning === 'authoredby') return record.authors?.includes(name)
        return record.reference === name || (meaning === 'related' && record.related?.includes(name))
      }))
  const some = (...types: string[]) => residual.some((one) => types.includes(one.type) && hits(one))
  return !some('forbid', 'deny') || some('permit')
}

/** Records of one level, with one sensitivity at most: for others we are stricter than PCF (docs/consent.md). */
function* everyRecord(): Generator<ConsentRecord> {
  const day = (text: string) => [Date.parse(text), Date.parse(text) + 86_400_000] as const
  for (const labels of [['N'], ['R'], ['R', 'PSY'], ['R', 'SDV'], ['R', 'HIV'], ['R', 'ETHUD']])
    for (const id of ['Observation/ex-alcoholUse', 'Observation/ex-weight', 'Observation/x', 'Encounter/ex-encounter'])
      for (const related of [[], ['Encounter/ex-encounter'], ['Encounter/other']])
        for (const authors of [[], ['Practitioner/ex-practitioner'], ['Practitioner/ex-author']])
          for (const date of ['2021-12-31', '2022-01-01', '2022-12-31', '2023-01-01'])
            yield { type: 'Observation', reference: id, labels, related, authors, clinicalDate: day(date), codes: [] }
}

const notes = withoutSharedData
  ? []
  : readdirSync(join(SHARED_DATA, 'consent/pcf'))
      .map((name) => ({ id: /^Consent-(.*)-notes\.md$/.exec(name)?.[1], name }))
      .flatMap(({ id, name }) => {
        const residual = id === undefined ? undefined : residualOf(pcfFile(name))
        return residual === undefined || id === undefined ? [] : [{ id, residual }]
      })

test('the notes of eleven examples or more show a residual', { skip: withoutSharedData }, () => {
  assert.ok(notes.length >= 11, `${notes.length}`)
})

for (const { id, residual } of notes)
  test(`PCF's own residual rules and ours release the same: ${id}`, () => {
    const compiled = compileConsent(consents.get(id))
    if (compiled.outcome !== 'honoured') assert.fail(JSON.stringify(compiled))
    for (const record of everyRecord())
      for (const purpose of ['TREAT', 'HPAYMT', 'HOPERAT']) {
        const actor = { references: ['Practitioner/ex-practitioner'] }
        const question = {
          patient: 'Patient/ex-patient',
          actor,
          purpose,
          act: 'read',
          record,
          now: Date.UTC(2022, 8),
        } as const
        const { outcome } = evaluateConsents([compiled.rules], question)
        assert.equal(outcome === 'permit', released(residual, record), JSON.stringify(record))
      }
  })
