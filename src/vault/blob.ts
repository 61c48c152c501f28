import type { KeyObject } from 'node:crypto'
import { lengthPrefixed } from '../kernel/bytes.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { isMinted, type Receipt } from '../kernel/receipt.ts'
import { createOpener, createSealer } from './cobblestone.ts'

const contextOf = (id: string) => lengthPrefixed(['cw1', 'blob', String(TENANT_ID), id])

/** Seals a stream under a key of its own, bound to its id. */
export const createBlobSealer = (key: KeyObject, id: string) => createSealer(key, contextOf(id))

/** Opens a stream. The receipt is the one under which the body that holds the key was opened. */
export function createBlobOpener(receipt: Receipt, key: KeyObject, id: string) {
  if (!isMinted(receipt)) throw new Error('this receipt was not given by the ledger')
  return createOpener(key, contextOf(id))
}
