import type { KeyObject } from 'node:crypto'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { openJsonForTenant, sealJsonForTenant } from '../vault/seal.ts'

const place = (type: string, row: string) =>
  ({ owner: TENANT_OWNER, type, row, version: 1, column: 'identity' }) as const

/** Seals what identity keeps (who a token stands for, a client's name and keys), bound to its row. */
export const sealJson = (key: KeyObject, type: string, row: string, value: unknown): Buffer =>
  sealJsonForTenant(key, place(type, row), value)

export const openJson = <T>(key: KeyObject, type: string, row: string, sealed: Buffer): T =>
  openJsonForTenant<T>(key, place(type, row), sealed)
