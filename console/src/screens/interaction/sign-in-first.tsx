import { Button, Loader, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { continueSignedIn, type Interaction } from '../../api/interaction.ts'
import { sessionQuery } from '../../api/session.ts'
import { SmallPage } from '../../parts/small-page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { SignInForm } from '../sign-in/sign-in-form.tsx'
import { TEXTS as SIGN_IN } from '../sign-in/texts.ts'
import { TEXTS } from './texts.ts'

type Props = { uid: string; interaction: Interaction; onDone: (onward: { redirectTo: string }) => void }

export function SignInFirst({ uid, interaction, onDone }: Props) {
  const { data: visit } = useQuery(sessionQuery)
  const [anew, setAnew] = useState(false)
  const onward = useAct(() => continueSignedIn(uid), { onSuccess: onDone })
  const person = visit?.session?.person
  const app = interaction.client.name
  return (
    <SmallPage
      title={TEXTS.signIn(app)}
      below={
        <Text ta="center">
          <Link to="/recovery" className="link">
            {SIGN_IN.lost}
          </Link>
        </Text>
      }
    >
      <Trouble error={onward.error} />
      {visit === undefined ? (
        <Loader aria-hidden />
      ) : person === undefined || anew ? (
        <SignInForm onSignedIn={() => onward.mutate()} />
      ) : (
        <>
          <Button size="md" loading={onward.isPending} onClick={() => onward.mutate()}>
            {TEXTS.continueAs(person.name)}
          </Button>
          <UnstyledButton className="quiet" onClick={() => setAnew(true)}>
            {TEXTS.someoneElse}
          </UnstyledButton>
        </>
      )}
    </SmallPage>
  )
}
