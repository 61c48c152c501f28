import { Refusal } from '../../kernel/refusal.ts'
import type { AccessTokens } from '../access-tokens.ts'
import type { Accounts } from '../accounts.ts'
import { wordsOf } from '../scopes.ts'

/** OpenID Connect Core 1.0 §5.3, for a token that was recognised: it is a person's, and has the scope `openid`. */
export function createUserinfo({
  accessTokens,
  accounts,
  base,
}: {
  accessTokens: AccessTokens
  accounts: Accounts
  base: string
}) {
  return async function userinfo(authorization: string): Promise<Record<string, string>> {
    const granted = await accessTokens.granted(authorization.split(' ')[1] ?? '')
    const words = wordsOf(granted?.scope ?? '')
    const account = granted?.accountId && words.includes('openid') ? await accounts.find(granted.accountId) : undefined
    if (account === undefined)
      throw new Refusal('oauth.invalid-token', 'This token is not of a person who let the app know who they are.')
    return {
      sub: account.id,
      ...(words.includes('profile') && { name: account.name }),
      ...(account.fhirUser !== undefined &&
        (words.includes('fhirUser') || words.includes('profile')) && { fhirUser: `${base}/${account.fhirUser}` }),
    }
  }
}
