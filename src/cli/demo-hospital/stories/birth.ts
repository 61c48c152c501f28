import { at, call, clinic, course, emergency, lab, type Story, stay } from '../story.ts'

const birthing = { ward: 'maternity', team: ['midwife'] }
const intimate = { ward: 'maternity', team: ['midwife'], sensitivity: 'repro' } as const

export const birth: Readonly<Record<string, Story>> = {
  pregnancy: {
    ...birthing,
    condition: 'pregnancy',
    since: 170,
    visits: [clinic(150, 'First visit'), clinic(105, 'Ultrasound'), clinic(60, 'Check'), clinic(18, 'Check')],
    series: [
      at(5, 30, 18, { systolic: [112, 116], diastolic: [70, 72], weight: [61, 69] }),
      lab('Blood count', 3, 60, 18, { hemoglobin: [12.8, 11.4], platelets: [240, 218] }),
    ],
    courses: [course('folic acid', 190), course('ferrous sulfate', 60)],
    images: [
      {
        study: 'ultrasound',
        of: 'uterus',
        ago: 105,
        finding: 'One child, growth as expected, placenta at the back wall.',
      },
    ],
    plan: ['Birth at the hospital wished, with partner', 'Glucose test at 24 weeks'],
    next: 14,
  },
  'gestational-diabetes': {
    ...birthing,
    condition: 'gestational-diabetes',
    since: 45,
    visits: [clinic(160, 'First visit'), clinic(45, 'Glucose test'), clinic(12, 'Glucose diary')],
    series: [
      lab('Glucose', 7, 6, 3, { glucose: [128, 96] }),
      at(5, 30, 12, { systolic: [118, 124], diastolic: [74, 78], weight: [74, 82] }),
    ],
    courses: [course('insulin glargine', 25), course('folic acid', 200)],
    images: [{ study: 'ultrasound', of: 'uterus', ago: 20, finding: 'Estimated weight at the 85th percentile.' }],
    plan: ['Measure four times a day', 'Growth scan every four weeks'],
    next: 8,
  },
  'pre-eclampsia-stay': {
    ...birthing,
    condition: 'pre-eclampsia',
    since: 2.4,
    visits: [
      clinic(30, 'Check'),
      emergency(2.5, 'Headache, flickering eyes'),
      stay(2.4, undefined, 'Pre-eclampsia, after caesarean section'),
    ],
    series: [
      at(9, 0.25, 0.1, { systolic: [172, 134], diastolic: [112, 86], 'heart-rate': [96, 82] }),
      lab('Pre-eclampsia panel', 4, 0.6, 0.3, { platelets: [96, 148], alt: [118, 62], creatinine: [1.2, 0.9] }),
    ],
    courses: [course('labetalol', 2.4), course('magnesium sulfate', 2.4, 1), course('enoxaparin', 1.5)],
    acts: [{ procedure: 'cesarean', ago: 1.9 }],
    letters: [
      {
        kind: 'progress',
        ago: 1,
        text: 'Mother and child well after section at 36 weeks. Blood pressure falls slowly.',
      },
    ],
    plan: ['Blood pressure every four hours', 'Child with the mother'],
    next: 42,
  },
  'unplanned-pregnancy': {
    ...intimate,
    condition: 'unplanned-pregnancy',
    since: 75,
    over: 60,
    visits: [clinic(75, 'Pregnancy, counselling'), clinic(70, 'Termination'), call(56, 'How are you?')],
    series: [lab('HCG', 2, 14, 56, { hcg: [5200, 60] })],
    courses: [course('mifepristone', 70, 69), course('misoprostol', 68, 67)],
    acts: [{ procedure: 'termination', ago: 70 }],
    letters: [{ kind: 'consult', ago: 75, text: 'Decision made freely. No letters to the home address.' }],
  },
  infertility: {
    ...intimate,
    condition: 'infertility',
    since: 540,
    visits: [clinic(300, 'Trying for two years'), clinic(90, 'Second cycle'), clinic(11, 'Third cycle')],
    series: [lab('HCG', 3, 60, 11, { hcg: [1, 2] })],
    courses: [course('letrozole', 90), course('folic acid', 500)],
    images: [{ study: 'ultrasound', of: 'ovaries', ago: 11, finding: 'One follicle of 19 mm on the right.' }],
    plan: ['Three cycles, then talk again'],
    next: 17,
  },
}
