// The landing page of "View request now" (6.3): what would be earned, the conversation to review, and two buttons.
// Opening it never accepts; only the button does. The server decides everything, this page shows what it says.

const POLL_MS = 5_000; // a lost race is shown within this
const CALL_MS = 15_000; // longer than the server lets any call take
const MESSAGES = 100; // per page of the conversation
const SESSION = 'parley.session';

/** States in which the request can still change under our eyes. */
const MOVING = new Set(['reserved', 'open', 'capturing', 'payment_failed']);

const requestId = location.pathname.split('/').filter(Boolean).at(-1);
const byId = (id) => document.getElementById(id);

/** 7.1, 7.2: nothing is earned for these. */
const UNPAID = new Set(['unfulfilled', 'report_overdue', 'refunded']);

/** null, or `{ token, user }`; ends with the tab. */
let session = JSON.parse(sessionStorage.getItem(SESSION) ?? 'null');
let request = null;
let passed = false; // No Thanks was pressed here
let lastSeq = 0;
let busy = false; // somebody pressed something, and it is not answered yet
let outOfTouch = false; // the last poll did not reach the server
let serverAhead = 0; // ms that the server's clock is before ours
let pollTimer = 0;

function start() {
  document.documentElement.lang = locale;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text[node.dataset.text];
  byId('conversation').setAttribute('aria-label', text.conversation);
  byId('login').addEventListener('submit', (event) => {
    event.preventDefault();
    void guarded(signIn);
  });
  byId('accept').addEventListener('click', () => void guarded(accept));
  byId('decline').addEventListener('click', () => void guarded(decline));
  byId('review').addEventListener('click', () => void guarded(toggleConversation));
  byId('more').addEventListener('click', () => void guarded(loadMessages));
  byId('retry').addEventListener('click', () => void guarded(refresh));
  byId('sign-out').addEventListener('click', () => signOut());
  document.addEventListener('visibilitychange', () => void poll());
  setInterval(showTimeLeft, 1_000);
  void poll();
  if (session === null) return showLogin();
  say(text.loading);
  void guarded(refresh);
}

// What people do

async function signIn() {
  const { email, password } = byId('login').elements;
  session = await call('session.login', { email: email.value, password: password.value });
  sessionStorage.setItem(SESSION, JSON.stringify(session));
  password.value = '';
  show('login', false);
  say(text.loading);
  await refresh();
  byId('subject').focus();
}

function signOut(why = '') {
  session = null;
  request = null;
  passed = false;
  sessionStorage.removeItem(SESSION);
  forgetConversation();
  showLogin(why);
}

/** 6.4: exactly one expert wins; whoever does not is told so by the refusal. */
async function accept() {
  say(text.accepting);
  take((await call('request.accept', { requestId })).request);
}

/** 6.2: No Thanks. It opens to all, and may still be accepted here. */
async function decline() {
  const answer = await call('request.decline', { requestId });
  passed = true;
  take(answer.request);
  showRequest(); // also when a poll has brought it before
}

async function toggleConversation() {
  const opening = byId('conversation').hidden;
  if (opening) await loadConversation();
  show('conversation', opening);
  byId('review').setAttribute('aria-expanded', String(opening));
}

/** What was asked, and the messages since this was opened last. */
async function loadConversation() {
  const { questionId } = request;
  const [{ question }] = await Promise.all([call('question.get', { questionId }), loadMessages()]);
  byId('body').textContent = question.body;
}

async function loadMessages() {
  const { items } = await call('message.list', { questionId: request.questionId, afterSeq: lastSeq, limit: MESSAGES });
  byId('messages').append(...items.map(messageNode));
  lastSeq = items.at(-1)?.seq ?? lastSeq;
  show('more', items.length === MESSAGES);
  show('empty', lastSeq === 0);
}

// What the server says

