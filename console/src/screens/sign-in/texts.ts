export const TEXTS = {
  title: 'Sign in',
  passkey: 'Sign in with a passkey',
  passkeyHow: 'Your device asks for your fingerprint, face or screen lock. No username needed.',
  noPasskeys: 'This browser cannot use passkeys. Sign in with your password and code.',
  username: 'Username',
  password: 'Password',
  code: 'Code',
  codeHow: 'The 6 digits from your authenticator app, or one recovery code',
  otherWay: 'Use username, password and code',
  signIn: 'Sign in',
  shared: 'This is a shared workstation',
  sharedHow: 'You are signed out sooner when you step away.',
  lost: 'Lost your phone, keys or password?',
  why: {
    idle: 'You were away for a while, so you were signed out. Sign in to go on where you were.',
    expired: 'Your sign-in has ended. Sign in to go on where you were.',
    out: 'You are signed out.',
  },
} as const

export type Why = keyof typeof TEXTS.why
export const isWhy = (value: unknown): value is Why => typeof value === 'string' && value in TEXTS.why
