// E4: the expert offers a premium service.

import type { ConsoleTexts } from '../console.ts';

export const offering: ConsoleTexts['offering'] = {
  title: 'Premium-Dienst',
  offer: 'Premium-Dienst anbieten',
  soon: (clock) => `Möglich in ${clock}`,
  checking: 'Wird geprüft …',
  needsReplies: 'Sie können einen Premium-Dienst anbieten, sobald die Kundin oder der Kunde zweimal geantwortet hat.',
  isOpen: 'Ein Angebot ist schon offen.',
  withdraw: 'Zurückziehen',
  service: 'Dienst',
  choose: 'Dienst wählen',
  own: (title) => `${title} (Ihrer)`,
  fresh: 'Neuer Dienst …',
  name: 'Wie er heißt',
  price: 'Preis',
  limits: (min, max) => `${min} bis ${max}`,
  earn: (amount) => `Sie verdienen ${amount}`,
  description: 'Beschreibung',
  descriptionHint: 'Was Sie dafür tun, und was der Kunde davon hat.',
  preview: 'Was der Kunde sieht',
  send: 'Angebot senden',
  sent: (title) => `Angeboten: ${title}`,
  missing: {
    service: 'Bitte wählen Sie einen Dienst.',
    name: 'Bitte sagen Sie, wie er heißt.',
    price: 'Bitte geben Sie einen Preis ein.',
    description: 'Bitte beschreiben Sie ihn.',
  },
  unable: 'Ich kann das nicht erbringen',
  unableTitle: 'Sie können das nicht erbringen?',
  unableWords: 'Der Kunde und der Kundendienst erfahren den Grund. Der Kundendienst kümmert sich um alles Weitere.',
  reason: 'Grund',
  unableSend: 'Mitteilen',
};
