import { Button, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type Enrolled, enrolPasskey, enrolPasskeyOptions } from '../../api/enrolment.ts'
import { Icon } from '../../parts/icon.tsx'
import { Trouble, useThrottle } from '../../parts/trouble.tsx'
import { makePasskey, passkeysWork } from '../../passkey/ask-passkey.ts'
import { nameOfBrowser, nameOfDevice } from '../../passkey/name-of-device.ts'
import { TEXTS } from './texts.ts'

type Props = { token: string; onEnrolled: (answer: Enrolled) => void; onPassword: () => void }

/** The passkey as the first choice; password and app as the other. */
export function ChooseWay({ token, onEnrolled, onPassword }: Props) {
  const create = useMutation({
    mutationFn: async () => {
      const response = await makePasskey(await enrolPasskeyOptions(token))
      return enrolPasskey(token, response, nameOfDevice(navigator.userAgent), nameOfBrowser(navigator.userAgent))
    },
    onSuccess: onEnrolled,
  })
  const wait = useThrottle(create.error)
  return (
    <>
      <Stack className="hero" gap="sm" p="lg">
        <Title order={2} size="h4">
          {TEXTS.passkey.title}
        </Title>
        <Text>{TEXTS.passkey.about}</Text>
        <Trouble error={create.error} />
        {passkeysWork() ? (
          <>
            <Text aria-live="polite">{create.isPending ? TEXTS.passkey.busy : TEXTS.passkey.before}</Text>
            <Button
              size="md"
              leftSection={<Icon name="key" />}
              loading={create.isPending}
              disabled={wait > 0}
              onClick={() => create.mutate()}
            >
              {TEXTS.passkey.create}
            </Button>
          </>
        ) : (
          <Text>{TEXTS.passkey.unsupported}</Text>
        )}
      </Stack>
      <UnstyledButton className="quiet" onClick={onPassword}>
        {TEXTS.other}
      </UnstyledButton>
    </>
  )
}
