import { Button } from '@mantine/core'
import { credentialsQuery, setPassword } from '../../api/credentials.ts'
import { Form } from '../../parts/form.tsx'
import { KnownUsername } from '../../parts/known-username.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Trouble, useThrottle } from '../../parts/trouble.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { TEXTS } from './texts.ts'

export function NewPassword({ onDone }: { onDone: () => void }) {
  const act = useAct(setPassword, { refresh: [credentialsQuery.queryKey], onSuccess: onDone })
  const wait = useThrottle(act.error)
  return (
    <Form onSubmit={(typed) => act.mutate(typed('password'))}>
      <Trouble error={act.error} />
      <KnownUsername />
      <Secret
        label={TEXTS.password.label}
        description={TEXTS.password.how}
        name="password"
        autoComplete="new-password"
        required
        data-autofocus
      />
      <Button type="submit" size="md" loading={act.isPending} disabled={wait > 0}>
        {TEXTS.save}
      </Button>
    </Form>
  )
}
