// E4: the expert offers a premium service.

import type { ConsoleTexts } from '../console.ts';

export const offering: ConsoleTexts['offering'] = {
  title: 'Servicio prémium',
  offer: 'Ofrecer un servicio prémium',
  soon: (clock) => `Posible en ${clock}`,
  checking: 'Comprobando…',
  needsReplies: 'Puede ofrecer un servicio premium cuando el cliente haya respondido dos veces.',
  isOpen: 'Ya hay una oferta abierta.',
  withdraw: 'Retirarla',
  service: 'Servicio',
  choose: 'Elija un servicio',
  own: (title) => `${title} (suyo)`,
  fresh: 'Servicio nuevo…',
  name: 'Cómo se llama',
  price: 'Precio',
  limits: (min, max) => `De ${min} a ${max}`,
  earn: (amount) => `Usted gana ${amount}`,
  description: 'Descripción',
  descriptionHint: 'Qué hará usted y qué obtiene el cliente.',
  preview: 'Lo que ve el cliente',
  send: 'Enviar oferta',
  sent: (title) => `Ofrecido: ${title}`,
  missing: {
    service: 'Elija un servicio.',
    name: 'Diga cómo se llama.',
    price: 'Escriba un precio.',
    description: 'Descríbalo.',
  },
  unable: 'No puedo completarlo',
  unableTitle: '¿No puede completarlo?',
  unableWords: 'El cliente y atención al cliente conocerán el motivo. Atención al cliente se ocupa del resto.',
  reason: 'Motivo',
  unableSend: 'Comunicarlo',
};
