import type { Span } from './date-span.ts'

/** Moves when what is compiled changes: rules of another format MUST be compiled anew before they are evaluated. */
export const RULES_FORMAT = 1

export type Effect = 'permit' | 'deny'

/** What a provision is about. What is absent is not asked; members of a list are alternatives; the rest all hold. */
export type Criteria = {
  /** References (`Practitioner/x`) and `identifier:system|value`. */
  readonly actors?: readonly string[]
  /** Codes of consentaction: access, collect, use, disclose, correct. */
  readonly actions?: readonly string[]
  /** Codes of v3-PurposeOfUse, and `system|code` of others. */
  readonly purposes?: readonly string[]
  /** When the provision itself holds; the root's is the consent's. */
  readonly period?: Span
  readonly labels?: LabelCriteria
  /** FHIR resource types, and `system|code` of document classes. */
  readonly classes?: readonly string[]
  /** `system|code`. */
  readonly codes?: readonly string[]
  readonly dataPeriod?: Span
  readonly data?: DataCriteria
}

export type LabelCriteria = {
  /** The highest level that is meant, 0 (U) to 5 (V): what a permit says, and what is inherited from one. */
  readonly upTo?: number
  /** The lowest: what a denial says, and what is inherited from one. */
  readonly from?: number
  readonly sensitivities?: readonly string[]
  /** `system|code`, matched as they are. */
  readonly others?: readonly string[]
}

export type DataCriteria = {
  readonly records?: readonly string[]
  /** The named record, and what refers to it. */
  readonly related?: readonly string[]
  readonly authors?: readonly string[]
}

export type Provision = {
  readonly effect: Effect
  /** Where it stands in the Consent: `provision`, `provision.provision[0]`. */
  readonly path: string
  /** What it inherits from the provisions above is already here. */
  readonly when: Criteria
}

export type Exception = Provision & {
  /** Positions of the denying exceptions that this permitting one lies within, and lifts. */
  readonly lifts?: readonly number[]
}

type Named = {
  /** `Consent/x`. */
  readonly consent: string
  /** Which policy it answers: `policy.uri`, or `system|code` of `policyRule`. */
  readonly policy?: string
  /** What `dateTime` stands for; the later one of a policy supersedes. */
  readonly dated?: readonly [number, number]
}

/** A consent that can be honoured. */
export type HonouredConsent = Named & {
  readonly policy: string
  readonly dated: readonly [number, number]
  readonly period?: Span
  /** What `policyRule` says where the root provision does not apply (OPTIN, OPTOUT). */
  readonly otherwise?: Effect
  readonly root: Provision
  readonly exceptions: readonly Exception[]
}

/** A consent that cannot: everything is denied, to everybody but the patient. */
export type RefusedConsent = Named & { readonly refused: ConsentAlert }

/** JSON, frozen; stored sealed, and evaluated at every read. */
export type ConsentRules = HonouredConsent | RefusedConsent

/** Why a consent cannot be honoured. Each is explained in words by `explainAlert`. */
export type AlertReason =
  | 'not-a-consent'
  | 'status'
  | 'scope'
  | 'modifier'
  | 'element'
  | 'patient'
  | 'date'
  | 'policy'
  | 'unverified'
  | 'no-provision'
  | 'no-type'
  | 'untyped-criteria'
  | 'contradiction'
  | 'excepts-nothing'
  | 'nesting'
  | 'too-large'
  | 'period'
  | 'actor'
  | 'actor-role'
  | 'action'
  | 'purpose'
  | 'class'
  | 'code'
  | 'label'
  | 'data'

export type ConsentAlert = {
  readonly reason: AlertReason
  /** The element: `provision.provision[1].actor[0].role`. Holds no value. */
  readonly path: string
}
