// Where "Choose which requests we e-mail you about" leads: one wish (6.3), saved as soon as it is changed. Opening the page
// changes nothing.

import { fill } from '../common/language.js';
import { byId, complain, guarded, say, show, showSession, startPage, textsOf } from '../common/page.js';
import { call, session } from '../common/session.js';

/** The account, as the server last told it. */
let user = null;
/** What the switch was set to, until the server has saved it. */
let wish = null;

async function load() {
  if (wish !== null) return save(); // "Try again"
  const asking = session;
  const answer = await call('session.get', {});
  if (session !== asking) return;
  take(answer.user);
  if (user.role === 'expert') say('');
  else say(text.expertsOnly);
}

/** Sends what was wished last, also when it changed meanwhile. */
async function save() {
  const asking = session;
  let sent;
  do {
    sent = wish;
    say(text.saving);
    const answer = await call('user.update', { notify: { openRequests: sent } });
    if (session !== asking) return;
    user = answer.user;
  } while (wish !== sent);
  wish = null;
  take(user);
  say(user.notify.openRequests ? text.savedOn : text.savedOff, 'good');
}

/** The switch shows what is saved, never what could not be. */
async function refused(problem) {
  if (user === null) return false;
  take(user);
  say('');
  complain(wish === null ? problem.message : `${text.notSaved} ${problem.message}`);
  return true;
}

function take(newer) {
  user = newer;
  document.title = text.title;
  byId('address').textContent = fill(text.address, { email: user.email ?? '' });
  byId('open-requests').checked = user.notify.openRequests;
  show('heading', true);
  show('address', Boolean(user.email));
  show('choices', user.role === 'expert');
  showSession();
}

function hide() {
  user = null;
  wish = null;
  for (const id of ['heading', 'choices']) show(id, false);
}

// 11.1

const texts = {
  en: {
    signInHint: 'Sign in to choose which requests we e-mail you about.',
    title: 'E-mail notifications',
    address: 'To {email}',
    openRequests: 'E-mail me when a request is open to all experts of my categories',
    always: 'We always e-mail you about requests that are reserved for you and about reports that are due.',
    saving: 'Saving…',
    savedOn: 'Saved. We e-mail you when a request is open to all experts of your categories.',
    savedOff: 'Saved. We no longer e-mail you about requests that are open to all experts.',
    notSaved: 'Your choice could not be saved.',
    expertsOnly: 'Only experts get e-mails about requests: there is nothing to choose for this account.',
  },
  de: {
    signInHint: 'Melden Sie sich an, um zu wählen, über welche Anfragen wir Ihnen schreiben.',
    title: 'E-Mail-Benachrichtigungen',
    address: 'An {email}',
    openRequests: 'E-Mail an mich, wenn eine Anfrage allen Experten meiner Kategorien offensteht',
    always: 'Über Anfragen, die für Sie reserviert sind, und über fällige Berichte schreiben wir Ihnen immer.',
    saving: 'Wird gespeichert …',
    savedOn: 'Gespeichert. Wir schreiben Ihnen, wenn eine Anfrage allen Experten Ihrer Kategorien offensteht.',
    savedOff: 'Gespeichert. Wir schreiben Ihnen nicht mehr über Anfragen, die allen Experten offenstehen.',
    notSaved: 'Ihre Wahl konnte nicht gespeichert werden.',
    expertsOnly: 'Nur Experten bekommen E-Mails über Anfragen: Für dieses Konto gibt es nichts zu wählen.',
  },
  es: {
    signInHint: 'Inicie sesión para elegir sobre qué solicitudes le escribimos.',
    title: 'Notificaciones por correo',
    address: 'Para {email}',
    openRequests: 'Escribirme cuando una solicitud esté abierta a todos los expertos de mis categorías',
    always: 'Siempre le escribimos sobre las solicitudes reservadas para usted y sobre los informes pendientes.',
    saving: 'Guardando…',
    savedOn: 'Guardado. Le escribimos cuando una solicitud está abierta a todos los expertos de sus categorías.',
    savedOff: 'Guardado. Ya no le escribimos sobre solicitudes abiertas a todos los expertos.',
    notSaved: 'No se pudo guardar su elección.',
    expertsOnly: 'Solo los expertos reciben correos sobre solicitudes: no hay nada que elegir para esta cuenta.',
  },
};

const text = textsOf(texts);

byId('open-requests').addEventListener('change', (event) => {
  wish = event.target.checked;
  void guarded(save); // while one is being saved, that one sends this too
});
startPage({ texts, heading: 'title', load, hide, refused });
