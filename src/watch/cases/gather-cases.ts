import type { Case, CaseAlert, CaseKind } from './case.ts'

export const CASE_LASTS = 14 * 86_400_000

/** What an alert is about: many at one chart, many accounts from one place, else the person. */
export function matterOf({ entities, contributions, because }: CaseAlert): { kind: CaseKind; about: string } {
  const { actor = '', patient = '', network = '' } = entities
  if (network !== '' && (because?.held === 'network' || contributions[0]?.score === 'sign-in'))
    return { kind: 'place', about: network }
  if (patient !== '' && contributions[0]?.score === 'pile-on') return { kind: 'patient', about: patient }
  return { kind: 'person', about: actor === '' ? patient || network : actor }
}

/**
 * Puts alerts into cases. An alert joins the newest case of the last fourteen days that is about the same, whose place or
 * session it comes from, or whose person it names; cases never merge, so that an id stays what it was: those that meet know
 * of each other instead. A case with a verdict takes no more. Alerts MUST come in the order of their times.
 */
export function createGatherCases() {
  const cases: Case[] = []
  const open = new Map<string, Case>()

  const find = (key: string, at: number): Case | undefined => {
    const found = open.get(key)
    if (found === undefined) return undefined
    if (found.verdict === undefined && at - found.lastAt <= CASE_LASTS) return found
    open.delete(key)
    return undefined
  }

  /** The names under which later alerts find the case. */
  function keysOf({ kind, about }: Pick<Case, 'kind' | 'about'>, { entities, because }: CaseAlert): string[] {
    const keys = [`${kind} ${about}`]
    // A session in which many accounts are tried, or in which a person was held, is one matter.
    if (entities.session !== undefined && (kind === 'place' || because?.held === 'session'))
      keys.push(`session ${entities.session}`)
    return keys
  }

  return {
    add(alert: CaseAlert): Case {
      const { entities, because, at } = alert
      const matter = matterOf(alert)
      const wanted = [
        `${matter.kind} ${matter.about}`,
        ...(entities.session === undefined ? [] : [`session ${entities.session}`]),
        ...(entities.actor === undefined || matter.kind === 'patient' ? [] : [`person ${entities.actor}`]),
      ]
      let found: Case | undefined
      for (const key of wanted) found ??= find(key, at)
      if (found === undefined) {
        found = {
          id: `case-${cases.length + 1}`,
          ...matter,
          openedAt: at,
          lastAt: at,
          alerts: [],
          actors: new Set(),
          patients: new Set(),
          sessions: new Set(),
          devices: new Set(),
          networks: new Set(),
          roles: new Set(),
          related: new Set(),
        }
        cases.push(found)
      }
      found.alerts.push(alert)
      found.lastAt = at
      for (const [names, name] of [
        [found.actors, entities.actor],
        [found.patients, entities.patient],
        [found.sessions, entities.session],
        [found.devices, entities.device],
        [found.networks, entities.network],
        [found.roles, because?.role],
      ] as const)
        if (name !== undefined && name !== '') names.add(name)
      for (const key of keysOf(found, alert)) open.set(key, found)
      for (const key of [`in actor ${entities.actor}`, `in patient ${entities.patient}`]) {
        if (key.endsWith(' undefined')) continue
        const other = find(key, at)
        if (other !== undefined && other !== found) {
          other.related.add(found.id)
          found.related.add(other.id)
        }
        open.set(key, found)
      }
      return found
    },
    all: (): readonly Case[] => cases,
    /** The newest case at a time that is of that id, or names that person, patient or place. */
    about: (name: string, at: number): Case | undefined =>
      cases.findLast(
        (one) =>
          one.openedAt <= at &&
          (one.id === name || one.about === name || one.actors.has(name) || one.patients.has(name)),
      ),
  }
}
