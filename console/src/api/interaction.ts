import { queryOptions } from '@tanstack/react-query'
import type { Said } from './apps.ts'
import { ask, path } from './ask.ts'

export type Patient = { readonly id: string; readonly name: string; readonly birthDate?: string }

export type Interaction = {
  readonly needs: 'sign-in' | 'consent'
  readonly client: { readonly name: string; readonly uri?: string }
  readonly person?: { readonly name: string; readonly username: string }
  readonly scopes: readonly Said[]
  readonly patient: { readonly needed: true; readonly chosen?: Patient } | null
}

type Onward = { readonly redirectTo: string }

export const interactionQuery = (uid: string) =>
  queryOptions({
    queryKey: ['interaction', uid],
    queryFn: () => ask<Interaction>('GET', path`/interaction/${uid}/details`),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const continueSignedIn = (uid: string) => ask<Onward>('POST', path`/interaction/${uid}/sign-in`)
export const findPatients = (uid: string, text: string) =>
  ask<{ patients: readonly Patient[] }>('POST', path`/interaction/${uid}/patients`, { text })
export const allow = (uid: string, scopes: readonly string[], patient?: string) =>
  ask<Onward>('POST', path`/interaction/${uid}/consent`, patient === undefined ? { scopes } : { scopes, patient })
export const refuse = (uid: string) => ask<Onward>('POST', path`/interaction/${uid}/refuse`)
