// E9: what one has earned.

import type { ConsoleTexts } from '../console.ts';

export const earnings: ConsoleTexts['earnings'] = {
  title: 'Verdienst',
  range: 'Zeitraum',
  ranges: { week: 'Die letzten 7 Tage', month: 'Dieser Monat', before: 'Letzter Monat', year: 'Dieses Jahr' },
  total: 'Verdient',
  kinds: 'Wofür',
  kind: { all: 'Alles', question: 'Fragen', premium: 'Premium-Dienste' },
  chart: 'Verdienst nach Tagen',
  chartLong: 'Verdienst nach Monaten',
  showTable: 'Als Tabelle zeigen',
  date: 'Datum',
  subject: 'Betreff',
  amount: 'Betrag',
  state: 'Stand',
  list: 'Alles in diesem Zeitraum',
  empty: 'Nichts in diesem Zeitraum.',
  more: 'Mehr anzeigen',
  csv: 'CSV herunterladen',
  answered: 'Beantwortet und bezahlt',
  csvDone: 'Die Datei ist unterwegs.',
  taken: 'Erstattet: zurückgenommen',
  notReported: 'Noch nicht berichtet',
};
