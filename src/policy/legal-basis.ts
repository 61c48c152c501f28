import table from '../../policies/legal-bases.json' with { type: 'json' }

type Rule = {
  readonly purposes: readonly string[]
  readonly roles?: readonly string[]
  readonly bases: readonly string[]
  readonly note: string
}

const rules: readonly Rule[] = table.rules

/** Said with every basis for as long as nobody has verified the table. */
const UNVERIFIED = table.verifiedBy === null ? ' (not verified: check with counsel)' : ''

/** On what law an access of a role for a purpose may rest, in words; empty when the table says nothing. */
export function legalBasisOf({ role, purpose }: { readonly role: string; readonly purpose: string }): string {
  const rule = rules.find((one) => one.purposes.includes(purpose) && one.roles?.includes(role) !== false)
  return rule === undefined ? '' : `${rule.bases.join('; ')}${UNVERIFIED}`
}
