import { createHmac, type KeyObject } from 'node:crypto'

/**
 * HKDF-Expand, for a key that is uniformly random already. Source: RFC 5869 section 2.3. Throws RangeError for
 * more than 255 blocks. (`hkdfSync` extracts first, and is slower.)
 */
export function hkdfExpand(algorithm: 'sha256' | 'sha512', key: KeyObject, info: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let made = 0; made < length; made += blocks[0]?.length as number) {
    if (blocks.length === 255) throw new RangeError('HKDF-Expand gives 255 blocks at most')
    const mac = createHmac(algorithm, key)
    const before = blocks.at(-1)
    if (before !== undefined) mac.update(before)
    blocks.push(
      mac
        .update(info)
        .update(Buffer.of(blocks.length + 1))
        .digest(),
    )
  }
  return Buffer.concat(blocks, length)
}
