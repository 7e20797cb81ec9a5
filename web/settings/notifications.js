// Where "Choose which requests we e-mail you about" leads (6.3), and customers who want no reminders (4), or not at night. A switch
// is saved as soon as it is pressed, the times by their button. Opening the page changes nothing.

import { fill, locale } from '../common/language.js';
import { byId, complain, guarded, say, show, showSession, startPage, textsOf } from '../common/page.js';
import { at } from '../common/server.js';
import { call, isAtConsole, resumeSession, session } from '../common/session.js';

const NIGHT = { from: '22:00', to: '07:00' }; // what is proposed to who wants quiet hours
const CLOCK_MS = 10_000;
/** What each role can do without. */
const SWITCHES = { customer: 'reminders', expert: 'openRequests', admin: null };
const SWITCH_IDS = { openRequests: 'open-requests', reminders: 'reminders' };
const DEVICE_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The account, as the server last told it. */
let user = null;
/** What was chosen and is not saved: what `user.update` takes. */
let owed = null;

async function load() {
  if (owed !== null) return save(); // "Try again"
  const asking = session;
  const answer = await call('session.get', {});
  if (session !== asking) return;
  take(answer.user);
  say('');
}

/** Sends what was chosen last, also when more was chosen meanwhile. */
async function save() {
  const asking = session;
  let sent;
  do {
    sent = owed;
    if (switchIn(sent)) say(text.saving);
    if (hasTimes(sent)) sayTimes(text.saving);
    const answer = await call('user.update', sent);
    if (session !== asking) return;
    take(answer.user, owed);
  } while (owed !== sent);
  owed = null;
  const name = switchIn(sent);
  if (name) say(text.saved[name][user.notify[name] ? 'on' : 'off'], 'good');
  if (hasTimes(sent)) sayTimes(isUnsaved() ? text.unsaved : text.savedTimes, isUnsaved() ? 'info' : 'good');
}

const switchIn = ({ notify }) => Object.keys(SWITCH_IDS).find((name) => notify?.[name] !== undefined);
const hasTimes = ({ timeZone }) => timeZone !== undefined;

/** A switch shows what is saved, never what could not be; times stay as they were typed, and say that they are not saved. */
async function refused(problem) {
  if (user === null) return false;
  const wasSaving = owed !== null;
  if (problem.code === 'input.invalid') owed = null; // the same again would be refused again
  take(user);
  say('');
  showUnsaved();
  const isAtField = showInvalid({
    hours: problem.fields.some((path) => path.startsWith('notify.quiet')) ? text.sameTimes : '',
    zone: problem.fields.includes('timeZone') ? text.unknownZone : '',
  });
  if (isAtField) complain(text.notSaved);
  else complain(wasSaving ? `${text.notSaved} ${problem.message}` : problem.message);
  if (isAtField) show('retry', false);
  byId('problem').scrollIntoView({ block: 'nearest' });
  return true;
}

/** `wished`: what is on its way. What was typed and is not saved stays, whatever else has changed. */
function take(newer, wished = null) {
  const isTyped = user !== null && isUnsaved();
  user = newer;
  document.title = text.title;
  byId('address').textContent = user.email ? fill(text.address, { email: user.email }) : text.noAddress;
  const choice = SWITCHES[user.role];
  for (const [name, id] of Object.entries(SWITCH_IDS)) {
    byId(id).checked = wished?.notify?.[name] ?? user.notify[name];
    show(`${id}-choice`, name === choice);
  }
  byId('always').textContent = text.always[user.role];
  if (!isTyped) fillTimes(user);
  for (const id of ['heading', 'choices', 'times']) show(id, true);
  show('digest-field', user.role === 'expert');
  showTimes();
  showSession();
}

function hide() {
  user = null;
  owed = null;
  showInvalid({});
  for (const id of ['heading', 'choices', 'times']) show(id, false);
}

// When letters come that can wait (2.6)

const timesOf = ({ notify: { quiet, digest }, timeZone }) => ({ quiet, digest, timeZone });

