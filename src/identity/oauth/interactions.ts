import type { IncomingMessage, ServerResponse } from 'node:http'
import type { default as Provider } from 'oidc-provider'
import { Refusal } from '../../kernel/refusal.ts'
import type { Clients } from '../clients.ts'
import { actorOfAccount, type RecordEvent } from '../record-event.ts'
import { narrowScopes, parseScope, scopeText, wordsOf } from '../scopes.ts'
import { type Session, STEP_UP_LASTS_SECONDS } from '../sessions.ts'
import type { Grants } from './grants.ts'
import type { LaunchContext } from './launch-context.ts'
import type { Launches } from './launches.ts'
import { TOLD } from './proof-of-identity.ts'
import { ownPatient, speaksOfPatient } from './remembered-grant.ts'
import { narrowerOf, type Offered, saidOf } from './said.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>
type Http = { readonly req: IncomingMessage; readonly res: ServerResponse }

export type Details = {
  readonly needs: 'sign-in' | 'consent'
  readonly client: { readonly name: string; readonly uri?: string }
  readonly person?: { readonly name: string; readonly username: string }
  readonly scopes: readonly Offered[]
  /** Whether a patient must be chosen; `chosen` is settled already. */
  readonly patient: { readonly needed: true; readonly chosen?: string } | null
}

type Needs = {
  readonly grants: Grants
  readonly launches: Launches
  readonly clients: Pick<Clients, 'find'>
  readonly record: RecordEvent
}

export type Interactions = ReturnType<typeof createInteractions>

