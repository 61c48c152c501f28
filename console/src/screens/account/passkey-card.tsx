import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { credentialsQuery, type Passkey, removePasskey, renamePasskey } from '../../api/credentials.ts'
import { Moment } from '../../parts/moment.tsx'
import { spokenDay } from '../../parts/spoken-time.ts'
import { useAct } from '../../step-up/use-act.ts'
import { Confirm } from './confirm.tsx'
import { Rename } from './rename.tsx'
import { Row } from './row.tsx'
import { TEXTS } from './texts.ts'

const refresh = [credentialsQuery.queryKey]

export function PasskeyCard({ passkey: { id, name, createdAt, usedAt, synced } }: { passkey: Passkey }) {
  const [editing, setEditing] = useState(false)
  const rename = useAct((wanted: string) => renamePasskey(id, wanted), { refresh })
  const remove = useAct<unknown, undefined>(() => removePasskey(id), { refresh })
  return (
    <Row
      icon="key"
      actions={
        editing ? undefined : (
          <>
            <Button
              variant="default"
              size="sm"
              onClick={() => setEditing(true)}
              aria-label={`${TEXTS.rename}: ${name}`}
            >
              {TEXTS.rename}
            </Button>
            <Confirm
              label={TEXTS.remove}
              of={name}
              title={TEXTS.ways.removeTitle(name)}
              text={TEXTS.ways.removeText}
              act={remove}
            />
          </>
        )
      }
    >
      {editing ? (
        <Rename name={name} label={TEXTS.ways.nameOf} act={rename} onDone={() => setEditing(false)} />
      ) : (
        <Text fw={600} className="breaks">
          {name}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {TEXTS.ways.passkey} · {synced ? TEXTS.ways.synced : TEXTS.ways.kept}
      </Text>
      <Text size="sm" c="dimmed">
        {TEXTS.ways.addedOn(spokenDay(createdAt))},{' '}
        {usedAt === undefined ? (
          TEXTS.ways.neverUsed
        ) : (
          <>
            {TEXTS.ways.used} <Moment at={usedAt} />
          </>
        )}
      </Text>
    </Row>
  )
}
