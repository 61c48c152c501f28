import assert from 'node:assert/strict'
import test from 'node:test'
import typeWords from '../../../policies/words/types.json' with { type: 'json' }
import { CATEGORISED_TYPES } from '../../policy/categorised-types.ts'
import { OPENID_WORDS } from './granted-words.ts'
import { saidOf } from './said.ts'
import says from './scope-says.json' with { type: 'json' }

const LAB = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

test('a scope is said in words', () => {
  assert.equal(saidOf('patient/Observation.rs', true).says, 'See your test results and measurements')
  assert.equal(saidOf('patient/Condition.rs', false).says, 'See this patient’s health problems'.replace('’', "'"))
  assert.equal(
    saidOf('user/Observation.cruds', false).says,
    'See, add to, change and delete from the test results and measurements of everyone whose chart you may open',
  )
  assert.equal(saidOf(`patient/Observation.rs?category=${LAB}`, true).says, 'See your lab results')
  assert.equal(saidOf('offline_access', true).essential, false)
  assert.equal(saidOf('openid', true).essential, true)
})

test('every word that is not about records is explained', () => {
  for (const word of OPENID_WORDS) assert.notEqual(saidOf(word, true).says, word)
})

/** Flesch and Kincaid (1975): 0.39 words a sentence + 11.8 syllables a word − 15.59; syllables by groups of vowels. */
function grade(text: string): number {
  const words = text
    .replaceAll(/[^a-z' -]/gi, ' ')
    .split(/[\s-]+/)
    .filter((word) => word !== '')
  const syllables = (word: string) =>
    Math.max(
      1,
      (
        word
          .toLowerCase()
          .replace(/e$|es$|ed$/, '')
          .match(/[aeiouy]+/g) ?? []
      ).length,
    )
  return 0.39 * words.length + 11.8 * (words.reduce((sum, word) => sum + syllables(word), 0) / words.length) - 15.59
}

test('taken together, the words are for readers of grade 8 or less', () => {
  const types = Object.keys(typeWords)
  const sentences = [
    ...OPENID_WORDS.map((word) => saidOf(word, true).says),
    ...types.map((type) => saidOf(`patient/${type}.rs`, true).says),
    ...types.map((type) => saidOf(`patient/${type}.cruds`, true).says),
    ...Object.keys(says.categories).map((code) => saidOf(`patient/Observation.rs?category=urn:x|${code}`, true).says),
  ]
  const grades = sentences.map(grade)
  const mean = grades.reduce((sum, one) => sum + one, 0) / grades.length
  assert.ok(mean <= 8, `${mean}`)
  const worst = sentences.filter((_one, n) => (grades[n] as number) > 14)
  assert.deepEqual(worst, [])
})

test('a type with categories and no words of its own is still said', () => {
  for (const type of CATEGORISED_TYPES) assert.match(saidOf(`patient/${type}.rs`, true).says, /^See your .+/)
})
