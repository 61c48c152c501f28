import type { AlertReason } from './consent-rules.ts'

/** Thrown while a consent is read, and caught by `compileConsent`, which then denies everything. */
export class NotUnderstood extends Error {
  readonly reason: AlertReason
  readonly path: string

  constructor(reason: AlertReason, path: string) {
    super(`${reason} at ${path}`)
    this.reason = reason
    this.path = path
  }
}

export type Json = Readonly<Record<string, unknown>>

const EVERYWHERE = ['id', 'extension']

/**
 * The value as an object that has no member but `known`, `id` and `extension`. Throws `modifier` for a
 * modifierExtension (FHIR R4 §2.4: who does not understand it MUST NOT go on) and `element` for anything else.
 */
export function onlyKnown(value: unknown, path: string, known: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotUnderstood('element', path)
  for (const key of Object.keys(value)) {
    if (known.includes(key) || EVERYWHERE.includes(key)) continue
    // What a primitive's extension says is left out, but a primitive that has nothing else has no value.
    if (key.startsWith('_') && known.includes(key.slice(1)) && Object.hasOwn(value, key.slice(1))) continue
    throw new NotUnderstood(key === 'modifierExtension' ? 'modifier' : 'element', `${path}.${key}`)
  }
  return value as Json
}

/** The members of an element that repeats; empty when it is absent. */
export function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length === 0) throw new NotUnderstood('element', path)
  return value
}
