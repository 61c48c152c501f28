import { List, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { SmallPage } from '../../parts/small-page.tsx'
import { TEXTS } from './texts.ts'

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <Stack component="section" gap="xs">
    <Title order={2} size="h4">
      {title}
    </Title>
    {children}
  </Stack>
)

const Steps = ({ steps }: { steps: readonly string[] }) => (
  <List type="ordered" spacing={6} withPadding={false} className="steps">
    {steps.map((step) => (
      <List.Item key={step}>{step}</List.Item>
    ))}
  </List>
)

/** What to do when keys are lost. */
export function Recovery() {
  return (
    <SmallPage
      title={TEXTS.title}
      intro={TEXTS.intro}
      below={
        <Text ta="center">
          <Link to="/sign-in" className="link">
            {TEXTS.back}
          </Link>
        </Text>
      }
    >
      <Part title={TEXTS.another.title}>
        <Text>{TEXTS.another.text}</Text>
      </Part>
      <Part title={TEXTS.code.title}>
        <Steps steps={TEXTS.code.steps} />
      </Part>
      <Part title={TEXTS.none.title}>
        <Steps steps={TEXTS.none.steps} />
        <Text c="dimmed">{TEXTS.none.calm}</Text>
      </Part>
      <Text>{TEXTS.stolen}</Text>
    </SmallPage>
  )
}
