import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConsentRecord } from '../../src/consent/consent-question.ts'
import { dateSpan } from '../../src/consent/date-span.ts'
import { securityLabelsOf } from '../../src/consent/security-labels.ts'
import { readFsh } from './read-fsh.ts'
import { SHARED_DATA, withoutSharedData } from './shared-data.ts'

const PROFILES = { BasicConsent: 'Consent', IntermediateConsent: 'Consent', AdvancedConsent: 'Consent' }

/** A file of IHE Privacy Consent on FHIR (CC-BY-4.0) among the shared inputs. */
export const pcfFile = (name: string): string => readFileSync(join(SHARED_DATA, 'consent/pcf', name), 'utf8')

/** The example consents, by id; none without the shared inputs. */
export const consents = withoutSharedData
  ? new Map<string, Record<string, unknown>>()
  : readFsh(pcfFile('consent.fsh'), PROFILES)

/** The records of the examples, from their FSH: what their labels, dates, authors and encounters are. */
function recordsOf(text: string): Map<string, ConsentRecord> {
  const found = new Map<string, ConsentRecord>()
  for (const block of text.split(/^(?=Instance:)/m)) {
    const id = /^Instance:\s*(\S+)/.exec(block)?.[1]
    const kind = /^InstanceOf:\s*(\S+)/m.exec(block)?.[1]
    if (id === undefined || kind === undefined || !/Observation|\/bp|bodyweight|Encounter/.test(kind)) continue
    const type = kind === 'Encounter' ? 'Encounter' : 'Observation'
    const security = [...block.matchAll(/^\* meta\.security\S*\s*=\s*(\S+)#(\S+)/gm)]
    const all = (element: string) =>
      [...block.matchAll(new RegExp(`^\\* ${element}\\s*=\\s*Reference\\((\\S+)\\)`, 'gm'))].map(
        (one) => one[1] as string,
      )
    const date = /^\* effectiveDateTime = (\S+)/m.exec(block)?.[1]
    found.set(id, {
      type,
      reference: `${type}/${id}`,
      labels: securityLabelsOf(
        security.map(([, system, code]) => ({ system: system as string, code: code as string })),
      ),
      codes: [],
      documentClasses: [],
      related: [...all('encounter'), ...all('subject')],
      authors: all('performer'),
      clinicalDate: dateSpan(date) ?? null,
    })
  }
  return found
}

export const records = withoutSharedData ? new Map<string, ConsentRecord>() : recordsOf(pcfFile('ex-sensitive.fsh'))
