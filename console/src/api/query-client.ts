import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isProblem, Problem } from './problem.ts'
import { keepSession } from './session.ts'

const RETRIES = 2

/** A client whose session becomes null as soon as any answer says that it has ended. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (isProblem(error, 'identity.unknown', 'identity.expired')) keepSession(queries, null)
  }
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // To the server, asking for anything of the account is a sign of life; only the person may give one.
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) =>
          failures < RETRIES && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      },
    },
  })
  return queries
}
