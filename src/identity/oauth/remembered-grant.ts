import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import type { AccountId } from '../account.ts'
import type { Accounts } from '../accounts.ts'
import { wordsOf } from '../scopes.ts'
import type { Grants } from './grants.ts'
import type { LaunchContext } from './launch-context.ts'
import type { Launches } from './launches.ts'

export const speaksOfPatient = (words: readonly string[]): boolean =>
  words.some((word) => word === 'launch/patient' || word.startsWith('patient/'))

/** The own record of a person who is a patient: nobody else's is chosen for them. */
export const ownPatient = (fhirUser: string | undefined): string | undefined =>
  fhirUser?.startsWith('Patient/') === true ? fhirUser.slice('Patient/'.length) : undefined

type Needs = { readonly grants: Grants; readonly accounts: Accounts; readonly launches: Launches }

/** The grant to go on with: the one just given, or one remembered; undefined to ask for consent. */
export async function rememberedGrant(
  ctx: KoaContextWithOIDC,
  { grants, accounts, launches }: Needs,
): Promise<Grant | undefined> {
  const { result, provider, params, client, session } = ctx.oidc
  const given = (result?.consent as { grantId?: string } | undefined)?.grantId
  if (given !== undefined) return provider.Grant.find(given)
  const account = await accounts.find((session?.accountId ?? '') as AccountId)
  if (account === undefined || client === undefined || params === undefined || ctx.oidc.prompts.has('consent'))
    return undefined
  const asked = wordsOf((params.scope as string | undefined) ?? '')
  const own = ownPatient(account.fhirUser)
  let context: LaunchContext = own !== undefined && speaksOfPatient(asked) ? { patient: own } : {}
  const launch = asked.includes('launch') ? (params.launch as string) : undefined
  if (launch !== undefined) {
    const found = await launches.find(launch)
    if (found?.accountId !== account.id) return undefined
    const { patient, encounter } = found
    context = { ...(patient !== undefined && { patient }), ...(encounter !== undefined && { encounter }) }
  }
  if (speaksOfPatient(asked) && context.patient === undefined) return undefined
  const grant = await grants.remembered(provider, { account, clientId: client.clientId, asked, context })
  if (grant !== undefined && launch !== undefined) await launches.take(launch)
  return grant
}
