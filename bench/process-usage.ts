import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU time for userland in hundredths of a second (sysconf _SC_CLK_TCK). */
const TICK_US = 10_000

/** CPU time a process has used, user and system, in microseconds; with that of its ended children when asked. */
function cpuOf(pid: number | string, withEnded = false): number {
  const after = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
  const ticks = after.slice(11, withEnded ? 15 : 13).reduce((sum, one) => sum + Number(one), 0)
  return ticks * TICK_US
}

export type Usage = { readonly serverUs: number; readonly postgresUs: number; readonly rssMiB: number }

/** What a server and all of PostgreSQL (by its postmaster) have used up to now. */
export function usageOf(server: number, postmaster: number): Usage {
  const backends = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster)
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server}/status`, 'latin1'))?.[1]
  return {
    serverUs: cpuOf(server),
    postgresUs: backends.reduce((sum, pid) => sum + cpuOf(pid), cpuOf(postmaster, true)),
    rssMiB: Number(rss) / 1024,
  }
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.split(') ').at(-1)?.split(' ')[1])
  } catch {
    return undefined
  }
}
