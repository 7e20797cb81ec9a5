// The page that a letter to a customer leads to (4.1): its stars rate, its box replies. Opening it changes nothing and uses no
// link up, whatever program opens it and runs this: the link is traded for a session by the first press alone. What it holds
// stands behind the "#", which goes to no server and into no log.

import { fill, time } from '../common/language.js';
import { byId, guarded, say, show, showSession, signOut, startPage, textsOf } from '../common/page.js';
import { Problem, call, endSession, keepSession, resumeSession, session } from '../common/session.js';

const MESSAGES = 100; // a page of the conversation
const STARS = [1, 2, 3, 4, 5];

const questionId = location.pathname.split('/').filter(Boolean).at(-1);
const LINK = /^#([\w-]{43})$/.exec(location.hash)?.[1] ?? null;
const DRAFT = `parley.draft ${questionId}`;

let link = LINK; // null: there is none, or it has been traded
let shown = null; // what is known of the question: by the link, or by the session
let lastSeq = 0;

function start() {
  byId('stars').append(...STARS.map(starButton));
  byId('conversation').setAttribute('aria-label', text.conversation);
  byId('review').addEventListener('click', () => void guarded(review));
  byId('more').addEventListener('click', () => void guarded(loadMessages));
  byId('reply').addEventListener('submit', (event) => {
    event.preventDefault();
    void guarded(reply);
  });
  byId('words').value = draft()?.body ?? '';
  window.addEventListener('hashchange', () => location.reload()); // the link of another letter about the same question
  resumeSession();
  startPage({ texts, heading: 'subject', load, hide, refused, isGuest: () => link !== null });
}

// What the server says

/** By the session if it is the customer's, otherwise by the link, which stays as good as it was. */
async function load() {
  if (session !== null && (await asSignedIn())) return;
  if (link === null) return signOut(text.signInHint);
  if (wasPressed()) return open(); // here, and its answer was lost
  take({ ...(await call('session.look', { link })), role: 'customer', isLink: true });
}

/** False when the session has ended, or is somebody else's who has nothing to do with the question; then a link is tried. */
async function asSignedIn() {
  try {
    const { question } = await call('question.get', { questionId });
    showQuestion(question);
    return true;
  } catch (problem) {
    const isOther =
      problem instanceof Problem && ['auth.required', 'not_found', 'input.invalid'].includes(problem.code);
    if (!isOther || link === null) throw problem;
    if (problem.code === 'auth.required') endSession();
    return false;
  }
}

/** Trades the link for a session: by a press, never before. Pressed again after a lost answer it is the same opening. */
async function enter() {
  if (!shown.isLink) return;
  resumeSession(); // perhaps another tab has been faster
  if (session !== null && (await asSignedIn())) return;
  await open();
}

async function open() {
  keepSession(await call('session.open', { link, clientId: openingId() }));
  forgetLink();
  await asSignedIn();
}

function forgetLink() {
  sessionStorage.removeItem(opening());
  link = null;
  history.replaceState(null, '', location.pathname + location.search);
}

// What people do

async function rate(stars) {
  if (stars < (shown.stars ?? 0)) return say(text.neverLowered, 'bad');
  await enter();
  const { question } = await call('question.rate', { questionId, stars });
  showQuestion(question);
  say(fill(text.thanks, { stars }), 'good');
}

/** The same words again are the same message, until it is known that they have arrived. */
async function reply() {
  const body = byId('words').value;
  const known = draft();
  const owed = known?.body === body ? known : { body, clientId: newId() };
  sessionStorage.setItem(DRAFT, JSON.stringify(owed));
  await enter();
  await call('message.send', { questionId, ...owed });
  sessionStorage.removeItem(DRAFT);
  byId('words').value = '';
  say(text.sent, 'good');
  if (!byId('conversation').hidden) await loadMessages();
}

async function review() {
  await enter();
  const { question } = await call('question.get', { questionId });
  byId('body').textContent = question.body;
  await loadMessages();
  show('conversation', true);
  show('review', false);
  byId('subject').focus();
}

