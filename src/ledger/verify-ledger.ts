import type { Sql } from '../database/sql.ts'
import { type EntryId, type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { chainLink, FIRST, leafEntry, ownerLink } from './commitment.ts'
import { leafHash } from './merkle.ts'
import { compareOutside, type OutsideHead, storedHeads } from './outside-heads.ts'
import type { KnownWitness } from './parse-witness.ts'
import type { NoteVerifier } from './signed-note.ts'
import { openNote } from './signed-note.ts'
import { createTreeEdge } from './tiles.ts'
import { type Head, readHead } from './tree-store.ts'

/** One thing that is damaged, missing or out of place; `where` names it. */
export type Finding = { readonly code: string; readonly where: string; readonly text: string }
export type Report = (code: string, where: string, text: string) => void

export type VerifiedEntry = {
  readonly entry: EntryId
  readonly owner: OwnerId
  readonly commitment: Buffer
  readonly digests: Buffer | null
  readonly sealed: Buffer
}

type Row = {
  entry_id: EntryId
  chain_id: number
  seq: number
  previous: Buffer
  owner_id: OwnerId
  kind: string
  at: Date
  commitment: Buffer
  blind: Buffer
  digests: Buffer | null
  sealed: Buffer
  node: string
  idx: number | null
  owner_seq: number | null
  leaf: Buffer | null
}

type Needs = {
  /** One snapshot for the whole check, so that a server that runs meanwhile does not disturb it. */
  readonly sql: Sql
  /** What is held outside the database, asked before the snapshot was taken. */
  readonly outside: readonly OutsideHead[]
  /** Those whose stored cosignatures count. */
  readonly witnesses: readonly KnownWitness[]
  readonly verifiers: readonly NoteVerifier[]
  readonly report: Report
  /** Told of every entry as it is walked, in no particular order. */
  readonly eachEntry: (entry: VerifiedEntry) => void
  readonly progress: (done: number, of: number) => void
}

export type VerifiedLedger = {
  readonly size: number
  readonly pending: number
  readonly entries: number
  readonly cosignatures: number
  readonly witnessedSize: number
}

const CHUNK = 2_000

/**
 * Checks the ledger against itself without any key: the chains, every leaf against its entry, every owner's
 * sequence, every tile and the head against the leaves, the head's signatures, and the heads that are held outside or
 * whose cosignatures are stored. Returns the size of the tree, how many cosignatures held, and up to which size.
 */
export async function verifyLedger(needs: Needs): Promise<VerifiedLedger> {
  const { sql, witnesses, report } = needs
  const head = await readHead(sql)
  const { entries, pending } = await walkChains(needs)
  const outside = [...needs.outside, ...(await storedHeads(sql, witnesses, report))]
  const sizes = outside.map(({ size }) => size).filter((size) => size > 0 && size <= head.size)
  const roots = new Map<number, Buffer | undefined>(sizes.map((size) => [size, undefined]))
  await walkLeaves(needs, head, roots)
  verifyHead(needs, head)
  const held = compareOutside(outside, roots, head, report)
  await walkOwners(sql, report)
  return { size: head.size, pending, entries, ...held }
}

/** Every chain from its first entry: numbers without a gap, links, and each entry's leaf. */
async function walkChains({ sql, report, eachEntry, progress }: Needs): Promise<{ entries: number; pending: number }> {
  const [count] = await sql.query<{ n: number }>('select count(*) as n from ledger_entries')
  const chains = await sql.query<{ chain_id: number; sequenced: number; link: Buffer; node: string }>(
    'select chain_id, sequenced, link, node from ledger_chains order by chain_id',
  )
  let entries = 0
  let pending = 0
  for (const chain of chains) {
    let link: Buffer = FIRST
    let seq = 0
    for (;;) {
      const rows = await sql.query<Row>(
        `select e.*, l.idx, l.owner_seq, l.leaf, $3::text as node from ledger_entries e left join ledger_leaves l on l.entry_id = e.entry_id
         where e.chain_id = $1 and e.seq > $2 order by e.seq limit ${CHUNK}`,
        [chain.chain_id, seq, chain.node],
      )
      for (const row of rows) {
        const where = `entry ${row.entry_id}`
        if (row.seq !== seq + 1)
          report(
            'ledger.entry-missing',
            `chain ${chain.chain_id}, entries ${seq + 1} to ${row.seq - 1}`,
            'entries were deleted',
          )
        else if (!row.previous.equals(link)) report('ledger.chain', where, 'it does not follow the entry before it')
        link = chainLink(row.previous, chain.chain_id, row.seq, row.commitment, row.digests)
        seq = row.seq
        if (seq === chain.sequenced && !link.equals(chain.link))
          report('ledger.chain', where, 'it is not what was sequenced')
        if (row.idx === null) {
          if (row.seq <= chain.sequenced) report('ledger.leaf-missing', where, 'it was sequenced, but its leaf is gone')
          else pending += 1
        }
        eachEntry({
          entry: row.entry_id,
          owner: row.owner_id,
          commitment: row.commitment,
          digests: row.digests,
          sealed: row.sealed,
        })
        entries += 1
      }
      progress(entries, count?.n ?? 0)
      if (rows.length < CHUNK) break
    }
    if (seq < chain.sequenced)
      report(
        'ledger.entry-missing',
        `chain ${chain.chain_id}, entries ${seq + 1} to ${chain.sequenced}`,
        'the end of the chain was cut off',
      )
  }
  return { entries, pending }
}

type LeafRow = Row & { leaf: Buffer; owner_seq: number; leaf_entry: EntryId; leaf_owner: OwnerId }

/** Rebuilds the whole tree from the leaves; compares every tile, the root, and each leaf with its entry. */
async function walkLeaves({ sql, report }: Needs, head: Head, roots: Map<number, Buffer | undefined>): Promise<void> {
  const tree = createTreeEdge(0, [])
  const owners = new Map<OwnerId, { seq: number; last: Buffer }>()
  const wanted = [...roots.keys()].sort((a, b) => a - b)
  let next = 0
  let root: Buffer | undefined
  const tiles = new Map<string, Buffer>()
  while (next < head.size) {
    const stop = Math.min(wanted.find((size) => size > next) ?? head.size, next + CHUNK, head.size)
    const rows = await sql.query<LeafRow>(
      `select l.idx, l.leaf, l.owner_seq, l.entry_id as leaf_entry, l.owner_id as leaf_owner, e.*, c.node
       from ledger_leaves l left join ledger_entries e on e.tenant_id = ${TENANT_ID} and e.entry_id = l.entry_id left join ledger_chains c on c.chain_id = e.chain_id
       where l.idx >= $1 and l.idx < $2 order by l.idx`,
      [next, stop],
    )
    if (rows.length !== stop - next) {
      const there = new Set(rows.map((row) => row.idx))
      const missing = Array.from({ length: stop - next }, (_, n) => next + n).find((idx) => !there.has(idx))
      report(
        'ledger.leaf-missing',
        `leaf ${missing}`,
        'a leaf of the tree is gone; what follows it cannot be checked against the root',
      )
      return
    }
    for (const row of rows) checkLeaf(row, owners, report)
    const { changed, root: grown } = tree.append(rows.map((row) => leafHash(row.leaf)))
    for (const tile of changed) tiles.set(`${tile.level}/${tile.n}`, tile.hashes)
    next = stop
    root = grown
    if (roots.has(next)) roots.set(next, grown)
    if (tiles.size > 500 || next >= head.size) await compareTiles(sql, tiles, next >= head.size, report)
  }
  if (root !== undefined && !root.equals(head.root))
    report('ledger.head', `head of size ${head.size}`, 'its root is not that of the leaves')
  const [more] = await sql.query<{ n: number }>('select count(*) as n from ledger_leaves where idx >= $1', [head.size])
  if ((more?.n ?? 0) > 0)
    report(
      'ledger.head',
      `head of size ${head.size}`,
      `there are ${more?.n} leaves beyond it: the head was replaced by an older one`,
    )
}

function checkLeaf(row: LeafRow, owners: Map<OwnerId, { seq: number; last: Buffer }>, report: Report): void {
  const where = `leaf ${row.idx}, entry ${row.leaf_entry}`
  if (row.entry_id === null) return report('ledger.entry-missing', where, 'the entry of this leaf was deleted')
  const before = owners.get(row.leaf_owner) ?? { seq: 0, last: FIRST }
  if (row.owner_seq !== before.seq + 1)
    report('ledger.owner-sequence', where, `its owner's sequence jumps from ${before.seq} to ${row.owner_seq}`)
  owners.set(row.leaf_owner, { seq: row.owner_seq, last: row.commitment })
  const { kind, at, node, commitment, digests, blind } = row
  const leaf = leafEntry({
    kind,
    at,
    node,
    commitment,
    digests,
    ownerLink: ownerLink(blind, row.owner_seq, before.last),
  })
  if (!leaf.equals(row.leaf) || row.leaf_owner !== row.owner_id)
    report('ledger.leaf', where, 'the entry is not the one this leaf commits to')
}

async function compareTiles(sql: Sql, tiles: Map<string, Buffer>, last: boolean, report: Report): Promise<void> {
  for (const [name, hashes] of tiles) {
    if (!last && hashes.length < 8192) continue
    const [level, n] = name.split('/').map(Number)
    const [row] = await sql.query<{ hashes: Buffer }>(
      'select hashes from ledger_tiles where level = $1 and n = $2',
      [level, n],
      'tile',
    )
    if (row === undefined) report('ledger.tile', `tile ${name}`, 'it is gone')
    else if (!row.hashes.equals(hashes))
      report('ledger.tile', `tile ${name}`, 'it does not hold the hashes of its leaves')
    tiles.delete(name)
  }
}

function verifyHead({ verifiers, report }: Needs, head: Head): void {
  if (head.size === 0 && head.checkpoint === '') return
  try {
    const { signatures, text } = openNote(head.checkpoint, [...verifiers])
    const { size, root } = parseCheckpoint(text)
    if (signatures.length < verifiers.length)
      report('ledger.head', 'checkpoint', 'it is not signed by both keys of the log')
    if (Number(size) !== head.size || !root.equals(head.root))
      report('ledger.head', 'checkpoint', 'it is signed for another head')
  } catch (error) {
    report('ledger.head', 'checkpoint', `it cannot be verified: ${(error as Error).message}`)
  }
}

async function walkOwners(sql: Sql, report: Report): Promise<void> {
  const wrong = await sql.query<{ owner_id: OwnerId; seq: number; top: number | null }>(
    `select h.owner_id, h.seq, t.top from ledger_owner_heads h
     left join (select owner_id, max(owner_seq) as top from ledger_leaves group by owner_id) t on t.owner_id = h.owner_id
     where t.top is distinct from h.seq limit 100`,
  )
  for (const row of wrong)
    report(
      'ledger.owner-sequence',
      `owner ${row.owner_id}`,
      `its sequence ends at ${row.top ?? 0}, and ${row.seq} were given`,
    )
}
