import { queryOptions } from '@tanstack/react-query'
import { ask, path } from './ask.ts'

/** One scope, in words. */
export type Said = { readonly scope: string; readonly says: string; readonly essential: boolean }

export type App = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Said[]
  readonly grantedAt: string
  /** Of the patient whose chart the app was given. */
  readonly patient?: { readonly id: string; readonly name: string }
}

export type Launchable = { readonly id: string; readonly name: string }

export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: () => ask<{ apps: readonly App[]; launchable: readonly Launchable[] }>('GET', '/api/apps'),
})

export const stopApp = (id: string) => ask('DELETE', path`/api/apps/${id}`)
export const startApp = (client: string, patient?: string) =>
  ask<{ url: string }>('POST', '/api/launches', patient === undefined ? { client } : { client, patient })
