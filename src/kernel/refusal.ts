/**
 * Every refusal the program can utter: a stable code `area.reason`, the HTTP status and the FHIR issue type
 * (http://hl7.org/fhir/R4/valueset-issue-type.html) it becomes at the edges.
 */
const REFUSALS = {
  'request.malformed': [400, 'structure'],
  'request.invalid': [400, 'invalid'],
  'request.too-large': [413, 'too-long'],
  'request.media-type': [415, 'not-supported'],
  'request.not-acceptable': [406, 'not-supported'],
  'request.origin': [403, 'forbidden'],
  'request.method': [405, 'not-supported'],
  'request.not-supported': [400, 'not-supported'],
  'request.throttled': [429, 'throttled'],
  'identity.unknown': [401, 'login'],
  'identity.expired': [401, 'expired'],
  'identity.refused': [401, 'login'],
  'identity.throttled': [429, 'throttled'],
  'identity.step-up': [403, 'login'],
  'identity.weak-password': [422, 'business-rule'],
  'identity.link': [410, 'expired'],
  'oauth.invalid-scope': [400, 'invalid'],
  'oauth.invalid-client-metadata': [400, 'invalid'],
  'oauth.invalid-redirect-uri': [400, 'invalid'],
  'oauth.invalid-token': [401, 'login'],
  'policy.forbidden': [403, 'forbidden'],
  'policy.masked': [403, 'suppressed'],
  'record.not-found': [404, 'not-found'],
  'record.gone': [410, 'deleted'],
  'record.invalid': [422, 'processing'],
  'record.conflict': [409, 'conflict'],
  'record.version-conflict': [412, 'conflict'],
  'record.multiple-matches': [412, 'multiple-matches'],
  'search.unknown-parameter': [400, 'not-supported'],
  'search.invalid-value': [400, 'value'],
  'search.too-costly': [400, 'too-costly'],
  'search.cursor': [400, 'invalid'],
  'key.shredded': [410, 'deleted'],
  'key.held': [409, 'conflict'],
  'key.approvals': [409, 'conflict'],
  'ledger.unavailable': [503, 'transient'],
  'ledger.unknown-receipt': [404, 'not-found'],
  'database.unavailable': [503, 'transient'],
  'database.outcome-unknown': [503, 'transient'],
  'watch.held': [403, 'forbidden'],
  'watch.step-up': [401, 'login'],
  'start.unsafe': [500, 'exception'],
} as const satisfies Record<string, readonly [number, string]>

export type RefusalCode = keyof typeof REFUSALS

/** One thing that is wrong, where it is (a FHIRPath such as `Patient.contact[0].name`), and how bad. */
export type Issue = {
  readonly severity: 'error' | 'warning' | 'information'
  /** FHIR issue type. */
  readonly code: string
  readonly text: string
  readonly expression?: string
}

/**
 * The one error that is part of the conversation. `message` is public and MUST hold no secret and nothing
 * about what the receiver may not know; `cause` stays inside. Anything else thrown is a defect.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly issues: readonly Issue[]
  /** The ledger entry that holds this refusal, when there is one. */
  readonly receipt: string | undefined
  /** The log's promise for that entry. */
  readonly promise: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    more: {
      issues?: readonly Issue[]
      receipt?: string | undefined
      promise?: string | undefined
      retryAfterSeconds?: number
      cause?: unknown
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Refusal'
    this.code = code
    this.issues = more.issues ?? [{ severity: 'error', code: REFUSALS[code][1], text: message }]
    this.receipt = more.receipt
    this.promise = more.promise
    this.retryAfterSeconds = more.retryAfterSeconds
  }

  get status(): number {
    return REFUSALS[this.code][0]
  }
}
