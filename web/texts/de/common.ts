// Words that every view uses.

import { plural } from '../plural.ts';
import type { Texts } from '../texts.ts';

export const common: Texts['common'] = {
  launcher: 'Fachleute fragen',
  launcherOffer: 'Ein Angebot für Sie',
  launcherUnread: (count: number) =>
    plural('de', count, { one: '1 neue Nachricht', other: `${count} neue Nachrichten` }),
  close: 'Schließen',
  back: 'Zurück',
  cancel: 'Abbrechen',
  tryAgain: 'Noch einmal versuchen',
  loading: 'Wird geladen …',
  stillLoading: 'Wird noch geladen …',
  notLoaded: 'Das konnte nicht geladen werden.',
  offline: 'Sie sind offline. Was Sie schreiben, wird gesendet, sobald Sie wieder verbunden sind.',
  needsConnection: 'Braucht eine Verbindung',
  connecting: 'Verbindung wird hergestellt …',
  gone: 'Das gibt es nicht mehr, oder es gehört nicht Ihnen.',
  forbidden: 'Ihr Konto darf das nicht sehen.',
  ended: 'Sie wurden abgemeldet. Was Sie geschrieben haben, ist noch da.',
  unreached: 'Der Server war nicht zu erreichen. Nichts ist verloren: Sehen Sie oben nach dem Stand.',
  storageBlocked: 'Ihr Browser speichert für diese Seite nichts: Bleiben Sie hier, bis Sie Ihre Antwort haben.',
  newer: 'Vielleicht gibt es eine neuere Fassung. Was Sie geschrieben haben, bleibt erhalten.',
  renew: 'Neuere Fassung laden',
  left: (clock: string) => `noch ${clock}`,
  checking: 'Wird geprüft …',
  newMessages: (count: number) => plural('de', count, { one: '1 neue Nachricht', other: `${count} neue Nachrichten` }),
  history: 'Ihre Fragen',
  settings: 'Einstellungen',
  askNew: 'Neue Frage stellen',
  updatePayment: 'Zahlungsmittel ändern',
  endedWay: 'Öffnen Sie den Link in unserer neuesten E-Mail an Sie, oder stellen Sie eine neue Frage.',
  waitClock: (clock: string) => `Neuer Versuch in ${clock}`,
  declined: {
    card_declined: 'Ihre Karte wurde abgelehnt. Bitte verwenden Sie eine andere.',
    insufficient_funds: 'Die Karte ist nicht ausreichend gedeckt. Bitte verwenden Sie eine andere.',
    expired_card: 'Die Karte ist abgelaufen. Bitte verwenden Sie eine andere.',
    authentication_required:
      'Ihre Bank möchte, dass Sie die Zahlung bestätigen. Bitte geben Sie die Karte noch einmal ein.',
    processing_error: 'Die Bank hat nicht geantwortet. Bitte versuchen Sie es noch einmal.',
  },
  elsewhere: 'In einem anderen Fenster geöffnet.',
  useHere: 'Hier verwenden',
};
