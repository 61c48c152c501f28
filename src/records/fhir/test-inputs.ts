/** For tests only: real inputs that lie beside the project, not in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const shared = new URL('../../../../shared/data/', import.meta.url)

/** Options for a test that needs the inputs: skipped when they are missing, but never in CI. */
export const needsInputs: { skip: string | false } = {
  skip: existsSync(shared) || process.env.CI !== undefined ? false : 'the outside inputs (../shared/data) are missing',
}

/** The files of a folder of inputs, by name, as text; `.gz` is unpacked. */
export function* inputFiles(folder: string, ending = '.json'): Generator<{ name: string; text: string }> {
  const base = new URL(`${folder}/`, shared)
  for (const name of readdirSync(base).sort()) {
    if (!name.endsWith(ending) && !name.endsWith(`${ending}.gz`)) continue
    const bytes = readFileSync(new URL(encodeURIComponent(name), base))
    yield { name, text: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8') }
  }
}

export function inputBytes(folder: string): { name: string; bytes: Buffer }[] {
  const base = new URL(`${folder}/`, shared)
  return readdirSync(base)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(new URL(encodeURIComponent(name), base)) }))
}

/** Official examples that R4 itself, or our stricter rule where it says so, does not allow: where, and why. */
export const INVALID_EXAMPLES: Record<string, [string, string]> = {
  'ActivityDefinition-blood-tubes-supply.json': ['ActivityDefinition.text.div', 'txt-2: an empty narrative'],
  'ActivityDefinition-heart-valve-replacement.json': ['ActivityDefinition.text.div', 'txt-2: an empty narrative'],
  'EventDefinition-example.json': ['EventDefinition.text.div', 'txt-2: an empty narrative'],
  'Questionnaire-zika-virus-exposure-assessment.json': ['Questionnaire.text.div', 'txt-2: an empty narrative'],
  'DeviceMetric-example.json': ['DeviceMetric.parent', 'only a Device is allowed, not a DeviceDefinition'],
  'DeviceUseStatement-example.json': ['DeviceUseStatement.reasonReference[0]', 'a Procedure is not allowed'],
  'MedicationRequest-medrx0301.json': [
    'MedicationRequest.dispenseRequest.performer',
    'only an Organization is allowed',
  ],
  'Observation-clinical-gender.json': ['Observation.performer[0]', 'an Encounter is not allowed'],
  'Questionnaire-qs1.json': ['Questionnaire.item[0].item[0]', 'linkId is required on every item'],
  'Media-1.2.840.11361907579238403408700.3.1.04.19970327150033.json': [
    'Media.text.div',
    'our rule: no image from outside, it would tell a third party who reads the record',
  ],
}
