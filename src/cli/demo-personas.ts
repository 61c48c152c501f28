import type { Actor } from '../kernel/actor.ts'

const demoHospital = () => ({ personas: [] as { id: string; name: string; role: string; fhirUser?: string }[] })

/** A person of the demo hospital as an Actor; undefined for who is not there. */
export function personaActor(id: string): Actor | undefined {
  const persona = demoHospital().personas.find((one) => one.id === id)
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
  }
}
