import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { serverNow } from '../api/server-clock.ts'
import { type Session, sessionQuery, signOut } from '../api/session.ts'
import { sessionsQuery } from '../api/sessions.ts'
import { leave } from '../leave.ts'
import { spokenWait } from '../parts/spoken-time.ts'
import { useSecondsUntil } from '../parts/use-seconds-until.ts'

const WARN_SECONDS = 60
const TOUCH_EVERY_MS = 60_000
/** While the warning is shown: another page of the same session may have been used. */
const ASK_EVERY_MS = 5_000

const TEXTS = {
  title: 'Are you still there?',
  text: (wait: string) => `You will be signed out in ${wait}, so that nobody else can use your account here.`,
  stay: 'Stay signed in',
  out: 'Sign out now',
} as const

/** Ends the page when the session ends, and on a shared workstation says so a minute before. */
export function IdleWatch({ session }: { session: Session }) {
  const queries = useQueryClient()
  const shared = session.place === 'shared'
  const endsAt = Math.min(Date.parse(session.idleUntil), Date.parse(session.expiresAt))
  const seconds = useSecondsUntil(endsAt, serverNow)
  const warned = shared && seconds > 0 && seconds <= WARN_SECONDS
  const over = seconds === 0
  // Asking for the session is no sign of life to the server; asking for anything of the account is.
  const touch = useMutation({
    mutationFn: async () => {
      await queries.fetchQuery({ ...sessionsQuery, staleTime: 0 })
      return queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
    },
  })
  const out = useMutation({ mutationFn: () => signOut(false), onSettled: () => leave('out', shared) })

  useEffect(() => {
    if (!warned) return
    const ask = () => queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined)
    const timer = setInterval(() => void ask(), ASK_EVERY_MS)
    return () => clearInterval(timer)
  }, [warned, queries])

  useEffect(() => {
    if (!over) return
    // The server knows whether it is over; what it says is what the page goes by. Without it, nothing stays on show.
    queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => leave('idle', shared))
  }, [over, queries, shared])

  const touchedAt = useRef(Date.now())
  const { mutate } = touch
  useEffect(() => {
    function used(): void {
      if (warned || Date.now() - touchedAt.current < TOUCH_EVERY_MS) return
      touchedAt.current = Date.now()
      mutate()
    }
    addEventListener('pointerdown', used)
    addEventListener('keydown', used)
    return () => {
      removeEventListener('pointerdown', used)
      removeEventListener('keydown', used)
    }
  }, [mutate, warned])

  return (
    <Modal
      opened={warned}
      onClose={() => touch.mutate()}
      title={TEXTS.title}
      centered
      zIndex={500}
      withCloseButton={false}
    >
      <Stack>
        <Text>{TEXTS.text(spokenWait(seconds))}</Text>
        <Group justify="flex-end">
          <Button variant="default" size="md" loading={out.isPending} onClick={() => out.mutate()}>
            {TEXTS.out}
          </Button>
          <Button data-autofocus size="md" loading={touch.isPending} onClick={() => touch.mutate()}>
            {TEXTS.stay}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
