import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Replaces a file so that after a crash it holds the old bytes or the new ones, never a mixture:
 * temporary file, fsync, rename, fsync of the folder. Errors are thrown; the old file is then untouched.
 */
export function writeDurably(path: string, bytes: Buffer | string, mode = 0o600): void {
  const folder = dirname(path)
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`)
  const file = openSync(temporary, 'wx', mode)
  try {
    const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    for (let at = 0; at < all.length; ) at += writeSync(file, all, at)
    fsyncSync(file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
  const held = openSync(folder, 'r')
  try {
    fsyncSync(held)
  } finally {
    closeSync(held)
  }
}

/** The same without holding up the event loop: for files that are replaced all the time. */
export async function writeDurablyLater(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`)
  const file = await open(temporary, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const held = await open(dirname(path), 'r')
  try {
    await held.sync()
  } finally {
    await held.close()
  }
}
