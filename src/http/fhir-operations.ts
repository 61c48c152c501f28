import { isFhirId } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Records } from '../records/records.ts'
import type { Answer, Ask } from './ask.ts'

type Parameter = { readonly name: string; readonly [value: string]: unknown }

/** The operations of FHIR's edge (`$…`): Parameters in and out. */
export function createFhirOperations({
  breakGlass,
  accessReport,
  accessQuestions,
  explainAccess,
  definitions,
}: Records) {
  const answer = (parameter: readonly Parameter[], receipted: { receipt?: string; promise?: string } = {}): Answer => ({
    status: 200,
    text: JSON.stringify({ resourceType: 'Parameters', parameter }),
    ...receipted,
  })

  return {
    async breakGlass(ask: Ask): Promise<Answer> {
      const given = parametersIn(ask)
      if (given.get('confirm') !== true)
        throw new Refusal('request.invalid', 'Breaking the glass is written down and reviewed. Send confirm: true.')
      const { endsAt, ...receipted } = await breakGlass(ask.who, patientIn(ask), textIn(given, 'reason', 10))
      return answer([{ name: 'endsAt', valueInstant: endsAt.toISOString() }], receipted)
    },
    async accessReport(ask: Ask): Promise<Answer> {
      const query = new Map(ask.query)
      const since = query.get('since')
      const from = since === undefined ? undefined : new Date(since)
      if (from !== undefined && Number.isNaN(from.getTime()))
        throw new Refusal('search.invalid-value', 'since is a day or an instant, such as 2027-01-31.')
      const unexpectedOnly = query.get('show') === 'unexpected'
      const { lines, complete, ...receipted } = await accessReport(ask.who, patientIn(ask), {
        since: from,
        unexpectedOnly,
      })
      const accesses = lines.map(
        ({ from: first, until, times, receipts, expected, refused, emergency, own, ...said }) => ({
          name: 'access',
          part: [
            ...Object.entries(said).flatMap(([name, valueString]) =>
              valueString === '' ? [] : [{ name, valueString }],
            ),
            { name: 'from', valueInstant: first.toISOString() },
            { name: 'until', valueInstant: until.toISOString() },
            { name: 'times', valueInteger: times },
            ...Object.entries({ expected, refused, emergency, own }).map(([name, valueBoolean]) => ({
              name,
              valueBoolean,
            })),
            ...receipts.slice(0, 50).map((valueId) => ({ name: 'receipt', valueId })),
          ],
        }),
      )
      return answer([{ name: 'complete', valueBoolean: complete }, ...accesses], receipted)
    },
    async explainAccess(ask: Ask): Promise<Answer> {
      if (!definitions.isResourceType(ask.type))
        throw new Refusal(
          'record.not-found',
          `${JSON.stringify(ask.type.slice(0, 60))} is not a resource type of FHIR R4.`,
        )
      const ref = { type: ask.type, id: patientIn(ask) }
      const {
        permitted,
        says,
        role,
        purpose,
        strength,
        policies,
        relations,
        masks,
        wouldAllow,
        basis,
        receipt,
        promise,
      } = await explainAccess(ask.who, ref, askedIn(ask))
      const codes = { policy: policies, relation: relations, mask: masks }
      return answer(
        [
          { name: 'permitted', valueBoolean: permitted },
          { name: 'says', valueString: says },
          ...Object.entries({ role, purpose, strength }).map(([name, valueCode]) => ({ name, valueCode })),
          ...Object.entries(codes).flatMap(([name, all]) => all.map((valueCode) => ({ name, valueCode }))),
          ...(basis === '' ? [] : [{ name: 'basis', valueString: basis }]),
          ...wouldAllow.map((valueString) => ({ name: 'wouldAllow', valueString })),
        ],
        { receipt, promise },
      )
    },
    async questionAccess(ask: Ask): Promise<Answer> {
      const given = parametersIn(ask)
      const receipt = textIn(given, 'receipt', 1)
      const { review, ...receipted } = await accessQuestions.ask(
        ask.who,
        patientIn(ask),
        receipt,
        textIn(given, 'text', 1),
      )
      return answer([{ name: 'review', valueId: review }], receipted)
    },
    async reviews(ask: Ask): Promise<Answer> {
      const waiting = await accessQuestions.waiting(ask.who)
      return answer(
        waiting.map(({ id, kind, openedAt, kept }) => ({
          name: 'review',
          part: [
            { name: 'id', valueId: id },
            { name: 'kind', valueCode: kind },
            { name: 'openedAt', valueInstant: openedAt.toISOString() },
            { name: 'patient', valueReference: { reference: `Patient/${kept.patient}` } },
            { name: 'person', valueString: kept.person.name },
            { name: 'role', valueCode: kept.person.role },
            { name: 'text', valueString: kept.text },
            { name: 'entry', valueReference: { reference: `AuditEvent/${kept.entry}` } },
          ],
        })),
      )
    },
    async closeReview(ask: Ask): Promise<Answer> {
      const given = parametersIn(ask)
      const finding = textIn(given, 'finding', 1)
      if (finding !== 'justified' && finding !== 'misuse')
        throw new Refusal('request.invalid', 'A finding is justified or misuse.')
      return answer(
        [],
        await accessQuestions.close(ask.who, textIn(given, 'review', 1), finding, textIn(given, 'note', 3)),
      )
    },
  }
}

/** `?actor=Practitioner/x&role=nurse`: somebody else, whose access is asked about. */
function askedIn({ query }: Ask): { fhirUser: string; role: string } | undefined {
  const given = new Map(query)
  const [fhirUser, role] = [given.get('actor'), given.get('role')]
  if (fhirUser === undefined && role === undefined) return undefined
  const [type = '', id = '', ...more] = (fhirUser ?? '').split('/')
  if (!/^[A-Z][A-Za-z]+$/.test(type) || !isFhirId(id) || more.length > 0 || !/^[a-z][a-z-]{0,40}$/.test(role ?? ''))
    throw new Refusal('request.invalid', 'Name both: actor, such as Practitioner/17, and role, such as nurse.')
  return { fhirUser: fhirUser as string, role: role as string }
}

function patientIn({ id }: Ask): string {
  if (isFhirId(id)) return id
  throw new Refusal('record.not-found', 'This is not an id: 1 to 64 letters, digits, dashes and dots.')
}

/** `valueX` of each parameter by its name; the last one of a name counts. Throws `request.malformed`, `request.invalid`. */
function parametersIn({ body }: Ask): Map<string, unknown> {
  let sent: { resourceType?: unknown; parameter?: unknown }
  try {
    sent = JSON.parse(body) as typeof sent
  } catch {
    throw new Refusal('request.malformed', 'The body is not JSON.')
  }
  if (sent?.resourceType !== 'Parameters' || !Array.isArray(sent.parameter))
    throw new Refusal('request.invalid', 'This operation takes a Parameters resource.')
  return new Map(
    (sent.parameter as unknown[]).flatMap((one) => {
      const { name, ...value } = (one ?? {}) as Record<string, unknown>
      const key = Object.keys(value).find((member) => member.startsWith('value'))
      return typeof name === 'string' && key !== undefined ? [[name, value[key]] as const] : []
    }),
  )
}

function textIn(given: ReadonlyMap<string, unknown>, name: string, least: number): string {
  const text = given.get(name)
  if (typeof text === 'string' && text.trim().length >= least && text.length <= 1000) return text.trim()
  throw new Refusal('request.invalid', `Send ${name}: text of ${least} to 1,000 characters.`)
}
