// What premium services are called beside their own names.

import type { Localized } from '../domain/people.ts';

/** One whose name is not known; all others are called what their category or their expert calls them. */
export const OTHER_SERVICE: Localized = { en: 'Premium Service', de: 'Premium-Dienst', es: 'Servicio prémium' };

/** 6.3, 7.3: before the subject in the Request Center and in e-mails. */
export const PREFIXES: Readonly<Record<'requested' | 'accepted', Localized>> = {
  requested: { en: '[{service} Requested]', de: '[{service} angefragt]', es: '[Solicitud: {service}]' },
  accepted: { en: '[{service} Accepted]', de: '[{service} angenommen]', es: '[Solicitud aceptada: {service}]' },
};
