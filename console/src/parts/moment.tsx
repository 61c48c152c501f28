import { serverNow } from '../api/server-clock.ts'
import { spokenPast } from './spoken-time.ts'

const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })

/** A time in the past in words, with the exact one under the pointer. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactFormat.format(new Date(at))}>
      {spokenPast(at, serverNow())}
    </time>
  )
}
