import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useProveAgain } from './step-up.tsx'
import { withProof } from './with-proof.ts'

type Options<Answer> = { refresh?: readonly QueryKey[]; onSuccess?: (answer: Answer) => void }

/** A change of the account: proven again when that is needed, after which what it changed is read anew. */
export function useAct<Answer, Given = void>(
  act: (given: Given) => Promise<Answer>,
  { refresh = [], onSuccess }: Options<Answer> = {},
) {
  const proveAgain = useProveAgain()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (given: Given) => withProof(() => act(given), proveAgain),
    onSuccess: async (answer) => {
      onSuccess?.(answer)
      await Promise.all(refresh.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
}
