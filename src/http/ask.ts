import { Refusal } from '../kernel/refusal.ts'
import type { Circumstance } from '../records/circumstance.ts'

/** A FHIR request as the acts need it: nothing of the transport is left in it. */
export type Ask = {
  readonly who: Circumstance
  readonly type: string
  readonly id: string
  readonly version: string
  readonly query: readonly (readonly [string, string])[]
  readonly body: string
  /** The body as it streams in, when it is neither JSON nor a form. */
  readonly stream: AsyncIterable<Buffer> | undefined
  readonly header: (name: string) => string | undefined
  readonly base: string
}

/** What goes back. `text` is JSON text, passed through as it was sealed. */
export type Answer = {
  readonly status: number
  readonly text?: string | Buffer | undefined
  /** Instead of text: bytes of `contentType`. */
  readonly bytes?: AsyncIterable<Buffer>
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly receipt?: string | undefined
  readonly promise?: string | undefined
}

/** A weak ETag, `W/"3"`, as the version it names; throws `request.invalid`. */
function versionOfTag(tag: string | undefined): number | undefined {
  if (tag === undefined) return undefined
  const version = /^(?:W\/)?"([1-9]\d{0,8})"$/.exec(tag.trim())?.[1]
  if (version === undefined)
    throw new Refusal(
      'request.invalid',
      `${JSON.stringify(tag.slice(0, 40))} is not a version tag of this server, such as W/"3".`,
    )
  return Number(version)
}

/** Which version a write is meant for: of `If-Match`, or 0 (nothing may be there) of `If-None-Match: *` (RFC 9110 §13.1). */
export function versionMeant({ header }: Pick<Ask, 'header'>): number | undefined {
  const none = header('if-none-match')
  if (none !== undefined && none.trim() !== '*')
    throw new Refusal('request.invalid', 'On a write, If-None-Match can only be *: if nothing is there.')
  return versionOfTag(header('if-match')) ?? (none === undefined ? undefined : 0)
}
