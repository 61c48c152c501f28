import { Container, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { sessionQuery } from '../api/session.ts'
import { Card } from './card.tsx'
import { Icon } from './icon.tsx'

type Props = {
  title: string
  intro?: ReactNode
  children: ReactNode
  /** Under the card. */
  below?: ReactNode
  /** Takes the focus to the title when this changes, so that a screen reader hears that the step is another. */
  step?: string
}

/** One card in the middle: sign-in, enrolment, recovery, consent. */
export function SmallPage({ title, intro, children, below, step }: Props) {
  const { data: visit } = useQuery(sessionQuery)
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    document.title = `${title} · Chartwarden`
    if (shown.current !== step) heading.current?.focus()
    shown.current = step
  }, [title, step])
  return (
    <Container component="main" size={500} px="md" py={{ base: 'lg', sm: 64 }}>
      <Stack gap="lg">
        <Group gap="xs" c="dimmed" wrap="nowrap" mih={24}>
          <Icon name="shield" />
          <Text fw={600} size="sm" className="breaks">
            {visit?.organisation}
          </Text>
        </Group>
        <Card>
          <Stack gap="lg">
            <Stack gap={6}>
              <Title order={1} size="h2" ref={heading} tabIndex={-1}>
                {title}
              </Title>
              {intro === undefined ? null : (
                <Text component="div" c="dimmed">
                  {intro}
                </Text>
              )}
            </Stack>
            {children}
          </Stack>
        </Card>
        {below}
      </Stack>
    </Container>
  )
}
