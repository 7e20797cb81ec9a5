// E2: what one was told.

import type { ConsoleTexts } from '../console.ts';

export const notices: ConsoleTexts['notices'] = {
  title: 'Avisos',
  none: 'Todavía nada. Lo que ocurre con sus preguntas, solicitudes e ingresos aparece aquí durante 30 días.',
  older: 'Mostrar anteriores',
  open: 'Abrir',
  openOf: (text) => `Abrir: ${text}`,
  bell: (count) => (count === 0 ? 'Avisos' : `Avisos, ${count} sin ver`),
};
