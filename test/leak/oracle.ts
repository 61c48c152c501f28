import type { Given } from './released.ts'
import { headerOf, type Say } from './speak.ts'

/**
 * What an actor may read one by one, taken from the server itself. Remembered until `forget`: between two changes of
 * the world the answer is the same. Relations end by the clock too, so a yes is never older than the step it belongs to.
 */
export type Oracle = ReturnType<typeof oracleOf>

export function oracleOf(say: Say) {
  const known = new Map<string, Promise<number>>()
  const etags = new Map<string, string | undefined>()

  function statusOf(path: string): Promise<number> {
    let status = known.get(path)
    if (status === undefined) {
      status = say({ method: 'GET', path: `/${path}` }).then((heard) => {
        etags.set(path, /"(.*)"/.exec(headerOf(heard, 'etag') ?? '')?.[1] ?? heard.json?.meta?.versionId)
        return heard.status
      })
      known.set(path, status)
    }
    return status
  }

  return {
    forget(): void {
      known.clear()
      etags.clear()
    },
    /** A record as it is now. */
    reads: async (ref: string): Promise<boolean> => (await statusOf(ref)) === 200,
    /** What an answer gave, as it gave it: a record, one of its versions, or that it was deleted. */
    async mayHave({ ref, version, deleted }: Given): Promise<boolean> {
      const status = await statusOf(ref)
      if (status === 200 && (version === undefined || version === etags.get(ref))) return true
      if (deleted === true && status === 410) return true
      return version !== undefined && [200, 410].includes(await statusOf(`${ref}/_history/${version}`))
    },
  }
}