const typed = () => ({
  quiet: byId('quiet').checked ? { from: byId('from').value, to: byId('to').value } : null,
  digest: byId('digest').value,
  timeZone: byId('zone').value,
});

function isUnsaved() {
  const [now, saved] = [typed(), timesOf(user)];
  const isQuietOther = now.quiet?.from !== saved.quiet?.from || now.quiet?.to !== saved.quiet?.to;
  return isQuietOther || now.digest !== saved.digest || now.timeZone !== saved.timeZone;
}

function fillTimes(from) {
  const { quiet, digest, timeZone } = timesOf(from);
  byId('quiet').checked = quiet !== null;
  byId('from').value = (quiet ?? NIGHT).from;
  byId('to').value = (quiet ?? NIGHT).to;
  byId('digest').value = digest;
  byId('zone').replaceChildren(...zonesWith(timeZone).map(zoneOption));
  byId('zone').value = timeZone;
  sayTimes('');
}

/** All that this browser knows, and what the account has. */
function zonesWith(timeZone) {
  const known = Intl.supportedValuesOf?.('timeZone') ?? [];
  return [...new Set(['UTC', timeZone, DEVICE_ZONE, ...known])].sort();
}

function zoneOption(name) {
  return new Option(name.replaceAll('_', ' '), name);
}

function showTimes() {
  const zone = byId('zone').value;
  show('hours', byId('quiet').checked);
  byId('zone-now').textContent = fill(text.zoneNow, { time: timeIn(zone) });
  byId('device-zone').textContent = fill(text.deviceZone, { zone: DEVICE_ZONE.replaceAll('_', ' ') });
  show('zone-now', timeIn(zone) !== '');
  show('device-zone', zone !== DEVICE_ZONE);
}

/** Empty: this browser does not know the zone. */
function timeIn(timeZone) {
  try {
    return new Intl.DateTimeFormat(locale, { weekday: 'long', hour: 'numeric', minute: '2-digit', timeZone }).format();
  } catch {
    return '';
  }
}

function timesChanged() {
  showTimes();
  showInvalid({});
  showUnsaved();
}

function showUnsaved() {
  if (isUnsaved()) sayTimes(text.unsaved);
  else sayTimes('');
}

function sayTimes(words, kind = 'info') {
  const status = byId('times-status');
  status.dataset.kind = kind;
  if (status.textContent !== words) status.textContent = words;
}

function saveTimes() {
  const { quiet, digest, timeZone } = typed();
  if (showInvalid({ hours: quiet === null ? '' : hoursProblem(quiet) })) return;
  const notify = { ...owed?.notify, quiet, ...(user.role === 'expert' && { digest }) };
  owed = { ...owed, notify, timeZone };
  void guarded(save);
}

function hoursProblem({ from, to }) {
  if (from === '' || to === '') return text.noTime;
  return from === to ? text.sameTimes : '';
}

/** Beside each field what is wrong with it, and the first one focused; false: nothing is. */
function showInvalid({ hours = '', zone = '' }) {
  const wrong = [
    ...[byId('from'), byId('to')].map((field) => ({
      field,
      is: hours !== '' && (hours !== text.noTime || !field.value),
    })),
    { field: byId('zone'), is: zone !== '' },
  ];
  byId('hours-error').textContent = hours;
  byId('zone-error').textContent = zone;
  show('hours-error', hours !== '');
  show('zone-error', zone !== '');
  for (const { field, is } of wrong) field.setAttribute('aria-invalid', String(is));
  const first = wrong.find(({ is }) => is);
  first?.field.focus();
  return first !== undefined;
}

// 11.1

