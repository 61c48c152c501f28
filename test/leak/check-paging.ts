import { judge } from './check-steps.ts'
import type { Heard } from './speak.ts'
import { put, type Stage } from './stage.ts'
import type { Words } from './world.ts'

const pathsOf = ({ patients, shared }: Words): string[] => [
  '/Observation?_sort=-_lastUpdated&_count=1',
  `/Observation?patient=Patient/${patients[0]}&_count=1`,
  `/Observation?identifier=${encodeURIComponent(shared)}&_count=1`,
  '/Observation/_history?_count=1',
]
const MOST_PAGES = 12

const nextOf = (heard: Heard): string | undefined =>
  heard.json?.link?.find((link: { relation: string }) => link.relation === 'next')?.url

/**
 * A right ends while somebody turns pages: what comes after is decided by what holds then. And nobody turns the pages
 * of another: a link that was given to one says to the next no more than they may read.
 */
export async function checkPaging(stage: Stage): Promise<void> {
  const { world, actors, loader, plan } = stage
  const { of, after, before } = world.withdrawal
  const actor = actors.find((one) => one.plays === of)
  for (const path of pathsOf(world.words)) {
    if (plan.only?.shapes?.test(`GET ${path}`) === false) continue
    const first = await loader({ method: 'GET', path })
    const link = nextOf(first)
    if (link !== undefined)
      for (const other of actors)
        await judge(stage, other, { name: `GET ${path}, the next link of another` }, await get(other.say, link))
    if (actor === undefined) continue
    let heard = await get(actor.say, path)
    await put(loader, after)
    actor.oracle.forget()
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const next = nextOf(heard)
      if (next === undefined) break
      heard = await get(actor.say, next)
      await judge(stage, actor, { name: `GET ${path}, then a right ended, then next` }, heard)
    }
    await put(loader, before)
    actor.oracle.forget()
  }
}

const get = (say: (request: { method: string; path: string }) => Promise<Heard>, path: string) =>
  say({ method: 'GET', path })
