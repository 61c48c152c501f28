export const TEXTS = {
  title: 'Get back in',
  intro: 'It happens. There is a safe way back for each case.',
  code: {
    title: 'You have a recovery code',
    steps: [
      'Go to sign in and choose “Use username, password and code”.',
      'Type your username and password.',
      'In place of the app’s code, type one of your recovery codes. It works once.',
      'Then add a new passkey or app under “Ways to sign in”.',
    ],
  },
  another: {
    title: 'You have another passkey',
    text: 'A passkey on another phone, computer or key works too. Choose “Sign in with a passkey” and follow your device.',
  },
  none: {
    title: 'You have lost everything',
    steps: [
      'Go to the people who run this system in person, or call them by a number you know. Do not use a number from a message.',
      'They check that it is you. Then a second person must approve. No one can do it alone.',
      'You get a link that works once, on one device. With it you set up a new way to sign in.',
    ],
    calm: 'This takes a little time, on purpose. It keeps others from taking your account by asking for it.',
  },
  stolen: 'If a device was stolen, tell them at once. They can sign you out everywhere.',
  back: 'Back to sign in',
} as const
