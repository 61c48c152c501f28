import { rows } from './rows.ts'

export type Concept = { coding: { system: string; code: string; display?: string }[]; text: string }

const SNOMED = 'http://snomed.info/sct'
const ICD10 = 'http://hl7.org/fhir/sid/icd-10-cm'
const LOINC = 'http://loinc.org'
const CVX = 'http://hl7.org/fhir/sid/cvx'
const V3_ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** A code of one of HL7's own systems, such as `condition-clinical`. */
export const hl7 = (name: string, code: string, display?: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${name}`, code, ...(display && { display }) }],
})
export const act = (code: string, display: string) => ({ system: V3_ACT, code, display })
const concept = (system: string, code: string, display: string, text = display): Concept => ({
  coding: [{ system, code, display }],
  text,
})
export const loinc = (code: string, display: string, text?: string) => concept(LOINC, code, display, text)
export const snomed = (code: string, display: string, text?: string) => concept(SNOMED, code, display, text)

const table = (text: string, make: (cells: string[]) => Concept): ReadonlyMap<string, Concept> =>
  new Map(rows(text).map(([key, ...cells]) => [key!, make(cells)]))

function from(known: ReadonlyMap<string, Concept>, key: string): Concept {
  const found = known.get(key)
  if (found === undefined) throw new Error(`the demo hospital knows no code for ${key}`)
  return found
}

const CONDITIONS = table(
  `
  hypertension          | 59621000  | I10     | Essential hypertension
  heart-failure         | 48447003  | I50.22  | Chronic heart failure
  atrial-fibrillation   | 49436004  | I48.91  | Atrial fibrillation
  heart-attack          | 401314000 | I21.4   | Acute non-ST segment elevation myocardial infarction
  coronary-disease      | 53741008  | I25.10  | Coronary arteriosclerosis
  hyperlipidemia        | 55822004  | E78.5   | Hyperlipidemia
  diabetes-2            | 44054006  | E11.9   | Diabetes mellitus type 2
  diabetes-1            | 46635009  | E10.9   | Diabetes mellitus type 1
  kidney-disease        | 433144002 | N18.30  | Chronic kidney disease stage 3
  copd                  | 13645005  | J44.9   | Chronic obstructive lung disease
  asthma                | 195967001 | J45.909 | Asthma
  pneumonia             | 233604007 | J18.9   | Pneumonia
  sepsis                | 91302008  | A41.9   | Sepsis
  stroke                | 432504007 | I63.9   | Cerebral infarction
  hip-fracture          | 5913000   | S72.009A | Fracture of neck of femur
  appendicitis          | 85189001  | K35.80  | Acute appendicitis
  knee-arthrosis        | 239873007 | M17.9   | Osteoarthritis of knee
  hypothyroidism        | 40930008  | E03.9   | Hypothyroidism
  iron-deficiency       | 87522002  | D50.9   | Iron deficiency anemia
  kidney-stone          | 95570007  | N20.0   | Kidney stone
  broken-arm            | 65966004  | S52.90XA | Fracture of forearm
  gout                  | 90560007  | M10.9   | Gout
  migraine              | 37796009  | G43.909 | Migraine
  epilepsy              | 84757009  | G40.909 | Epilepsy
  parkinson             | 49049000  | G20.C   | Parkinson's disease
  dementia              | 26929004  | G30.9   | Alzheimer's disease
  breast-cancer         | 254837009 | C50.919 | Malignant neoplasm of breast
  colon-cancer          | 363406005 | C18.9   | Malignant neoplasm of colon
  leukemia              | 91857003  | C91.00  | Acute lymphoid leukemia
  sickle-cell           | 127040003 | D57.1   | Sickle cell-hemoglobin SS disease
  brca1                 | 412734009 | Z15.01  | BRCA1 gene mutation positive
  huntington            | 58756001  | G10     | Huntington's chorea
  pregnancy             | 77386006  | Z33.1   | Pregnancy
  gestational-diabetes  | 11687002  | O24.419 | Gestational diabetes mellitus
  pre-eclampsia         | 398254007 | O14.90  | Pre-eclampsia
  unplanned-pregnancy   | 83074005  | Z64.0   | Unplanned pregnancy
  infertility           | 6738008   | N97.9   | Female infertility
  premature             | 395507008 | P07.30  | Premature infant
  bronchiolitis         | 4120002   | J21.9   | Bronchiolitis
  otitis                | 65363002  | H66.90  | Otitis media
  cystic-fibrosis       | 190905008 | E84.9   | Cystic fibrosis
  depression            | 370143000 | F32.9   | Major depressive disorder
  bipolar               | 13746004  | F31.9   | Bipolar disorder
  schizophrenia         | 58214004  | F20.9   | Schizophrenia
  anorexia              | 56882008  | F50.00  | Anorexia nervosa
  ptsd                  | 47505003  | F43.10  | Posttraumatic stress disorder
  alcohol-dependence    | 66590003  | F10.20  | Alcohol dependence
  opioid-dependence     | 75544000  | F11.20  | Opioid dependence
  hiv                   | 86406008  | B20     | Human immunodeficiency virus infection
  hepatitis-c           | 128302006 | B18.2   | Chronic hepatitis C
`,
  ([code, icd, display]) => ({
    coding: [
      { system: SNOMED, code: code!, display: display! },
      { system: ICD10, code: icd! },
    ],
    text: display!,
  }),
)

const PROCEDURES = table(
  `
  echocardiography    | 40701008  | Echocardiography
  electrocardiogram   | 29303009  | Electrocardiographic procedure
  coronary-stent      | 415070008 | Percutaneous coronary intervention
  spirometry          | 127783003 | Spirometry
  colonoscopy         | 73761001  | Colonoscopy
  appendectomy        | 80146002  | Appendectomy
  hip-replacement     | 52734007  | Total replacement of hip
  lumpectomy          | 392021009 | Lumpectomy of breast
  chemotherapy        | 367336001 | Chemotherapy
  transfusion         | 116859006 | Transfusion of blood product
  ventilation         | 40617009  | Artificial respiration
  thrombolysis        | 307521008 | Thrombolytic therapy
  cesarean            | 11466000  | Cesarean section
  delivery            | 48782003  | Delivery normal
  termination         | 386639001 | Termination of pregnancy
  psychotherapy       | 75516001  | Psychotherapy
  physiotherapy       | 91251008  | Physical therapy procedure
  genetic-counselling | 79841006  | Genetic counseling
`,
  ([code, display]) => concept(SNOMED, code!, display!),
)

const VACCINES = table(
  `
  hepatitis-b   | 08  | Hep B, adolescent or pediatric
  dtap          | 20  | DTaP
  polio         | 10  | IPV
  hib           | 48  | Hib (PRP-T)
  pneumococcus  | 133 | Pneumococcal conjugate PCV 13
  rotavirus     | 119 | Rotavirus, monovalent
  mmr           | 03  | MMR
  varicella     | 21  | Varicella
  hpv           | 165 | HPV9
  tdap          | 115 | Tdap
  influenza     | 140 | Influenza, split virus, trivalent, PF
  covid         | 208 | COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose
  zoster        | 187 | Zoster recombinant
`,
  ([code, display]) => concept(CVX, code!, display!),
)

const ALLERGENS = table(
  `
  penicillin | 764146007 | Penicillin    | medication | Generalised rash | moderate
  latex      | 111088007 | Latex         | environment | Contact urticaria | mild
  peanut     | 762952008 | Peanut        | food | Anaphylaxis | severe
  iodine     | 426722004 | Iodinated contrast media | medication | Wheezing | moderate
  egg        | 102263004 | Eggs          | food | Vomiting | mild
  ibuprofen  | 387207008 | Ibuprofen     | medication | Bronchospasm | severe
  grass      | 256277009 | Grass pollen  | environment | Rhinitis | mild
`,
  ([code, display, ...more]) => ({
    coding: [{ system: SNOMED, code: code!, display: display! }],
    text: more.join('|'),
  }),
)

const SENSITIVITY = {
  mental: act('PSY', 'psychiatry disorder information sensitivity'),
  sud: act('SUD', 'substance use disorder information sensitivity'),
  hiv: act('HIV', 'HIV/AIDS information sensitivity'),
  genetic: act('GDIS', 'genetic disease information sensitivity'),
  repro: act('SEX', 'sexuality and reproductive health information sensitivity'),
} as const
export type Sensitivity = keyof typeof SENSITIVITY

export const condition = (key: string) => from(CONDITIONS, key)
export const procedure = (key: string) => from(PROCEDURES, key)
export const vaccine = (key: string) => from(VACCINES, key)

export function allergen(key: string) {
  const { coding, text } = from(ALLERGENS, key)
  const [category, reaction, severity] = text.split('|') as [string, string, string]
  return { code: { coding, text: coding[0]?.display }, category, reaction, severity }
}

/** What `meta.security` says of a record of this kind: its sensitivity, and that it is restricted. */
export const securityOf = (sensitivity: Sensitivity) => [
  SENSITIVITY[sensitivity],
  { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R', display: 'restricted' },
]
