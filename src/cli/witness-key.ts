import { type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type KeyKind, privateKeyOf } from '../ledger/signing-keys.ts'

type Kept = {
  readonly format: 'chartwarden/witness/v1'
  readonly name: string
  readonly kind: KeyKind
  /** 32 bytes, base64: whoever reads them can cosign in this witness's name. */
  readonly seed: string
}

export type WitnessKey = { readonly name: string; readonly key: KeyObject; readonly made: boolean }

/**
 * The key of the witness in this folder, made at the first start. Refuses to give it another name or kind later:
 * whoever trusts it knows it under the first one.
 */
export function witnessKey(folder: string, asked: { name?: string; kind?: KeyKind }): WitnessKey {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'witness-key.json')
  const made = !existsSync(path)
  const kept: Kept = made
    ? {
        format: 'chartwarden/witness/v1',
        name: asked.name ?? `witness.chartwarden.example/${randomBytes(8).toString('hex')}`,
        kind: asked.kind ?? 'ml-dsa-44',
        seed: randomBytes(32).toString('base64'),
      }
    : (JSON.parse(readFileSync(path, 'utf8')) as Kept)
  for (const word of ['name', 'kind'] as const) {
    if (asked[word] !== undefined && asked[word] !== kept[word])
      throw new Refusal(
        'start.unsafe',
        `The witness in ${folder} has the ${word} ${kept[word]}, not ${asked[word]}. Leave out --${word}, or give another --data folder for another witness.`,
      )
  }
  const key = privateKeyOf(kept.kind, Buffer.from(kept.seed, 'base64'))
  if (made) writeDurably(path, `${JSON.stringify(kept, null, 2)}\n`)
  return { name: kept.name, key, made }
}
