import type { Actor } from '../../kernel/actor.ts'

/** The watch itself, as the ledger names it. */
export const WATCH: Actor = {
  kind: 'machine',
  id: 'watch',
  name: 'the watch',
  role: 'watch',
  scopes: [],
  purpose: 'HSYSADMIN',
}
