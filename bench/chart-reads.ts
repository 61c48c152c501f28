/** Charts that a nurse may read by a relation and a client by its scope, and reading all of them. */
import type { Opened } from '../src/cli/open-installation.ts'
import type { Actor } from '../src/kernel/actor.ts'

const CHARTS = 40
const RECORDS = 25
const IN_FLIGHT = 16

export const LOADER: Actor = {
  kind: 'client',
  id: 'loader',
  name: 'loader',
  role: 'backend',
  scopes: [{ context: 'system', type: '*', may: 'cruds' }],
  purpose: 'TREAT',
}
export const NURSE: Actor = {
  kind: 'person',
  id: 'noor',
  name: 'Noor',
  role: 'nurse',
  scopes: [{ context: 'user', type: '*', may: 'cruds' }],
  purpose: 'TREAT',
  fhirUser: 'Practitioner/noor',
  strength: 'phishing-resistant',
}

export const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] as number

const who = (actor: Actor) => ({ actor, requestId: 'bench' })

/** Fills an installation; returns a round of reads of every record by one actor, in reads a second. */
export async function fillCharts({ chartwarden: { records } }: Opened): Promise<(actor: Actor) => Promise<number>> {
  const put = (type: string, id: string, more: object) =>
    records.updateRecord(who(LOADER), { type, id }, JSON.stringify({ resourceType: type, id, ...more }), undefined)
  for (let chart = 0; chart < CHARTS; chart++) {
    const subject = { reference: `Patient/p${chart}` }
    await put('Patient', `p${chart}`, { name: [{ family: `F${chart}` }] })
    await put('CareTeam', `t${chart}`, {
      status: 'active',
      subject,
      participant: [{ member: { reference: 'Practitioner/noor' } }],
    })
    await Promise.all(
      Array.from({ length: RECORDS }, (_, n) =>
        put('Observation', `o${chart}-${n}`, { status: 'final', code: { text: 'x' }, subject }),
      ),
    )
  }
  const all = Array.from({ length: CHARTS * RECORDS }, (_, n) => ({
    type: 'Observation',
    id: `o${n % CHARTS}-${Math.floor(n / CHARTS)}`,
  }))
  return async (actor) => {
    const left = [...all]
    const lane = async () => {
      for (let ref = left.pop(); ref !== undefined; ref = left.pop()) await records.readRecord(who(actor), ref)
    }
    const began = performance.now()
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
    return all.length / ((performance.now() - began) / 1000)
  }
}
