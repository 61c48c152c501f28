import type { Chartwarden } from '../chartwarden.ts'
import type { Person } from '../identity/account.ts'
import type { Actor } from '../kernel/actor.ts'
import { purposeOfRole } from '../policy/purpose-of-role.ts'
import { type Persona, personas } from './demo-hospital/personas.ts'
import { recordAct } from './record-act.ts'
import { linkUrl } from './staff.ts'

/** Somebody who tries the demo in a browser begins as one of these. */
const FIRST = ['amara-okafor', 'ada-lindqvist-patient', 'constance-abara']

const usernameOf = ({ id }: Persona): string => id.replace(/^demo-/, '')
const personOf = (persona: Persona): Person => ({
  username: usernameOf(persona),
  name: persona.name,
  role: persona.role,
  ...(persona.fhirUser !== undefined && { fhirUser: persona.fhirUser }),
})

/** A person of the demo hospital as an Actor, by their user name; undefined for who is not there. */
export function personaActor(username: string): Actor | undefined {
  const persona = personas.find((one) => usernameOf(one) === username)
  if (persona === undefined) return undefined
  const patient = persona.role === 'patient'
  return {
    kind: 'person',
    id: username,
    name: persona.name,
    role: persona.role,
    scopes: [{ context: patient ? 'patient' : 'user', type: '*', may: patient ? 'rs' : 'cruds' }],
    purpose: purposeOfRole(persona.role),
    ...(persona.fhirUser !== undefined && { fhirUser: persona.fhirUser }),
    ...(patient && persona.fhirUser !== undefined && { launchPatient: persona.fhirUser.slice('Patient/'.length) }),
    strength: 'minted',
  }
}

/** Gives everybody of the demo hospital an account, and who has not enrolled yet a link of three, made anew each time. */
export async function enrolDemoPeople(
  chartwarden: Chartwarden,
  operator: Actor,
): Promise<{ name: string; url: string }[]> {
  const { identity } = chartwarden
  const links: { name: string; url: string }[] = []
  for (const persona of personas) {
    const username = usernameOf(persona)
    const there = await identity.accounts.byUsername(username)
    if (there === undefined) await recordAct(chartwarden, operator, 'person-added', [`account/${username}`])
    const account = there ?? (await identity.accounts.add(personOf(persona)))
    const { passkeys, password } = await identity.own.list({ account })
    if (!FIRST.includes(username) || passkeys.length > 0 || password !== null) continue
    await recordAct(chartwarden, operator, 'link-made', [`account/${username}`])
    const { token } = await identity.links.make(account.id, { kind: 'enrol', channel: 'by-hand' })
    links.push({ name: persona.name, url: linkUrl(chartwarden, token) })
  }
  return links
}
