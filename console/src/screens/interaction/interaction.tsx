import { Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { interactionQuery } from '../../api/interaction.ts'
import { isProblem, Problem } from '../../api/problem.ts'
import { SmallPage } from '../../parts/small-page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { StepUp } from '../../step-up/step-up.tsx'
import { Consent } from './consent.tsx'
import { SignInFirst } from './sign-in-first.tsx'
import { TEXTS } from './texts.ts'

/** What an app's request needs next: that the person signs in, or that they decide. */
export function Interaction() {
  return (
    <StepUp>
      <Needs />
    </StepUp>
  )
}

function Needs() {
  const { uid } = useParams({ from: '/interaction/$uid' })
  const [leaving, setLeaving] = useState(false)
  const { data: interaction, error } = useQuery(interactionQuery(uid))
  const go = ({ redirectTo }: { redirectTo: string }) => {
    setLeaving(true)
    window.location.assign(redirectTo)
  }
  if (error !== null) return <Over error={error} />
  if (interaction === undefined || leaving)
    return (
      <SmallPage title={leaving ? TEXTS.leaving : TEXTS.opening}>
        <Loader aria-hidden />
      </SmallPage>
    )
  if (interaction.needs === 'sign-in') return <SignInFirst uid={uid} interaction={interaction} onDone={go} />
  return <Consent uid={uid} interaction={interaction} onDone={go} />
}

function Over({ error }: { error: Error }) {
  const ended = error instanceof Problem && error.status >= 400 && error.status < 500 && error.againAt === undefined
  return (
    <SmallPage title={ended ? TEXTS.over.title : TEXTS.failed}>
      {isProblem(error, 'record.not-found') ? null : <Trouble error={error} />}
      {ended ? <Text>{TEXTS.over.text}</Text> : null}
      <Text>
        <Link to="/account" className="link">
          {TEXTS.over.account}
        </Link>
      </Text>
    </SmallPage>
  )
}
