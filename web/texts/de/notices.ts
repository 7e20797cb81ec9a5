// E2: what one was told.

import type { ConsoleTexts } from '../console.ts';

export const notices: ConsoleTexts['notices'] = {
  title: 'Hinweise',
  none: 'Noch nichts. Was mit Ihren Fragen, Anfragen und Ihrem Verdienst geschieht, steht hier 30 Tage lang.',
  older: 'Ältere anzeigen',
  open: 'Öffnen',
  openOf: (text) => `Öffnen: ${text}`,
  bell: (count) => (count === 0 ? 'Hinweise' : `Hinweise, ${count} neu`),
};
