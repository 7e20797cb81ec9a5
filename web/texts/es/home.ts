// E2: what waits, what is one's own, and whether one is there.

import type { ConsoleTexts } from '../console.ts';
import { plural } from '../plural.ts';

export const home: ConsoleTexts['home'] = {
  title: 'Consola de expertos',
  lists: 'Listas',
  queue: 'En espera',
  mine: 'Mías',
  requests: 'Solicitudes',
  atLeast: (count) => `${count}+`,
  fresh: (count) => plural('es', count, { one: '1 nueva', many: `${count} nuevas`, other: `${count} nuevas` }),
  more: 'Mostrar más',
  all: 'Todas las categorías',
  category: 'Categoría',
  wouldEarn: (amount) => `Usted ganaría ${amount}`,
  claim: 'Tomar',
  claimOf: (subject) => `Tomar: ${subject}`,
  claimedBy: (name) => `La ha tomado ${name}`,
  waitsNoMore: 'Ya no espera',
  queueEmpty: 'No hay nada en espera. Las preguntas nuevas aparecen aquí solas.',
  mineEmpty: 'Tome una pregunta para empezar.',
  toQueue: 'Ver las preguntas en espera',
  noCategories:
    'Todavía no está en ninguna categoría, por eso no le llegan preguntas. Atención al cliente puede añadirle a una.',
  first: 'Cómo funciona',
  firstSteps: [
    'Pulse «Tomar» en una pregunta que pueda responder. Mientras trabaje en ella será solo suya.',
    'Pida los datos que necesite o escriba la respuesta.',
    'Marque «Esta es la respuesta completa» cuando lo sea. Entonces el cliente puede valorarla y usted cobra con una buena valoración.',
  ],
  choose: 'Elija una pregunta a la izquierda.',
  presence: 'Presencia',
  available: 'Disponible',
  away: 'Ausente',
  awayNow: 'Está ausente: las solicitudes le llegan solo por correo electrónico.',
  awayMissed:
    'Se le ha puesto como ausente porque quedaron solicitudes sin respuesta. Le llegan solo por correo electrónico.',
  awayHidden:
    'Se le ha puesto como ausente porque nadie miraba esta página. Las solicitudes le llegan solo por correo electrónico.',
  offline: 'Sin conexión. Lo que escriba se enviará cuando vuelva.',
  back: 'La conexión ha vuelto. Aquí está todo al día.',
  rowState: { draft: 'Borrador', open: 'En espera', claimed: 'En curso', answered: 'Respondida', closed: 'Cerrada' },
  unread: (count) =>
    plural('es', count, {
      one: '1 mensaje nuevo',
      many: `${count} mensajes nuevos`,
      other: `${count} mensajes nuevos`,
    }),
  claimEnds: (clock) => `Su turno termina en ${clock}`,
  youWrote: 'Usted escribió lo último',
  nobodyWrote: 'Todavía no hay nada escrito',
  theyWrote: (name) => `${name} escribió lo último`,
  account: (name) => `Sesión iniciada como ${name}`,
  skip: 'Ir a la conversación',
};
