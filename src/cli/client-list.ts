import type { Chartwarden } from '../chartwarden.ts'
import type { Listed } from '../identity/clients.ts'
import { scopeText } from '../identity/scopes.ts'
import type { Call } from './command.ts'

const DAY_MS = 86_400_000
/** A key that nobody uses, or that says it ends soon (`exp`, seconds), is worth a word. */
const UNUSED_DAYS = 90
const SOON_DAYS = 30

export async function listClients({ clients }: Pick<Chartwarden, 'clients'>, { answer }: Call): Promise<number> {
  const all = (await clients.list()).map((one) => ({ ...shown(one), warnings: warningsOf(one, new Date()) }))
  answer(
    { clients: all },
    all.flatMap((one) => [
      `${one.id.padEnd(24)} ${one.state.padEnd(8)} ${one.scope}`,
      ...one.warnings.map((warning) => `${' '.repeat(25)}${warning}`),
    ]),
  )
  return 0
}

function shown({ secretHash, jwks, scopes, words = [], keysUsed, pending, ...one }: Listed) {
  const keys = (jwks?.keys ?? []).map((key) => ({ kid: key.kid, usedAt: keysUsed.get(key.kid ?? '') ?? null }))
  const state = one.revokedAt !== null ? 'revoked' : pending === true ? 'pending' : 'active'
  const scope = [...words, scopeText(scopes)].filter((word) => word !== '').join(' ')
  return { ...one, state, scope, keys, secret: secretHash !== undefined }
}

export function warningsOf({ jwks, keysUsed, createdAt, revokedAt }: Listed, now: Date): string[] {
  if (revokedAt !== null) return []
  return (jwks?.keys ?? []).flatMap((key) => {
    const kid = key.kid ?? ''
    const days = (from: Date) => Math.floor((now.getTime() - from.getTime()) / DAY_MS)
    const { exp } = key as { exp?: unknown }
    const ends = typeof exp === 'number' ? -days(new Date(exp * 1000)) : undefined
    if (ends !== undefined && ends <= 0) return [`Key ${kid} has expired.`]
    if (ends !== undefined && ends <= SOON_DAYS) return [`Key ${kid} expires in ${ends} days.`]
    const idle = days(keysUsed.get(kid) ?? createdAt)
    return idle > UNUSED_DAYS ? [`Key ${kid} was not used for ${idle} days.`] : []
  })
}
