import { WebAuthnAbortService } from '@simplewebauthn/browser'
import { useEffect, useRef, useState } from 'react'
import { isProblem } from '../../api/problem.ts'
import { passkeyOptions, type Session, signInWithPasskey, type Where } from '../../api/session.ts'
import { askPasskey, autofillWorks } from '../../passkey/ask-passkey.ts'

/**
 * Sign-in by passkey, in both ways at once: one that the browser offers at the username field (from the start), and
 * one by a button. WebAuthn lets one of them run at a time; when the button's ends without success, the field's begins anew.
 */
export function usePasskeySignIn(where: Where, onSignedIn: (session: Session) => void) {
  const [round, setRound] = useState(0)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const latest = useRef({ where, onSignedIn })
  useEffect(() => {
    latest.current = { where, onSignedIn }
  })

  useEffect(() => {
    let over = false
    async function offer(): Promise<void> {
      if (!(await autofillWorks())) return
      const options = await passkeyOptions()
      if (over) return
      const response = await askPasskey(options, true)
      setError(undefined)
      try {
        const { session } = await signInWithPasskey(response, latest.current.where)
        if (!over) latest.current.onSignedIn(session)
      } catch (problem) {
        setError(problem)
        if (!isProblem(problem, 'identity.throttled')) setRound(round + 1)
      }
    }
    // Nobody asked for it yet, so there is nobody to tell when the browser or the server will not have it.
    offer().catch(() => undefined)
    return () => {
      over = true
      WebAuthnAbortService.cancelCeremony()
    }
  }, [round])

  async function press(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const response = await askPasskey(await passkeyOptions())
      const { session } = await signInWithPasskey(response, latest.current.where)
      latest.current.onSignedIn(session)
    } catch (problem) {
      setError(problem)
      setRound(round + 1)
    } finally {
      setBusy(false)
    }
  }

  return { press, busy, error }
}
