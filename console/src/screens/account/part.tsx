import { Group, Skeleton, Stack, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { Trouble } from '../../parts/trouble.tsx'

type Props = {
  title: string
  /** Said while `children` is not there yet. */
  loading: string
  error: unknown
  action?: ReactNode
  children: ReactNode
}

/** One part of the page: its title, and what is under it, or that it is being read, or why it is not there. */
export function Part({ title, loading, error, action, children }: Props) {
  const id = useId()
  return (
    <Stack component="section" gap="md" aria-labelledby={id}>
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h3" id={id}>
          {title}
        </Title>
        {action}
      </Group>
      <Trouble error={error} />
      {children ?? (error === null ? <Skeleton height={96} radius="lg" aria-label={loading} /> : null)}
    </Stack>
  )
}
