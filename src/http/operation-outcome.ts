import { Refusal } from '../kernel/refusal.ts'

/** A Refusal in FHIR's dialect. */
export function operationOutcome(refusal: Refusal): string {
  return JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: refusal.issues.map(({ severity, code, text, expression }) => ({
      severity,
      code,
      details: {
        coding: [{ system: 'https://chartwarden.example/fhir/CodeSystem/refusal', code: refusal.code }],
        text,
      },
      ...(expression !== undefined && { expression: [expression] }),
    })),
  })
}

export const internalError = (): string =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'fatal', code: 'exception', details: { text: 'The server failed; nothing was released.' } }],
  })

type Thrown = { statusCode?: number; code?: string; message?: string }

/** What Fastify itself throws before a handler runs, as a Refusal; undefined for a defect of ours. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  const { statusCode, code } = error as Thrown
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Refusal('request.too-large', 'The body is larger than this server takes.')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Refusal('request.media-type', 'Send application/fhir+json.')
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return new Refusal('request.malformed', 'The body is empty.')
  if (statusCode === 429) return new Refusal('request.throttled', 'Too many requests; wait a little.')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Refusal('request.invalid', 'The request is not valid.')
  return undefined
}
