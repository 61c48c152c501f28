import { Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { credentialsQuery, newRecoveryCodes } from '../../api/credentials.ts'
import { sessionQuery } from '../../api/session.ts'
import { RecoveryCodes } from '../../parts/recovery-codes.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { Confirm } from './confirm.tsx'
import { Row } from './row.tsx'
import { TEXTS } from './texts.ts'

export function RecoveryCard({ left }: { left: number }) {
  const { data: visit } = useQuery(sessionQuery)
  const act = useAct<{ recoveryCodes: readonly string[] }, undefined>(newRecoveryCodes, {
    refresh: [credentialsQuery.queryKey],
  })
  return (
    <Row
      icon="codes"
      actions={
        <Confirm label={TEXTS.codes.make} title={TEXTS.codes.confirm} text={TEXTS.codes.confirmText} act={act} />
      }
    >
      <Text fw={600}>{TEXTS.codes.title}</Text>
      <Text size="sm" c="dimmed">
        {TEXTS.codes.left(left)}. {TEXTS.codes.about}
      </Text>
      <Modal
        opened={act.data !== undefined}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={TEXTS.codes.title}
        centered
      >
        {act.data === undefined ? null : (
          <RecoveryCodes codes={act.data.recoveryCodes} organisation={visit?.organisation ?? ''} onKept={act.reset} />
        )}
      </Modal>
    </Row>
  )
}
