export const TEXTS = {
  titles: {
    enrol: (name: string) => `Welcome, ${name}`,
    recover: (name: string) => `Welcome back, ${name}`,
    password: 'Choose a password',
    app: 'Add your authenticator app',
    codes: 'Keep your recovery codes',
    ready: 'Your passkey is ready',
    refused: 'This link cannot be used',
  },
  intro: {
    enrol: 'Set up how you sign in. It takes a minute.',
    recover:
      'Set up a new way to sign in. After that your old passkeys, password and codes no longer work, and you are signed out everywhere else.',
  },
  username: 'Your username',
  passkey: {
    title: 'Use a passkey',
    about:
      'A passkey is kept by your phone, computer or security key. There is nothing to remember, and nothing that can be stolen by a false page.',
    before: 'Your device will ask for your fingerprint, face or screen lock. That stays on your device.',
    busy: 'Follow your device now. It asks for your fingerprint, face or screen lock.',
    create: 'Create a passkey',
    unsupported: 'This browser cannot make passkeys. Open the link on your phone, or use a password and an app.',
  },
  other: 'Use a password and an authenticator app instead',
  back: 'Back',
  password: {
    intro: (minimum: number) =>
      `At least ${minimum} characters. A few words in a row are easy to keep in mind. No special signs are needed.`,
    label: 'New password',
    tooShort: (minimum: number) => `Use at least ${minimum} characters.`,
    onward: 'Continue',
  },
  app: {
    intro:
      'Scan this with an app such as the one you use for your bank, or with your password manager. Then type the code that it shows.',
  },
  codes: 'Your password and app are ready.',
  ready: {
    now: 'From now on you sign in with your fingerprint, face or screen lock.',
    second:
      'Add a second passkey soon, on another phone, computer or security key. Then losing one is no trouble. You can do it under “Ways to sign in”.',
    onward: 'Continue',
  },
  opening: 'Opening your link…',
  noToken: {
    title: 'Open your link again',
    text: 'This page was loaded anew, so your link is no longer in it. Open the link from your message again, in this same browser.',
  },
  whatNow: {
    title: 'What you can do',
    steps: [
      'If you have set up your sign-in already, just sign in.',
      'Each link works once, in the first browser that opens it, and for a short time. If you opened it elsewhere first, go back to that browser.',
      'Otherwise ask the person who sent it for a new one. If you did not open it yourself, tell them: someone else may have.',
    ],
  },
  signIn: 'Go to sign in',
} as const
