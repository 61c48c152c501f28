import type { Serving } from './serving.ts'
import type { Bundle, Resource } from './synthea.ts'

/** A resource of the source, and where the server put it: `Type/id`. */
export type Placed = { readonly resource: Resource; readonly at: string; readonly places: ReadonlyMap<string, string> }

const AT_ONCE = 3

/** Posts every bundle to a server, the same way for each, and returns what lies where, in the order of the source. */
export async function loadCharts({ url, token }: Serving, bundles: readonly Bundle[]): Promise<Placed[]> {
  const post = async ({ text, entries }: Bundle): Promise<Placed[]> => {
    const response = await fetch(`${url}/fhir`, {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/fhir+json', authorization: `Bearer ${token}` },
    })
    const answer = await response.text()
    if (!response.ok) throw new Error(`${url} refused a bundle: ${answer.slice(0, 2000)}`)
    const { entry } = JSON.parse(answer) as { entry: { response: { location: string } }[] }
    const at = entry.map((one) => one.response.location.replace(/\/_history\/.*$/, ''))
    const places = new Map(entries.map((one, n) => [one.fullUrl, at[n] as string]))
    return entries.map(({ resource }, n) => ({ resource, at: at[n] as string, places }))
  }
  const placed: Placed[][] = []
  for (const bundle of bundles.filter((one) => one.first)) placed.push(await post(bundle))
  const charts = bundles.filter((one) => !one.first)
  for (let from = 0; from < charts.length; from += AT_ONCE)
    placed.push(...(await Promise.all(charts.slice(from, from + AT_ONCE).map(post))))
  return placed.flat()
}
