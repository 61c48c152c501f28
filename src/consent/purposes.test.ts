import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { isBasicPurpose, isPurposeOfUse, purposeCovers } from './purposes.ts'
import { isSensitivity, readLabels, securityLabelsOf, sensitivityCovers } from './security-labels.ts'

type Concept = { readonly code: string; readonly concept?: readonly Concept[] }

const concepts = (name: string): readonly Concept[] =>
  JSON.parse(
    readFileSync(new URL(`../../node_modules/hl7.fhir.r4.examples/CodeSystem-${name}.json`, import.meta.url), 'utf8'),
  ).concept
const find = (list: readonly Concept[], code: string): Concept | undefined => {
  for (const one of list) {
    const found = one.code === code ? one : find(one.concept ?? [], code)
    if (found !== undefined) return found
  }
  return undefined
}
const allBelow = ({ code, concept = [] }: Concept): string[] => [code, ...concept.flatMap(allBelow)]

test('purposes are those of v3-PurposeOfUse, each covered by what it is a kind of and by nothing else', () => {
  const root = find(concepts('v3-ActReason'), 'PurposeOfUse') ?? assert.fail()
  const codes = allBelow(root)
  assert.equal(codes.length, 60)
  for (const general of codes) {
    const below = new Set(allBelow(find([root], general) as Concept))
    for (const asked of codes) assert.equal(purposeCovers(general, asked), below.has(asked), `${general} ${asked}`)
  }
  for (const { code } of concepts('v3-ActReason').flatMap((one) => one.concept ?? []))
    assert.equal(isPurposeOfUse(code), codes.includes(code), code)
  assert.equal(isBasicPurpose('BTG'), true)
  assert.equal(isBasicPurpose('PATRQT'), false)
  assert.equal(isBasicPurpose('http://example.org|TREAT'), false)
})

test('sensitivities are those of v3-ActCode, and ETH covers substance use as in PCF', () => {
  const root = find(concepts('v3-ActCode'), '_InformationSensitivityPolicy') ?? assert.fail()
  const codes = allBelow(root).filter((code) => !code.startsWith('_'))
  for (const general of codes) {
    const below = new Set(allBelow(find([root], general) as Concept))
    if (general === 'ETH') for (const code of ['SUD', 'ETHUD', 'OPIOIDUD']) below.add(code)
    for (const code of codes) assert.equal(sensitivityCovers(general, code), below.has(code), `${general} ${code}`)
  }
  for (const code of codes) assert.ok(isSensitivity(code), code)
  const caveats = ['_ActPolicyType'].flatMap((code) =>
    allBelow(find(concepts('v3-ActCode'), code) ?? assert.fail(code)),
  )
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
  for (const code of caveats.filter((one) => !codes.includes(one) && !one.startsWith('_')))
    assert.deepEqual(securityLabelsOf([{ system, code }]), [`${system}|${code}`], `${code} is no sensitivity`)
})

test('a record has the highest of its levels, and the highest of all when it has none', () => {
  assert.equal(readLabels(['N', 'R', 'L']).level, 4)
  assert.equal(readLabels(['PSY']).level, 5)
  assert.deepEqual(readLabels(['N', 'PSY', 'http://x|HTEST']).sensitivities, ['PSY'])
  assert.deepEqual(
    securityLabelsOf([
      { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' },
      { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST' },
      { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'LATER-THAN-US' },
      {},
    ]),
    ['N', 'http://terminology.hl7.org/CodeSystem/v3-ActReason|HTEST', 'LATER-THAN-US'],
  )
})
