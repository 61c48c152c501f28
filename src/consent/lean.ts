import type { ConsentRules, HonouredConsent } from './consent-rules.ts'
import { spanHolds } from './date-span.ts'
import { type Asked, matchesData, matchesWho } from './matches.ts'
import { isBasicPurpose } from './purposes.ts'
import { isAboutData } from './read-criteria.ts'
import { both, either, NO, not, type Truth, YES } from './three-valued.ts'

/** What one consent says: bits, of which several are set when it depends on what is not known. */
export const DENIES = 1
export const PERMITS = 2
/** It is on file and covers no such request, so the default for patients without consent no longer stands. */
export const REPLACES_DEFAULT = 4
export const SILENT = 8

/** How a consent comes to what it says. */
export type Ground = 'permit' | 'deny' | 'outside' | 'not-covered' | 'unreadable' | 'silent'

export type Leaning = { readonly may: number; readonly missing: Truth; readonly path: string; readonly ground: Ground }

const CERTAIN = 0
const silent: Leaning = { may: SILENT, missing: CERTAIN, path: 'provision', ground: 'silent' }

/**
 * What one consent says to a question. Its exceptions come first: a denial that matches and that no matching permit
 * lifts, then a permit that matches; then the root (PCF 3:5.8.3: exceptions to the consent).
 */
export function lean(rules: ConsentRules, asked: Asked): Leaning {
  if ('refused' in rules) return { may: DENIES, missing: CERTAIN, path: rules.refused.path, ground: 'unreadable' }
  if (rules.period !== undefined && !spanHolds(rules.period, asked.now)) return silent
  const { exceptions } = rules
  const matches = exceptions.map(({ effect, when }) => {
    const who = matchesWho(when, asked, effect === 'deny')
    return who === NO ? NO : both(who, matchesData(when, asked, effect === 'deny'))
  })
  let denies: Truth = NO
  let permits: Truth = NO
  let permittedBy = ''
  for (let n = 0; n < exceptions.length; n++) {
    const { effect, path } = exceptions[n] as (typeof exceptions)[number]
    const match = matches[n] as Truth
    if (match === NO) continue
    if (effect === 'permit') {
      if (match === YES && permits !== YES) permittedBy = path
      permits = either(permits, match)
      continue
    }
    const stands = both(match, not(lifted(rules, matches, n)))
    if (stands === YES) return { may: DENIES, missing: CERTAIN, path, ground: 'deny' }
    denies = either(denies, stands)
  }
  const rest: Leaning =
    permits === YES ? { may: PERMITS, missing: CERTAIN, path: permittedBy, ground: 'permit' } : leanOfRoot(rules, asked)
  const may = rest.may | (denies === NO ? 0 : DENIES) | (permits === NO ? 0 : PERMITS)
  if (may === rest.may && rest.missing === CERTAIN) return rest
  return { ...rest, may, missing: rest.missing | denies | (permits === YES ? CERTAIN : permits) }
}

function lifted({ exceptions }: HonouredConsent, matches: readonly Truth[], denial: number): Truth {
  let found = NO
  for (let n = 0; n < exceptions.length; n++)
    if (exceptions[n]?.lifts?.includes(denial)) found = either(found, matches[n] as Truth)
  return found
}

/**
 * A root that permits, of this actor and purpose, forbids all data that it does not name (PCF: "forbid all, permit the
 * window"); of other actors and purposes it says nothing. A root that denies says nothing of what it does not name.
 */
function leanOfRoot(rules: HonouredConsent, asked: Asked): Leaning {
  const { effect, path, when } = rules.root
  const who = matchesWho(when, asked, effect === 'deny')
  const data = who === NO ? NO : matchesData(when, asked, effect === 'deny')
  const outside = outsideOf(rules, asked)
  if (who === NO) return outside
  const match = both(who, data)
  if (match === YES) return { may: effect === 'permit' ? PERMITS : DENIES, missing: CERTAIN, path, ground: effect }
  const otherwise: Leaning =
    effect === 'deny'
      ? outside
      : {
          may: who === YES ? DENIES : DENIES | outside.may,
          missing: who === YES ? CERTAIN : who,
          path,
          ground: 'outside',
        }
  if (match === NO) return otherwise
  const may = otherwise.may | (effect === 'permit' ? PERMITS : DENIES)
  return { may, missing: may === otherwise.may ? otherwise.missing : otherwise.missing | match, path, ground: effect }
}

/** What holds of those of whom the root does not speak. */
function outsideOf({ otherwise, root }: HonouredConsent, asked: Asked): Leaning {
  if (otherwise === 'deny') return { may: DENIES, missing: CERTAIN, path: 'policyRule', ground: 'deny' }
  if (otherwise === 'permit' && root.effect === 'deny')
    return { may: PERMITS, missing: CERTAIN, path: 'policyRule', ground: 'permit' }
  return replacesDefault(root, asked)
    ? { may: REPLACES_DEFAULT, missing: CERTAIN, path: root.path, ground: 'not-covered' }
    : silent
}

/**
 * PCF's implicit policies are for patients with no consent on file, and nothing is released "beyond the set of purpose
 * of use". But whoever joins a study or shares with a named party has not thereby sent their own doctors away: for
 * treatment, payment and operations the default is replaced only by a consent that names such purposes and nobody.
 */
function replacesDefault({ effect, when }: HonouredConsent['root'], { purpose }: Asked): boolean {
  const beyond = !isBasicPurpose(purpose)
  if (effect === 'deny') return beyond && when.actors === undefined && !isAboutData(when)
  return beyond || (when.actors === undefined && (when.purposes === undefined || when.purposes.some(isBasicPurpose)))
}