/** What the console's page does while an app waits: sign in, choose a patient, consent or refuse. */
export function createInteractions({ grants, launches, clients, record }: Needs) {
  /** The one this browser is in, of this address. Throws `record.not-found` when it ended. */
  async function interactionOf(provider: Provider, { req, res }: Http, uid: string): Promise<Interaction> {
    const found = await provider.interactionDetails(req, res).catch(() => undefined)
    if (found === undefined || found.uid !== uid)
      throw new Refusal('record.not-found', 'This request of the app has ended. Start again in the app.')
    return found
  }

  const askedIn = ({ params }: Interaction): string[] => wordsOf(String(params.scope ?? ''))

  /** What is settled before the person chooses: the chart the app was started from, or their own. */
  async function contextOf(interaction: Interaction, session: Session): Promise<LaunchContext> {
    const asked = askedIn(interaction)
    if (asked.includes('launch')) {
      const launch = await launches.find(String(interaction.params.launch))
      if (launch?.accountId !== session.account.id)
        throw new Refusal('policy.forbidden', 'The app was started by somebody else. Start it again.')
      const { patient, encounter } = launch
      return { ...(patient !== undefined && { patient }), ...(encounter !== undefined && { encounter }) }
    }
    const own = ownPatient(session.account.fhirUser)
    return own !== undefined && speaksOfPatient(asked) ? { patient: own } : {}
  }

  /** The person who consents is the one who signed in for it. */
  function mustBe(session: Session | undefined, interaction: Interaction): Session {
    if (session === undefined) throw new Refusal('identity.unknown', 'Sign in first.')
    if (interaction.prompt.name !== 'consent' || interaction.session?.accountId !== session.account.id)
      throw new Refusal('record.conflict', 'Somebody else is signed in here by now. Start again in the app.')
    return session
  }

  return {
    async details(provider: Provider, http: Http, uid: string, session: Session | undefined): Promise<Details> {
      const interaction = await interactionOf(provider, http, uid)
      const client = await clients.find(String(interaction.params.client_id))
      if (client === undefined) throw new Refusal('record.not-found', 'This app is not known any more.')
      const asked = askedIn(interaction)
      const needs = interaction.prompt.name === 'login' || session === undefined ? 'sign-in' : 'consent'
      const own = session !== undefined && ownPatient(session.account.fhirUser) !== undefined
      const chosen = session && needs === 'consent' ? (await contextOf(interaction, session)).patient : undefined
      const needed = speaksOfPatient(asked) || chosen !== undefined
      return {
        needs,
        client: { name: client.name, ...(client.uri !== undefined && { uri: client.uri }) },
        ...(session && { person: { name: session.account.name, username: session.account.username } }),
        scopes: asked.map((word) => ({ ...saidOf(word, own), ...narrowerOf(word, own) })),
        patient: needed ? { needed: true, ...(chosen !== undefined && { chosen }) } : null,
      }
    },

    /** Tells the authorization server who is signed in. Throws `identity.step-up` when the app wants a fresh proof. */
    async signIn(provider: Provider, http: Http, uid: string, session: Session | undefined): Promise<string> {
      const interaction = await interactionOf(provider, http, uid)
      if (session === undefined) throw new Refusal('identity.unknown', 'Sign in first.')
      const proved = provedAt(session)
      const { prompt, params } = interaction
      const wanted = Math.max(
        prompt.reasons.includes('login_prompt') ? interaction.iat : 0,
        params.max_age === undefined ? 0 : interaction.iat - Number(params.max_age),
      )
      if (proved < wanted) throw new Refusal('identity.step-up', 'This app asks that you prove again that it is you.')
      const { acr, amr } = TOLD[session.method]
      const login = { accountId: session.account.id, acr, amr: [...amr], ts: proved, remember: false }
      return provider.interactionResult(http.req, http.res, { login })
    },

    /** `mayOpen` is asked about a patient the person chose, and throws when they may not open that chart. */
    async consent(
      provider: Provider,
      http: Http,
      uid: string,
      signedIn: Session | undefined,
      chosen: { readonly scopes: readonly string[]; readonly patient?: string | undefined },
      mayOpen: (patient: string) => Promise<void>,
    ): Promise<string> {
      const interaction = await interactionOf(provider, http, uid)
      const session = mustBe(signedIn, interaction)
      const asked = askedIn(interaction)
      const essential = asked.filter((word) => saidOf(word, false).essential)
      const granted = [...new Set([...essential, ...chosen.scopes.filter((word) => isWithin(word, asked))])]
      if (granted.length === 0) throw new Refusal('request.invalid', 'Allow something, or refuse.')
      const settled = await contextOf(interaction, session)
      const patient = settled.patient ?? chosen.patient
      if (settled.patient !== undefined && (chosen.patient ?? settled.patient) !== settled.patient)
        throw new Refusal('request.invalid', 'The app was started for another patient.')
      if (speaksOfPatient(granted) && patient === undefined)
        throw new Refusal('request.invalid', 'Choose a patient first.')
      if (patient !== undefined) await mayOpen(patient)
      const launch = asked.includes('launch') ? await launches.take(String(interaction.params.launch)) : undefined
      if (asked.includes('launch') && launch === undefined)
        throw new Refusal('record.not-found', 'This start of the app was used before. Start it again.')
      const grant = await grants.give(provider, {
        account: session.account,
        clientId: String(interaction.params.client_id),
        asked,
        granted,
        context: { ...settled, ...(patient !== undefined && { patient }) },
      })
      return provider.interactionResult(http.req, http.res, { consent: { grantId: grant.jti } })
    },

    async refuse(provider: Provider, http: Http, uid: string, session: Session | undefined): Promise<string> {
      const interaction = await interactionOf(provider, http, uid)
      if (session !== undefined)
        await record({
          interaction: 'consent-refused',
          actor: actorOfAccount(session.account),
          done: false,
          what: [`client/${String(interaction.params.client_id)}`],
        })
      const answer = { error: 'access_denied', error_description: 'the person refused' }
      return provider.interactionResult(http.req, http.res, answer, { mergeWithLastSubmission: false })
    },
  }
}

/** Whether a word was asked for, or is narrower than a scope on records that was. Throws `oauth.invalid-scope`. */
function isWithin(word: string, asked: readonly string[]): boolean {
  if (asked.includes(word)) return true
  const scope = parseScope(word)
  if (scope === undefined) return false
  const whole = asked.flatMap((one) => parseScope(one) ?? [])
  return scopeText(narrowScopes([scope], whole)) === scopeText([scope])
}

/** Seconds since 1970 of the last proof that it is them: the sign-in, or a step-up since. */
function provedAt({ authenticatedAt, stepUpUntil }: Session): number {
  const steppedUp = Date.parse(stepUpUntil) - STEP_UP_LASTS_SECONDS * 1000
  return Math.floor(Math.max(Date.parse(authenticatedAt), steppedUp) / 1000)
}
