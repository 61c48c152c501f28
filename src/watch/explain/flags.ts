import type { Hospital, Member, Person } from '../hospital/hospital.ts'
import { FOREVER } from '../hospital/relations.ts'

/** What speaks against an access, whatever explains it. The order is that of the bits. */
export const FLAGS = ['self', 'address', 'family', 'co-worker', 'vip', 'deceased', 'leaver', 'decoy'] as const
export type Flag = (typeof FLAGS)[number]

export const bitOf = (flag: Flag): number => 1 << FLAGS.indexOf(flag)

/** A family name that more of the patients bear than this says nothing of kinship. */
const COMMON_NAME = 0.01
/** The chart of the dead is still worked on for some days. */
const AFTER_DEATH = 7 * 1440

/** What speaks against this person opening this chart at this minute, as bits. */
export function flagsOf(
  hospital: Hospital,
  actor: number,
  member: Member | undefined,
  person: Person | undefined,
  minute: number,
): number {
  let flags = 0
  if (member !== undefined && (minute > member.employedTo || minute < member.employedFrom)) flags |= bitOf('leaver')
  if (person === undefined) return flags
  if (person.decoy) flags |= bitOf('decoy')
  if (person.vip) flags |= bitOf('vip')
  if (person.deceasedAt !== FOREVER && minute > person.deceasedAt + AFTER_DEATH) flags |= bitOf('deceased')
  if (member === undefined) return flags
  if (person.employee !== '') flags |= bitOf(person.employee === hospital.names.word(actor) ? 'self' : 'co-worker')
  if (flags & bitOf('self')) return flags
  if (member.address !== '' && member.address === person.address) flags |= bitOf('address')
  if (
    member.familyName !== '' &&
    member.familyName === person.familyName &&
    hospital.shareOfName(person.familyName) < COMMON_NAME
  )
    flags |= bitOf('family')
  return flags
}

export const flagNames = (flags: number): Flag[] => FLAGS.filter((_, at) => flags & (1 << at))
