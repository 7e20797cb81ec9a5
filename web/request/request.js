// The landing page of "View request now" (6.3): what would be earned, the conversation to review, and two buttons.
// Opening it never accepts; only the button does. The server decides everything, this page shows what it says.

import { clock, fill, money, time } from '../common/language.js';
import { busy, byId, explain, guarded, say, show, showSession, signOut, startPage, textsOf } from '../common/page.js';
import { call, msUntil, session } from '../common/session.js';

const POLL_MS = 5_000; // a lost race is shown within this
const MESSAGES = 100; // per page of the conversation

/** States in which the request can still change under our eyes. */
const MOVING = new Set(['reserved', 'open', 'capturing', 'payment_failed', 'refunding']);
/** Nobody delivered, and nobody will. */
const CANCELLED = new Set(['expired', 'withdrawn']);
/** 7.1, 7.2, 8.4: nothing is earned for these. */
const UNPAID = new Set(['unfulfilled', 'report_overdue', 'refunding', 'refunded']);

const requestId = location.pathname.split('/').filter(Boolean).at(-1);

let request = null;
let passed = false; // No Thanks was pressed here
let lastSeq = 0;
let outOfTouch = false; // the last poll did not reach the server
let pollTimer = 0;

function start() {
  byId('conversation').setAttribute('aria-label', text.conversation);
  byId('accept').addEventListener('click', () => void guarded(accept));
  byId('decline').addEventListener('click', () => void guarded(decline));
  byId('review').addEventListener('click', () => void guarded(toggleConversation));
  byId('more').addEventListener('click', () => void guarded(loadMessages));
  document.addEventListener('visibilitychange', () => void look());
  setInterval(showTimeLeft, 1_000);
  startPage({ texts, heading: 'subject', load: refresh, hide, refused });
  void poll();
}

// What people do

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

async function poll() {
  clearTimeout(pollTimer);
  pollTimer = setTimeout(() => void poll(), POLL_MS);
  if (request !== null && MOVING.has(request.state)) await look();
}

