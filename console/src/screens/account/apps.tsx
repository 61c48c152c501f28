import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { appsQuery } from '../../api/apps.ts'
import { Card } from '../../parts/card.tsx'
import { AppRow } from './app-row.tsx'
import { Part } from './part.tsx'
import { StartApp } from './start-app.tsx'
import { TEXTS } from './texts.ts'

export function Apps() {
  const { data: known, error } = useQuery(appsQuery)
  return (
    <Part title={TEXTS.apps.title} loading={TEXTS.apps.loading} error={error}>
      {known && (
        <Stack gap="md">
          {known.apps.length === 0 ? (
            <Card>
              <Text c="dimmed">{TEXTS.apps.none}</Text>
            </Card>
          ) : (
            <ul className="plain-list card rows">
              {known.apps.map((app) => (
                <li key={app.id}>
                  <AppRow app={app} />
                </li>
              ))}
            </ul>
          )}
          {known.launchable.length === 0 ? null : (
            <>
              <Title order={3} size="h4" mt="xs">
                {TEXTS.apps.startTitle}
              </Title>
              <ul className="plain-list card rows">
                {known.launchable.map((app) => (
                  <li key={app.id}>
                    <StartApp app={app} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </Stack>
      )}
    </Part>
  )
}
