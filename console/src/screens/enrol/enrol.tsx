import { Button, Loader, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { type Enrolled, openEnrolment } from '../../api/enrolment.ts'
import { keepSession, sessionQuery } from '../../api/session.ts'
import { RecoveryCodes } from '../../parts/recovery-codes.tsx'
import { SmallPage } from '../../parts/small-page.tsx'
import { ChooseWay } from './choose-way.tsx'
import { LinkRefused } from './link-refused.tsx'
import { takeLinkToken } from './link-token.ts'
import { PasswordAndApp } from './password-and-app.tsx'
import { TEXTS } from './texts.ts'

export function Enrol() {
  const [token, setToken] = useState(() => takeLinkToken(window.location, window.history))
  useEffect(() => {
    const taken = () => setToken(takeLinkToken(window.location, window.history))
    addEventListener('hashchange', taken)
    return () => removeEventListener('hashchange', taken)
  }, [])
  return token === undefined ? <LinkRefused /> : <EnrolWith key={token} token={token} />
}

type Step = { at: 'choose' | 'password' | 'ready' } | { at: 'codes'; codes: readonly string[] }

function EnrolWith({ token }: { token: string }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { data: visit } = useQuery(sessionQuery)
  const [step, setStep] = useState<Step>({ at: 'choose' })
  const opened = useQuery({
    queryKey: ['enrolment', token],
    queryFn: () => openEnrolment(token),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const enrolled = ({ session, recoveryCodes: codes }: Enrolled) => {
    keepSession(queries, session)
    setStep(codes.length === 0 ? { at: 'ready' } : { at: 'codes', codes })
  }
  const onward = () => void navigate({ to: '/account', replace: true })
  if (step.at === 'ready')
    return (
      <SmallPage title={TEXTS.titles.ready} intro={TEXTS.ready.now} step="ready">
        <Text>{TEXTS.ready.second}</Text>
        <Button size="md" onClick={onward}>
          {TEXTS.ready.onward}
        </Button>
      </SmallPage>
    )
  if (step.at === 'codes')
    return (
      <SmallPage title={TEXTS.titles.codes} intro={TEXTS.codes} step="codes">
        <RecoveryCodes codes={step.codes} organisation={visit?.organisation ?? ''} onKept={onward} />
      </SmallPage>
    )
  if (opened.error !== null) return <LinkRefused error={opened.error} />
  if (opened.data === undefined)
    return (
      <SmallPage title={TEXTS.opening}>
        <Loader aria-hidden />
      </SmallPage>
    )
  if (step.at === 'password')
    return (
      <PasswordAndApp
        token={token}
        enrolment={opened.data}
        onBack={() => setStep({ at: 'choose' })}
        onEnrolled={enrolled}
      />
    )
  const { kind, name, username } = opened.data
  return (
    <SmallPage title={TEXTS.titles[kind](name)} intro={TEXTS.intro[kind]} step="choose">
      <Text>
        {TEXTS.username}: <strong className="breaks">{username}</strong>
      </Text>
      <ChooseWay token={token} onEnrolled={enrolled} onPassword={() => setStep({ at: 'password' })} />
    </SmallPage>
  )
}
