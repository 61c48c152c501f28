import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export type Postmaster = { readonly pid: number; readonly port: number; readonly socket: string }

/** What `postmaster.pid` says (PostgreSQL 18, "pidfile.h": pid, data, start, port, socket folder, …); undefined when there is none. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  try {
    const [pid, , , port, socket] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const said = { pid: Number(pid), port: Number(port), socket: socket?.trim() ?? '' }
    return Number.isInteger(said.pid) && said.pid > 1 ? said : undefined
  } catch {
    return undefined
  }
}

/** The folder a living process stands in; undefined for a zombie, a dead one, or one of somebody else. */
function standsIn(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

/** Every PostgreSQL process stands in its data folder: a pid that was given to another program does not. */
export const isServing = (pid: number, cluster: string) => standsIn(pid) === cluster

/** Living processes of this cluster: the postmaster, or backends that outlived one which was killed. */
export function processesOf(cluster: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && standsIn(name) === cluster)
    .map(Number)
}

function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/**
 * Clears what a killed postmaster left, so that a new one does not mistake a pid given to another program (after
 * a restart of the machine or container), or a zombie, for it. Call it alone, when nothing of the cluster lives.
 */
export function forgetDead(cluster: string, socket: string): void {
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) rmSync(join(socket, name), { force: true })
  const left = readPostmaster(cluster)
  if (left === undefined) return
  const elsewhere = standsIn(left.pid)
  if (isZombie(left.pid) || (elsewhere !== undefined && elsewhere !== cluster)) {
    rmSync(join(cluster, 'postmaster.pid'), { force: true })
  }
}
