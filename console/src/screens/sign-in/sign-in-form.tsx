import { Button, Checkbox, Collapse, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keepSession, type Session, signInWithPassword, type Where } from '../../api/session.ts'
import { CodeInput } from '../../parts/code-input.tsx'
import { Form, type Typed } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Trouble, useThrottle } from '../../parts/trouble.tsx'
import { passkeysWork } from '../../passkey/ask-passkey.ts'
import { nameOfBrowser } from '../../passkey/name-of-device.ts'
import { TEXTS } from './texts.ts'
import { usePasskeySignIn } from './use-passkey-sign-in.ts'

/** Passkey first; username, password and code behind a disclosure. */
export function SignInForm({
  shared: atFirst = false,
  onSignedIn,
}: {
  shared?: boolean
  onSignedIn: (session: Session) => void
}) {
  const queries = useQueryClient()
  const [shared, setShared] = useState(atFirst)
  const [open, { open: disclose }] = useDisclosure(!passkeysWork())
  const password = useRef<HTMLInputElement>(null)
  const where: Where = { place: shared ? 'shared' : 'own', deviceName: nameOfBrowser(navigator.userAgent) }
  const signedIn = (session: Session) => {
    keepSession(queries, session)
    onSignedIn(session)
  }
  const passkey = usePasskeySignIn(where, signedIn)
  const typed = useMutation({
    mutationFn: (typed: Typed) =>
      signInWithPassword(
        { username: typed('username').trim(), password: typed('password'), code: typed('code').trim() },
        where,
      ),
    onSuccess: ({ session }) => signedIn(session),
  })
  const error = typed.error ?? passkey.error
  const wait = useThrottle(typed.error)
  const justOpened = useRef(false)
  useEffect(() => {
    if (open && justOpened.current) password.current?.focus()
  }, [open])

  function submit(fields: Typed): void {
    if (open) typed.mutate(fields)
    else show()
  }
  function show(): void {
    justOpened.current = true
    disclose()
  }

  return (
    <Form gap="lg" onSubmit={submit}>
      <Trouble error={error} />
      <TextInput
        label={TEXTS.username}
        name="username"
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        required={open}
        withAsterisk={false}
        size="md"
        autoFocus
      />
      {passkeysWork() ? (
        <Stack gap={6}>
          <Button
            size="md"
            variant={open ? 'default' : 'filled'}
            leftSection={<Icon name="key" />}
            loading={passkey.busy}
            onClick={() => {
              typed.reset()
              void passkey.press()
            }}
          >
            {TEXTS.passkey}
          </Button>
          <Text size="sm" c="dimmed">
            {TEXTS.passkeyHow}
          </Text>
        </Stack>
      ) : (
        <Text c="dimmed">{TEXTS.noPasskeys}</Text>
      )}
      {open ? null : (
        <UnstyledButton className="quiet" aria-expanded={false} aria-controls="password-and-code" onClick={show}>
          {TEXTS.otherWay}
        </UnstyledButton>
      )}
      <Collapse expanded={open} id="password-and-code">
        <Stack gap="md">
          <Secret
            label={TEXTS.password}
            name="password"
            autoComplete="current-password"
            required={open}
            ref={password}
          />
          <CodeInput label={TEXTS.code} description={TEXTS.codeHow} required={open} />
          <Button type="submit" size="md" loading={typed.isPending} disabled={wait > 0}>
            {TEXTS.signIn}
          </Button>
        </Stack>
      </Collapse>
      <Checkbox
        label={TEXTS.shared}
        description={TEXTS.sharedHow}
        checked={shared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
    </Form>
  )
}
