import { parse } from 'csv-parse/sync'
import { type Account, employed, type Person } from '../identity/account.ts'
import { parseUsername } from '../identity/accounts.ts'
import { isFhirId } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'

const COLUMNS = ['username', 'name', 'role', 'unit', 'record', 'employed_from', 'employed_until'] as const
type Line = Partial<Record<(typeof COLUMNS)[number], string>>

/**
 * Reads people from CSV (RFC 4180) with a header: `username,name,role` and as far as known `unit`, `record`
 * (`Practitioner/x`, `Patient/x` or `RelatedPerson/x`), `employed_from`, `employed_until` (ISO 8601; a day alone begins at midnight UTC).
 * Throws `request.invalid` that names every line that is wrong: nothing of a wrong file is taken.
 */
export function parseStaff(text: string): Person[] {
  let lines: Line[]
  try {
    lines = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true }) as Line[]
  } catch (error) {
    throw new Refusal('request.invalid', `This is not CSV with a header: ${(error as Error).message}`)
  }
  const unknown = Object.keys(lines[0] ?? {}).find((name) => !(COLUMNS as readonly string[]).includes(name))
  const wrong = unknown === undefined ? [] : [`There is no column ${unknown}; there are ${COLUMNS.join(', ')}.`]
  const people = lines.flatMap((line, n) => {
    try {
      return [personOf(line)]
    } catch (error) {
      wrong.push(`Line ${n + 2}: ${(error as Error).message}`)
      return []
    }
  })
  const twice = people.find((one, n) => people.findIndex((other) => other.username === one.username) !== n)
  if (twice !== undefined) wrong.push(`${twice.username} is there twice.`)
  if (lines.length === 0) wrong.push('There is nobody in it.')
  if (wrong.length > 0) throw new Refusal('request.invalid', wrong.join('\n'))
  return people
}

function personOf({
  username = '',
  name = '',
  role = '',
  unit = '',
  record = '',
  employed_from = '',
  employed_until = '',
}: Line): Person {
  if (name === '' || name.length > 120) throw new Error('a name has 1 to 120 characters')
  if (!/^[a-z][a-z-]{0,40}$/.test(role)) throw new Error('a role has lowercase letters and dashes, such as nurse')
  const [type = '', id = '', more] = record.split('/')
  if (
    record !== '' &&
    (!['Practitioner', 'Patient', 'RelatedPerson'].includes(type) || !isFhirId(id) || more !== undefined)
  )
    throw new Error('a record is Practitioner/<id>, Patient/<id> or RelatedPerson/<id>')
  const from = timeOf(employed_from, 'employed_from')
  const until = timeOf(employed_until, 'employed_until')
  if (from !== undefined && until !== undefined && from >= until)
    throw new Error('employed_until is not after employed_from')
  return {
    username: parseUsername(username),
    name,
    role,
    ...(unit !== '' && { unit }),
    ...(record !== '' && { fhirUser: record }),
    ...(from !== undefined && { employedFrom: from }),
    ...(until !== undefined && { employedUntil: until }),
  }
}

function timeOf(text: string, column: string): string | undefined {
  if (text === '') return undefined
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new Error(`${column} is a day or a time with its zone, such as 2027-03-31 or 2027-03-31T22:00:00Z`)
  return new Date(text).toISOString()
}

/** What changed of a person, in the words of the ledger; empty when nothing did. */
export function changesOf(before: Account, after: Person, now: Date): string[] {
  const changed = (name: keyof Person, interaction: string) => (before[name] === after[name] ? [] : [interaction])
  return [
    ...changed('role', 'role-changed'),
    ...changed('unit', 'unit-changed'),
    ...(employed(before, now) && !employed(after, now) ? ['employment-ended'] : []),
    ...(['name', 'fhirUser', 'employedFrom', 'employedUntil'] as const).flatMap((name) =>
      changed(name, 'person-changed'),
    ),
  ].filter((one, n, all) => all.indexOf(one) === n)
}
