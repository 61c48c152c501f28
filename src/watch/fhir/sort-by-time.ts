import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PIECE = 1 << 18
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Puts lines into the order of their times with bounded memory: at most `mostHeld` lines are held, and what is beyond goes in
 * sorted runs to a temporary folder that only this user can read. Lines of one time stay in the order they came in. `close`
 * MUST be called in the end: it deletes the folder, as does the end of the process by error or signal.
 */
export function createSortByTime(mostHeld = 200_000) {
  let times: number[] = []
  let lines: string[] = []
  let folder: string | undefined
  const runs: string[] = []

  function close() {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    folder = undefined
    times = []
    lines = []
    for (const signal of SIGNALS) process.off(signal, stop)
    process.off('exit', close)
  }
  function stop(signal: NodeJS.Signals) {
    close()
    process.kill(process.pid, signal)
  }

  const order = () =>
    Array.from(lines.keys()).sort((one, other) => (times[one] as number) - (times[other] as number) || one - other)

  function spill() {
    if (folder === undefined) {
      folder = mkdtempSync(join(tmpdir(), 'chartwarden-sort-'))
      for (const signal of SIGNALS) process.once(signal, stop)
      process.once('exit', close)
    }
    const path = join(folder, `run-${runs.length}`)
    const file = openSync(path, 'wx', 0o600)
    try {
      let pending = ''
      for (const at of order()) {
        pending += `${times[at]} ${lines[at]}\n`
        if (pending.length > PIECE) {
          writeSync(file, pending)
          pending = ''
        }
      }
      writeSync(file, pending)
    } finally {
      closeSync(file)
    }
    runs.push(path)
    times = []
    lines = []
  }

  return {
    add(time: number, line: string) {
      times.push(time)
      lines.push(line)
      if (lines.length >= mostHeld) spill()
    },
    /** All lines in the order of time. May be asked for again. */
    *sorted(): Generator<string> {
      if (runs.length === 0) {
        for (const at of order()) yield lines[at] as string
        return
      }
      if (lines.length > 0) spill()
      yield* merge(runs)
    },
    close,
  }
}

type Run = { readonly lines: Generator<string>; readonly number: number; time: number; line: string }

/** Merges sorted runs with a heap; the earlier run goes first where times are equal. */
function* merge(paths: readonly string[]): Generator<string> {
  const heap: Run[] = []
  const all = paths.map((path) => linesOf(path))
  try {
    for (const [number, lines] of all.entries()) {
      const run: Run = { lines, number, time: 0, line: '' }
      if (advance(run)) heap.push(run)
    }
    for (let at = heap.length >> 1; at >= 0; at--) sink(heap, at)
    while (heap.length > 0) {
      const first = heap[0] as Run
      yield first.line
      if (!advance(first)) {
        const last = heap.pop() as Run
        if (heap.length === 0) return
        heap[0] = last
      }
      sink(heap, 0)
    }
  } finally {
    for (const lines of all) lines.return(undefined)
  }
}

function advance(run: Run): boolean {
  const next = run.lines.next()
  if (next.done === true) return false
  const space = next.value.indexOf(' ')
  run.time = Number(next.value.slice(0, space))
  run.line = next.value.slice(space + 1)
  return true
}

const isBefore = (one: Run, other: Run): boolean =>
  one.time < other.time || (one.time === other.time && one.number < other.number)

function sink(heap: Run[], at: number) {
  for (;;) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && isBefore(heap[child] as Run, heap[least] as Run)) least = child
    if (least === at) return
    const run = heap[at] as Run
    heap[at] = heap[least] as Run
    heap[least] = run
    at = least
  }
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r')
  const decoder = new TextDecoder()
  const piece = Buffer.allocUnsafe(PIECE)
  let rest = ''
  try {
    for (;;) {
      const read = readSync(file, piece)
      if (read === 0) break
      const lines = (rest + decoder.decode(piece.subarray(0, read), { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    closeSync(file)
  }
}
