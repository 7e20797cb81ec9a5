// E11: what is found by a few letters.

import type { ConsoleTexts } from '../console.ts';

export const palette: ConsoleTexts['palette'] = {
  title: 'Buscar',
  prompt: 'Una pregunta, una solicitud, una vista…',
  none: 'No se ha encontrado nada.',
  hint: 'Las flechas eligen, Intro abre, Esc cierra.',
  view: 'Vista',
  request: 'Solicitud',
  action: 'Acción',
  beAway: 'Pasar a ausente',
  beAvailable: 'Pasar a disponible',
  mute: 'Silenciar las solicitudes',
  hear: 'Volver a oír las solicitudes',
  showKeys: 'Mostrar las teclas',
};
