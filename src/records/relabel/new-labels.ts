import type { KeyObject } from 'node:crypto'
import type { OwnerId } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import { open } from '../../vault/seal.ts'
import { splitBlob } from '../blobs/blob.ts'
import type { DateRange } from '../fhir/date-range.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import type { IndexPages } from '../index-pages.ts'
import { type Label, openLabel } from '../label.ts'
import { keyClassOf } from '../labelling/key-class-of.ts'
import { labelResource } from '../labelling/label-resource.ts'
import type { LabelRules } from '../labelling/label-rules.ts'
import { type SecurityLabels, saidOf, sameSecurity } from '../labelling/security-labels.ts'
import type { StoredVersion } from './stored-versions.ts'

/** A version, opened, with the label it would be given today. */
export type Relabelled = {
  readonly stored: StoredVersion
  readonly before: Label
  readonly label: Label
  /** What the body holds, byte for byte; null for a deletion. */
  readonly plaintext: Buffer | null
  readonly changed: boolean
}

type Needs = {
  readonly owners: OwnerCache
  readonly pages: IndexPages
  readonly labelKey: () => KeyObject
  readonly labelRules: LabelRules
}

const withSecurity = (
  { security: _before, ...label }: Label,
  security: SecurityLabels | undefined,
  rules: string,
): Label => ({
  ...label,
  rules,
  keyClass: keyClassOf(security),
  ...(security && { security }),
})

/** Opens versions and labels them anew. A shredded chart is left out: nobody can open it. */
export function createNewLabels({ owners, pages, labelKey, labelRules }: Needs) {
  return async function newLabels(versions: readonly StoredVersion[], receipt: Receipt): Promise<Relabelled[]> {
    const live = versions.filter((one) => one.owner.wrappedKey !== null)
    const birthDates = await birthDatesOf(live, receipt)
    let last: Relabelled | undefined
    return live.map((stored) => {
      const { row, version, type, owner, body, at } = stored
      const place = { owner: owner.owner, type, row, version }
      const before = openLabel(labelKey(), place, stored.label)
      let security = last?.stored.row === row ? last.label.security : before.security
      let plaintext: Buffer | null = null
      if (body !== null) {
        const keys = owners.unwrap(owner, stored.keysEpoch)
        plaintext = open(receipt, keys, before.keyClass, { ...place, column: 'body' }, body)
        const resource = JSON.parse(splitBlob(plaintext).json.toString()) as Resource
        const context = { birthDate: birthDates.get(owner.owner), at: at.toISOString() }
        security = saidOf(labelResource(labelRules, resource, context))
      }
      const label = withSecurity(before, security, labelRules.version)
      const changed = before.keyClass !== label.keyClass || !sameSecurity(before.security, label.security)
      last = { stored, before, label, plaintext, changed }
      return last
    })
  }

  async function birthDatesOf(live: readonly StoredVersion[], receipt: Receipt): Promise<Map<OwnerId, string>> {
    const byOwner = new Map(live.map((one) => [one.owner.owner, one]))
    const keysOf = (owner: OwnerId) => {
      const one = byOwner.get(owner) as StoredVersion
      return owners.unwrap(one.owner, one.keysEpoch)
    }
    const found = new Map<OwnerId, string>()
    for (const { owner, page } of await pages.ofOwners(receipt, keysOf, [...byOwner.keys()], 'Patient'))
      for (const { values } of page.entries()) {
        const from = (values.birthdate?.[0] as DateRange | undefined)?.[0]
        if (typeof from === 'number') found.set(owner, new Date(from).toISOString().slice(0, 10))
      }
    return found
  }
}
