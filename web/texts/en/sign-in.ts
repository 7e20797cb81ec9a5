// E1: the door of the console.

export const signIn = {
  title: 'Sign in',
  lead: 'For experts. Questions, requests and your earnings are behind this door.',
  email: 'E-mail',
  password: 'Password',
  stay: 'Stay signed in on this device',
  stayHint: 'So that a request from an e-mail opens at once. Leave it off where others use this computer.',
  signIn: 'Sign in',
  signOut: 'Sign out',
  wrong: 'E-mail or password is not right.',
  wrongRole: 'This account is not an expert’s.',
  missing: 'Please enter your e-mail and your password.',
  tooMany: (seconds: number) => `Too many tries. Wait ${seconds} s.`,
  ended: 'Your session has ended. Please sign in again. What you wrote is kept.',
};
