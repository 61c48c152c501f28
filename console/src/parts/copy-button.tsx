import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'

export function CopyButton({ text, label, copied }: { text: string; label: string; copied: string }) {
  const clipboard = useClipboard({ timeout: 3000 })
  return (
    <Button variant="default" onClick={() => clipboard.copy(text)}>
      <span aria-live="polite">{clipboard.copied ? copied : label}</span>
    </Button>
  )
}