async function loadMessages() {
  const { items } = await call('message.list', { questionId, afterSeq: lastSeq, limit: MESSAGES });
  byId('messages').append(...items.map(messageNode));
  lastSeq = items.at(-1)?.seq ?? lastSeq;
  show('more', items.length === MESSAGES);
}

// What is shown

function showQuestion({ subject, expert, state, ratingEnabled, rating, payment }) {
  const { role } = session.user;
  const known = expert?.name ?? shown?.expert ?? null;
  take({ subject, expert: known, state, ratingEnabled, stars: rating?.stars ?? null, payment, role, isLink: false });
  showSession();
}

function take(newer) {
  shown = newer;
  const { subject, expert, stars, state, role, ratingEnabled } = shown;
  const isCustomer = role === 'customer';
  document.title = subject;
  byId('subject').textContent = subject;
  byId('asks').textContent = expert === null ? text.asks : fill(text.asksOf, { expert });
  for (const button of byId('stars').children) {
    const own = Number(button.dataset.stars);
    button.setAttribute('aria-pressed', String(stars !== null && own <= stars));
    button.textContent = stars !== null && own <= stars ? '★' : '☆';
  }
  byId('rules').textContent = stars === null ? text.onlyTheStars : text.onlyRaised;
  say(...standing());
  show('rating', isCustomer && ratingEnabled);
  show('reply', isCustomer && state !== 'closed' && state !== 'draft');
  for (const id of ['heading', 'page']) show(id, true);
  show('login', false);
}

/** Where the question stands: a sentence, and whether it is good news. */
function standing() {
  const { state, stars, ratingEnabled, payment, role } = shown;
  if (payment !== undefined && payment.state.startsWith('refund')) return [text.refunded];
  if (state === 'closed') return [text.closed];
  if (role !== 'customer') return [''];
  if (stars !== null) return [fill(text.rated, { stars }), 'good'];
  return [ratingEnabled ? '' : text.notAnswered];
}

async function refused({ code, message }) {
  if (code === 'auth.link') {
    forgetLink();
    signOut(message);
    return true;
  }
  if (code === 'not_found' || code === 'input.invalid') {
    if (shown !== null) return false;
    showGone();
    return true;
  }
  // something has changed: what it is now says more
  if (code === 'conflict.closed' || code === 'conflict.rating_lowered') await asSignedIn().catch(() => undefined);
  return false;
}

/** Perhaps it is for another account. */
function showGone() {
  hide();
  showSession();
  document.title = text.notFound;
  say(text.notFound, 'bad');
}

function hide() {
  shown = null;
  lastSeq = 0;
  byId('messages').replaceChildren();
  byId('body').textContent = '';
  show('review', true);
  for (const id of ['heading', 'page', 'conversation']) show(id, false);
}

function starButton(stars) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.stars = String(stars);
  button.textContent = '☆';
  button.setAttribute('aria-label', fill(text.stars, { stars }));
  button.addEventListener('click', () => void guarded(() => rate(stars)));
  return button;
}