/** Asks again what has become of the request. */
async function refresh() {
  const asking = session;
  const answer = await call('request.get', { requestId });
  if (session === asking) take(answer.request);
}

/** Never in the way of a button: what it brings too late is older, and dropped. */
async function poll() {
  clearTimeout(pollTimer);
  pollTimer = setTimeout(() => void poll(), POLL_MS);
  if (document.hidden || busy || request === null || !MOVING.has(request.state)) return;
  try {
    await refresh();
    if (outOfTouch) show('problem', false);
    outOfTouch = false;
  } catch (problem) {
    if (busy || session === null) return;
    outOfTouch = true;
    await explain(problem);
  }
}

/** Shows a newer state; what we have, and what arrives late, is dropped. */
function take(newer) {
  if (request !== null && newer.version <= request.version) return;
  request = newer;
  showRequest();
}

/** One action at a time; whatever goes wrong is shown, and the page stays usable. */
async function guarded(action) {
  if (busy) return;
  setBusy(true);
  try {
    await action();
    show('problem', false);
  } catch (problem) {
    await explain(problem);
  } finally {
    setBusy(false);
  }
}

async function explain(problem) {
  if (!(problem instanceof Problem)) throw problem;
  const { code } = problem;
  if (code === 'auth.required') return session === null ? complain(text.wrongPassword) : signOut(text.sessionEnded);
  if (code === 'auth.forbidden') return signOut(text.expertsOnly);
  if (code === 'not_found') return showGone();
  if (code === 'input.invalid' && session !== null) return showGone(); // no id has this form
  if (request !== null && (await tellsItself(code))) return;
  if (request !== null) showRequest();
  complain(problem.message);
}

/** 6.4: a refusal because something has changed is told best by what it has changed to. */
async function tellsItself(code) {
  if (code === 'unavailable') return false;
  const { state } = request;
  await refresh().catch(() => undefined);
  return request?.state !== state;
}

class Problem extends Error {
  constructor(code, message) {
    super(message ?? text.unavailable);
    this.code = code;
  }
}

/** One command of the protocol, by HTTP. */
async function call(name, input) {
  const headers = { 'content-type': 'application/json', 'accept-language': locale };
  if (session !== null) headers.authorization = `Bearer ${session.token}`;
  const asked = { method: 'POST', headers, body: JSON.stringify(input), signal: AbortSignal.timeout(CALL_MS) };
  const response = await fetch(`/v1/${name}`, asked).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!response || !answer) throw new Problem('unavailable');
  learnTime(response.headers.get('date'));
  if (!response.ok) throw new Problem(answer.code ?? 'internal', answer.detail);
  return answer;
}

/** The header has whole seconds: on average the server is half a second further. */
function learnTime(date) {
  if (date !== null) serverAhead = Date.parse(date) + 500 - Date.now();
}

// What is shown

function showLogin(why = '') {
  for (const id of ['heading', 'request', 'session']) show(id, false);
  document.title = text.signIn;
  say(why);
  show('problem', false);
  show('login', true);
  byId('email').focus();
}

function showRequest() {
  const { subject, prefix, description, payout, state } = request;
  const { words, kind } = standing(request);
  const mine = request.acceptedBy?.id === session.user.id;
  const focused = document.activeElement;
  document.title = `${prefix} ${subject}`;
  byId('prefix').textContent = prefix;
  byId('subject').textContent = subject;
  byId('description').textContent = description;
  byId('payout').textContent = payout ? money(payout) : '';
  byId('who').textContent = fill(text.signedInAs, { name: session.user.name });
  say(words, kind);
  const open = session.user.role === 'expert' && (state === 'open' || isReservedForMe(request));
  show('actions', open);
  show('decline', isReservedForMe(request));
  show('payout-row', Boolean(payout) && (open || mine) && !UNPAID.has(state));
  show('review', open || mine);
  if (!open && !mine) forgetConversation();
  for (const id of ['heading', 'request', 'session']) show(id, true);
  show('login', false);
  showTimeLeft();
  if (focused?.closest('[hidden]')) byId('subject').focus(); // its button is gone
}

