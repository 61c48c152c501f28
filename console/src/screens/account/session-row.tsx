import { Badge, Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { endSession, type OpenSession, renameDevice, sessionsQuery } from '../../api/sessions.ts'
import { Moment } from '../../parts/moment.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { Rename } from './rename.tsx'
import { Row } from './row.tsx'
import { TEXTS } from './texts.ts'

const refresh = [sessionsQuery.queryKey]
const T = TEXTS.sessions

export function SessionRow({ session }: { session: OpenSession }) {
  const { id, current, deviceName, place, method, createdAt, seenAt, address } = session
  const [editing, setEditing] = useState(false)
  const rename = useAct((wanted: string) => renameDevice(id, wanted), { refresh })
  const end = useAct(() => endSession(id), { refresh })
  return (
    <Row
      icon="screen"
      actions={
        editing ? undefined : (
          <>
            <Button
              variant="default"
              size="sm"
              onClick={() => setEditing(true)}
              aria-label={`${TEXTS.rename}: ${deviceName}`}
            >
              {TEXTS.rename}
            </Button>
            {current ? null : (
              <Button
                variant="default"
                size="sm"
                loading={end.isPending}
                onClick={() => end.mutate()}
                aria-label={`${T.end}: ${deviceName}`}
              >
                {T.end}
              </Button>
            )}
          </>
        )
      }
    >
      {editing ? (
        <Rename name={deviceName} label={T.nameOf} act={rename} onDone={() => setEditing(false)} />
      ) : (
        <Group gap="xs">
          <Text fw={600} className="breaks">
            {deviceName}
          </Text>
          {current ? (
            <Badge tt="none" variant="light">
              {T.this}
            </Badge>
          ) : null}
          {place === 'shared' ? (
            <Badge tt="none" variant="default">
              {T.shared}
            </Badge>
          ) : null}
        </Group>
      )}
      <Text size="sm" c="dimmed">
        {T.since} <Moment at={createdAt} /> {T.by[method]}, {T.from(address)}
      </Text>
      {current ? null : (
        <Text size="sm" c="dimmed">
          {T.seen} <Moment at={seenAt} />
        </Text>
      )}
      <Trouble error={end.error} />
    </Row>
  )
}