function messageNode({ by, body, at, redacted }) {
  const head = element('p', 'by', '');
  head.append(element('bdi', 'name', by.name), ' ', element('span', 'role', `(${text.roles[by.role] ?? by.role})`));
  head.append(`, ${time(at)}`);
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

// What this tab knows by itself

const draft = () => JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null');

const opening = () => `parley.opening ${link}`;
const wasPressed = () => sessionStorage.getItem(opening()) !== null;

/** Of this link and tab, also after it was loaded again. */
function openingId() {
  const id = sessionStorage.getItem(opening()) ?? newId();
  sessionStorage.setItem(opening(), id);
  return id;
}

/** Also where a page without https has no `crypto.randomUUID`. */
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// 11.1

const texts = {
  en: {
    question: 'Your question',
    signInHint: 'Please open the link in our newest e-mail to you, or sign in.',
    asks: 'How was the answer?',
    asksOf: 'How was the answer of {expert}?',
    stars: '{stars} of 5 stars',
    onlyTheStars: 'Looking at this page rates nothing. Only pressing a star does.',
    onlyRaised: 'You can give more stars, but not fewer.',
    neverLowered: 'A rating can be raised, but not lowered.',
    thanks: 'Thank you. You gave {stars} of 5 stars.',
    rated: 'You gave {stars} of 5 stars.',
    notAnswered: 'You can rate once the expert has marked the answer as complete.',
    closed: 'This question is closed. For a new matter please post a new question.',
    refunded: 'The value of this question is being given back to you, or has been.',
    review: 'Show the conversation',
    conversation: 'Conversation',
    more: 'Show later messages',
    redacted: 'Removed by customer care.',
    roles: { customer: 'customer', expert: 'expert', admin: 'customer care', system: 'Parley' },
    reply: 'Your reply',
    send: 'Send reply',
    sent: 'Your reply has been sent.',
    notFound: 'There is no such question, or it is not for you. Please open the link in our newest e-mail, or sign in.',
  },
  de: {
    question: 'Ihre Frage',
    signInHint: 'Bitte öffnen Sie den Link in unserer neuesten E-Mail an Sie, oder melden Sie sich an.',
    asks: 'Wie war die Antwort?',
    asksOf: 'Wie war die Antwort von {expert}?',
    stars: '{stars} von 5 Sternen',
    onlyTheStars: 'Das Ansehen dieser Seite bewertet nichts. Das tut nur der Druck auf einen Stern.',
    onlyRaised: 'Sie können mehr Sterne vergeben, aber nicht weniger.',
    neverLowered: 'Eine Bewertung kann erhöht, aber nicht gesenkt werden.',
    thanks: 'Vielen Dank. Sie haben {stars} von 5 Sternen vergeben.',
    rated: 'Sie haben {stars} von 5 Sternen vergeben.',
    notAnswered: 'Sie können bewerten, sobald der Experte die Antwort als vollständig gekennzeichnet hat.',
    closed: 'Diese Frage ist geschlossen. Bitte stellen Sie für ein neues Anliegen eine neue Frage.',
    refunded: 'Der Wert dieser Frage wird Ihnen zurückgezahlt oder wurde es bereits.',
    review: 'Unterhaltung zeigen',
    conversation: 'Unterhaltung',
    more: 'Spätere Nachrichten zeigen',
    redacted: 'Vom Kundendienst entfernt.',
    roles: { customer: 'Kunde', expert: 'Experte', admin: 'Kundendienst', system: 'Parley' },
    reply: 'Ihre Antwort',
    send: 'Antwort senden',
    sent: 'Ihre Antwort wurde gesendet.',
    notFound:
      'Diese Frage gibt es nicht, oder sie ist nicht für Sie bestimmt. Bitte öffnen Sie den Link in unserer neuesten E-Mail, oder melden Sie sich an.',
  },
  es: {
    question: 'Su pregunta',
    signInHint: 'Abra el enlace de nuestro correo más reciente o inicie sesión.',
    asks: '¿Qué le ha parecido la respuesta?',
    asksOf: '¿Qué le ha parecido la respuesta de {expert}?',
    stars: '{stars} de 5 estrellas',
    onlyTheStars: 'Ver esta página no valora nada. Solo lo hace pulsar una estrella.',
    onlyRaised: 'Puede dar más estrellas, pero no menos.',
    neverLowered: 'Una valoración se puede subir, pero no bajar.',
    thanks: 'Gracias. Ha dado {stars} de 5 estrellas.',
    rated: 'Ha dado {stars} de 5 estrellas.',
    notAnswered: 'Podrá valorar cuando el experto haya marcado la respuesta como completa.',
    closed: 'Esta pregunta está cerrada. Para un asunto nuevo, publique una pregunta nueva.',
    refunded: 'El importe de esta pregunta se le está devolviendo o ya se le ha devuelto.',
    review: 'Mostrar la conversación',
    conversation: 'Conversación',
    more: 'Mostrar mensajes posteriores',
    redacted: 'Eliminado por atención al cliente.',
    roles: { customer: 'cliente', expert: 'experto', admin: 'atención al cliente', system: 'Parley' },
    reply: 'Su respuesta',
    send: 'Enviar respuesta',
    sent: 'Su respuesta se ha enviado.',
    notFound:
      'Esta pregunta no existe o no es para usted. Abra el enlace de nuestro correo más reciente o inicie sesión.',
  },
};

const text = textsOf(texts);

start();
