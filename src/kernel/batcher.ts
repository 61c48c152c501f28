type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }

/**
 * Gathers what is asked in the same moment and does it together: a few lanes, no timer. A lane that is free
 * takes all that waits (`most` at a time) at the end of the current turn of the event loop, so that under
 * load a batch grows to whatever arrives while the lanes are busy.
 *
 * `run` MUST return one result for each item, in order; when it rejects, the whole batch does.
 */
export function createBatcher<Item, Result>({
  lanes,
  most,
  run,
}: {
  lanes: number
  most: number
  run: (items: Item[], lane: number) => Promise<Result[]>
}): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = []
  const free = Array.from({ length: lanes }, (_, lane) => lane)

  async function work(lane: number): Promise<void> {
    const batch = queue.splice(0, most)
    try {
      const results = await run(
        batch.map((one) => one.item),
        lane,
      )
      batch.forEach((one, n) => {
        one.resolve(results[n] as Result)
      })
    } catch (error) {
      for (const one of batch) one.reject(error)
    } finally {
      free.push(lane)
      wake()
    }
  }

  function wake(): void {
    if (queue.length === 0) return
    const lane = free.pop()
    if (lane === undefined) return
    setImmediate(() => {
      if (queue.length === 0) free.push(lane)
      else void work(lane)
    })
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ item, resolve, reject })
      wake()
    })
}
