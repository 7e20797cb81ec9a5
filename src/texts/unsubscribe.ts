// The page that a letter's "no more of these" leads to (6.3, 4).

import type { MailChoice } from '../domain/mail.ts';
import type { Localized } from '../domain/people.ts';

interface Words {
  readonly title: Localized;
  readonly text: Localized;
  readonly button: Localized;
}

const end: Localized = { en: 'End these e-mails', de: 'Diese E-Mails beenden', es: 'Dejar de recibirlos' };
const endReminders: Localized = { en: 'End the reminders', de: 'Erinnerungen beenden', es: 'Dejar de recibirlos' };
const again: Localized = { en: 'E-mail me again', de: 'Wieder E-Mails erhalten', es: 'Volver a recibirlos' };

/** `asked`: before the press of the button; `ended` and `wanted`: how it stands then. */
export const UNSUBSCRIBE_PAGE: Readonly<Record<MailChoice, Readonly<Record<'asked' | 'ended' | 'wanted', Words>>>> = {
  openRequests: {
    asked: {
      title: {
        en: 'No more e-mails about open requests?',
        de: 'Keine E-Mails über offene Anfragen mehr?',
        es: '¿No quiere más correos sobre solicitudes abiertas?',
      },
      text: {
        en: 'We then no longer e-mail you when a request is open to all experts of your categories. About requests that are reserved for you and reports that are due we always e-mail you.',
        de: 'Wir schreiben Ihnen dann nicht mehr, wenn eine Anfrage allen Experten Ihrer Kategorien offensteht. Über Anfragen, die für Sie reserviert sind, und über fällige Berichte schreiben wir Ihnen immer.',
        es: 'Dejaremos de escribirle cuando una solicitud esté abierta a todos los expertos de sus categorías. Sobre las solicitudes reservadas para usted y los informes pendientes le escribimos siempre.',
      },
      button: end,
    },
    ended: {
      title: { en: 'These e-mails have ended', de: 'Diese E-Mails sind beendet', es: 'Ya no recibirá estos correos' },
      text: {
        en: 'We no longer e-mail you about requests that are open to all experts.',
        de: 'Wir schreiben Ihnen nicht mehr über Anfragen, die allen Experten offenstehen.',
        es: 'Ya no le escribimos sobre solicitudes abiertas a todos los expertos.',
      },
      button: again,
    },
    wanted: {
      title: { en: 'We e-mail you again', de: 'Sie erhalten wieder E-Mails', es: 'Volvemos a escribirle' },
      text: {
        en: 'We e-mail you when a request is open to all experts of your categories.',
        de: 'Wir schreiben Ihnen, wenn eine Anfrage allen Experten Ihrer Kategorien offensteht.',
        es: 'Le escribimos cuando una solicitud está abierta a todos los expertos de sus categorías.',
      },
      button: end,
    },
  },
  reminders: {
    asked: {
      title: { en: 'No more reminders?', de: 'Keine Erinnerungen mehr?', es: '¿No quiere más recordatorios?' },
      text: {
        en: 'We then no longer remind you by e-mail of answers that are not rated yet. About answers, messages and payments we always e-mail you.',
        de: 'Wir erinnern Sie dann nicht mehr per E-Mail an Antworten, die noch nicht bewertet sind. Über Antworten, Nachrichten und Zahlungen schreiben wir Ihnen immer.',
        es: 'Dejaremos de recordarle por correo las respuestas que aún no tienen valoración. Sobre respuestas, mensajes y pagos le escribimos siempre.',
      },
      button: endReminders,
    },
    ended: {
      title: {
        en: 'The reminders have ended',
        de: 'Die Erinnerungen sind beendet',
        es: 'Ya no recibirá recordatorios',
      },
      text: {
        en: 'We no longer remind you of answers that are not rated yet.',
        de: 'Wir erinnern Sie nicht mehr an Antworten, die noch nicht bewertet sind.',
        es: 'Ya no le recordamos las respuestas que aún no tienen valoración.',
      },
      button: again,
    },
    wanted: {
      title: { en: 'We remind you again', de: 'Wir erinnern Sie wieder', es: 'Volvemos a recordárselo' },
      text: {
        en: 'We remind you of answers that are not rated yet.',
        de: 'Wir erinnern Sie an Antworten, die noch nicht bewertet sind.',
        es: 'Le recordamos las respuestas que aún no tienen valoración.',
      },
      button: endReminders,
    },
  },
};

/** For a link that is none of ours, or whose account is gone. */
export const UNKNOWN_LINK: Readonly<Record<'title' | 'text', Localized>> = {
  title: {
    en: 'This link leads nowhere',
    de: 'Dieser Link führt nirgendwohin',
    es: 'Este enlace no lleva a ninguna parte',
  },
  text: {
    en: 'It is not complete, or it belongs to no e-mail of ours. Nothing has been changed. Please open the link in our newest e-mail to you.',
    de: 'Er ist unvollständig, oder er stammt aus keiner unserer E-Mails. Es wurde nichts geändert. Bitte öffnen Sie den Link in unserer neuesten E-Mail an Sie.',
    es: 'Está incompleto o no pertenece a ningún correo nuestro. No se ha cambiado nada. Abra el enlace de nuestro correo más reciente.',
  },
};
