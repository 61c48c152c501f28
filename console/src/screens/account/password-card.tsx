import { Button, Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { beginTotp, type Credentials, confirmTotp, credentialsQuery } from '../../api/credentials.ts'
import { AddApp } from '../../parts/add-app.tsx'
import { spokenDay } from '../../parts/spoken-time.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { useProveAgain } from '../../step-up/step-up.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { withProof } from '../../step-up/with-proof.ts'
import { NewPassword } from './new-password.tsx'
import { Row } from './row.tsx'
import { TEXTS } from './texts.ts'

const T = TEXTS.password

export function PasswordCard({ password, totp }: Pick<Credentials, 'password' | 'totp'>) {
  const [typing, setTyping] = useState(false)
  const [done, setDone] = useState(false)
  const queries = useQueryClient()
  const proveAgain = useProveAgain()
  const app = useAct(beginTotp)
  const known = [
    ...(password === null ? [] : [T.changed(spokenDay(password.changedAt))]),
    totp === null ? T.noApp : T.app(spokenDay(totp.createdAt)),
  ]
  return (
    <Row
      icon="phone"
      actions={
        <>
          <Button variant="default" size="sm" loading={app.isPending} onClick={() => app.mutate()}>
            {totp === null ? T.setApp : T.newApp}
          </Button>
          {totp === null ? null : (
            <Button variant="default" size="sm" onClick={() => setTyping(true)}>
              {password === null ? T.set : T.change}
            </Button>
          )}
        </>
      }
    >
      <Text fw={600}>{T.title}</Text>
      <Text size="sm" c="dimmed">
        {password === null && totp === null ? T.none : known.join(' · ')}
      </Text>
      <Trouble error={app.error} />
      <div aria-live="polite" className="out-of-the-way">
        {done ? <Text size="sm">{T.done}</Text> : null}
      </div>
      <Modal
        opened={typing}
        onClose={() => setTyping(false)}
        title={password === null ? T.set : T.change}
        centered
        closeButtonProps={{ 'aria-label': TEXTS.close }}
      >
        <NewPassword
          onDone={() => {
            setTyping(false)
            setDone(true)
          }}
        />
      </Modal>
      <Modal
        opened={app.data !== undefined}
        onClose={app.reset}
        title={totp === null ? T.setApp : T.newApp}
        centered
        closeButtonProps={{ 'aria-label': TEXTS.close }}
      >
        <Text mb="md">{T.appIntro}</Text>
        {app.data === undefined ? null : (
          <AddApp
            totp={app.data}
            confirm={(code) => withProof(() => confirmTotp(code), proveAgain)}
            onBack={app.reset}
            onAdded={() => {
              app.reset()
              void queries.invalidateQueries({ queryKey: credentialsQuery.queryKey })
            }}
          />
        )}
      </Modal>
    </Row>
  )
}
