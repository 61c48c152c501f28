/** Base 32 for people who copy by hand. Source: https://www.crockford.com/base32.html, without its check symbol. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Writes 5 bits as one symbol; the last is filled up with zeros. */
export function toCrockford(bytes: Buffer): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += SYMBOLS[(held >> (bits - 5)) & 31]
    held &= 31
  }
  return bits === 0 ? text : text + SYMBOLS[(held << (5 - bits)) & 31]
}

/** Reads upper or lower case, I and L as 1, O as 0. Undefined for other symbols, or bits left over that are not zero. */
export function fromCrockford(text: string): Buffer | undefined {
  const plain = text.toUpperCase().replaceAll(/[IL]/g, '1').replaceAll('O', '0')
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const symbol of plain) {
    const value = SYMBOLS.indexOf(symbol)
    if (value < 0) return undefined
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 255)
    }
    held &= 4095
  }
  return bits < 5 && (held & (2 ** bits - 1)) === 0 ? Buffer.from(bytes) : undefined
}
