import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { SmallPage } from './small-page.tsx'

const TEXTS = { title: 'There is no such page', onward: 'Go to my account' } as const

export function NotFound() {
  return (
    <SmallPage title={TEXTS.title}>
      <Text>
        <Link to="/account" className="link">
          {TEXTS.onward}
        </Link>
      </Text>
    </SmallPage>
  )
}
