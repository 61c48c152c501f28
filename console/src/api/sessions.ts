import { queryOptions } from '@tanstack/react-query'
import { ask, path } from './ask.ts'
import type { Method, Place } from './session.ts'

export type OpenSession = {
  readonly id: string
  readonly current: boolean
  readonly deviceName: string
  readonly place: Place
  readonly method: Method
  readonly createdAt: string
  readonly seenAt: string
  readonly expiresAt: string
  readonly address: string
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => ask<{ sessions: readonly OpenSession[] }>('GET', '/api/sessions'),
})

export const renameDevice = (id: string, deviceName: string) => ask('PATCH', path`/api/sessions/${id}`, { deviceName })
export const endSession = (id: string) => ask('DELETE', path`/api/sessions/${id}`)
