// E11: what keys do.

import type { ConsoleTexts } from '../console.ts';

export const keys: ConsoleTexts['keys'] = {
  title: 'Teclas',
  hint: 'En los campos escriben. Nada que mueva dinero tiene una tecla propia.',
  muted: 'En silencio: las solicitudes solo se anuncian en la página.',
  heard: 'Las solicitudes se oyen de nuevo.',
  does: {
    help: 'Muestra estas teclas',
    home: 'Las preguntas en espera',
    mine: 'Mis preguntas',
    requests: 'Solicitudes',
    earnings: 'Ganancias',
    notices: 'Avisos',
    settings: 'Ajustes',
    find: 'Busca una pregunta, una solicitud o una vista',
    next: 'La fila siguiente',
    before: 'La fila anterior',
    claim: 'Toma la pregunta',
    reply: 'Escribe al cliente',
    offer: 'Ofrece un servicio prémium: abre el formulario',
    templates: 'Plantillas',
    back: 'Vuelve a la lista',
    kind: 'Tipo de mensaje',
    answer: 'La respuesta completa',
    send: 'Envía',
    mute: 'Silencia las solicitudes o las deja oír de nuevo',
    presence: 'Disponible o ausente',
  },
};
