import { Alert, Text } from '@mantine/core'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { SmallPage } from '../../parts/small-page.tsx'
import { nextPath } from './next-path.ts'
import { SignInForm } from './sign-in-form.tsx'
import { TEXTS } from './texts.ts'

export function SignIn() {
  const router = useRouter()
  const { next, why, shared } = useSearch({ from: '/sign-in' })
  return (
    <SmallPage
      title={TEXTS.title}
      below={
        <Text ta="center">
          <Link to="/recovery" className="link">
            {TEXTS.lost}
          </Link>
        </Text>
      }
    >
      {why === undefined ? null : (
        <Alert variant="light" role="status">
          {TEXTS.why[why]}
        </Alert>
      )}
      <SignInForm
        shared={shared === true}
        onSignedIn={() => router.history.replace(nextPath(next, window.location.origin))}
      />
    </SmallPage>
  )
}
