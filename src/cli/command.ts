import type { Config } from '../config.ts'

/** What a command is given: its arguments as parsed, and where it speaks. */
export type Call = {
  readonly config: Config
  readonly positionals: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly json: boolean
  /** For people, on stderr when --json speaks on stdout. */
  readonly say: (line: string) => void
  /** The result: an object with --json, these lines without. */
  readonly answer: (value: unknown, lines: readonly string[]) => void
}

export type Flag = { readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly says: string }

export type Command = {
  readonly usage: string
  readonly says: string
  readonly flags?: Readonly<Record<string, Flag>>
  readonly more?: string
  readonly run: (call: Call) => Promise<number>
}

/** Exit codes, the same for every command. */
export const EXIT = { fine: 0, failed: 1, usage: 2, refused: 3, damaged: 4 } as const

export class UsageError extends Error {}
