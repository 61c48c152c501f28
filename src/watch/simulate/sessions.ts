import type { Access, Session } from './access.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.ts'
import type { Actor, Hospital } from './hospital.ts'
import type { Random } from './random.ts'
import type { Duty } from './rota.ts'

/** The sessions of a day, and the rows that signing in leaves. */
export type Sessions = {
  /** The sessions in which somebody works that duty, one after the other without a gap. */
  ofDuty(duty: Duty, begins: number, ends: number, rows: Access[]): Session[]
  /** A session of its own, with a login row unless it is a machine's. */
  open(
    actor: number,
    at: number,
    to: number,
    network: string,
    device: string,
    rows: Access[],
    stressor?: string,
    draws?: Random,
  ): Session
  /** Those that somebody has on this day, in order of time. */
  of(actor: number): readonly Session[]
  newDay(): void
}

export const VPN = '10.250.0.0/20'
const BORROWED = 0.02
const NEW_DEVICE = 0.006

export function createSessions(hospital: Hospital, seed: Random): Sessions {
  const random = seed.fork('sessions')
  const today = new Map<number, Session[]>()
  let count = 0

  const make = (
    actor: number,
    from: number,
    to: number,
    network: string,
    device: string,
    stressor: string,
  ): Session => {
    // A number that is spread by a multiplier, so that ids tell no order.
    const id = `s${((Math.imul(++count, 0x9e3779b1) >>> 0) + 0x100000000).toString(36)}`
    const session: Session = { id, actor, network, device, from, to, stressor }
    const known = today.get(actor)
    if (known === undefined) today.set(actor, [session])
    else known.push(session)
    return session
  }
  const signIn = (session: Session, rows: Access[], random: Random) => {
    const tries = random.chance(0.025) ? 1 + random.int(3) : 0
    const empty = { type: '', patient: -1, count: 0, purpose: '' } as const
    for (let n = tries; n > 0; n--)
      rows.push({
        ...empty,
        at: session.from - n * random.between(4, 15) * SECOND_MS,
        session: { ...session, id: '' },
        action: 'login-failed',
        outcome: 8,
      })
    rows.push({ ...empty, at: session.from, session, action: 'login', outcome: 0 })
  }

  /** Laptops are replaced and lent. */
  const ownDevice = ({ ownDevice }: Actor): string =>
    random.chance(NEW_DEVICE) ? `nb-${9000 + random.int(900)}` : ownDevice

  return {
    ofDuty({ actor, unit, place, remote, stressor }, begins, ends, rows) {
      const made: Session[] = []
      const length = place === 'bedside' ? 75 * MINUTE_MS : place === 'clinic' ? 3 * HOUR_MS : 4.5 * HOUR_MS
      for (let from = begins; from < ends; ) {
        const to = Math.min(ends, from + Math.max(8 * MINUTE_MS, random.exponential(length)))
        const own = remote || random.chance(ownDeviceShare(actor, place))
        const where = random.chance(BORROWED) ? random.pick(hospital.units) : unit
        const device = own ? ownDevice(actor) : random.pick(where.devices)
        const network = remote ? (random.chance(0.8) ? VPN : actor.homeNetwork) : where.network
        const session = make(actor.index, from, to, network, device, stressor)
        signIn(session, rows, random)
        made.push(session)
        from = to
      }
      return made
    },
    open(actor, at, to, network, device, rows, stressor = '', draws = random) {
      const session = make(actor, at, to, network, device, stressor)
      if (hospital.actors[actor]!.job !== 'machine') signIn(session, rows, draws)
      return session
    },
    of: (actor) => today.get(actor) ?? [],
    newDay: () => today.clear(),
  }
}

function ownDeviceShare({ job }: Actor, place: Duty['place']): number {
  if (job === 'attending') return 0.45
  if (place === 'desk') return job === 'clerk' || job === 'lab' ? 0.15 : 0.8
  return 0.06
}
