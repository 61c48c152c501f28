import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const BLOCK = Buffer.alloc(8192, 1)

/** How many times a second 8 KiB can be appended and made durable in this folder. */
export function fsyncRate(folder: string, seconds = 0.5): number {
  const path = join(folder, 'fsync-rate')
  const file = openSync(path, 'w')
  const began = performance.now()
  let count = 0
  while (performance.now() - began < seconds * 1000) {
    writeSync(file, BLOCK)
    fdatasyncSync(file)
    count += 1
  }
  closeSync(file)
  rmSync(path)
  return count / ((performance.now() - began) / 1000)
}
