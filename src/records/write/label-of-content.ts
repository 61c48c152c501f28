import { categoriesOf } from '../categories-of.ts'
import { aboutRecord } from '../consents/about-record.ts'
import type { Label } from '../label.ts'
import { keyClassOf } from '../labelling/key-class-of.ts'
import { type LabelContext, labelResource } from '../labelling/label-resource.ts'
import type { LabelRules } from '../labelling/label-rules.ts'
import { saidOf } from '../labelling/security-labels.ts'
import type { Content } from './operation.ts'

/** What a label says of a record's content: how sensitive it is, and what scopes and consents may speak of in it. */
export function labelOfContent(
  rules: LabelRules,
  type: string,
  { resource, values }: Content,
  context: LabelContext,
): Pick<Label, 'keyClass' | 'about' | 'categories' | 'rules' | 'security'> {
  const categories = categoriesOf(type, values)
  const security = saidOf(labelResource(rules, resource, context))
  return {
    keyClass: keyClassOf(security),
    about: aboutRecord(values),
    rules: rules.version,
    ...(categories && { categories }),
    ...(security && { security }),
  }
}
