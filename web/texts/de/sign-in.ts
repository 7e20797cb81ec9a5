// E1: the door of the console.

import type { ConsoleTexts } from '../console.ts';

export const signIn: ConsoleTexts['signIn'] = {
  title: 'Anmelden',
  lead: 'Für Experten. Hier geht es zu Fragen, Anfragen und Ihrem Verdienst.',
  email: 'E-Mail',
  password: 'Passwort',
  stay: 'Auf diesem Gerät angemeldet bleiben',
  stayHint:
    'Damit eine Anfrage aus einer E-Mail sofort aufgeht. Lassen Sie es aus, wenn andere diesen Rechner benutzen.',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  wrong: 'E-Mail oder Passwort ist nicht richtig.',
  wrongRole: 'Dieses Konto ist kein Expertenkonto.',
  missing: 'Bitte geben Sie Ihre E-Mail und Ihr Passwort ein.',
  tooMany: (seconds) => `Zu viele Versuche. Bitte warten Sie ${seconds} s.`,
  ended: 'Ihre Sitzung ist beendet. Bitte melden Sie sich wieder an. Was Sie geschrieben haben, ist noch da.',
};
