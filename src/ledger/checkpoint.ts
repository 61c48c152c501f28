/** A tree head: which log, how many leaves, and the root (32 bytes). */
export type TreeHead = { readonly origin: string; readonly size: bigint; readonly root: Buffer }

const LARGEST_SIZE = 2n ** 64n - 1n

/** Reads a decimal without sign or leading zeros, up to 2^64 - 1; undefined when it is not one. */
export function parseDecimal(text: string): bigint | undefined {
  if (!/^(0|[1-9][0-9]{0,19})$/.test(text)) return undefined
  const value = BigInt(text)
  return value > LARGEST_SIZE ? undefined : value
}

/** Reads standard, padded, canonical base64 (RFC 4648 section 4); undefined when it is not. */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** The note text of a checkpoint. Source: https://c2sp.org/tlog-checkpoint@v1.0.0, "Note text". */
export function formatCheckpoint({
  origin,
  size,
  root,
}: {
  origin: string
  size: number | bigint
  root: Buffer
}): string {
  if (origin === '' || origin.includes('\n')) throw new Error('the origin of a checkpoint is one line')
  if (root.length !== 32) throw new Error('the root of a checkpoint has 32 bytes')
  if (parseDecimal(String(size)) === undefined) throw new Error('the size of a checkpoint is a count')
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/**
 * Reads the text of a checkpoint, without its signatures; extension lines are passed over. Throws Error when
 * it is none. Verify the note first (`openNote`): what is read here is worth what its signatures are.
 */
export function parseCheckpoint(text: string): TreeHead {
  const lines = text.split('\n')
  const [origin, sizeLine, rootLine] = lines
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) throw new Error('not a checkpoint')
  const size = parseDecimal(sizeLine as string)
  const root = parseBase64(rootLine as string)
  if (size === undefined || root?.length !== 32) throw new Error('not a checkpoint')
  return { origin: origin as string, size, root }
}
