import { Container, Stack, Title } from '@mantine/core'
import { useEffect } from 'react'
import { Apps } from './apps.tsx'
import { Questions } from './questions.tsx'
import { Sessions } from './sessions.tsx'
import { TEXTS } from './texts.ts'
import { WaysToSignIn } from './ways-to-sign-in.tsx'

export function Account() {
  useEffect(() => {
    document.title = `${TEXTS.title} · Chartwarden`
  }, [])
  return (
    <Container component="main" size={820} px="md" py={{ base: 'lg', sm: 40 }}>
      <Stack gap={40}>
        <Title order={1} size="h2">
          {TEXTS.title}
        </Title>
        <Questions />
        <WaysToSignIn />
        <Sessions />
        <Apps />
      </Stack>
    </Container>
  )
}
