import { Alert, Button, Stack, Text, Title } from '@mantine/core'
import { addPasskey, addPasskeyOptions, credentialsQuery } from '../../api/credentials.ts'
import { Icon } from '../../parts/icon.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { makePasskey, passkeysWork } from '../../passkey/ask-passkey.ts'
import { nameOfDevice } from '../../passkey/name-of-device.ts'
import { useAct } from '../../step-up/use-act.ts'
import { TEXTS } from './texts.ts'

async function add(): Promise<string> {
  const name = nameOfDevice(navigator.userAgent)
  await addPasskey(await makePasskey(await addPasskeyOptions()), name)
  return name
}

/** Makes a passkey; with the reasons why when there is none yet. */
export function AddPasskey({ hero = false, advice }: { hero?: boolean; advice?: string | undefined }) {
  const act = useAct(add, { refresh: [credentialsQuery.queryKey], proveFirst: true })
  if (!passkeysWork()) return null
  return (
    <Stack gap="sm" align="flex-start" {...(hero ? { className: 'hero', p: 'lg' } : {})}>
      {hero ? (
        <>
          <Title order={3} size="h4">
            {TEXTS.ways.hero.title}
          </Title>
          <Text>{TEXTS.ways.hero.text}</Text>
        </>
      ) : null}
      <Button
        variant={hero ? 'filled' : 'default'}
        leftSection={<Icon name="key" />}
        loading={act.isPending}
        onClick={() => act.mutate()}
      >
        {hero ? TEXTS.ways.add : TEXTS.ways.addMore}
      </Button>
      {advice === undefined ? null : (
        <Text size="sm" c="dimmed">
          {advice}
        </Text>
      )}
      <Trouble error={act.error} />
      <div aria-live="polite" className="out-of-the-way">
        {act.isPending ? <Text>{TEXTS.ways.adding}</Text> : null}
        {act.isSuccess ? <Alert role="presentation">{TEXTS.ways.added(act.data)}</Alert> : null}
      </div>
    </Stack>
  )
}
