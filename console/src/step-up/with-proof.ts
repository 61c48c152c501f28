import { isProblem } from '../api/problem.ts'

/** Runs `act`; when the server wants fresh proof, asks for it and runs `act` once more. */
export async function withProof<Answer>(act: () => Promise<Answer>, proveAgain: () => Promise<void>): Promise<Answer> {
  try {
    return await act()
  } catch (problem) {
    if (!isProblem(problem, 'identity.step-up')) throw problem
    await proveAgain()
    return act()
  }
}
