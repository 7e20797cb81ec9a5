// E11: what keys do.

import type { ConsoleTexts } from '../console.ts';

export const keys: ConsoleTexts['keys'] = {
  title: 'Tasten',
  hint: 'In Feldern schreiben sie. Nichts, was Geld bewegt, hat eine eigene Taste.',
  muted: 'Stumm: Anfragen melden sich nur noch auf der Seite.',
  heard: 'Anfragen sind wieder zu hören.',
  does: {
    help: 'Zeigt diese Tasten',
    home: 'Wartende Fragen',
    mine: 'Meine Fragen',
    requests: 'Anfragen',
    earnings: 'Verdienst',
    notices: 'Hinweise',
    settings: 'Einstellungen',
    find: 'Sucht eine Frage, eine Anfrage oder eine Ansicht',
    next: 'Die nächste Zeile',
    before: 'Die Zeile davor',
    claim: 'Übernimmt die Frage',
    reply: 'Schreibt eine Nachricht',
    offer: 'Bietet einen Premium-Dienst an: öffnet das Formular',
    templates: 'Vorlagen',
    back: 'Zurück zur Liste',
    kind: 'Art der Nachricht',
    answer: 'Die vollständige Antwort',
    send: 'Sendet',
    mute: 'Schaltet Anfragen stumm oder wieder hörbar',
    presence: 'Verfügbar oder abwesend',
  },
};
