// W7, W9 and the frame of the card.

import type { Texts } from '../texts.ts';

export const pay: Texts['pay'] = {
  card: 'Zahlung',
  frame: 'Zahlung',
  cardNotLoaded: 'Das Kartenformular konnte nicht geladen werden.',
  title: 'Zahlungsmittel ändern',
  forQuestion: (price: string) => `Für Ihre Frage · ${price}`,
  forOffer: (service: string, price: string) => `Für ${service} · ${price}`,
  forLater: 'Diese Karte wird von jetzt an für diese Frage verwendet.',
  cardNow: 'Bisher:',
  save: 'Speichern und noch einmal versuchen',
  saving: 'Ihre Bank wird gefragt …',
  posted: 'Ihre Frage ist gestellt.',
  reopened: 'Vielen Dank. Die Anfrage ist wieder offen.',
  kept: 'Vielen Dank. Diese Karte wird von jetzt an verwendet.',
  toTalk: 'Zur Beratung',
  refundTitle: 'Geld zurückverlangen',
  refundOf: 'Zurück für',
  refundQuestion: (price: string) => `Die Frage · ${price}`,
  refundOffer: (service: string, price: string) => `${service} · ${price}`,
  refundReason: 'Was ist schiefgegangen?',
  refundReasonMissing: 'Bitte sagen Sie in ein paar Worten, was schiefgegangen ist.',
  refundSend: 'An den Kundendienst senden',
  refundPending: 'Der Kundendienst hat Ihre Bitte um Rückzahlung und antwortet innerhalb eines Tages.',
  refundGranted: 'Die Rückzahlung wurde bewilligt. Das Geld geht auf Ihre Karte zurück.',
  refundRefused: 'Der Kundendienst hat die Rückzahlung abgelehnt:',
  refundDismissed: 'Der Kundendienst hat Ihre Bitte ohne Rückzahlung abgeschlossen.',
  refundNotCharged: 'Es gibt nichts zurückzuzahlen: Es wurde nichts abgebucht.',
};
