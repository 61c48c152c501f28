import type { Concept } from './codes.ts'
import { rows } from './rows.ts'

export type Medicine = {
  readonly code: Concept
  readonly dose: { value: number; unit: string }
  readonly timesADay: number
  readonly asNeeded: boolean
  readonly route: string
}

/** WHO's ATC code, the usual dose, how many times a day (`?` as needed), the route. */
const KNOWN: ReadonlyMap<string, Medicine> = new Map(
  rows(`
  bisoprolol     | C07AB07 | 2.5 mg  | 1  | oral
  ramipril       | C09AA05 | 5 mg    | 1  | oral
  amlodipine     | C08CA01 | 5 mg    | 1  | oral
  furosemide     | C03CA01 | 40 mg   | 2  | oral
  spironolactone | C03DA01 | 25 mg   | 1  | oral
  apixaban       | B01AF02 | 5 mg    | 2  | oral
  clopidogrel    | B01AC04 | 75 mg   | 1  | oral
  acetylsalicylic acid | B01AC06 | 75 mg | 1 | oral
  atorvastatin   | C10AA05 | 40 mg   | 1  | oral
  metformin      | A10BA02 | 1000 mg | 2  | oral
  empagliflozin  | A10BK03 | 10 mg   | 1  | oral
  insulin glargine | A10AE04 | 18 U | 1  | subcutaneous
  insulin lispro | A10AB04 | 6 U     | 3  | subcutaneous
  salbutamol     | R03AC02 | 200 ug  | ?  | inhalation
  tiotropium     | R03BB04 | 18 ug   | 1  | inhalation
  budesonide     | R03BA02 | 200 ug  | 2  | inhalation
  prednisolone   | H02AB06 | 40 mg   | 1  | oral
  ceftriaxone    | J01DD04 | 2 g     | 1  | intravenous
  meropenem      | J01DH02 | 1 g     | 3  | intravenous
  amoxicillin    | J01CA04 | 500 mg  | 3  | oral
  norepinephrine | C01CA03 | 8 ug    | 1  | intravenous
  enoxaparin     | B01AB05 | 40 mg   | 1  | subcutaneous
  paracetamol    | N02BE01 | 1000 mg | ?  | oral
  morphine       | N02AA01 | 5 mg    | ?  | oral
  levothyroxine  | H03AA01 | 75 ug   | 1  | oral
  ferrous sulfate | B03AA07 | 200 mg | 1  | oral
  allopurinol    | M04AA01 | 300 mg  | 1  | oral
  sumatriptan    | N02CC01 | 50 mg   | ?  | oral
  levetiracetam  | N03AX14 | 500 mg  | 2  | oral
  levodopa and carbidopa | N04BA02 | 125 mg | 3 | oral
  donepezil      | N06DA02 | 10 mg   | 1  | oral
  tamoxifen      | L02BA01 | 20 mg   | 1  | oral
  capecitabine   | L01BC06 | 1500 mg | 2  | oral
  mercaptopurine | L01BB02 | 50 mg   | 1  | oral
  ondansetron    | A04AA01 | 8 mg    | ?  | oral
  hydroxycarbamide | L01XX05 | 500 mg | 1 | oral
  folic acid     | B03BB01 | 0.4 mg  | 1  | oral
  labetalol      | C07AG01 | 100 mg  | 2  | oral
  magnesium sulfate | B05XA05 | 1 g  | 1  | intravenous
  letrozole      | L02BG04 | 2.5 mg  | 1  | oral
  mifepristone   | G03XB01 | 200 mg  | 1  | oral
  misoprostol    | G02AD06 | 800 ug  | 1  | buccal
  caffeine citrate | N06BC01 | 10 mg | 1  | oral
  dornase alfa   | R05CB13 | 2.5 mg  | 1  | inhalation
  sertraline     | N06AB06 | 100 mg  | 1  | oral
  mirtazapine    | N06AX11 | 30 mg   | 1  | oral
  lithium        | N05AN01 | 600 mg  | 1  | oral
  olanzapine     | N05AH03 | 10 mg   | 1  | oral
  prazosin       | C02CA01 | 2 mg    | 1  | oral
  naltrexone     | N07BB04 | 50 mg   | 1  | oral
  thiamine       | A11DA01 | 100 mg  | 1  | oral
  diazepam       | N05BA01 | 5 mg    | ?  | oral
  methadone      | N07BC02 | 60 mg   | 1  | oral
  naloxone       | V03AB15 | 1.8 mg  | ?  | nasal
  bictegravir, emtricitabine and tenofovir alafenamide | J05AR20 | 1 tablet | 1 | oral
  sofosbuvir and velpatasvir | J05AP55 | 1 tablet | 1 | oral
  tetrabenazine  | N07XX06 | 25 mg   | 2  | oral
`).map(([name, atc, dose, times, route]) => {
    const [value, unit] = dose!.split(' ') as [string, string]
    const display = name!
    return [
      display,
      {
        code: { coding: [{ system: 'http://www.whocc.no/atc', code: atc!, display }], text: `${display} ${dose}` },
        dose: { value: Number(value), unit },
        timesADay: Number(times) || 1,
        asNeeded: times === '?',
        route: route!,
      },
    ]
  }),
)

export function medicine(name: string): Medicine {
  const found = KNOWN.get(name)
  if (found === undefined) throw new Error(`the demo hospital's pharmacy has no ${name}`)
  return found
}