/** Never in the way of a button: what it brings too late is older, and dropped. */
async function look() {
  if (document.hidden || busy || request === null) return;
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

async function refused({ code }) {
  if (session === null) return false;
  if (code === 'auth.forbidden') signOut(text.expertsOnly);
  else if (code === 'not_found' || code === 'input.invalid')
    showGone(); // no id has this form
  else if (request === null) return false;
  else if (!(await tellsItself(code))) {
    if (request !== null) showRequest();
    return false;
  }
  return true;
}

/** 6.4: a refusal because something has changed is told best by what it has changed to. */
async function tellsItself(code) {
  if (code === 'unavailable') return false;
  const { state } = request;
  await refresh().catch(() => undefined);
  return request?.state !== state;
}

// What is shown

function showRequest() {
  const { subject, prefix, description } = request;
  const { words, kind } = isAdmin() ? info(seenByCare(request)) : standing(request);
  const earning = earningOf(request);
  const focused = document.activeElement;
  document.title = `${prefix} ${subject}`;
  byId('prefix').textContent = prefix;
  byId('subject').textContent = subject;
  byId('description').textContent = description;
  byId('payout-label').textContent = earning?.label ?? '';
  byId('payout').textContent = earning ? money(earning.amount) : '';
  say(words, kind);
  const readable = isAdmin() || isOpenToMe(request) || isMine(request);
  show('actions', isOpenToMe(request));
  show('decline', isReservedForMe(request));
  show('payout-row', earning !== null);
  show('review', readable);
  if (!readable) forgetConversation();
  for (const id of ['heading', 'request']) show(id, true);
  showSession();
  showTimeLeft();
  if (focused?.closest('[hidden]')) byId('subject').focus(); // its button is gone
}

function showGone() {
  const known = request !== null;
  hide();
  showSession(); // perhaps it is for another account
  document.title = text.notFound;
  say(known ? text.gone : text.notFound, 'bad');
}

/** Also the end of a session: nothing of it stays. */
function hide() {
  request = null;
  passed = false;
  forgetConversation();
  for (const id of ['heading', 'request']) show(id, false);
}

/** Where the request stands, for the expert who looks at it: a sentence, and whether it is good news. */
function standing(one) {
  if (one.acceptedBy && !isMine(one)) return bad(text.taken);
  switch (one.state) {
    case 'reserved':
      return isReservedForMe(one) ? info(text.reserved) : bad(text.gone);
    case 'open':
      return info(passed ? text.passed : text.open);
    case 'capturing':
      return info(text.capturing);
    case 'accepted':
      return good(fill(text.accepted, { until: time(one.reportDueAt) }));
    case 'fulfilled':
      return good(text.fulfilled);
    case 'unfulfilled':
      return info(text.unfulfilled);
    case 'refunding':
      return info(text.refunding);
    case 'refunded':
      return info(text.refunded);
    case 'refund_failed':
      return info(text.refundFailed);
    case 'report_overdue':
      return bad(text.reportOverdue);
    case 'payment_failed':
      return bad(text.paymentFailed);
    case 'expired':
      return bad(text.expired);
    case 'withdrawn':
      return bad(text.withdrawn);
    default:
      return bad(text.gone);
  }
}

/** The same for customer care: nobody's news. */
function seenByCare({ state, acceptedBy, reportDueAt }) {
  const values = { name: acceptedBy?.name, until: reportDueAt && time(reportDueAt) };
  return fill(text.care[state] ?? text.gone, values);
}

/**
 * What it brings: to whoever may still accept it, to whoever accepted it, and for customer care to the expert. Accepted is
 * not yet earned: a report that says yes pays, everything else shows 0 as in the Earnings Report (7.1, 7.2, 7.5).
 */
function earningOf({ state, payout, ...rest }) {
  if (!payout || state === 'refund_failed') return null; // what it brings then, customer care decides
  const nothing = { ...payout, amount: 0 };
  if (isAdmin()) {
    if (!(state in text.care) || CANCELLED.has(state)) return null;
    return { label: text.share, amount: UNPAID.has(state) ? nothing : payout };
  }
  if (!isMine(rest)) return isOpenToMe({ state, ...rest }) ? { label: text.wouldEarn, amount: payout } : null;
  if (state === 'capturing') return { label: text.wouldEarn, amount: payout };
  if (state === 'accepted') return { label: text.earnOnceReported, amount: payout };
  if (state === 'fulfilled') return { label: text.earned, amount: payout };
  return { label: text.earn, amount: nothing };
}

const info = (words) => ({ words, kind: 'info' });
const good = (words) => ({ words, kind: 'good' });
const bad = (words) => ({ words, kind: 'bad' });

const isAdmin = () => session.user.role === 'admin';
const isMine = ({ acceptedBy }) => acceptedBy?.id === session.user.id;
const isReservedForMe = ({ state, reservedFor }) => state === 'reserved' && reservedFor === session.user.id;
const isOpenToMe = (one) => session.user.role === 'expert' && (one.state === 'open' || isReservedForMe(one));

/** Counts against the server's clock; at the end the server is asked what has become of it. */
function showTimeLeft() {
  const deadline = request?.state === 'reserved' ? request.reservedUntil : request?.expiresAt;
  const counts = Boolean(deadline) && (request.state === 'reserved' || request.state === 'open');
  show('left-row', counts);
  if (!counts) return;
  const leftMs = msUntil(deadline);
  const before = byId('left').textContent;
  byId('left').textContent = clock(leftMs);
  if (leftMs === 0 && before !== byId('left').textContent) void look();
}

function messageNode({ by, body, at, redacted }) {
  const head = element('p', 'by', '');
  // the name keeps its direction to itself, so that it cannot turn around the role that stands beside it
  head.append(
    element('bdi', 'name', by.name),
    ' ',
    element('span', 'role', `(${text.roles[by.role] ?? by.role})`),
    `, ${time(at)}`,
  );
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

// 11.1

const texts = {
  en: {
    signInHint: 'Sign in with your expert account to see this request.',
    expertsOnly: 'This page is for experts of the category. Please sign in with an expert account.',
    wouldEarn: 'You would earn',
    earnOnceReported: 'You earn once you have reported',
    earned: 'You earned',
    earn: 'You earn',
    share: 'Expert’s share',
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
    fulfilled: 'You accepted it, and it was reported as delivered.',
    unfulfilled: 'You accepted it, and it was reported that you could not connect: nothing is paid.',
    refunding: 'You accepted it, and the customer is being given the money back: nothing is paid.',
    refunded: 'You accepted it, and the customer has been given the money back: nothing is paid.',
    refundFailed: 'You accepted it. The refund to the customer did not go through; customer care is looking into it.',
    reportOverdue:
      'You accepted it, but the time for your report is over: nothing is paid. Expert support can still settle it.',
    taken: 'This request was already accepted by another expert.',
    care: {
      reserved: 'Reserved for the expert of the conversation; then it opens to all experts of the category.',
      open: 'Open to all experts of the category.',
      capturing: 'Accepted by {name}; the payment is being taken.',
      payment_failed:
        'The payment did not go through. Once the customer has updated it, it opens to all experts again.',
      accepted: 'Accepted by {name}, report due by {until}.',
      fulfilled: 'Accepted by {name} and reported as delivered.',
      unfulfilled: 'Accepted by {name} and reported as not connected.',
      report_overdue: 'Accepted by {name}; the time for the report is over, and expert support can settle it.',
      refunding: 'Accepted by {name}; the customer is being refunded.',
      refunded: 'Accepted by {name}; the customer has been refunded.',
      refund_failed: 'Accepted by {name}; the refund to the customer did not go through: see its case.',
      expired: 'Expired: nobody accepted it in time.',
      withdrawn: 'Withdrawn by the customer.',
    },
    paymentFailed:
      'The customer’s payment did not go through. Once it is updated, the request opens to all experts again.',
    expired: 'This request has expired.',
    withdrawn: 'The customer has withdrawn this request.',
    gone: 'This request is no longer available.',
    notFound: 'There is no such request, or it is not for you.',
  },
  de: {
    signInHint: 'Melden Sie sich mit Ihrem Expertenkonto an, um diese Anfrage zu sehen.',
    expertsOnly: 'Diese Seite ist für Experten der Kategorie. Bitte melden Sie sich mit einem Expertenkonto an.',
    wouldEarn: 'Sie würden verdienen',
    earnOnceReported: 'Sie verdienen, sobald Sie berichtet haben',
    earned: 'Sie haben verdient',
    earn: 'Sie verdienen',
    share: 'Anteil des Experten',
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
    fulfilled: 'Sie haben angenommen, und der Dienst wurde als erbracht gemeldet.',
    unfulfilled: 'Sie haben angenommen, aber laut Bericht kam keine Verbindung zustande: Es wird nichts ausgezahlt.',
    refunding: 'Sie haben angenommen, und der Kunde erhält sein Geld zurück: Es wird nichts ausgezahlt.',
    refunded: 'Sie haben angenommen, und der Kunde hat sein Geld zurückerhalten: Es wird nichts ausgezahlt.',
    refundFailed:
      'Sie haben angenommen. Die Rückzahlung an den Kunden ist gescheitert; der Kundendienst kümmert sich darum.',
    reportOverdue:
      'Sie haben angenommen, aber die Frist für Ihren Bericht ist vorbei: Es wird nichts ausgezahlt. Der Expertendienst kann es noch klären.',
    taken: 'Diese Anfrage wurde bereits von einem anderen Experten angenommen.',
    care: {
      reserved: 'Reserviert für den Experten der Unterhaltung; danach steht sie allen Experten der Kategorie offen.',
      open: 'Offen für alle Experten der Kategorie.',
      capturing: 'Angenommen von {name}; die Zahlung wird eingezogen.',
      payment_failed:
        'Die Zahlung ist fehlgeschlagen. Sobald der Kunde sie aktualisiert hat, steht die Anfrage wieder allen Experten offen.',
      accepted: 'Angenommen von {name}, Bericht fällig bis {until}.',
      fulfilled: 'Angenommen von {name} und als erbracht gemeldet.',
      unfulfilled: 'Angenommen von {name}; gemeldet, dass keine Verbindung zustande kam.',
      report_overdue:
        'Angenommen von {name}; die Frist für den Bericht ist vorbei, der Expertendienst kann ihn noch abschließen.',
      refunding: 'Angenommen von {name}; der Kunde erhält sein Geld zurück.',
      refunded: 'Angenommen von {name}; der Kunde hat sein Geld zurück.',
      refund_failed: 'Angenommen von {name}; die Rückzahlung an den Kunden ist gescheitert: siehe den Fall dazu.',
      expired: 'Abgelaufen: Niemand hat sie rechtzeitig angenommen.',
      withdrawn: 'Vom Kunden zurückgezogen.',
    },
    paymentFailed:
      'Die Zahlung des Kunden ist fehlgeschlagen. Sobald sie aktualisiert ist, steht die Anfrage wieder allen Experten offen.',
    expired: 'Diese Anfrage ist abgelaufen.',
    withdrawn: 'Der Kunde hat diese Anfrage zurückgezogen.',
    gone: 'Diese Anfrage ist nicht mehr verfügbar.',
    notFound: 'Diese Anfrage gibt es nicht, oder sie ist nicht für Sie bestimmt.',
  },
  es: {
    signInHint: 'Inicie sesión con su cuenta de experto para ver esta solicitud.',
    expertsOnly: 'Esta página es para expertos de la categoría. Inicie sesión con una cuenta de experto.',
    wouldEarn: 'Usted ganaría',
    earnOnceReported: 'Usted gana cuando haya informado',
    earned: 'Usted ganó',
    earn: 'Usted gana',
    share: 'Parte del experto',
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
    fulfilled: 'La aceptó y, según el informe, el servicio se prestó.',
    unfulfilled: 'La aceptó pero, según el informe, no fue posible conectar: no se paga nada.',
    refunding: 'Usted la aceptó y se está devolviendo el dinero al cliente: no se paga nada.',
    refunded: 'Usted la aceptó y se devolvió el dinero al cliente: no se paga nada.',
    refundFailed: 'Usted la aceptó. El reembolso al cliente no se realizó; atención al cliente lo está revisando.',
    reportOverdue:
      'La aceptó, pero el plazo de su informe ha terminado: no se paga nada. El soporte para expertos aún puede resolverlo.',
    taken: 'Otro experto ya ha aceptado esta solicitud.',
    care: {
      reserved: 'Reservada para el experto de la conversación; después se abre a todos los expertos de la categoría.',
      open: 'Abierta a todos los expertos de la categoría.',
      capturing: 'Aceptada por {name}; se está cobrando el pago.',
      payment_failed: 'El pago no se realizó. Cuando el cliente lo actualice, se abrirá de nuevo a todos los expertos.',
      accepted: 'Aceptada por {name}; el informe vence el {until}.',
      fulfilled: 'Aceptada por {name}; el servicio se prestó según el informe.',
      unfulfilled: 'Aceptada por {name}; según el informe no fue posible conectar.',
      report_overdue:
        'Aceptada por {name}; el plazo del informe ha terminado y el soporte para expertos puede resolverlo.',
      refunding: 'Aceptada por {name}; se está devolviendo el dinero al cliente.',
      refunded: 'Aceptada por {name}; se devolvió el dinero al cliente.',
      refund_failed: 'Aceptada por {name}; el reembolso al cliente no se realizó: vea su caso.',
      expired: 'Caducada: nadie la aceptó a tiempo.',
      withdrawn: 'Retirada por el cliente.',
    },
    paymentFailed:
      'El pago del cliente no se realizó. Cuando se actualice, la solicitud se abrirá de nuevo a todos los expertos.',
    expired: 'Esta solicitud ha caducado.',
    withdrawn: 'El cliente ha retirado esta solicitud.',
    gone: 'Esta solicitud ya no está disponible.',
    notFound: 'Esta solicitud no existe o no es para usted.',
  },
};

const text = textsOf(texts);

start();
