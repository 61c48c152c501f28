import { randomBytes } from './random-bytes.ts'

declare const brand: unique symbol
export type Branded<T, B extends string> = T & { readonly [brand]: B }

/** The owner of a row: one patient, or the tenant itself. 32 lowercase hex digits, random. */
export type OwnerId = Branded<string, 'OwnerId'>
/** The identity of one record across its versions. 32 lowercase hex digits, random. */
export type RowId = Branded<string, 'RowId'>
/** The identity of one ledger entry, and of the receipt for it. 32 lowercase hex digits: a time and 80 random bits. */
export type EntryId = Branded<string, 'EntryId'>

/** What has no patient, or several, belongs to the tenant. */
export const TENANT_OWNER = '0'.repeat(32) as OwnerId
/** One organisation per installation for now; see decisions/0001. */
export const TENANT_ID = 1

const HEX = /^[0-9a-f]{32}$/
/** Whether a text that somebody sent can be the id of a row at all: what cannot is nobody's. */
export const isRowId = (text: string): text is RowId => HEX.test(text)

const newId = () => randomBytes(16).toString('hex')
export const newOwnerId = () => newId() as OwnerId
export const newRowId = () => newId() as RowId
/** The first 48 bits are the time (as in UUIDv7, RFC 9562): entries that come together lie together in the index. */
export const newEntryId = () => (Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex')) as EntryId
