import { randomFillSync } from 'node:crypto'

const POOL = 32_768
let pool = Buffer.alloc(0)

/**
 * Random bytes from the system's generator, which is asked for 32 KiB at a time: a call of it costs more than
 * what it is used for. Every byte is given out once. `bytes` is at most a few hundred.
 */
export function randomBytes(bytes: number): Buffer {
  if (pool.length < bytes) pool = randomFillSync(Buffer.allocUnsafeSlow(POOL))
  const some = pool.subarray(0, bytes)
  pool = pool.subarray(bytes)
  return some
}
