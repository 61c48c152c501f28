import type { Said } from '../../api/apps.ts'

export type Kind = 'who' | 'see' | 'change' | 'stay' | 'run'
export type ScopeGroup = { readonly kind: Kind; readonly scopes: readonly Said[] }

const ORDER: readonly Kind[] = ['see', 'change', 'who', 'stay', 'run']
const WHO = new Set(['openid', 'fhirUser', 'profile', 'email'])
const STAY = new Set(['offline_access', 'online_access'])
/** SMART App Launch 2.2, scopes for resources: `patient/Observation.rs?category=…`, or `.read`, `.write`, `.*` as in v1. */
const CLINICAL = /^(?:patient|user|system)\/[^.]+\.([a-z*]+)/

/** What a scope lets an app do, told by its name alone; what it means is told by the server. */
export function kindOf(scope: string): Kind {
  if (WHO.has(scope)) return 'who'
  if (STAY.has(scope)) return 'stay'
  const letters = CLINICAL.exec(scope)?.[1]
  if (letters === undefined) return 'run'
  if (letters === 'read') return 'see'
  return letters === 'write' || /[cud*]/.test(letters) ? 'change' : 'see'
}

/** Groups without any scope are left out. */
export function groupScopes(scopes: readonly Said[]): ScopeGroup[] {
  return ORDER.map((kind) => ({ kind, scopes: scopes.filter(({ scope }) => kindOf(scope) === kind) })).filter(
    (group) => group.scopes.length > 0,
  )
}
