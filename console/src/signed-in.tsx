import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { sessionQuery } from './api/session.ts'
import { IdleWatch } from './idle/idle-watch.tsx'
import { leave } from './leave.ts'
import { TopBar } from './parts/top-bar.tsx'
import { StepUp } from './step-up/step-up.tsx'

/** What every page of a signed-in person stands in. */
export function SignedIn() {
  const { data: visit } = useQuery(sessionQuery)
  const shared = useRef(false)
  const session = visit?.session
  useEffect(() => {
    if (session === null) leave('expired', shared.current)
    else if (session !== undefined) shared.current = session.place === 'shared'
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
