import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { credentialsQuery, setPassword } from '../../api/credentials.ts'
import { sessionQuery } from '../../api/session.ts'
import { Form } from '../../parts/form.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Trouble, useThrottle } from '../../parts/trouble.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { TEXTS } from './texts.ts'

export function NewPassword({ onDone }: { onDone: () => void }) {
  const { data: visit } = useQuery(sessionQuery)
  const act = useAct(setPassword, { refresh: [credentialsQuery.queryKey], onSuccess: onDone })
  const wait = useThrottle(act.error)
  return (
    <Form onSubmit={(typed) => act.mutate(typed('password'))}>
      <Trouble error={act.error} />
      <input
        type="text"
        name="username"
        autoComplete="username"
        value={visit?.session?.person.username ?? ''}
        readOnly
        hidden
      />
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
