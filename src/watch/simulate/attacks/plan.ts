import type { Campaign } from '../access.ts'
import type { Hospital } from '../hospital.ts'
import type { Scenario, SimulationParameters, Stealth } from '../parameters.ts'
import type { Random } from '../random.ts'
import { bulkExport, MODIFICATIONS, type Modification, massModification } from './bulk.ts'
import { adminAbuse, compromisedDevice, leaver, poisoning } from './inside.ts'
import { type Attack, type Casting, createCasting } from './raid.ts'
import { familySnoop, lowAndSlow, vipPileOn } from './snoop.ts'
import { apiScraper, credentialStuffing, stolenSession } from './takeover.ts'

type Plot = Omit<Attack, 'campaign'> & { readonly variant: string }

/** Family members are 77 % of the cases that hospitals find (docs/watch-simulator.md). */
const FAMILIES = 4
const STAFF_OF_A_CAMPAIGN = 700

function plotsOf(cast: Casting, scenario: Scenario, stealth: Stealth): Plot[] {
  switch (scenario) {
    case 'family-snoop':
      return Array.from({ length: FAMILIES }, () => familySnoop(cast, stealth))
    case 'vip-pile-on':
      return [vipPileOn(cast, stealth)]
    case 'low-and-slow':
      return [lowAndSlow(cast, stealth)]
    case 'stolen-session':
      return [stolenSession(cast, stealth)]
    case 'credential-stuffing':
      return [credentialStuffing(cast, stealth)]
    case 'api-scraper':
      return [apiScraper(cast, stealth)]
    case 'bulk-export':
      return [bulkExport(cast, stealth)]
    case 'mass-modification':
      return (Object.keys(MODIFICATIONS) as Modification[])
        .filter((kind) => (MODIFICATIONS[kind] as readonly Stealth[]).includes(stealth))
        .map((kind) => massModification(cast, stealth, kind))
    case 'compromised-device':
      return [compromisedDevice(cast, stealth)]
    case 'leaver-admin':
      return [leaver(cast, stealth), adminAbuse(cast, stealth), poisoning(cast, stealth)]
  }
}

/** Every campaign of the scenarios and levels asked for; more of each in a larger hospital. */
export function planAttacks(hospital: Hospital, seed: Random, given: SimulationParameters): Attack[] {
  const times = Math.max(1, Math.round(given.staff / STAFF_OF_A_CAMPAIGN))
  const cast = createCasting(hospital, seed.fork('casting'), given)
  const attacks: Attack[] = []
  for (const scenario of given.scenarios)
    for (const stealth of given.stealth)
      for (let time = 0; time < times; time++)
        for (const { variant, ...plot } of plotsOf(cast, scenario, stealth)) {
          const id = `${scenario}-${stealth}-${attacks.filter((one) => one.campaign.scenario === scenario && one.campaign.stealth === stealth).length + 1}`
          const campaign: Campaign = {
            id,
            scenario,
            stealth,
            variant,
            actors: new Set(),
            patients: new Set(),
            rows: 0,
            records: 0,
            explainable: 0,
            from: Number.POSITIVE_INFINITY,
            to: Number.NEGATIVE_INFINITY,
            modified: [],
          }
          attacks.push({ campaign, ...plot })
        }
  return attacks
}
