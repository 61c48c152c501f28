const PREFIX = 4
const SMALLEST_STEP = 64
const LONGEST = 2 ** 32 - 1

/**
 * How long `pad` makes a plaintext of `length` bytes: the next multiple of a step that grows with the length as
 * in Padmé (Nikitin et al., PURBs, 2019, section 4.2), but is at least 64 bytes. From 512 bytes on, at most 12 %
 * longer; the number of different lengths up to n grows as log n.
 */
export function paddedLength(length: number): number {
  const whole = PREFIX + length
  const exponent = Math.floor(Math.log2(whole))
  const kept = Math.floor(Math.log2(exponent)) + 1
  const step = Math.max(SMALLEST_STEP, 2 ** (exponent - kept))
  return Math.ceil(whole / step) * step
}

/** Hides the length: u32 big-endian length, plaintext, zeros up to the next step. At most 4 GiB - 1. */
export function pad(plaintext: Buffer): Buffer {
  if (plaintext.length > LONGEST) throw new Error('too long to pad')
  const padded = Buffer.allocUnsafe(paddedLength(plaintext.length))
  padded.writeUInt32BE(plaintext.length)
  padded.set(plaintext, PREFIX)
  padded.fill(0, PREFIX + plaintext.length)
  return padded
}

/** Undoes `pad`; what it returns is a view into `padded`. Throws Error when these bytes are not what `pad` returns. */
export function unpad(padded: Buffer): Buffer {
  const length = padded.length < PREFIX ? LONGEST : padded.readUInt32BE(0)
  if (padded.length !== paddedLength(length)) throw new Error('not padded bytes')
  for (let at = PREFIX + length; at < padded.length; at += 1) {
    if (padded[at] !== 0) throw new Error('not padded bytes')
  }
  return padded.subarray(PREFIX, PREFIX + length)
}
