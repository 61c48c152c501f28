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

const LINE_BREAK = 10

/** The JSON is a view of the plaintext: it is passed through as bytes, and made a string only when somebody reads it. */
export function splitBlob(plaintext: Buffer): { json: Buffer; blob?: Blob } {
  const at = plaintext.indexOf(LINE_BREAK)
  if (at < 0) return { json: plaintext }
  return { json: plaintext.subarray(0, at), blob: JSON.parse(plaintext.subarray(at + 1).toString()) as Blob }
}
