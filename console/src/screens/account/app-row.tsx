import { List, Text } from '@mantine/core'
import { type App, appsQuery, stopApp } from '../../api/apps.ts'
import { spokenDay } from '../../parts/spoken-time.ts'
import { useAct } from '../../step-up/use-act.ts'
import { Confirm } from './confirm.tsx'
import { Row } from './row.tsx'
import { TEXTS } from './texts.ts'

export function AppRow({ app: { id, name, scopes, grantedAt, patient } }: { app: App }) {
  const stop = useAct<unknown, undefined>(() => stopApp(id), { refresh: [appsQuery.queryKey] })
  return (
    <Row
      icon="app"
      actions={
        <Confirm
          label={TEXTS.apps.stop}
          of={name}
          title={TEXTS.apps.stopTitle(name)}
          text={TEXTS.apps.stopText}
          act={stop}
        />
      }
    >
      <Text fw={600} className="breaks">
        {name}
      </Text>
      <Text size="sm" c="dimmed">
        {TEXTS.apps.since(spokenDay(grantedAt))}
        {patient === undefined ? '' : `. ${TEXTS.apps.about(patient.name)}.`}
      </Text>
      <details>
        <summary>{TEXTS.apps.may}</summary>
        <List size="sm" mt={6} spacing={4} withPadding={false}>
          {scopes.map(({ scope, says }) => (
            <List.Item key={scope}>{says}</List.Item>
          ))}
        </List>
      </details>
    </Row>
  )
}
