import { actorOfClient } from '../identity/clients.ts'
import { narrowScopes, parseScopes, scopeText } from '../identity/scopes.ts'
import type { Actor } from '../kernel/actor.ts'
import { isPurpose } from '../kernel/purpose.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Command, UsageError } from './command.ts'
import { personaActor } from './demo-people.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

const LASTS_SECONDS = 3600

export const token: Command = {
  usage: 'token --as <client or user>',
  says: 'Mints a short-lived access token; what is done with it names the operator too.',
  flags: {
    as: { type: 'string', says: 'A client, or in the demo one of its people.' },
    scope: { type: 'string', says: 'Less than everything it was granted.' },
    purpose: { type: 'string', says: 'Purpose of use, such as TREAT.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  more: 'Outside the demo this is for clients only, never for a person.',
  async run({ config, flags, say, answer }) {
    const as = flags.as
    if (typeof as !== 'string') throw new UsageError('Say for whom: --as <client or user>')
    return withInstallation(
      config,
      () => undefined,
      async ({ chartwarden, installation }) => {
        const { clients, accessTokens, database } = chartwarden
        const operator = await currentOperator(database, config.data, flags.operator as string | undefined)
        const found = await clients.find(as)
        const principal: Actor | undefined = found
          ? actorOfClient(found)
          : installation.demo
            ? personaActor(as)
            : undefined
        if (principal === undefined)
          throw new Refusal(
            'identity.unknown',
            `${JSON.stringify(as)} is no client${installation.demo ? ' or person of the demo' : ''}. See: npx chartwarden client list`,
          )
        const scopes =
          typeof flags.scope === 'string' ? narrowScopes(parseScopes(flags.scope), principal.scopes) : principal.scopes
        if (scopes.length === 0)
          throw new Refusal(
            'policy.forbidden',
            `${as} was not granted that scope; it has ${scopeText(principal.scopes)}.`,
          )
        const purpose = (flags.purpose as string | undefined) ?? principal.purpose
        if (!isPurpose(purpose)) throw new UsageError(`${JSON.stringify(purpose)} is not a purpose of use.`)
        const actor: Actor = { ...principal, scopes, purpose, act: operator.actor }
        const receipt = await recordAct(chartwarden, actor, 'token-issued')
        const minted = await accessTokens.issue(actor, LASTS_SECONDS, found?.id)
        say(`For ${principal.name}, until ${minted.expiresAt.toISOString()}.`)
        answer(
          {
            access_token: minted.token,
            token_type: 'bearer',
            expires_in: LASTS_SECONDS,
            scope: scopeText(scopes),
            purpose,
            receipt,
          },
          [minted.token],
        )
        return 0
      },
    )
  },
}
