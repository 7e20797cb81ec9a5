// E11: what is found by a few letters.

import type { ConsoleTexts } from '../console.ts';

export const palette: ConsoleTexts['palette'] = {
  title: 'Suchen',
  prompt: 'Eine Frage, eine Anfrage, eine Ansicht …',
  none: 'Nichts gefunden.',
  hint: 'Pfeile wählen, Enter öffnet, Esc schließt.',
  view: 'Ansicht',
  request: 'Anfrage',
  action: 'Aktion',
  beAway: 'Auf „abwesend“ stellen',
  beAvailable: 'Auf „verfügbar“ stellen',
  mute: 'Anfragen stumm schalten',
  hear: 'Anfragen wieder hören',
  showKeys: 'Tasten zeigen',
};
