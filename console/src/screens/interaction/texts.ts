import type { Kind } from './group-scopes.ts'

export const TEXTS = {
  signIn: (app: string) => `Sign in to go on to ${app}`,
  continueAs: (name: string) => `Continue as ${name}`,
  someoneElse: 'Sign in as someone else',
  title: (app: string) => `${app} asks for access`,
  asks: (app: string) =>
    `${app} is asking to use health records kept here. You decide. Nothing is shared until you allow it.`,
  signedInAs: 'You are signed in as',
  site: 'Its website',
  kinds: {
    see: 'To read',
    change: 'To add or change',
    who: 'About you',
    stay: 'How long',
    run: 'To get started',
  } satisfies Record<Kind, string>,
  essential: 'Needed',
  essentialHow: 'What is marked “Needed” the app cannot work without. You can leave out the rest.',
  patient: {
    title: 'Whose record',
    search: 'Find a patient',
    searchHow: 'Part of their name',
    find: 'Find',
    none: 'No patient of that name that you may see. Check the spelling.',
    choose: 'Patients found',
    born: (date: string) => `born ${date}`,
    missing: 'Choose a patient first.',
  },
  later: 'You can stop this at any time under My apps. The app keeps what it has seen by then.',
  allow: 'Allow',
  refuse: 'Refuse',
  over: {
    title: 'This request has ended',
    text: 'It may have been open for too long, or was answered already. Go back to the app and start again.',
    account: 'Go to my account',
  },
  failed: 'This page did not open',
  leaving: 'Taking you back to the app…',
  opening: 'One moment…',
} as const
