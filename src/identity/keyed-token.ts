import { createHmac, type KeyObject } from 'node:crypto'
import { lengthPrefixed } from '../kernel/bytes.ts'

/** What the database sees in place of a user name or an address: HMAC-SHA-256 under the tenant's token key, 128 bits. */
export const keyedToken = (key: KeyObject, kind: 'username' | 'failures', value: string): Buffer =>
  createHmac('sha256', key)
    .update(lengthPrefixed(['cw1', `identity/${kind}`, value]))
    .digest()
    .subarray(0, 16)
