import { createHash } from 'node:crypto'
import type { ToldCase } from './told-case.ts'

export const PACK_FORMAT = 'chartwarden-evidence-pack/1'

/** The parts of a pack, each as the exact text that its hash is of. */
export type PackParts = { readonly case: string; readonly alerts: string; readonly decisions: string }
export type EvidencePack = {
  readonly format: typeof PACK_FORMAT
  readonly madeAt: string
  readonly case: ToldCase
  /** Lines of alerts.ndjson. */
  readonly alerts: readonly string[]
  /** Lines of decisions.csv under its header: the rows of the records exposed, and of the alerts. */
  readonly decisions: readonly string[]
  /** SHA-256 in hexadecimal: of each part as `partsOf` writes it, and of the whole files it was taken from. */
  readonly hashes: Readonly<Record<keyof PackParts, string>> & { readonly files: Readonly<Record<string, string>> }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The exact texts that the hashes are of: the case as JSON without spaces, lines each ended by LF. */
export const partsOf = (pack: Pick<EvidencePack, 'case' | 'alerts' | 'decisions'>): PackParts => ({
  case: JSON.stringify(pack.case),
  alerts: pack.alerts.map((line) => `${line}\n`).join(''),
  decisions: pack.decisions.map((line) => `${line}\n`).join(''),
})

/** Everything about one case to hand over, with hashes by which a change shows. */
export function packEvidence(
  parts: Pick<EvidencePack, 'case' | 'alerts' | 'decisions'>,
  files: Readonly<Record<string, string>>,
  madeAt: Date,
): EvidencePack {
  const texts = partsOf(parts)
  return {
    format: PACK_FORMAT,
    madeAt: madeAt.toISOString(),
    ...parts,
    hashes: { case: sha256(texts.case), alerts: sha256(texts.alerts), decisions: sha256(texts.decisions), files },
  }
}

/** The parts whose hash is not that of what is in the pack; none when it is whole. */
export function changedParts(pack: EvidencePack): (keyof PackParts)[] {
  const texts = partsOf(pack)
  return (['case', 'alerts', 'decisions'] as const).filter((part) => sha256(texts[part]) !== pack.hashes[part])
}
