import type { RowName } from './workloads.ts'

export type Row = {
  readonly name: RowName
  readonly unit: string
  /** Ours by the bare server's, at 16 connections on 2 cores. */
  readonly target?: number
  /** Medplum 5.0.10 on such a machine, in another run on another hour: for scale only. */
  readonly medplumPerSecond?: number
  /** Whether the batched server does it in another way than the lean one. */
  readonly batched: boolean
  /** Asked once each, and not for a time: the requests are too large for short rounds. */
  readonly whole?: true
}

/** In this order, because creates and imports make the later searches longer. */
export const ROWS: readonly Row[] = [
  { name: 'read', unit: 'reads', target: 1, medplumPerSecond: 685, batched: true },
  { name: 'vread', unit: 'reads', target: 1, batched: true },
  { name: 'patient search', unit: 'searches', target: 0.5, medplumPerSecond: 287, batched: false },
  { name: 'name search', unit: 'searches', medplumPerSecond: 279, batched: false },
  { name: 'create', unit: 'creates', target: 0.7, medplumPerSecond: 188, batched: true },
  { name: 'import', unit: 'resources', target: 0.4, medplumPerSecond: 178, batched: false, whole: true },
]
