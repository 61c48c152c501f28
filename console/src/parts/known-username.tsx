import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/session.ts'

/** Tells a password manager whose password the form is about, where nobody has to type it. */
export function KnownUsername({ username }: { username?: string }) {
  const { data: visit } = useQuery(sessionQuery)
  return (
    <input
      type="text"
      name="username"
      autoComplete="username"
      value={username ?? visit?.session?.person.username ?? ''}
      readOnly
      hidden
    />
  )
}
