import type { Actor } from '../kernel/actor.ts'
import { personas } from './demo-hospital/personas.ts'

/** A person of the demo hospital as an Actor, by the whole id or without its `demo-`; undefined for who is not there. */
export function personaActor(id: string): Actor | undefined {
  const persona = personas.find((one) => one.id === id || one.id === `demo-${id}`)
  if (persona === undefined) return undefined
  const patient = persona.role === 'patient'
  return {
    kind: 'person',
    id: persona.id,
    name: persona.name,
    role: persona.role,
    scopes: [{ context: patient ? 'patient' : 'user', type: '*', may: patient ? 'rs' : 'cruds' }],
    purpose: patient ? 'PATRQT' : 'TREAT',
    ...(persona.fhirUser !== undefined && { fhirUser: persona.fhirUser }),
    ...(patient && persona.fhirUser !== undefined && { launchPatient: persona.fhirUser.slice('Patient/'.length) }),
    strength: 'minted',
  }
}
