import { List, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { SmallPage } from '../../parts/small-page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { TEXTS } from './texts.ts'

/** A link that is used, expired, or bound to another browser; or none at all, after a reload. */
export function LinkRefused({ error }: { error?: Error }) {
  return (
    <SmallPage
      title={error === undefined ? TEXTS.noToken.title : TEXTS.titles.refused}
      step="refused"
      below={
        <Text ta="center">
          <Link to="/sign-in" className="link">
            {TEXTS.signIn}
          </Link>
        </Text>
      }
    >
      {error === undefined ? (
        <Text>{TEXTS.noToken.text}</Text>
      ) : (
        <>
          <Trouble error={error} />
          <Title order={2} size="h4">
            {TEXTS.whatNow.title}
          </Title>
          <List spacing="xs" withPadding={false}>
            {TEXTS.whatNow.steps.map((step) => (
              <List.Item key={step}>{step}</List.Item>
            ))}
          </List>
        </>
      )}
    </SmallPage>
  )
}
