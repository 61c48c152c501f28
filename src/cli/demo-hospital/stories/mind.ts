import { at, call, clinic, course, emergency, lab, type Story, stay } from '../story.ts'

const mental = { ward: 'psychiatry', team: ['nurse', 'social-worker'], sensitivity: 'mental' } as const
const substances = { ward: 'psychiatry', team: ['nurse', 'social-worker'], sensitivity: 'sud' } as const

export const mind: Readonly<Record<string, Story>> = {
  depression: {
    ...mental,
    condition: 'depression',
    since: 620,
    visits: [
      clinic(300, 'Low mood, poor sleep'),
      clinic(120, 'Psychotherapy'),
      clinic(28, 'Psychotherapy'),
      call(9, 'Asks about tablets'),
    ],
    series: [at(6, 50, 28, { phq9: [19, 7], gad7: [14, 6] })],
    courses: [course('sertraline', 600)],
    acts: [
      { procedure: 'psychotherapy', ago: 120 },
      { procedure: 'psychotherapy', ago: 28 },
    ],
    plan: ['Psychotherapy every second week', 'Safety plan agreed, renewed at each visit'],
    next: 14,
  },
  'bipolar-stay': {
    ...mental,
    condition: 'bipolar',
    since: 3400,
    visits: [clinic(170, 'Review'), emergency(8.4, 'Five nights without sleep'), stay(8, undefined, 'Manic episode')],
    series: [lab('Lithium level', 6, 60, 1, { lithium: [0.74, 0.42], creatinine: [0.9, 1], tsh: [2.1, 3.3] })],
    courses: [course('lithium', 3300), course('olanzapine', 8)],
    letters: [
      {
        kind: 'progress',
        ago: 2,
        text: 'Sleeps six hours since yesterday. Had stopped lithium in summer. Agrees to take it again.',
      },
    ],
    plan: ['Lithium level weekly until steady', 'Quiet room, regular nights'],
    next: 21,
  },
  schizophrenia: {
    ...mental,
    condition: 'schizophrenia',
    since: 1500,
    visits: [stay(430, 24, 'First relapse'), clinic(90, 'Review'), call(16, 'Missed the depot appointment')],
    series: [
      lab('Metabolic check', 3, 120, 60, { glucose: [92, 118], cholesterol: [182, 226] }),
      at(3, 120, 60, { weight: [72, 84] }),
    ],
    courses: [course('olanzapine', 1480)],
    letters: [{ kind: 'discharge', ago: 406, text: 'Voices faded. Lives with his sister, who knows the early signs.' }],
    plan: ['Outreach visit every month', 'Weight and glucose every quarter'],
    next: 7,
  },
  'anorexia-stay': {
    ...mental,
    condition: 'anorexia',
    since: 500,
    ward: 'paediatrics',
    visits: [clinic(110, 'Weight check'), stay(19, undefined, 'Weight restoration')],
    series: [
      at(8, 2.5, 0.5, { weight: [36.4, 39.1], 'heart-rate': [44, 58] }),
      lab('Refeeding panel', 5, 4, 0.6, { potassium: [3.1, 4], sodium: [133, 138], glucose: [62, 84] }),
    ],
    letters: [{ kind: 'consult', ago: 12, text: 'Eats with the group. Family therapy has begun.' }],
    acts: [{ procedure: 'psychotherapy', ago: 6 }],
    plan: ['Half a kilogram a week', 'Electrolytes every second day', 'Family therapy weekly'],
  },
  ptsd: {
    ...mental,
    condition: 'ptsd',
    since: 800,
    visits: [clinic(200, 'Nightmares'), clinic(30, 'Trauma therapy')],
    series: [at(4, 60, 30, { gad7: [18, 11], phq9: [15, 9] })],
    courses: [course('sertraline', 700), course('prazosin', 190)],
    letters: [
      { kind: 'consult', ago: 200, text: 'Flashbacks after an assault. Wishes that her family learns nothing of it.' },
    ],
    acts: [{ procedure: 'psychotherapy', ago: 30 }],
    next: 14,
  },
  'alcohol-dependence': {
    ...substances,
    condition: 'alcohol-dependence',
    since: 1700,
    visits: [
      emergency(210, 'Tremor, last drink yesterday'),
      stay(210, 7, 'Withdrawal'),
      clinic(60, 'Relapse prevention'),
    ],
    series: [at(4, 60, 30, { 'audit-c': [11, 3] }), lab('Liver', 4, 60, 30, { alt: [142, 48], bilirubin: [2.1, 0.9] })],
    courses: [course('diazepam', 210, 204), course('thiamine', 210), course('naltrexone', 200)],
    letters: [{ kind: 'discharge', ago: 203, text: 'Withdrawal without seizure. Starts the day programme on Monday.' }],
    plan: ['Group on Tuesdays', 'Liver values every two months'],
    next: 5,
  },
  'opioid-dependence': {
    ...substances,
    condition: 'opioid-dependence',
    since: 2200,
    visits: [
      emergency(500, 'Overdose, woken with naloxone'),
      clinic(300, 'Start of methadone'),
      clinic(29, 'Methadone review'),
      clinic(1, 'Daily dose'),
    ],
    series: [at(3, 90, 29, { weight: [52, 58] })],
    courses: [course('methadone', 300), course('naloxone', 500)],
    letters: [{ kind: 'progress', ago: 29, text: 'Take-home doses for the weekend agreed. Has work again.' }],
    plan: ['Supervised dose on weekdays', 'Naloxone spray at home'],
    next: 1,
  },
}
