import { useEffect, useState } from 'react'

const secondsUntil = (at: number | undefined, now: () => number): number =>
  at === undefined ? 0 : Math.max(0, Math.ceil((at - now()) / 1000))

/** Whole seconds until `at` (ms since 1970 by `now`), counted down; 0 when it is past or undefined. */
export function useSecondsUntil(at: number | undefined, now: () => number = Date.now): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(at, now))
  useEffect(() => {
    setSeconds(secondsUntil(at, now))
    const timer = setInterval(() => setSeconds(secondsUntil(at, now)), 1000)
    return () => clearInterval(timer)
  }, [at, now])
  return seconds
}
