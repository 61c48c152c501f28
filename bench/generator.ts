import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** One request, and how much it counts (a bundle counts its resources). */
export type Asked = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly weight?: number
}

/** What is told to the load process. Without `seconds`, each request is asked once. */
export type Order =
  | {
      readonly kind: 'take'
      readonly name: string
      readonly url: string
      readonly token?: string
      readonly requests: readonly Asked[]
    }
  | { readonly kind: 'go'; readonly name: string; readonly connections: number; readonly seconds?: number }

export type Slice = {
  readonly requests: number
  readonly weight: number
  readonly elapsedSeconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export type Generator = ReturnType<typeof startGenerator>

/** Starts the load process. `go` rejects when any request is refused: a benchmark of errors is none. */
export function startGenerator() {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), { serialization: 'advanced' })
  const ended = once(child, 'exit').then(() => [{ failed: 'the load process ended' }])
  return {
    take: (order: Omit<Extract<Order, { kind: 'take' }>, 'kind'>) => void child.send({ kind: 'take', ...order }),
    async go(order: Omit<Extract<Order, { kind: 'go' }>, 'kind'>): Promise<Slice> {
      child.send({ kind: 'go', ...order })
      const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Slice | { failed: string }]
      if ('failed' in answer) throw new Error(answer.failed)
      return answer
    },
    stop: () => void child.kill(),
  }
}
