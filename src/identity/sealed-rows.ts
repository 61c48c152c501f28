import type { KeyObject } from 'node:crypto'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { openForTenant, sealForTenant } from '../vault/seal.ts'

const place = (type: string, row: string) =>
  ({ owner: TENANT_OWNER, type, row, version: 1, column: 'identity' }) as const

/** Seals what identity keeps (who a token stands for, a client's name and keys), bound to its row. */
export const sealJson = (key: KeyObject, type: string, row: string, value: unknown): Buffer =>
  sealForTenant(key, place(type, row), Buffer.from(JSON.stringify(value)))

export const openJson = <T>(key: KeyObject, type: string, row: string, sealed: Buffer): T =>
  JSON.parse(openForTenant(key, place(type, row), sealed).toString()) as T
