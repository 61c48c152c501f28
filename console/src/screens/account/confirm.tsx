import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Trouble } from '../../parts/trouble.tsx'
import { TEXTS } from './texts.ts'

type Act = {
  mutate: (given: undefined, options: { onSuccess: () => void }) => void
  isPending: boolean
  error: unknown
  reset: () => void
}
type Props = {
  /** On the button that opens the dialog, and on the one that does it. */
  label: string
  /** For a screen reader: which one of several. */
  of?: string
  title: string
  text: string
  act: Act
}

/** A button for what cannot be undone: asks before it acts. */
export function Confirm({ label, of, title, text, act }: Props) {
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button
        variant="default"
        size="sm"
        onClick={() => {
          act.reset()
          open()
        }}
        aria-label={of === undefined ? label : `${label}: ${of}`}
      >
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title} centered closeButtonProps={{ 'aria-label': TEXTS.close }}>
        <Stack>
          <Text>{text}</Text>
          <Trouble error={act.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {TEXTS.cancel}
            </Button>
            <Button color="red.8" loading={act.isPending} onClick={() => act.mutate(undefined, { onSuccess: close })}>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
