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
};