const texts = {
  en: {
    signInHint:
      'Sign in to choose when we e-mail you. If you have asked a question and have no password, open it from one of our e-mails first.',
    title: 'E-mail notifications',
    address: 'To {email}',
    noAddress: 'We do not know your e-mail address, so we do not e-mail you.',
    openRequests: 'E-mail me when a request is open to all experts of my categories',
    reminders: 'Remind me by e-mail of answers that I have not rated yet',
    always: {
      customer: 'We always e-mail you about answers, messages and payments.',
      expert: 'We always e-mail you about requests that are reserved for you and about reports that are due.',
      admin: 'We always e-mail you about cases, payments and webhooks.',
    },
    when: 'When e-mails come',
    digest: 'E-mails about open requests',
    digestOff: 'One for each request, at once',
    digestHourly: 'One an hour, with all that are open',
    digestDaily: 'One a day at 8 in the morning, with all that are open',
    quiet: 'Quiet hours',
    quietHint:
      'What can wait comes when they are over. What cannot, such as reservations and payments, comes at any time.',
    from: 'From',
    to: 'Until',
    zone: 'Time zone',
    zoneNow: 'It is {time} there now.',
    deviceZone: 'Use the time zone of this device: {zone}',
    save: 'Save',
    unsaved: 'Not saved yet.',
    noTime: 'Please enter both times, or switch quiet hours off.',
    sameTimes: 'Please enter two different times, or switch quiet hours off.',
    unknownZone: 'The server does not know this time zone. Please choose another one.',
    saving: 'Saving…',
    savedTimes: 'Saved.',
    saved: {
      openRequests: {
        on: 'Saved. We e-mail you when a request is open to all experts of your categories.',
        off: 'Saved. We no longer e-mail you about requests that are open to all experts.',
      },
      reminders: {
        on: 'Saved. We remind you of answers that are not rated yet.',
        off: 'Saved. We no longer remind you of answers that are not rated yet.',
      },
    },
    notSaved: 'Your choice could not be saved.',
  },
  de: {
    signInHint:
      'Melden Sie sich an, um zu wählen, wann wir Ihnen schreiben. Wenn Sie eine Frage gestellt haben und kein Passwort besitzen, öffnen Sie sie zuerst aus einer unserer E-Mails.',
    title: 'E-Mail-Benachrichtigungen',
    address: 'An {email}',
    noAddress: 'Wir kennen Ihre E-Mail-Adresse nicht und schreiben Ihnen daher nicht.',
    openRequests: 'E-Mail an mich, wenn eine Anfrage allen Experten meiner Kategorien offensteht',
    reminders: 'Mich per E-Mail an Antworten erinnern, die ich noch nicht bewertet habe',
    always: {
      customer: 'Über Antworten, Nachrichten und Zahlungen schreiben wir Ihnen immer.',
      expert: 'Über Anfragen, die für Sie reserviert sind, und über fällige Berichte schreiben wir Ihnen immer.',
      admin: 'Über Fälle, Zahlungen und Webhooks schreiben wir Ihnen immer.',
    },
    when: 'Wann E-Mails kommen',
    digest: 'E-Mails über offene Anfragen',
    digestOff: 'Eine je Anfrage, sofort',
    digestHourly: 'Eine in der Stunde, mit allen offenen',
    digestDaily: 'Eine am Tag um 8 Uhr morgens, mit allen offenen',
    quiet: 'Ruhezeit',
    quietHint:
      'Was warten kann, kommt danach. Was nicht warten kann, etwa Reservierungen und Zahlungen, kommt zu jeder Zeit.',
    from: 'Von',
    to: 'Bis',
    zone: 'Zeitzone',
    zoneNow: 'Dort ist es jetzt {time}.',
    deviceZone: 'Die Zeitzone dieses Geräts verwenden: {zone}',
    save: 'Speichern',
    unsaved: 'Noch nicht gespeichert.',
    noTime: 'Bitte geben Sie beide Uhrzeiten an, oder schalten Sie die Ruhezeit aus.',
    sameTimes: 'Bitte geben Sie zwei verschiedene Uhrzeiten an, oder schalten Sie die Ruhezeit aus.',
    unknownZone: 'Der Server kennt diese Zeitzone nicht. Bitte wählen Sie eine andere.',
    saving: 'Wird gespeichert …',
    savedTimes: 'Gespeichert.',
    saved: {
      openRequests: {
        on: 'Gespeichert. Wir schreiben Ihnen, wenn eine Anfrage allen Experten Ihrer Kategorien offensteht.',
        off: 'Gespeichert. Wir schreiben Ihnen nicht mehr über Anfragen, die allen Experten offenstehen.',
      },
      reminders: {
        on: 'Gespeichert. Wir erinnern Sie an Antworten, die noch nicht bewertet sind.',
        off: 'Gespeichert. Wir erinnern Sie nicht mehr an Antworten, die noch nicht bewertet sind.',
      },
    },
    notSaved: 'Ihre Wahl konnte nicht gespeichert werden.',
  },
  es: {
    signInHint:
      'Inicie sesión para elegir cuándo le escribimos. Si ha hecho una pregunta y no tiene contraseña, ábrala primero desde uno de nuestros correos.',
    title: 'Notificaciones por correo',
    address: 'Para {email}',
    noAddress: 'No conocemos su dirección de correo, así que no le escribimos.',
    openRequests: 'Escribirme cuando una solicitud esté abierta a todos los expertos de mis categorías',
    reminders: 'Recordarme por correo las respuestas que todavía no he valorado',
    always: {
      customer: 'Siempre le escribimos sobre respuestas, mensajes y pagos.',
      expert: 'Siempre le escribimos sobre las solicitudes reservadas para usted y sobre los informes pendientes.',
      admin: 'Siempre le escribimos sobre casos, pagos y webhooks.',
    },
    when: 'Cuándo llegan los correos',
    digest: 'Correos sobre solicitudes abiertas',
    digestOff: 'Uno por solicitud, al momento',
    digestHourly: 'Uno por hora, con todas las abiertas',
    digestDaily: 'Uno al día, a las 8 de la mañana, con todas las abiertas',
    quiet: 'Horas de silencio',
    quietHint:
      'Lo que puede esperar llega cuando terminan. Lo que no, como las reservas y los pagos, llega a cualquier hora.',
    from: 'Desde',
    to: 'Hasta',
    zone: 'Zona horaria',
    zoneNow: 'Hora actual allí: {time}.',
    deviceZone: 'Usar la zona horaria de este dispositivo: {zone}',
    save: 'Guardar',
    unsaved: 'Sin guardar.',
    noTime: 'Indique las dos horas o desactive las horas de silencio.',
    sameTimes: 'Indique dos horas distintas o desactive las horas de silencio.',
    unknownZone: 'El servidor no conoce esta zona horaria. Elija otra.',
    saving: 'Guardando…',
    savedTimes: 'Guardado.',
    saved: {
      openRequests: {
        on: 'Guardado. Le escribimos cuando una solicitud está abierta a todos los expertos de sus categorías.',
        off: 'Guardado. Ya no le escribimos sobre solicitudes abiertas a todos los expertos.',
      },
      reminders: {
        on: 'Guardado. Le recordamos las respuestas que aún no tienen valoración.',
        off: 'Guardado. Ya no le recordamos las respuestas que aún no tienen valoración.',
      },
    },
    notSaved: 'No se pudo guardar su elección.',
  },
};

const text = textsOf(texts);

for (const [name, id] of Object.entries(SWITCH_IDS)) {
  byId(id).addEventListener('change', (event) => {
    owed = { ...owed, notify: { ...owed?.notify, [name]: event.target.checked } };
    void guarded(save); // while one is being saved, that one sends this too
  });
}
byId('times').addEventListener('input', timesChanged);
byId('times').addEventListener('submit', (event) => {
  event.preventDefault();
  saveTimes();
});
byId('device-zone').addEventListener('click', () => {
  byId('zone').value = DEVICE_ZONE;
  timesChanged();
  byId('zone').focus();
});
window.addEventListener('beforeunload', (event) => {
  if (user !== null && isUnsaved()) event.preventDefault();
});
setInterval(() => user !== null && showTimes(), CLOCK_MS);
resumeSession(); // a customer's, whom the link of a letter has signed in
if (isAtConsole())
  location.replace(at('expert/settings#open-requests')); // experts choose it there
else startPage({ texts, heading: 'title', load, hide, refused });
