import type { Moment } from '../moment.ts'
import type { Parts } from '../parts.ts'
import type { Verdict } from '../verdict.ts'

/** What falls under a measure in force: breaking the glass and an explained read of one record stay possible. */
export function createUnderHold(parts: Parts) {
  return function underHold(moment: Moment): Verdict | undefined {
    const { access, explanation, session, sessionKey } = moment
    const hold = parts.holds.find(sessionKey, access.actor, access.network, access.at)
    if (hold === undefined) return undefined
    const said = { class: explanation.class, hold, why: hold.why }
    if (hold.kind === 'network') {
      // Honest people share a place with whoever tries passwords there: what began well before goes on.
      if (access.action === 'login-failed') {
        parts.signIns.failed(moment.actor, moment.network, access.at)
        return { ...said, step: hold.step }
      }
      if (!session.afterFailures && session.startedAt < hold.since) return undefined
      if (!session.afterFailures) return { ...said, step: access.action === 'login' ? 'step-up' : 'allow' }
    } else if (access.action === 'login' || access.action === 'login-failed') return undefined
    if (access.action === 'break-glass') return { ...said, step: 'allow' }
    const care =
      access.action === 'read' && explanation.class === 'explained' && moment.patient !== 0 && access.count <= 1
    return { ...said, step: care && !moment.machine ? 'step-up' : hold.step }
  }
}
