/** For tests only: the people and clients of our own server that the suite acts as, with tokens minted at the machine. */
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor as OurActor } from '../../src/kernel/actor.ts'
import { purposeOfRole } from '../../src/policy/purpose-of-role.ts'
import type { Plan } from './stage.ts'
import type { Cast } from './world.ts'

export const CAST: Cast = {
  physician: 'Practitioner/leak-physician',
  nurse: 'Practitioner/leak-nurse',
  resident: 'Practitioner/leak-resident',
  billing: 'Practitioner/leak-billing',
  formerly: 'Practitioner/leak-formerly',
  proxy: 'RelatedPerson/leak-proxy',
  researcher: 'Practitioner/leak-researcher',
  ward: 'Location/leak-ward',
}

const LAB = 'category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

const person = (id: string, role: string, fhirUser: string): OurActor => ({
  kind: 'person',
  id,
  name: id,
  role,
  scopes: parseScopes('user/*.cruds'),
  purpose: purposeOfRole(role),
  fhirUser,
})
const client = (id: string, scopes: string, more: Partial<OurActor> = {}): OurActor => ({
  kind: 'client',
  id,
  name: id,
  role: 'backend',
  scopes: parseScopes(scopes),
  purpose: 'TREAT',
  ...more,
})

/** Everybody, by the names that reports use. */
export const EVERYBODY: readonly OurActor[] = [
  client('loader', 'system/*.cruds'),
  person('recorder', 'registration', 'Practitioner/leak-recorder'),
  person('physician', 'physician', CAST.physician),
  person('nurse', 'nurse', CAST.nurse),
  person('resident', 'resident', CAST.resident),
  person('billing', 'billing', CAST.billing),
  person('formerly', 'nurse', CAST.formerly),
  person('nobody', 'nurse', 'Practitioner/leak-nobody'),
  person('proxy', 'proxy', CAST.proxy),
  person('researcher', 'researcher', CAST.researcher),
  person('patient', 'patient', 'Patient/leak-patient'),
  person('officer', 'privacy-officer', 'Practitioner/leak-officer'),
  client('labs', `system/Observation.rs?${LAB}`),
  client('writer', `system/Observation.cruds?${LAB} system/Basic.cruds`),
  client('app', 'patient/*.cruds', { launchPatient: 'leak-patient' }),
  client('counter', 'system/Patient.s system/Observation.s system/List.c'),
]

const reference = (to: string) => ({ reference: to })
const BEFORE = [
  { resourceType: 'Location', id: 'leak-ward', status: 'active' },
  { resourceType: 'Patient', id: 'leak-patient', name: [{ family: 'Self' }] },
  { resourceType: 'Condition', id: 'leak-own', subject: reference('Patient/leak-patient'), code: { text: 'x' } },
  {
    resourceType: 'PractitionerRole',
    id: 'leak-shift',
    practitioner: reference(CAST.nurse),
    location: [reference(CAST.ward)],
  },
]

const LASTS_SECONDS = 3600

/** Mints a token for each, while no server runs on that data folder. */
export async function mintTokens(data: string): Promise<Record<string, string>> {
  const { chartwarden, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: data }))
  try {
    const tokens: Record<string, string> = {}
    for (const actor of EVERYBODY) {
      const { token } = await chartwarden.accessTokens.issue(actor, LASTS_SECONDS)
      tokens[actor.id] = token
    }
    return tokens
  } finally {
    await close()
  }
}

/** What a run needs to know of our server; `names` leaves out the other actors. */
export function ourPlan(
  server: string,
  tokens: Readonly<Record<string, string>>,
  names?: readonly string[],
): Pick<Plan, 'server' | 'loader' | 'recorder' | 'actors' | 'cast' | 'before'> {
  const all = EVERYBODY.map(({ id }) => ({
    name: id,
    token: tokens[id] as string,
    ...(id in CAST && { plays: id as keyof Cast }),
    ...(id === 'officer' && { mayTell: ['access report'] }),
  }))
  return {
    server,
    loader: all.find(({ name }) => name === 'loader') as (typeof all)[number],
    recorder: all.find(({ name }) => name === 'recorder'),
    actors: all.filter(
      ({ name }) => !['loader', 'recorder'].includes(name) && (names === undefined || names.includes(name)),
    ),
    cast: CAST,
    before: BEFORE,
  }
}