function showGone() {
  const known = request !== null;
  request = null;
  for (const id of ['heading', 'request', 'login']) show(id, false);
  document.title = text.notFound;
  say(known ? text.gone : text.notFound, 'bad');
}

/** Where the request stands, for whoever looks at it: a sentence, and whether it is good news. */
function standing({ state, acceptedBy, reportDueAt, ...rest }) {
  const mine = acceptedBy?.id === session.user.id;
  if (acceptedBy && !mine) return { words: text.taken, kind: 'bad' };
  switch (state) {
    case 'reserved':
      return isReservedForMe({ state, ...rest }) ? info(text.reserved) : { words: text.gone, kind: 'bad' };
    case 'open':
      return info(passed ? text.passed : text.open);
    case 'capturing':
      return info(text.capturing);
    case 'accepted':
      return { words: fill(text.accepted, { until: time(reportDueAt) }), kind: 'good' };
    case 'fulfilled':
      return { words: text.fulfilled, kind: 'good' };
    case 'unfulfilled':
      return info(text.unfulfilled);
    case 'report_overdue':
      return { words: text.reportOverdue, kind: 'bad' };
    case 'payment_failed':
      return { words: text.paymentFailed, kind: 'bad' };
    case 'expired':
      return { words: text.expired, kind: 'bad' };
    case 'withdrawn':
      return { words: text.withdrawn, kind: 'bad' };
    default:
      return { words: text.gone, kind: 'bad' };
  }
}

const info = (words) => ({ words, kind: 'info' });
const isReservedForMe = ({ state, reservedFor }) => state === 'reserved' && reservedFor === session.user.id;

/** Counts against the server's clock; at the end the server is asked what has become of it. */
function showTimeLeft() {
  const deadline = request?.state === 'reserved' ? request.reservedUntil : request?.expiresAt;
  const counts = Boolean(deadline) && (request.state === 'reserved' || request.state === 'open');
  show('left-row', counts);
  if (!counts) return;
  const leftMs = Math.max(0, Date.parse(deadline) - Date.now() - serverAhead);
  const before = byId('left').textContent;
  byId('left').textContent = clock(leftMs);
  if (leftMs === 0 && before !== byId('left').textContent) void poll();
}

function messageNode({ by, body, at, redacted }) {
  const head = element('p', 'by', `${by.name} (${text.roles[by.role] ?? by.role}), ${time(at)}`);
  const node = document.createElement('li');
  node.append(head, element('p', 'words', redacted ? text.redacted : body));
  return node;
}

function element(tag, className, words) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = words;
  return node;
}

function forgetConversation() {
  lastSeq = 0;
  byId('messages').replaceChildren();
  byId('body').textContent = '';
  show('conversation', false);
  byId('review').setAttribute('aria-expanded', 'false');
}

/** Only what is new is written: screen readers read it aloud. */
function say(words, kind = 'info') {
  const status = byId('status');
  status.dataset.kind = kind;
  if (status.textContent !== words) status.textContent = words;
}

function complain(words) {
  if (request === null) say('');
  byId('error').textContent = words;
  show('retry', session !== null);
  show('problem', true);
}

function show(id, shown) {
  byId(id).hidden = !shown;
}

/** aria-disabled, not disabled: focus stays where it is. */
function setBusy(is) {
  busy = is;
  document.querySelector('main').setAttribute('aria-busy', String(is));
  for (const button of document.querySelectorAll('button')) button.setAttribute('aria-disabled', String(is));
}

function money({ amount, currency }) {
  const style = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return style.format(amount / 10 ** style.resolvedOptions().maximumFractionDigits);
}

function time(at) {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}

