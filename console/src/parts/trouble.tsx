import { Alert } from '@mantine/core'
import { isProblem, Problem } from '../api/problem.ts'
import { Icon } from './icon.tsx'
import { spokenWait } from './spoken-time.ts'
import { useSecondsUntil } from './use-seconds-until.ts'

const OTHERWISE = 'Something went wrong on this page. Try again.'

/** Seconds for which trying again would be refused. */
export const useThrottle = (error: unknown): number =>
  useSecondsUntil(error instanceof Problem ? error.againAt : undefined)

/** Says what went wrong and what to do; silent when nothing did, or when the person changed their mind. */
export function Trouble({ error }: { error: unknown }) {
  const wait = useThrottle(error)
  const silent = error === null || error === undefined || isProblem(error, 'page.given-up')
  const throttled = error instanceof Problem && error.againAt !== undefined
  return (
    <div role="alert" className="out-of-the-way">
      {silent ? null : (
        <Alert
          className="trouble"
          color="red"
          variant="light"
          icon={<Icon name={throttled ? 'clock' : 'warning'} />}
          role="presentation"
        >
          {throttled ? <Throttled wait={wait} /> : error instanceof Problem ? error.message : OTHERWISE}
        </Alert>
      )}
    </div>
  )
}

function Throttled({ wait }: { wait: number }) {
  if (wait === 0) return <>You can try again now.</>
  return (
    <>
      There were too many tries. To keep the account safe, wait a little.{' '}
      <span aria-live="off">You can try again in {spokenWait(wait)}.</span>
    </>
  )
}
