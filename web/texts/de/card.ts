// Das Kartenformular in seinem Rahmen, und sonst nichts.

import type { CardTexts } from '../card.ts';

export const card: CardTexts = {
  title: 'Zahlung',
  number: 'Kartennummer',
  until: 'Gültig bis (MM/JJ)',
  code: 'Prüfnummer',
  testOnly: 'Hier wird nichts abgebucht. Nehmen Sie eine Testkarte:',
  works: 'Funktioniert',
  declined: 'Wird abgelehnt',
  failsLater: 'Scheitert beim Abbuchen',
  notTestCard: 'Das ist keine Testkarte. Echte Karten können hier nicht verwendet werden.',
  badDate: 'Das ist kein Monat mit Jahr.',
  expired: 'Die Karte ist abgelaufen.',
  badCode: 'Das ist keine Prüfnummer.',
  notLoaded: 'Das Kartenformular konnte nicht geladen werden. Bitte laden Sie die Seite neu.',
  notSaved: 'Die Karte konnte nicht gespeichert werden. Bitte versuchen Sie es noch einmal.',
};