/** 272000 → "4:32"; with hours from one hour on */
function clock(ms) {
  const seconds = Math.ceil(ms / 1_000);
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// 11.1

const texts = {
  en: {
    loading: 'Loading…',
    signIn: 'Sign in',
    signInHint: 'Sign in with your expert account to see this request.',
    signOut: 'Sign out',
    signedInAs: 'Signed in as {name}.',
    email: 'E-mail',
    password: 'Password',
    wrongPassword: 'E-mail or password is not right.',
    sessionEnded: 'Your session has ended. Please sign in again.',
    expertsOnly: 'This page is for experts of the category. Please sign in with an expert account.',
    payout: 'You would earn',
    left: 'Time left',
    accept: 'Accept this request',
    decline: 'No Thanks',
    onlyTheButton: 'Looking at this page accepts nothing. Only the button does.',
    accepting: 'One moment: accepting the request…',
    review: 'Review the conversation',
    conversation: 'Conversation',
    noMessages: 'There are no messages yet.',
    more: 'Show later messages',
    redacted: 'Removed by customer care.',
    roles: { customer: 'customer', expert: 'expert', admin: 'customer care', system: 'Parley' },
    reserved: 'You are asked first. Without an answer in time it opens to all experts of the category.',
    open: 'Open to all experts of the category: the first to accept gets it.',
    passed: 'You said No Thanks. As long as nobody else has accepted, you still can.',
    capturing: 'One moment: the payment is being taken…',
    accepted: 'You accepted it, report due by {until}.',
    fulfilled: 'You accepted it and reported it as delivered.',
    unfulfilled: 'You accepted it and reported that you could not connect.',
    reportOverdue: 'You accepted it, but the time for your report is over. Please contact expert support.',
    taken: 'This request was already accepted by another expert.',
    paymentFailed:
      'The customer’s payment did not go through. Once it is updated, the request opens to all experts again.',
    expired: 'This request has expired.',
    withdrawn: 'The customer has withdrawn this request.',
    gone: 'This request is no longer available.',
    notFound: 'There is no such request, or it is not for you.',
    unavailable: 'The server cannot be reached right now.',
    retry: 'Try again',
  },
  de: {
    loading: 'Wird geladen …',
    signIn: 'Anmelden',
    signInHint: 'Melden Sie sich mit Ihrem Expertenkonto an, um diese Anfrage zu sehen.',
    signOut: 'Abmelden',
    signedInAs: 'Angemeldet als {name}.',
    email: 'E-Mail',
    password: 'Passwort',
    wrongPassword: 'E-Mail oder Passwort stimmt nicht.',
    sessionEnded: 'Ihre Sitzung ist abgelaufen. Bitte melden Sie sich erneut an.',
    expertsOnly: 'Diese Seite ist für Experten der Kategorie. Bitte melden Sie sich mit einem Expertenkonto an.',
    payout: 'Ihr Verdienst',
    left: 'Verbleibende Zeit',
    accept: 'Diese Anfrage annehmen',
    decline: 'Nein danke',
    onlyTheButton: 'Das Ansehen dieser Seite nimmt nichts an. Das tut nur der Knopf.',
    accepting: 'Einen Moment: Die Anfrage wird angenommen …',
    review: 'Unterhaltung ansehen',
    conversation: 'Unterhaltung',
    noMessages: 'Es gibt noch keine Nachrichten.',
    more: 'Spätere Nachrichten zeigen',
    redacted: 'Vom Kundendienst entfernt.',
    roles: { customer: 'Kunde', expert: 'Experte', admin: 'Kundendienst', system: 'Parley' },
    reserved:
      'Sie werden zuerst gefragt. Ohne rechtzeitige Antwort steht die Anfrage allen Experten der Kategorie offen.',
    open: 'Offen für alle Experten der Kategorie: Wer zuerst annimmt, bekommt sie.',
    passed: 'Sie haben abgelehnt. Solange niemand sonst angenommen hat, können Sie es noch tun.',
    capturing: 'Einen Moment: Die Zahlung wird eingezogen …',
    accepted: 'Sie haben angenommen. Ihr Bericht ist fällig bis {until}.',
    fulfilled: 'Sie haben angenommen und als erbracht gemeldet.',
    unfulfilled: 'Sie haben angenommen und gemeldet, dass keine Verbindung zustande kam.',
    reportOverdue:
      'Sie haben angenommen, aber die Frist für Ihren Bericht ist vorbei. Bitte wenden Sie sich an den Expertendienst.',
    taken: 'Diese Anfrage wurde bereits von einem anderen Experten angenommen.',
    paymentFailed:
      'Die Zahlung des Kunden ist fehlgeschlagen. Sobald sie aktualisiert ist, steht die Anfrage wieder allen Experten offen.',
    expired: 'Diese Anfrage ist abgelaufen.',
    withdrawn: 'Der Kunde hat diese Anfrage zurückgezogen.',
    gone: 'Diese Anfrage ist nicht mehr verfügbar.',
    notFound: 'Diese Anfrage gibt es nicht, oder sie ist nicht für Sie bestimmt.',
    unavailable: 'Der Server ist gerade nicht erreichbar.',
    retry: 'Noch einmal versuchen',
  },
  es: {
    loading: 'Cargando…',
    signIn: 'Iniciar sesión',
    signInHint: 'Inicie sesión con su cuenta de experto para ver esta solicitud.',
    signOut: 'Cerrar sesión',
    signedInAs: 'Sesión iniciada como {name}.',
    email: 'Correo electrónico',
    password: 'Contraseña',
    wrongPassword: 'El correo o la contraseña no son correctos.',
    sessionEnded: 'Su sesión ha terminado. Inicie sesión de nuevo.',
    expertsOnly: 'Esta página es para expertos de la categoría. Inicie sesión con una cuenta de experto.',
    payout: 'Usted ganaría',
    left: 'Tiempo restante',
    accept: 'Aceptar esta solicitud',
    decline: 'No, gracias',
    onlyTheButton: 'Ver esta página no acepta nada. Solo lo hace el botón.',
    accepting: 'Un momento: aceptando la solicitud…',
    review: 'Revisar la conversación',
    conversation: 'Conversación',
    noMessages: 'Todavía no hay mensajes.',
    more: 'Mostrar mensajes posteriores',
    redacted: 'Eliminado por atención al cliente.',
    roles: { customer: 'cliente', expert: 'experto', admin: 'atención al cliente', system: 'Parley' },
    reserved: 'Se le pregunta primero a usted. Si no responde a tiempo, se abre a todos los expertos de la categoría.',
    open: 'Abierta a todos los expertos de la categoría: la obtiene quien acepte primero.',
    passed: 'Ha dicho que no. Mientras nadie más la haya aceptado, todavía puede hacerlo.',
    capturing: 'Un momento: se está cobrando el pago…',
    accepted: 'La ha aceptado; el informe vence el {until}.',
    fulfilled: 'La aceptó e informó de que el servicio se prestó.',
    unfulfilled: 'La aceptó e informó de que no fue posible conectar.',
    reportOverdue: 'La aceptó, pero el plazo de su informe ha terminado. Contacte con el soporte para expertos.',
    taken: 'Otro experto ya ha aceptado esta solicitud.',
    paymentFailed:
      'El pago del cliente no se realizó. Cuando se actualice, la solicitud se abrirá de nuevo a todos los expertos.',
    expired: 'Esta solicitud ha caducado.',
    withdrawn: 'El cliente ha retirado esta solicitud.',
    gone: 'Esta solicitud ya no está disponible.',
    notFound: 'Esta solicitud no existe o no es para usted.',
    unavailable: 'No se puede contactar con el servidor en este momento.',
    retry: 'Intentar de nuevo',
  },
};

const locale = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in texts) ?? 'en';
const text = texts[locale];

start();
