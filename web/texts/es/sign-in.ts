// E1: the door of the console.

import type { ConsoleTexts } from '../console.ts';

export const signIn: ConsoleTexts['signIn'] = {
  title: 'Iniciar sesión',
  lead: 'Para expertos. Aquí están las preguntas, las solicitudes y sus ganancias.',
  email: 'Correo electrónico',
  password: 'Contraseña',
  stay: 'Mantener la sesión en este dispositivo',
  stayHint: 'Así una solicitud de un correo se abre al momento. No lo marque si otras personas usan este equipo.',
  signIn: 'Iniciar sesión',
  signOut: 'Cerrar sesión',
  wrong: 'El correo o la contraseña no son correctos.',
  wrongRole: 'Esta cuenta no es de un experto.',
  missing: 'Escriba su correo electrónico y su contraseña.',
  tooMany: (seconds) => `Demasiados intentos. Espere ${seconds} s.`,
  ended: 'Su sesión ha terminado. Inicie sesión de nuevo. Lo que ha escrito se conserva.',
};
