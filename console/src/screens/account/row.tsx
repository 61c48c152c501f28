import { Box, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../../parts/icon.tsx'

/** One line of a card: what it is, what is known of it, what can be done with it. */
export function Row({ icon, actions, children }: { icon: IconName; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="row">
      <Box c="dimmed" mt={2}>
        <Icon name={icon} />
      </Box>
      <Stack gap={4} miw={0}>
        {children}
      </Stack>
      {actions === undefined ? null : (
        <Group gap="xs" className="row-actions">
          {actions}
        </Group>
      )}
    </div>
  )
}
