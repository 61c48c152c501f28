import { SCORES } from '../detect/scores.ts'
import { type Case, contributionsOfCase, type Finding } from './case.ts'

export type SimilarCase = {
  readonly id: string
  readonly about: string
  /** 0 to 1. */
  readonly likeness: number
  readonly finding?: Finding
  readonly reason?: string
}

const MOST = 3
const LEAST = 0.4
const OF_SCORES = 0.7
const OF_ROLES = 0.2
const OF_KIND = 0.1

function vectorOf(of: Case): number[] {
  const nats = new Map(contributionsOfCase(of).map((one) => [one.score, one.nats]))
  return SCORES.map(({ id }) => nats.get(id) ?? 0)
}

function cosine(one: readonly number[], other: readonly number[]): number {
  let product = 0
  let first = 0
  let second = 0
  for (const [at, value] of one.entries()) {
    product += value * (other[at] as number)
    first += value * value
    second += (other[at] as number) ** 2
  }
  if (first === 0 && second === 0) return 1
  return first === 0 || second === 0 ? 0 : product / Math.sqrt(first * second)
}

/** The cases opened earlier that are most like this one, by what stood out, the roles and the kind. */
export function similarCases(of: Case, all: readonly Case[]): SimilarCase[] {
  const vector = vectorOf(of)
  return all
    .filter((one) => one !== of && one.openedAt <= of.openedAt && one.id !== of.id)
    .map((one): SimilarCase => {
      const shared = [...of.roles].filter((role) => one.roles.has(role)).length
      const roles = shared / Math.max(1, Math.min(of.roles.size, one.roles.size))
      const likeness =
        OF_SCORES * cosine(vector, vectorOf(one)) + OF_ROLES * roles + (one.kind === of.kind ? OF_KIND : 0)
      const { verdict } = one
      return {
        id: one.id,
        about: one.about,
        likeness: Math.round(likeness * 100) / 100,
        ...(verdict !== undefined && { finding: verdict.finding, reason: verdict.reason }),
      }
    })
    .filter((one) => one.likeness >= LEAST)
    .toSorted(
      (one, other) =>
        // One of which is known what it was tells more than one of which it is not.
        Number(other.finding !== undefined) - Number(one.finding !== undefined) || other.likeness - one.likeness,
    )
    .slice(0, MOST)
}
