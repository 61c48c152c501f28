import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { serverNow } from '../api/server-clock.ts'
import { sessionQuery } from '../api/session.ts'
import { useProveAgain } from './step-up.tsx'
import { withProof } from './with-proof.ts'

/** Long enough for a system's dialog, from the moment it opens. */
const MARGIN_MS = 60_000

type Options<Answer> = {
  refresh?: readonly QueryKey[]
  /** Asks for proof before the act when it will be needed, for an act that leaves something behind on the device. */
  proveFirst?: boolean
  onSuccess?: (answer: Answer) => void
}

/** A change of the account: proven again when that is needed, after which what it changed is read anew. */
export function useAct<Answer, Given = void>(
  act: (given: Given) => Promise<Answer>,
  { refresh = [], proveFirst = false, onSuccess }: Options<Answer> = {},
) {
  const proveAgain = useProveAgain()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (given: Given) => {
      const until = queries.getQueryData(sessionQuery.queryKey)?.session?.stepUpUntil
      if (proveFirst && until !== undefined && Date.parse(until) < serverNow() + MARGIN_MS) await proveAgain()
      return withProof(() => act(given), proveAgain)
    },
    onSuccess: async (answer) => {
      onSuccess?.(answer)
      await Promise.all(refresh.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
}
