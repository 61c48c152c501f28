import type { Access } from './access.ts'
import type { Explanation } from './explain/explain-access.ts'
import type { Member, Person } from './hospital/hospital.ts'
import type { ActorState } from './state/actor-state.ts'
import type { SessionState } from './state/session-state.ts'

/** One access with all that is known about it: what every judgement looks at. */
export type Moment = {
  readonly access: Access
  readonly minute: number
  readonly actor: number
  readonly patient: number
  readonly network: number
  readonly member: Member | undefined
  readonly person: Person | undefined
  readonly role: string
  /** A program or a device: nobody to ask. */
  readonly machine: boolean
  readonly state: ActorState
  readonly session: SessionState
  readonly sessionKey: string
  readonly explanation: Explanation
  /** How suspicious the chart is, in nats. */
  readonly suspicion: number
  /** The first time today that this person opens this chart. */
  readonly first: boolean
}
