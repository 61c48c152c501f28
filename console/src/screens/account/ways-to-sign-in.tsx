import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Credentials, credentialsQuery } from '../../api/credentials.ts'
import { AddPasskey } from './add-passkey.tsx'
import { Part } from './part.tsx'
import { PasskeyCard } from './passkey-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { RecoveryCard } from './recovery-card.tsx'
import { TEXTS } from './texts.ts'

export function WaysToSignIn() {
  const { data: credentials, error } = useQuery(credentialsQuery)
  return (
    <Part title={TEXTS.ways.title} loading={TEXTS.ways.loading} error={error}>
      {credentials && <Ways {...credentials} />}
    </Part>
  )
}

function Ways({ passkeys, password, totp, recoveryCodesLeft }: Credentials) {
  return (
    <Stack gap="md">
      {passkeys.length === 0 ? <AddPasskey hero /> : null}
      <ul className="plain-list cards">
        {passkeys.map((passkey) => (
          <li key={passkey.id} className="card">
            <PasskeyCard passkey={passkey} />
          </li>
        ))}
      </ul>
      {passkeys.length === 0 ? null : <AddPasskey advice={passkeys.length === 1 ? TEXTS.ways.second : undefined} />}
      <div className="card rows">
        <PasswordCard password={password} totp={totp} />
        {password === null ? null : <RecoveryCard left={recoveryCodesLeft} />}
      </div>
    </Stack>
  )
}
