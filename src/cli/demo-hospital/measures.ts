import { type Concept, loinc } from './codes.ts'
import { rows } from './rows.ts'

export type Measure = {
  readonly code: Concept
  readonly category: 'vital-signs' | 'laboratory' | 'survey'
  /** Unit as shown, and in UCUM. */
  readonly unit: string
  readonly ucum: string
  readonly low: number | undefined
  readonly high: number | undefined
  readonly decimals: number
  /** How far one reading strays from the trend. */
  readonly noise: number
}

const number = (cell: string | undefined) => (cell === undefined || cell === '' ? undefined : Number(cell))
const CATEGORY = { v: 'vital-signs', l: 'laboratory', s: 'survey' } as const

const KNOWN: ReadonlyMap<string, Measure> = new Map(
  rows(`
  systolic       | v | 8480-6  | Systolic blood pressure  | mmHg | mm[Hg] | 90 | 140 | 0 | 5
  diastolic      | v | 8462-4  | Diastolic blood pressure | mmHg | mm[Hg] | 60 | 90  | 0 | 4
  heart-rate     | v | 8867-4  | Heart rate               | beats/minute | /min | 50 | 100 | 0 | 4
  breaths        | v | 9279-1  | Respiratory rate         | breaths/minute | /min | 12 | 20 | 0 | 1
  temperature    | v | 8310-5  | Body temperature         | °C   | Cel    | 36 | 37.8 | 1 | 0.2
  saturation     | v | 2708-6  | Oxygen saturation in Arterial blood | % | % | 94 | 100 | 0 | 1
  weight         | v | 29463-7 | Body weight              | kg   | kg     |  |  | 1 | 0.4
  height         | v | 8302-2  | Body height              | cm   | cm     |  |  | 0 | 0
  bmi            | v | 39156-5 | Body mass index (BMI) [Ratio] | kg/m2 | kg/m2 | 18.5 | 25 | 1 | 0
  head           | v | 9843-4  | Head Occipital-frontal circumference | cm | cm |  |  | 1 | 0.1
  hba1c          | l | 4548-4  | Hemoglobin A1c/Hemoglobin.total in Blood | % | % | 4 | 5.6 | 1 | 0.2
  glucose        | l | 2345-7  | Glucose [Mass/volume] in Serum or Plasma | mg/dL | mg/dL | 70 | 100 | 0 | 12
  creatinine     | l | 2160-0  | Creatinine [Mass/volume] in Serum or Plasma | mg/dL | mg/dL | 0.6 | 1.3 | 2 | 0.06
  egfr           | l | 33914-3 | Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum or Plasma by Creatinine-based formula (MDRD) | mL/min/1.73m2 | mL/min/{1.73_m2} | 60 |  | 0 | 2
  sodium         | l | 2951-2  | Sodium [Moles/volume] in Serum or Plasma | mmol/L | mmol/L | 135 | 145 | 0 | 1
  potassium      | l | 2823-3  | Potassium [Moles/volume] in Serum or Plasma | mmol/L | mmol/L | 3.5 | 5.1 | 1 | 0.15
  hemoglobin     | l | 718-7   | Hemoglobin [Mass/volume] in Blood | g/dL | g/dL | 12 | 17 | 1 | 0.2
  leukocytes     | l | 6690-2  | Leukocytes [#/volume] in Blood by Automated count | 10*3/uL | 10*3/uL | 4 | 11 | 1 | 0.4
  platelets      | l | 777-3   | Platelets [#/volume] in Blood by Automated count | 10*3/uL | 10*3/uL | 150 | 400 | 0 | 12
  crp            | l | 1988-5  | C reactive protein [Mass/volume] in Serum or Plasma | mg/L | mg/L |  | 5 | 0 | 3
  lactate        | l | 2524-7  | Lactate [Moles/volume] in Serum or Plasma | mmol/L | mmol/L | 0.5 | 2 | 1 | 0.1
  cholesterol    | l | 2093-3  | Cholesterol [Mass/volume] in Serum or Plasma | mg/dL | mg/dL |  | 200 | 0 | 6
  ldl            | l | 13457-7 | Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation | mg/dL | mg/dL |  | 100 | 0 | 5
  probnp         | l | 33762-6 | Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma | pg/mL | pg/mL |  | 125 | 0 | 60
  troponin       | l | 89579-7 | Troponin I.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method | ng/L | ng/L |  | 26 | 0 | 2
  tsh            | l | 3016-3  | Thyrotropin [Units/volume] in Serum or Plasma | m[IU]/L | m[IU]/L | 0.4 | 4.5 | 2 | 0.2
  inr            | l | 6301-6  | INR in Platelet poor plasma by Coagulation assay | {INR} | {INR} | 0.9 | 1.2 | 1 | 0.1
  ferritin       | l | 2276-4  | Ferritin [Mass/volume] in Serum or Plasma | ng/mL | ng/mL | 15 | 200 | 0 | 3
  urate          | l | 3084-1  | Urate [Mass/volume] in Serum or Plasma | mg/dL | mg/dL | 3.5 | 7.2 | 1 | 0.3
  alt            | l | 1742-6  | Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma | U/L | U/L | 7 | 45 | 0 | 4
  bilirubin      | l | 1975-2  | Bilirubin.total [Mass/volume] in Serum or Plasma | mg/dL | mg/dL | 0.2 | 1.2 | 1 | 0.1
  cea            | l | 2039-6  | Carcinoembryonic Ag [Mass/volume] in Serum or Plasma | ng/mL | ng/mL |  | 5 | 1 | 0.3
  hiv-load       | l | 20447-9 | HIV 1 RNA [#/volume] (viral load) in Serum or Plasma by NAA with probe detection | copies/mL | {copies}/mL |  | 20 | 0 | 4
  cd4            | l | 24467-3 | CD3+CD4+ (T4 helper) cells [#/volume] in Blood | cells/uL | {cells}/uL | 500 | 1500 | 0 | 25
  hcv-load       | l | 11011-4 | Hepatitis C virus RNA [Units/volume] (viral load) in Serum or Plasma by NAA with probe detection | [IU]/mL | [IU]/mL |  | 15 | 0 | 4
  lithium        | l | 14334-7 | Lithium [Moles/volume] in Serum or Plasma | mmol/L | mmol/L | 0.6 | 1 | 2 | 0.05
  hcg            | l | 21198-7 | Choriogonadotropin.beta subunit [Units/volume] in Serum or Plasma | m[IU]/mL | m[IU]/mL |  | 5 | 0 | 50
  phq9           | s | 44261-6 | Patient Health Questionnaire 9 item (PHQ-9) total score [Reported] | {score} | {score} |  | 4 | 0 | 1
  gad7           | s | 70274-6 | Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ] | {score} | {score} |  | 4 | 0 | 1
  audit-c        | s | 75626-2 | Total score [AUDIT-C] | {score} | {score} |  | 3 | 0 | 0
  pain           | s | 72514-3 | Pain severity - 0-10 verbal numeric rating [Score] - Reported | {score} | {score} |  | 3 | 0 | 0.7
  coma           | s | 9269-2  | Glasgow coma score total | {score} | {score} | 15 |  | 0 | 0
`).map(([key, category, code, display, unit, ucum, low, high, decimals, noise]) => [
    key!,
    {
      code: loinc(code!, display!),
      category: CATEGORY[category as keyof typeof CATEGORY],
      unit: unit!,
      ucum: ucum!,
      low: number(low),
      high: number(high),
      decimals: Number(decimals),
      noise: Number(noise),
    },
  ]),
)

export function measure(key: string): Measure {
  const found = KNOWN.get(key)
  if (found === undefined) throw new Error(`the demo hospital does not measure ${key}`)
  return found
}

export const BLOOD_PRESSURE = loinc('85354-9', 'Blood pressure panel with all children optional', 'Blood pressure')
