import { useQuery } from '@tanstack/react-query'
import { signOut } from '../../api/session.ts'
import { sessionsQuery } from '../../api/sessions.ts'
import { leave } from '../../leave.ts'
import { useAct } from '../../step-up/use-act.ts'
import { Confirm } from './confirm.tsx'
import { Part } from './part.tsx'
import { SessionRow } from './session-row.tsx'
import { TEXTS } from './texts.ts'

export function Sessions() {
  const { data: open, error } = useQuery(sessionsQuery)
  const everywhere = useAct<unknown, undefined>(() => signOut(true), { onSuccess: () => leave('out') })
  const sessions = open?.sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.seenAt.localeCompare(a.seenAt),
  )
  return (
    <Part
      title={TEXTS.sessions.title}
      loading={TEXTS.sessions.loading}
      error={error}
      action={
        <Confirm
          label={TEXTS.sessions.everywhere}
          title={TEXTS.sessions.everywhereTitle}
          text={TEXTS.sessions.everywhereText}
          act={everywhere}
        />
      }
    >
      {sessions && (
        <ul className="plain-list card rows">
          {sessions.map((session) => (
            <li key={session.id}>
              <SessionRow session={session} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}
