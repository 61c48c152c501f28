import { Anchor, Box, Button, Code, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Totp } from '../api/enrolment.ts'
import { CodeInput } from './code-input.tsx'
import { Form } from './form.tsx'
import { QrCode } from './qr-code.tsx'
import { Trouble, useThrottle } from './trouble.tsx'

const TEXTS = {
  qr: 'QR code for your authenticator app',
  cannotScan: 'Cannot scan it?',
  open: 'Open it in an app on this device',
  secret: ', or type this key into the app:',
  code: 'Code',
  codeHow: 'The 6 digits the app shows now',
  back: 'Back',
  onward: 'Finish',
} as const

type Props<Answer> = {
  totp: Totp
  confirm: (code: string) => Promise<Answer>
  onAdded: (answer: Answer) => void
  onBack: () => void
}

/** An authenticator app is given its secret, and proves with a first code that it has it. */
export function AddApp<Answer>({ totp, confirm, onAdded, onBack }: Props<Answer>) {
  const add = useMutation({ mutationFn: confirm, onSuccess: onAdded })
  const wait = useThrottle(add.error)
  return (
    <Form onSubmit={(typed) => add.mutate(typed('code').trim())}>
      <Box ta="center">
        <QrCode text={totp.totpUri} label={TEXTS.qr} />
      </Box>
      <Text size="sm">
        {TEXTS.cannotScan}{' '}
        <Anchor href={totp.totpUri} inherit underline="always">
          {TEXTS.open}
        </Anchor>
        {TEXTS.secret}
      </Text>
      <Code block className="breaks">
        {totp.totpSecret.match(/.{1,4}/g)?.join(' ')}
      </Code>
      <Trouble error={add.error} />
      <CodeInput label={TEXTS.code} description={TEXTS.codeHow} inputMode="numeric" required />
      <Group justify="space-between">
        <Button variant="default" size="md" onClick={onBack}>
          {TEXTS.back}
        </Button>
        <Button type="submit" size="md" loading={add.isPending} disabled={wait > 0}>
          {TEXTS.onward}
        </Button>
      </Group>
    </Form>
  )
}
