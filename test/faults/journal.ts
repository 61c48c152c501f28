/** A resource as it was sent. `marker` is in it and in no other write. */
export type Sent = { readonly resourceType: string; readonly id?: string; readonly [field: string]: unknown }

/** A version of a record that the server said it has. `text` is the answer's body, when it had one. */
export type Acknowledged = {
  readonly ref: string
  readonly version: number
  readonly sent: Sent
  readonly text?: string | undefined
}

/** A write without an answer: it may have happened, once, or not at all. */
export type Attempt = { readonly marker: string; readonly sent: Sent }

export type Finding = { readonly round: number; readonly code: FindingCode; readonly text: string }
export type FindingCode =
  | 'lost-write'
  | 'changed-write'
  | 'written-twice'
  | 'half-a-bundle'
  | 'read-without-entry'
  | 'stale-read'
  | 'wrong-answer'
  | 'no-answer'
  | 'server-died'
  | 'server-defect'
  | 'no-start'
  | 'verify'

/** A record the journal knows: its newest acknowledged version, and who may touch it next. */
export type Known = {
  readonly ref: string
  newest: Acknowledged
  /** A write of it is under way. */
  busy: boolean
  /** A write of it got no answer: its next version may be there. */
  attempt: Attempt | undefined
}

export type Journal = ReturnType<typeof createJournal>

/** What the server acknowledged and released, kept where no kill reaches it. */
export function createJournal() {
  const known = new Map<string, Known>()
  const refs: string[] = []
  const acknowledged: Acknowledged[] = []
  const receipts: string[] = []
  const creates: Attempt[] = []
  const bundles: Acknowledged[][] = []
  const findings: Finding[] = []
  let round = 0

  return {
    known,
    refs,
    acknowledged,
    receipts,
    /** Creates without an answer, and transactions without one (as the versions 1 that they would have made). */
    unanswered: { creates, bundles },
    findings,
    begin(next: number) {
      round = next
    },
    find(code: FindingCode, text: string) {
      findings.push({ round, code, text })
    },
    acknowledge(one: Acknowledged) {
      acknowledged.push(one)
      const before = known.get(one.ref)
      if (before === undefined) {
        known.set(one.ref, { ref: one.ref, newest: one, busy: false, attempt: undefined })
        refs.push(one.ref)
        return
      }
      if (one.version !== before.newest.version + 1)
        this.find('written-twice', `${one.ref}: version ${one.version} was answered after ${before.newest.version}`)
      before.newest = one
    },
  }
}
