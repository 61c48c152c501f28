import type { Chartwarden } from '../chartwarden.ts'
import { createConsentEngine } from '../consent/consent-engine.ts'
import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { type EntryId, type OwnerId, TENANT_OWNER } from '../kernel/ids.ts'
import { commitTo } from '../ledger/commitment.ts'
import { verifierOf } from '../ledger/cosignature.ts'
import { askOutside } from '../ledger/outside-heads.ts'
import { type Finding, type VerifiedEntry, verifyLedger } from '../ledger/verify-ledger.ts'
import { collectDigests, verifyRecords } from '../records/verify-records.ts'
import type { KeyStore } from '../vault/key-store.ts'
import { type OwnerKeys, unwrapOwner } from '../vault/owner-keys.ts'
import { open } from '../vault/seal.ts'
import { type Command, EXIT } from './command.ts'
import { openInstallation } from './open-installation.ts'

export type Verdict = {
  readonly findings: readonly Finding[]
  readonly entries: number
  readonly pending: number
  readonly size: number
  readonly versions: number
  readonly records: number
  readonly opened: number
  readonly cosignatures: number
  /** The tree up to here cannot have been rewritten without a witness. */
  readonly witnessedSize: number
  /** Witnesses that could not be asked, with the reason. */
  readonly unasked: readonly string[]
}

const VERIFIER: Actor = {
  kind: 'machine',
  id: 'verify',
  name: 'verify',
  role: 'verify',
  scopes: [],
  purpose: 'HOPERAT',
}
const MOST_FINDINGS = 1_000

/** Checks ledger and records in one snapshot. `keyless` checks digests only and opens nothing. */
export async function verifyAll(
  chartwarden: Chartwarden,
  keyless: boolean,
  say: (line: string) => void,
): Promise<Verdict> {
  const { database, ledger, store, records } = chartwarden
  const findings: Finding[] = []
  const report = (code: string, where: string, text: string) =>
    void (findings.length < MOST_FINDINGS && findings.push({ code, where, text }))
  const [entry] = keyless
    ? []
    : await ledger.append([
        {
          kind: 'internal',
          interaction: 'verify',
          action: 'E',
          outcome: '0',
          actor: VERIFIER,
          purpose: 'HOPERAT',
          owner: TENANT_OWNER,
          opens: { everything: true },
          lastsMs: 86_400_000,
        },
      ])
  await ledger.settle()
  const receipt = entry?.receipt
  const progress = throttled(say)
  const outside = await askOutside(ledger.anchor.read(), ledger.witnesses, ledger.origin)

  return database.within(async (tx) => {
    await tx.query('set transaction isolation level repeatable read read only')
    const digests = new Map<EntryId, Buffer>()
    const collect = collectDigests(digests)
    const sealed: VerifiedEntry[] = []
    const tree = await verifyLedger({
      sql: tx,
      outside: outside.heads,
      witnesses: ledger.witnesses,
      verifiers: ledger.vkeys.map(verifierOf),
      report,
      eachEntry(one) {
        collect(one)
        if (receipt !== undefined) sealed.push(one)
      },
      progress: (done, of) => progress('ledger entries', done, of),
    })
    const opened = receipt === undefined ? 0 : await openEntries(tx, sealed)
    const keys = receipt && {
      store,
      labelKey: store.key('label'),
      tokens: records.tokens,
      receipt,
      consents: createConsentEngine('all-normal'),
    }
    const rows = await verifyRecords({
      sql: tx,
      keys,
      entries: digests,
      report,
      progress: (done, of) => progress('record versions', done, of),
    })
    return { findings, ...tree, ...rows, opened, unasked: outside.unasked }

    async function openEntries(sql: Sql, entries: readonly VerifiedEntry[]): Promise<number> {
      const owners = await auditKeys(sql, store)
      let held = 0
      for (const { entry: id, owner, commitment, sealed: bytes } of entries) {
        const keysOf = owners.get(owner)
        try {
          if (keysOf === undefined) throw new Error('no key')
          const plain = open(
            receipt!,
            keysOf,
            'audit',
            { owner, type: 'AuditEvent', row: id, version: 1, column: 'event' },
            bytes,
          )
          if (!commitTo(plain.subarray(0, 32), plain.subarray(32)).equals(commitment))
            report('ledger.event', `entry ${id}`, 'its event is not the one it commits to')
          held += 1
        } catch {
          report(
            'ledger.event',
            `entry ${id}`,
            keysOf === undefined ? `the audit key of its owner ${owner} is gone` : 'its event does not open',
          )
        }
      }
      return held
    }
  })
}

/** Audit keys outlive a shredding, so every owner has one. */
async function auditKeys(sql: Sql, store: KeyStore): Promise<Map<OwnerId, OwnerKeys>> {
  const rows = await sql.query<{ owner_id: OwnerId; shard: number; kek_version: number; audit_key: Buffer }>(
    'select owner_id, shard, kek_version, audit_key from owners',
  )
  return new Map(
    rows.map((row) => [
      row.owner_id,
      unwrapOwner(store, {
        owner: row.owner_id,
        shard: row.shard,
        kekVersion: row.kek_version,
        wrappedKey: null,
        auditKey: row.audit_key,
      }),
    ]),
  )
}

function throttled(say: (line: string) => void) {
  let last = 0
  return (what: string, done: number, of: number) => {
    if (Date.now() - last < 1000) return
    last = Date.now()
    say(`${done.toLocaleString('en')} of ${of.toLocaleString('en')} ${what}`)
  }
}

export const verify: Command = {
  usage: 'verify',
  says: 'Checks every row, entry, leaf, tile and head, and names what is damaged, missing or out of place.',
  flags: { keyless: { type: 'boolean', says: 'Digests only: opens nothing.' } },
  async run({ config, flags, say, answer }) {
    const opened = await openInstallation(config, say, { inspecting: true })
    try {
      const verdict = await verifyAll(opened.chartwarden, flags['keyless'] === true, say)
      const sound = verdict.findings.length === 0
      const witnessed = verdict.cosignatures > 0
      answer({ sound, witnessed, ...verdict }, [
        ...verdict.findings.map(({ code, where, text }) => `${code}: ${where}: ${text}`),
        `${verdict.versions.toLocaleString('en')} record versions, ${verdict.entries.toLocaleString('en')} ledger entries (${verdict.pending} not in the tree yet), tree of ${verdict.size.toLocaleString('en')}.`,
        witnessed
          ? `Witnessed up to entry ${verdict.witnessedSize.toLocaleString('en')}: ${verdict.cosignatures} cosignatures hold.`
          : 'UNWITNESSED: who holds the log key and the database could have rewritten the tail. See docs/witness.md.',
        ...verdict.unasked.map((one) => `Not asked: the witness ${one}`),
        sound ? 'Sound: everything opens and is what the ledger says.' : `${verdict.findings.length} findings.`,
      ])
      return sound ? EXIT.fine : EXIT.damaged
    } finally {
      await opened.close()
    }
  },
}
