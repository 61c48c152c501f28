import { rows } from './rows.ts'
import { slug } from './staff.ts'

export type Person = {
  readonly key: string
  readonly given: string
  readonly family: string
  readonly gender: string
  /** `YYYY-MM-DD` */
  readonly born: string
  readonly stories: readonly string[]
  readonly allergies: readonly string[]
  readonly street: string
  readonly language: string
}

/** All invented. Two share a street with staff, one is an employee, and some families are here more than once. */
const PEOPLE = rows(`
  Ada Lindqvist         | female | 1951-04-12 | heart-failure-stay, kidney-disease | penicillin | 14 Quay Street | en
  Bartholomew Achebe    | male   | 1958-09-30 | heart-attack-stay, diabetes-2 | | 3 Ropewalk | en
  Celestine Moreau      | female | 1944-01-19 | atrial-fibrillation, knee-arthrosis | latex | 27 Harbour Row | fr
  Dorian Vale           | male   | 1962-07-05 | coronary-disease, gout, kidney-stone-now | iodine | 9 Cooper Lane | en
  Eleonora Whitcombe    | female | 1939-11-23 | heart-failure, dementia | | 2 Almshouse Yard | en
  Fergus Adair          | male   | 1955-02-14 | copd-stay | penicillin | 41 Mill Road | en
  Guadalupe Fenwick     | female | 1970-06-08 | asthma, hypothyroidism | ibuprofen | 18 Orchard Close | es
  Hollis Nightingale    | male   | 1948-12-01 | sepsis-stay, kidney-disease | | 6 Tanner Street | en
  Imani Brook           | female | 1992-03-17 | pregnancy | | 11 Ferry Lane | en
  Juniper Sato          | female | 1989-08-25 | pre-eclampsia-stay | latex | 33 Harbour Row | ja
  Keziah Thornbury      | female | 1995-05-29 | gestational-diabetes | | 7 Chapel Hill | en
  Lior Ben-Amram        | male   | 2026-10-24 | premature-stay | | 33 Station Road | he
  Maximilian Oduya      | male   | 2026-03-02 | bronchiolitis-stay | | 5 Meadow Walk | en
  Nerys Pallister       | female | 2019-04-18 | asthma, otitis | peanut | 22 Orchard Close | en
  Otis Pallister        | male   | 2023-01-09 | otitis | egg | 22 Orchard Close | en
  Philippa Drummond     | female | 2017-10-03 | leukemia | | 8 Weir Gardens | en
  Quentin Arkwright     | male   | 2012-02-27 | cystic-fibrosis | | 19 Mill Road | en
  Rafaela Quintero      | female | 2009-09-14 | anorexia-stay | | 4 Bell Court | es
  Silas Hargrove        | male   | 2008-06-21 | diabetes-1 | | 15 Chapel Hill | en
  Theodora Blythe       | female | 1967-03-11 | breast-cancer, brca1 | iodine | 30 Quay Street | en
  Ursula Blythe         | female | 1994-12-06 | brca1 | | 12 Weir Gardens | en
  Vincent Okoro         | male   | 1960-10-28 | colon-cancer, hypertension | | 25 Tanner Street | en
  Winifred Castle       | female | 1979-01-31 | depression, migraine | | 16 Ferry Lane | en
  Xavier Lund           | male   | 1985-07-19 | bipolar-stay | | 40 Station Road | en
  Yasmin El-Tayeb       | female | 1998-11-12 | ptsd, unplanned-pregnancy | penicillin | 1 Bell Court | ar
  Zachary Penrose       | male   | 1974-05-03 | alcohol-dependence, hypertension | | 21 Cooper Lane | en
  Anneliese Crowe       | female | 1987-02-20 | opioid-dependence, hepatitis-c | | 10 Ropewalk | en
  Benedict Amsel        | male   | 1981-09-07 | hiv | | 29 Ferry Lane | de
  Cordelia Nwosu        | female | 1990-04-26 | hiv, pregnancy | | 13 Meadow Walk | en
  Desta Alemayehu       | male   | 2001-08-15 | sickle-cell | | 36 Mill Road | am
  Edmund Greyling       | male   | 1977-12-19 | huntington | | 17 Almshouse Yard | en
  Florence Tidewell     | female | 1936-05-25 | hip-fracture-stay, hypertension | | 5 Almshouse Yard | en
  Gideon Marlowe        | male   | 1953-03-08 | stroke-stay, atrial-fibrillation | | 24 Quay Street | en
  Harriet Solheim       | female | 1988-10-10 | infertility | grass | 20 Weir Gardens | en
  Ingrid Solheim        | female | 1986-06-02 | depression, iron-deficiency | | 20 Weir Gardens | en
  Jasper Tolliver       | male   | 2004-01-16 | appendicitis-stay | | 28 Bell Court | en
  Kateryna Voloshko     | female | 1983-07-27 | epilepsy | ibuprofen | 35 Station Road | uk
  Lucian Abbott         | male   | 1949-08-04 | parkinson, heart-failure | | 31 Cooper Lane | en
  Mabel Ferreira        | female | 1964-02-09 | diabetes-2, coronary-disease | | 26 Orchard Close | pt
  Nathaniel Birch       | male   | 1999-04-30 | schizophrenia | | 38 Ropewalk | en
  Octavia Renwick       | female | 1972-11-05 | pneumonia | penicillin | 23 Meadow Walk | en
  Percival Ashby        | male   | 2015-07-13 | healthy, broken-arm-now | grass | 32 Chapel Hill | en
`)

const list = (cell: string) => (cell === '' ? [] : cell.split(',').map((one) => one.trim()))

export const people: readonly Person[] = PEOPLE.map(([name, gender, born, stories, allergies, street, language]) => {
  const [given, ...family] = name!.split(' ')
  return {
    key: `demo-${slug(name!)}`,
    given: given!,
    family: family.join(' '),
    gender: gender!,
    born: born!,
    stories: list(stories!),
    allergies: list(allergies!),
    street: street!,
    language: language!,
  }
})
