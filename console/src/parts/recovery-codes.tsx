import { Box, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { CopyButton } from './copy-button.tsx'

const TEXTS = {
  why: 'Keep these where you keep important papers, not on this device alone. If you lose your phone or keys, one code lets you in. Each code works once.',
  copy: 'Copy',
  copied: 'Copied',
  print: 'Print',
  kept: 'I have kept them',
  onward: 'Continue',
  heading: (organisation: string) => `Recovery codes for ${organisation}`,
} as const

type Props = { codes: readonly string[]; organisation: string; onKept: () => void }

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes, organisation, onKept }: Props) {
  const [kept, setKept] = useState(false)
  useEffect(() => {
    if (kept) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [kept])
  return (
    <Stack gap="lg">
      <Text className="not-printed">{TEXTS.why}</Text>
      <Box className="card" p="md">
        <Text fw={600} mb="sm">
          {TEXTS.heading(organisation)}
        </Text>
        <ul className="codes plain-list">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </Box>
      <Group className="not-printed">
        <CopyButton text={codes.join('\n')} label={TEXTS.copy} copied={TEXTS.copied} />
        <Button variant="default" onClick={() => print()}>
          {TEXTS.print}
        </Button>
      </Group>
      <Checkbox
        className="not-printed"
        label={TEXTS.kept}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button className="not-printed" size="md" disabled={!kept} onClick={onKept}>
        {TEXTS.onward}
      </Button>
    </Stack>
  )
}
