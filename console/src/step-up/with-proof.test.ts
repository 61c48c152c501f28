import { expect, test, vi } from 'vitest'
import { givenUp, Problem } from '../api/problem.ts'
import { withProof } from './with-proof.ts'

const stepUp = () => new Problem('identity.step-up', 'Prove again that it is you.', 403)

test('an act that needs proof is repeated once it is given', async () => {
  const act = vi.fn().mockRejectedValueOnce(stepUp()).mockResolvedValueOnce('done')
  const prove = vi.fn().mockResolvedValue(undefined)
  expect(await withProof(act, prove)).toBe('done')
  expect(act).toHaveBeenCalledTimes(2)
  expect(prove).toHaveBeenCalledOnce()
})

test('it is not asked for again when the server still wants it', async () => {
  const act = vi.fn().mockRejectedValue(stepUp())
  const prove = vi.fn().mockResolvedValue(undefined)
  await expect(withProof(act, prove)).rejects.toMatchObject({ code: 'identity.step-up' })
  expect(prove).toHaveBeenCalledOnce()
})

test('an act is not repeated when the person gives up, nor proven for another refusal', async () => {
  const act = vi.fn().mockRejectedValueOnce(stepUp())
  await expect(withProof(act, () => Promise.reject(givenUp()))).rejects.toMatchObject({ code: 'page.given-up' })
  expect(act).toHaveBeenCalledOnce()
  const prove = vi.fn()
  await expect(withProof(() => Promise.reject(new Problem('record.conflict', 'No.', 409)), prove)).rejects.toBeTruthy()
  expect(prove).not.toHaveBeenCalled()
})
