import { Button } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { SmallPage } from './small-page.tsx'
import { Trouble } from './trouble.tsx'

const TEXTS = { title: 'This page did not open', again: 'Try again' } as const

export function PageTrouble({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <SmallPage title={TEXTS.title}>
      <Trouble error={error} />
      <Button onClick={() => void router.invalidate()}>{TEXTS.again}</Button>
    </SmallPage>
  )
}
