import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { serverNow } from './api/server-clock.ts'
import { type Session, sessionQuery } from './api/session.ts'
import { IdleWatch } from './idle/idle-watch.tsx'
import { leave } from './leave.ts'
import { TopBar } from './parts/top-bar.tsx'
import { StepUp } from './step-up/step-up.tsx'

/** Some seconds are lost on the way. */
const CLOSE_MS = 2_000

const whyEnded = (session: Session | undefined): 'idle' | 'expired' =>
  session !== undefined && Date.parse(session.idleUntil) - CLOSE_MS < serverNow() ? 'idle' : 'expired'

/** What every page of a signed-in person stands in. */
export function SignedIn() {
  const { data: visit } = useQuery(sessionQuery)
  const last = useRef<Session>(undefined)
  const session = visit?.session
  useEffect(() => {
    if (session === null) leave(whyEnded(last.current), last.current?.place === 'shared')
    else last.current = session
  }, [session])
  if (visit === undefined || session === undefined || session === null) return null
  return (
    <StepUp>
      <TopBar organisation={visit.organisation} session={session} />
      <IdleWatch session={session} />
      <Outlet />
    </StepUp>
  )
}
