import { Badge, Box, Checkbox, Group, Stack, Text, Title } from '@mantine/core'
import type { Said } from '../../api/apps.ts'
import { Icon, type IconName } from '../../parts/icon.tsx'
import { groupScopes, type Kind } from './group-scopes.ts'
import { TEXTS } from './texts.ts'

const ICONS = { see: 'chart', change: 'write', who: 'person', stay: 'clock', run: 'app' } satisfies Record<
  Kind,
  IconName
>

type Props = { scopes: readonly Said[]; left: ReadonlySet<string>; onChange: (scope: string, on: boolean) => void }

/** What the app wants, in groups; what is not essential can be unticked. */
export function ScopeChoice({ scopes, left, onChange }: Props) {
  const optional = scopes.some(({ essential }) => !essential)
  return (
    <Stack gap="lg">
      {groupScopes(scopes).map(({ kind, scopes: some }) => (
        <Stack component="section" gap="xs" key={kind}>
          <Group gap="xs" wrap="nowrap">
            <Icon name={ICONS[kind]} />
            <Title order={2} size="h5">
              {TEXTS.kinds[kind]}
            </Title>
          </Group>
          <ul className="plain-list scopes">
            {some.map((said) => (
              <li key={said.scope}>
                <Scope said={said} on={said.essential || !left.has(said.scope)} onChange={onChange} />
              </li>
            ))}
          </ul>
        </Stack>
      ))}
      {optional ? (
        <Text size="sm" c="dimmed">
          {TEXTS.essentialHow}
        </Text>
      ) : null}
    </Stack>
  )
}

function Scope({ said, on, onChange }: { said: Said; on: boolean; onChange: Props['onChange'] }) {
  if (said.essential)
    return (
      <Group gap={12} wrap="nowrap" align="flex-start">
        <Box c="dimmed" w={24} h={24} flex="none">
          <Icon name="check" size={24} />
        </Box>
        <Text flex={1}>{said.says}</Text>
        <Badge variant="default" tt="none" fw={500} flex="none" mt={2}>
          {TEXTS.essential}
        </Badge>
      </Group>
    )
  return (
    <Checkbox
      size="md"
      label={said.says}
      checked={on}
      onChange={(event) => onChange(said.scope, event.currentTarget.checked)}
    />
  )
}
