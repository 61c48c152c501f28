import { at, clinic, course, emergency, lab, type Story, stay } from '../story.ts'

const cardiac = { ward: 'cardiology', team: ['nurse', 'pharmacist'] }
const bedside = (
  times: number,
  until: number,
  [pressure, pulse, breaths, saturation]: [[number, number], [number, number], [number, number], [number, number]],
) =>
  at(times, 0.5, until, {
    systolic: pressure,
    diastolic: [pressure[0] * 0.62, pressure[1] * 0.62],
    'heart-rate': pulse,
    breaths,
    saturation,
  })

export const heartAndVessels: Readonly<Record<string, Story>> = {
  'heart-failure': {
    ...cardiac,
    condition: 'heart-failure',
    since: 1900,
    visits: [clinic(380, 'Yearly review'), clinic(190, 'Shortness of breath'), clinic(24, 'Review')],
    series: [
      at(6, 60, 24, { systolic: [138, 122], diastolic: [82, 74], 'heart-rate': [84, 68], weight: [71, 68] }),
      lab('Heart failure panel', 4, 110, 24, { probnp: [2400, 900], creatinine: [1, 1.2], potassium: [4.4, 4.8] }),
    ],
    courses: [course('bisoprolol', 1880), course('ramipril', 1880), course('furosemide', 700)],
    acts: [{ procedure: 'echocardiography', ago: 190 }],
    plan: ['Weigh every morning; call when two kilograms are gained in three days', 'Review every six months'],
    next: 60,
  },
  'heart-failure-stay': {
    ...cardiac,
    condition: 'heart-failure',
    since: 2400,
    team: ['resident', 'nurse', 'pharmacist', 'therapist'],
    visits: [
      clinic(365, 'Yearly review'),
      clinic(120, 'Swollen ankles'),
      emergency(5, 'Breathless at rest'),
      stay(4.6, undefined, 'Acute decompensated heart failure'),
    ],
    series: [
      at(4, 90, 120, { weight: [76, 79], systolic: [142, 150], diastolic: [84, 88] }),
      bedside(9, 0.1, [
        [168, 124],
        [118, 76],
        [30, 17],
        [86, 96],
      ]),
      at(5, 1, 0.1, { weight: [84.5, 79.2] }),
      lab('Heart failure panel', 5, 1, 0.2, {
        probnp: [9800, 3100],
        creatinine: [1.9, 1.5],
        potassium: [5.4, 4.6],
        sodium: [131, 136],
      }),
      lab('Troponin', 2, 0.2, 4.7, { troponin: [41, 44] }),
    ],
    courses: [
      course('bisoprolol', 2300),
      course('ramipril', 2300),
      course('furosemide', 4.5),
      course('spironolactone', 3),
      course('enoxaparin', 4.5, -3),
    ],
    acts: [
      { procedure: 'electrocardiogram', ago: 4.9 },
      { procedure: 'echocardiography', ago: 4 },
    ],
    images: [
      {
        study: 'x-ray',
        of: 'chest',
        ago: 4.9,
        finding: 'Enlarged heart, upper lobe diversion and small effusions on both sides.',
      },
      {
        study: 'echo',
        of: 'heart',
        ago: 4,
        finding: 'Left ventricular ejection fraction 32 %, moderate mitral regurgitation.',
      },
    ],
    letters: [
      {
        kind: 'consult',
        ago: 3,
        text: 'Diuresis is going well. Start spironolactone, watch potassium and creatinine daily.',
      },
    ],
    plan: [
      'Fluid limit 1.5 litres a day',
      'Daily weight and electrolytes',
      'Heart failure nurse within a week of discharge',
    ],
    next: 12,
    referral: 'Heart failure nurse, first visit at home',
  },
  'heart-attack-stay': {
    ...cardiac,
    condition: 'heart-attack',
    since: 2.2,
    team: ['resident', 'nurse', 'therapist'],
    visits: [emergency(2.2, 'Chest pain for three hours'), stay(2, undefined, 'NSTEMI, after stenting')],
    series: [
      bedside(6, 0.1, [
        [152, 118],
        [98, 70],
        [22, 16],
        [93, 97],
      ]),
      lab('Troponin', 4, 0.4, 0.6, { troponin: [310, 2900] }),
      lab('Lipid panel', 1, 1, 1.6, { cholesterol: [262, 262], ldl: [178, 178] }),
      at(4, 0.5, 0.2, { pain: [8, 1] }),
    ],
    courses: [
      course('acetylsalicylic acid', 2),
      course('clopidogrel', 2),
      course('atorvastatin', 2),
      course('bisoprolol', 1.5),
      course('morphine', 2.2, 1),
    ],
    acts: [
      { procedure: 'electrocardiogram', ago: 2.1 },
      { procedure: 'coronary-stent', ago: 1.9 },
    ],
    images: [
      { study: 'echo', of: 'heart', ago: 1, finding: 'Hypokinesia of the inferior wall, ejection fraction 48 %.' },
    ],
    letters: [
      {
        kind: 'progress',
        ago: 0.8,
        text: 'Free of pain since the stent in the right coronary artery. Mobilise today.',
      },
    ],
    plan: ['Two platelet inhibitors for twelve months', 'Cardiac rehabilitation', 'Stop smoking'],
    next: 28,
    referral: 'Cardiac rehabilitation',
  },
  'atrial-fibrillation': {
    ...cardiac,
    condition: 'atrial-fibrillation',
    since: 1200,
    visits: [clinic(300, 'Palpitations'), clinic(45, 'Anticoagulation review')],
    series: [
      at(4, 80, 45, { systolic: [144, 132], diastolic: [86, 80], 'heart-rate': [112, 78] }),
      lab('Anticoagulation', 3, 100, 45, { creatinine: [0.9, 1], hemoglobin: [13.6, 13.2] }),
    ],
    courses: [course('apixaban', 1180), course('bisoprolol', 1180)],
    acts: [{ procedure: 'electrocardiogram', ago: 300 }],
    plan: ['Apixaban for life; kidney function twice a year'],
    next: 130,
  },
  'coronary-disease': {
    ...cardiac,
    condition: 'coronary-disease',
    since: 2900,
    visits: [clinic(400, 'Yearly review'), clinic(35, 'Chest tightness on stairs')],
    series: [
      at(5, 90, 35, { systolic: [148, 134], diastolic: [90, 82], 'heart-rate': [74, 66] }),
      lab('Lipid panel', 4, 180, 35, { cholesterol: [240, 168], ldl: [158, 82] }),
    ],
    courses: [course('acetylsalicylic acid', 2880), course('atorvastatin', 2880), course('amlodipine', 400)],
    acts: [{ procedure: 'coronary-stent', ago: 2890 }],
    plan: ['LDL below 70 mg/dL', 'Exercise test within the month'],
    next: 20,
    referral: 'Exercise electrocardiogram',
  },
  hypertension: {
    condition: 'hypertension',
    since: 2100,
    ward: 'outpatient',
    team: ['nurse'],
    visits: [clinic(365, 'Yearly review'), clinic(80, 'Blood pressure check')],
    series: [at(6, 60, 80, { systolic: [162, 136], diastolic: [98, 84], 'heart-rate': [78, 72] })],
    courses: [course('amlodipine', 2000), course('ramipril', 900)],
    plan: ['Blood pressure at home twice a week'],
    next: 100,
  },
  'stroke-stay': {
    condition: 'stroke',
    since: 6.3,
    ward: 'intensive',
    team: ['nurse', 'therapist', 'social-worker'],
    visits: [
      emergency(6.3, 'Sudden weakness of the right arm, speech lost'),
      stay(6.2, 2.2, 'Cerebral infarction, after thrombolysis', 'intensive'),
      stay(4, undefined, 'Rehabilitation after stroke', 'cardiology'),
    ],
    series: [
      bedside(9, 0.1, [
        [186, 138],
        [92, 76],
        [18, 15],
        [95, 97],
      ]),
      at(5, 1, 0.5, { coma: [12, 15] }),
      lab('Coagulation and blood count', 3, 2, 0.4, {
        inr: [1.1, 1.1],
        platelets: [224, 238],
        hemoglobin: [14.1, 13.8],
      }),
    ],
    courses: [course('apixaban', 2), course('atorvastatin', 6), course('paracetamol', 6)],
    acts: [
      { procedure: 'thrombolysis', ago: 6.2 },
      { procedure: 'physiotherapy', ago: 3 },
      { procedure: 'physiotherapy', ago: 1 },
    ],
    images: [
      {
        study: 'ct',
        of: 'head',
        ago: 6.25,
        finding: 'No haemorrhage. Early signs of ischaemia in the left middle cerebral artery territory.',
      },
      { study: 'mri', of: 'head', ago: 4, finding: 'Infarct of 3 cm in the left insula, no transformation.' },
    ],
    plan: ['Speech and swallowing therapy daily', 'Walk with a frame twice a day', 'Plan the way home with the family'],
    next: 30,
    referral: 'Stroke rehabilitation place',
  },
}
