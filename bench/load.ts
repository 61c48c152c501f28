/** The load generator, a process of its own: told what to ask, it asks and says how it went. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answered, openConnection } from './connection.ts'
import type { Asked, Order, Slice } from './generator.ts'

type Workload = {
  readonly port: number
  readonly asked: readonly Buffer[]
  readonly all: readonly Asked[]
  next: number
}

const workloads = new Map<string, Workload>()

process.on('message', (order: Order) => {
  if (order.kind === 'take') {
    const { host, port } = new URL(order.url)
    const asked = order.requests.map((one) => wire(one, host, order.token))
    workloads.set(order.name, { port: Number(port), asked, all: order.requests, next: 0 })
    return
  }
  const answer = (slice: Slice | { failed: string }) => process.send?.(slice)
  go(order).then(answer, (error: Error) => answer({ failed: error.message }))
})

function wire({ method, path, body }: Asked, host: string, token: string | undefined): Buffer {
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Accept: application/fhir+json']
  if (token !== undefined) head.push(`Authorization: Bearer ${token}`)
  if (body !== undefined) head.push('Content-Type: application/fhir+json', `Content-Length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`)
}

/** Every connection asks the next request as soon as it has its answer: for a time, or until each was asked once. */
async function go({ name, connections, seconds }: Extract<Order, { kind: 'go' }>): Promise<Slice> {
  const workload = workloads.get(name) as Workload
  const { port, asked, all } = workload
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
  const latencies: number[] = []
  let weight = 0
  let left = seconds === undefined ? asked.length : Number.POSITIVE_INFINITY
  let over = false
  const began = performance.now()
  const lane = async (ask: (request: Buffer) => Promise<Answered>): Promise<void> => {
    while (!over && left > 0) {
      left -= 1
      const n = workload.next
      workload.next = (n + 1) % asked.length
      const sent = performance.now()
      const { status, text } = await ask(asked[n] as Buffer)
      latencies.push(performance.now() - sent)
      if (status >= 300) throw new Error(`${name}: ${all[n]?.method} ${all[n]?.path} got ${status}: ${text()}`)
      weight += all[n]?.weight ?? 1
    }
  }
  const lanes = Promise.all(open.map((one) => lane(one.ask)))
  if (seconds !== undefined) {
    await Promise.race([sleep(seconds * 1000), lanes])
    over = true
  }
  await lanes
  const elapsedSeconds = (performance.now() - began) / 1000
  for (const one of open) one.close()
  latencies.sort((a, b) => a - b)
  const quantile = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] as number
  return { requests: latencies.length, weight, elapsedSeconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}
