import { Button, Divider, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { credentialsQuery } from '../api/credentials.ts'
import { givenUp } from '../api/problem.ts'
import { keepSession, type Session, stepUpOptions, stepUpWithPasskey, stepUpWithPassword } from '../api/session.ts'
import { CodeInput } from '../parts/code-input.tsx'
import { Form } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { KnownUsername } from '../parts/known-username.tsx'
import { Secret } from '../parts/secret.tsx'
import { Trouble, useThrottle } from '../parts/trouble.tsx'
import { askPasskey } from '../passkey/ask-passkey.ts'

const TEXTS = {
  title: 'Is it you?',
  intro: 'This change needs a fresh check. Then it goes on by itself.',
  passkey: 'Use your passkey',
  passkeyHow: 'Your device asks for your fingerprint, face or screen lock.',
  or: 'or',
  password: 'Password',
  code: 'Code',
  codeHow: 'The 6 digits from your authenticator app',
  onward: 'Continue',
  close: 'Cancel',
} as const

type ProveAgain = () => Promise<void>
const StepUpContext = createContext<ProveAgain>(() => Promise.reject(givenUp()))

/** Asks the person to prove again that it is they; rejects when they would rather not. */
export const useProveAgain = (): ProveAgain => useContext(StepUpContext)

type Waiting = {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function newWaiting(): Waiting {
  let ends: Pick<Waiting, 'resolve' | 'reject'> | undefined
  const promise = new Promise<void>((resolve, reject) => {
    ends = { resolve, reject }
  })
  return { promise, ...(ends as unknown as Pick<Waiting, 'resolve' | 'reject'>) }
}

export function StepUp({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const waiting = useRef<Waiting>(undefined)
  const prove = useCallback<ProveAgain>(() => {
    waiting.current ??= newWaiting()
    setAsking(true)
    return waiting.current.promise
  }, [])
  function end(): Waiting | undefined {
    const ended = waiting.current
    waiting.current = undefined
    setAsking(false)
    return ended
  }
  return (
    <StepUpContext value={prove}>
      {children}
      <Modal
        opened={asking}
        onClose={() => end()?.reject(givenUp())}
        title={TEXTS.title}
        centered
        zIndex={400}
        closeButtonProps={{ 'aria-label': TEXTS.close }}
      >
        <Proof
          onProven={(session) => {
            keepSession(queries, session)
            end()?.resolve()
          }}
        />
      </Modal>
    </StepUpContext>
  )
}

function Proof({ onProven }: { onProven: (session: Session) => void }) {
  const { data: credentials } = useQuery(credentialsQuery)
  const passkey = useMutation({
    mutationFn: async () => stepUpWithPasskey(await askPasskey(await stepUpOptions())),
    onSuccess: ({ session }) => onProven(session),
  })
  const hasPasskey = credentials === undefined || credentials.passkeys.length > 0
  const hasPassword = credentials?.password != null && credentials.totp !== null
  const wait = useThrottle(passkey.error)
  return (
    <Stack>
      <Text>{TEXTS.intro}</Text>
      {hasPasskey ? (
        <>
          <Trouble error={passkey.error} />
          <Button
            data-autofocus
            size="md"
            leftSection={<Icon name="key" />}
            loading={passkey.isPending}
            disabled={wait > 0}
            onClick={() => passkey.mutate()}
          >
            {TEXTS.passkey}
          </Button>
          <Text size="sm" c="dimmed">
            {TEXTS.passkeyHow}
          </Text>
        </>
      ) : null}
      {hasPasskey && hasPassword ? <Divider label={TEXTS.or} /> : null}
      {hasPassword ? <Typed first={!hasPasskey} onProven={onProven} /> : null}
    </Stack>
  )
}

function Typed({ first, onProven }: { first: boolean; onProven: (session: Session) => void }) {
  const typed = useMutation({ mutationFn: stepUpWithPassword, onSuccess: ({ session }) => onProven(session) })
  const wait = useThrottle(typed.error)
  return (
    <Form onSubmit={(field) => typed.mutate({ password: field('password'), code: field('code').trim() })}>
      <Trouble error={typed.error} />
      <KnownUsername />
      <Secret
        label={TEXTS.password}
        name="password"
        autoComplete="current-password"
        required
        {...(first ? { 'data-autofocus': true } : {})}
      />
      <CodeInput label={TEXTS.code} description={TEXTS.codeHow} required />
      <Button
        type="submit"
        size="md"
        variant={first ? 'filled' : 'default'}
        loading={typed.isPending}
        disabled={wait > 0}
      >
        {TEXTS.onward}
      </Button>
    </Form>
  )
}
