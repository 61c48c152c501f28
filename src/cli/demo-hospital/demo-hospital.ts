import { createChart, type Resource } from './chart.ts'
import { people } from './people.ts'
import { type Persona, personas } from './personas.ts'
import { practitioners } from './staff.ts'
import { birth } from './stories/birth.ts'
import { body } from './stories/body.ts'
import { growthAndCells } from './stories/growth-and-cells.ts'
import { heartAndVessels } from './stories/heart-and-vessels.ts'
import { mind } from './stories/mind.ts'
import type { Story } from './story.ts'
import { departments, locations, organisation } from './wards.ts'
import { insurer, writePerson } from './write-person.ts'
import { writeStory } from './write-story.ts'

export type DemoHospital = {
  readonly organisation: Resource
  /** FHIR R4 transactions of PUTs: first the hospital itself, then one a patient. */
  readonly bundles: readonly { readonly label: string; readonly bundle: object }[]
  readonly personas: readonly Persona[]
}

/** A Friday in late autumn; the charts' "today", fixed so that a second start changes nothing. */
export const DEMO_TODAY = '2026-11-20'

const STORIES: Readonly<Record<string, Story>> = { ...heartAndVessels, ...body, ...mind, ...growthAndCells, ...birth }

/**
 * A hospital of our own making: its people, patients and identifiers are invented. The same for the same `today`
 * (`YYYY-MM-DD`), on every machine. Staff and places are the tenant's; all else belongs to exactly one patient.
 */
export function demoHospital(today: string = DEMO_TODAY): DemoHospital {
  const house = [organisation, insurer, ...departments, ...locations, ...practitioners]
  const charts = people.map((person) => {
    const chart = createChart(person, today)
    const stories = person.stories.map((name) => ({ name, story: storyOf(name) }))
    const weighed = stories.flatMap(({ story }) => story.series ?? []).find(({ of }) => of.weight !== undefined)
    writePerson(chart, weighed?.of.weight?.[0])
    for (const { name, story } of stories) writeStory(chart, name, story)
    return { label: `${person.given} ${person.family}`, bundle: transaction(chart.resources) }
  })
  return {
    organisation,
    bundles: [{ label: 'the hospital, its wards and its staff', bundle: transaction(house) }, ...charts],
    personas,
  }
}

function storyOf(name: string): Story {
  const story = STORIES[name]
  if (story === undefined) throw new Error(`the demo hospital knows no story ${name}`)
  return story
}

const transaction = (resources: readonly { resourceType: string; id: string }[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  })),
})
