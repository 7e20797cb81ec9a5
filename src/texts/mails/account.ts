// E-mails to people about their account.

import type { MailWords, MailsOf } from './words.ts';

export const ACCOUNT_MAILS: Readonly<Record<MailsOf<'password'>, MailWords>> = {
  password_changed: {
    subject: {
      en: 'Your password was changed',
      de: 'Ihr Passwort wurde geändert',
      es: 'Su contraseña ha cambiado',
    },
    paragraphs: [
      {
        en: 'The password of your account at Parley was changed ({since}). Everybody who was signed in with the one before has been signed out.',
        de: 'Das Passwort Ihres Kontos bei Parley wurde geändert ({since}). Wer mit dem bisherigen angemeldet war, wurde abgemeldet.',
        es: 'Ha cambiado la contraseña de su cuenta en Parley ({since}). Se ha cerrado la sesión de quienes habían entrado con la anterior.',
      },
      {
        en: 'If it was you, there is nothing to do. If it was not, please tell customer care at once: they can set another password, which ends all sessions.',
        de: 'Wenn Sie das waren, ist nichts weiter zu tun. Wenn nicht, wenden Sie sich bitte sofort an den Kundendienst: Er kann ein anderes Passwort setzen; damit enden alle Sitzungen.',
        es: 'Si ha sido usted, no tiene que hacer nada. Si no, avise de inmediato a atención al cliente: puede establecer otra contraseña, con lo que se cierran todas las sesiones.',
      },
    ],
    action: { en: 'Sign in', de: 'Anmelden', es: 'Iniciar sesión' },
  },
};
