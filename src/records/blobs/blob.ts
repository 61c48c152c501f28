/**
 * Where the bytes of a Binary are: chunks under a random key of their own. This lies behind the Binary's JSON
 * in its sealed body, so whoever can open the body can open the bytes, and a shredded chart's bytes are gone.
 */
export type Blob = {
  readonly id: string
  /** 32 bytes, base64. */
  readonly key: string
  readonly bytes: number
  readonly chunks: number
}

/** JSON text has no line break of its own (it is stored without white space), so one separates the two. */
export const joinBlob = (text: string, blob: Blob | undefined): string =>
  blob === undefined ? text : `${text}\n${JSON.stringify(blob)}`

export function splitBlob(plaintext: string): { text: string; blob?: Blob } {
  const at = plaintext.indexOf('\n')
  return at < 0
    ? { text: plaintext }
    : { text: plaintext.slice(0, at), blob: JSON.parse(plaintext.slice(at + 1)) as Blob }
}
