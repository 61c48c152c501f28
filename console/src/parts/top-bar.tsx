import { Box, Button, Container, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type Session, signOut } from '../api/session.ts'
import { leave } from '../leave.ts'
import { Icon } from './icon.tsx'
import { Trouble } from './trouble.tsx'

const TEXTS = { signOut: 'Sign out' } as const

/** `privacy-officer` as people write it. */
const spokenRole = (role: string): string => {
  const words = role.replaceAll('-', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

export function TopBar({ organisation, session }: { organisation: string; session: Session }) {
  const { name, role, unit } = session.person
  const out = useMutation({
    mutationFn: () => signOut(false),
    onSuccess: () => leave('out', session.place === 'shared'),
  })
  return (
    <Box component="header" className="top">
      <Container size={820} px="md" py="sm">
        <Group justify="space-between" gap="sm">
          <Group gap="xs" wrap="nowrap">
            <Icon name="shield" />
            <Text fw={600} className="breaks">
              {organisation}
            </Text>
          </Group>
          <Group gap="md" wrap="nowrap" justify="space-between" className="who">
            <div>
              <Text size="sm" fw={600} lh={1.3} className="breaks">
                {name}
              </Text>
              <Text size="sm" c="dimmed" lh={1.3} className="breaks">
                {unit === undefined ? spokenRole(role) : `${spokenRole(role)}, ${unit}`}
              </Text>
            </div>
            <Button variant="default" size="sm" flex="none" loading={out.isPending} onClick={() => out.mutate()}>
              {TEXTS.signOut}
            </Button>
          </Group>
        </Group>
        <Trouble error={out.error} />
      </Container>
    </Box>
  )
}
