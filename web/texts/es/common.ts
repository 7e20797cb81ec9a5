// Words that every view uses.

import { plural } from '../plural.ts';
import type { Texts } from '../texts.ts';

export const common: Texts['common'] = {
  launcher: 'Pregunte a un experto',
  launcherOffer: 'Una oferta para usted',
  launcherUnread: (count: number) => plural('es', count, { one: '1 mensaje nuevo', other: `${count} mensajes nuevos` }),
  close: 'Cerrar',
  back: 'Volver',
  cancel: 'Cancelar',
  tryAgain: 'Volver a intentarlo',
  loading: 'Cargando…',
  stillLoading: 'Todavía cargando…',
  notLoaded: 'No se ha podido cargar.',
  offline: 'No tiene conexión. Lo que escriba se enviará cuando la recupere.',
  needsConnection: 'Necesita conexión',
  connecting: 'Conectando…',
  gone: 'Esto ya no existe o no es suyo.',
  forbidden: 'Su cuenta no puede ver esto.',
  ended: 'Se ha cerrado su sesión. Lo que escribió se conserva.',
  stale: 'Alguien lo ha cambiado entretanto. Esta es la versión actual.',
  waitSeconds: (seconds: number) => `Un momento: demasiado a la vez. Nuevo intento en ${seconds} s.`,
  unreached: 'No hemos podido contactar con el servidor. No se ha perdido nada: mire el estado más arriba.',
  storageBlocked: 'Su navegador no guarda datos de este sitio: quédese en esta página hasta tener su respuesta.',
  reload: 'Vuelva a cargar la página para continuar.',
  left: (clock: string) => `quedan ${clock}`,
  checking: 'Comprobando…',
  newMessages: (count: number) => plural('es', count, { one: '1 mensaje nuevo', other: `${count} mensajes nuevos` }),
  history: 'Sus preguntas',
  settings: 'Ajustes',
  askNew: 'Hacer otra pregunta',
  updatePayment: 'Cambiar el medio de pago',
  endedWay: 'Abra el enlace de nuestro último correo o haga una pregunta nueva.',
  waitClock: (clock: string) => `Nuevo intento en ${clock}`,
  declined: {
    card_declined: 'Su tarjeta ha sido rechazada. Utilice otra, por favor.',
    insufficient_funds: 'La tarjeta no tiene fondos suficientes. Utilice otra, por favor.',
    expired_card: 'La tarjeta ha caducado. Utilice otra, por favor.',
    authentication_required: 'Su banco quiere que confirme el pago. Vuelva a introducir la tarjeta.',
    processing_error: 'El banco no ha respondido. Vuelva a intentarlo, por favor.',
  },
};
