import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { beginEnrolPassword, type Enrolled, type Enrolment, enrolPassword, type Totp } from '../../api/enrolment.ts'
import { AddApp } from '../../parts/add-app.tsx'
import { Form, type Typed } from '../../parts/form.tsx'
import { KnownUsername } from '../../parts/known-username.tsx'
import { Secret } from '../../parts/secret.tsx'
import { SmallPage } from '../../parts/small-page.tsx'
import { Trouble, useThrottle } from '../../parts/trouble.tsx'
import { nameOfBrowser } from '../../passkey/name-of-device.ts'
import { TEXTS } from './texts.ts'

type Props = { token: string; enrolment: Enrolment; onBack: () => void; onEnrolled: (answer: Enrolled) => void }

export function PasswordAndApp({ token, enrolment, onBack, onEnrolled }: Props) {
  const [totp, setTotp] = useState<Totp>()
  if (totp !== undefined)
    return (
      <SmallPage title={TEXTS.titles.app} intro={TEXTS.app.intro} step="app">
        <AddApp
          totp={totp}
          confirm={(code) => enrolPassword(token, code, nameOfBrowser(navigator.userAgent))}
          onAdded={onEnrolled}
          onBack={() => setTotp(undefined)}
        />
      </SmallPage>
    )
  return (
    <SmallPage title={TEXTS.titles.password} intro={TEXTS.password.intro(enrolment.passwordMinimum)} step="password">
      <ChoosePassword token={token} enrolment={enrolment} onBack={onBack} onBegun={setTotp} />
    </SmallPage>
  )
}

type ChooseProps = { token: string; enrolment: Enrolment; onBack: () => void; onBegun: (totp: Totp) => void }

function ChoosePassword({ token, enrolment: { username, passwordMinimum }, onBack, onBegun }: ChooseProps) {
  const [short, setShort] = useState(false)
  const begin = useMutation({
    mutationFn: (password: string) => beginEnrolPassword(token, password),
    onSuccess: onBegun,
  })
  const wait = useThrottle(begin.error)
  function submit(typed: Typed): void {
    const password = typed('password')
    const tooShort = [...password].length < passwordMinimum
    setShort(tooShort)
    if (!tooShort) begin.mutate(password)
  }
  return (
    <Form onSubmit={submit}>
      <Trouble error={begin.error} />
      <KnownUsername username={username} />
      <Secret
        label={TEXTS.password.label}
        name="password"
        autoComplete="new-password"
        error={short ? TEXTS.password.tooShort(passwordMinimum) : undefined}
        autoFocus
      />
      <Group justify="space-between">
        <Button variant="default" size="md" onClick={onBack}>
          {TEXTS.back}
        </Button>
        <Button type="submit" size="md" loading={begin.isPending} disabled={wait > 0}>
          {TEXTS.password.onward}
        </Button>
      </Group>
    </Form>
  )
}
