import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRelations, RELATION_KINDS } from './relations.ts'

test('what was added and has not ended is found, whatever was forgotten in between', () => {
  const relation = fc.record({
    who: fc.nat(5),
    patient: fc.nat(4),
    kind: fc.constantFrom(...RELATION_KINDS),
    from: fc.nat(100),
    lasts: fc.nat(50),
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(relation, fc.nat(150)), { maxLength: 60 }), (steps) => {
      const relations = createRelations()
      let model: { patient: number; text: string; to: number }[] = []
      for (const step of steps)
        if (typeof step === 'number') {
          const kept = model.filter((one) => one.to >= step)
          assert.equal(relations.forget(step), model.length - kept.length)
          model = kept
        } else {
          const to = step.from + step.lasts
          relations.add(step.who, step.patient, step.kind, step.from, to)
          const text = `${step.who} ${RELATION_KINDS.indexOf(step.kind)} ${step.from} ${to}`
          model.push({ patient: step.patient, text, to })
        }
      assert.equal(relations.size, model.length)
      for (let patient = 0; patient < 5; patient++) {
        const found: string[] = []
        relations.visit(patient, (...one) => found.push(one.join(' ')))
        assert.deepEqual(found.sort(), model.flatMap((one) => (one.patient === patient ? [one.text] : [])).sort())
      }
    }),
  )
})
