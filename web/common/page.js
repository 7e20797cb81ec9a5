// The frame of the pages for people: signing in and out, one action at a time, and what went wrong.

import { locale } from './language.js';
import { Problem, endSession, openSession, session } from './session.js';

/** Somebody pressed something, and it is not answered yet. */
export let busy = false;

/** What startPage was given. */
let page;
let text;

export const byId = (id) => document.getElementById(id);

/**
 * Starts a page that needs somebody signed in. Its HTML has `main`, a heading and `#status`; the rest comes with this.
 * - `texts`: its own texts in each language, `signInHint` among them; elements with `data-text` get theirs
 * - `heading`: the id of what is focused after signing in
 * - `load()`: asks the server, and shows the answer
 * - `hide()`: nobody is signed in any more
 * - `refused(problem)`: true when the page has told what went wrong in its own way
 */
export function startPage(own) {
  page = own;
  text = textsOf(own.texts);
  document.documentElement.lang = locale;
  byId('status').insertAdjacentHTML('afterend', LOGIN);
  document.querySelector('main').insertAdjacentHTML('beforeend', PROBLEM);
  document.querySelector('main').insertAdjacentHTML('afterend', SESSION);
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text[node.dataset.text];
  byId('login').addEventListener('submit', (event) => {
    event.preventDefault();
    void guarded(signIn);
  });
  byId('retry').addEventListener('click', () => void guarded(page.load));
  byId('sign-out').addEventListener('click', () => signOut());
  if (session === null) return showLogin();
  say(text.loading);
  void guarded(page.load);
}

/** The texts that all pages share, and a page's own. */
export function textsOf(own) {
  return { ...TEXTS[locale], ...own[locale] };
}

async function signIn() {
  const { email, password } = byId('login').elements;
  await openSession(email.value, password.value);
  password.value = '';
  show('login', false);
  say(text.loading);
  await page.load();
  byId(page.heading).focus();
}

export function signOut(why = '') {
  endSession();
  showLogin(why);
}

function showLogin(why = '') {
  page.hide();
  document.title = text.signIn;
  say(why);
  show('session', false);
  show('problem', false);
  show('login', true);
  byId('email').focus();
}

/** The page has something to show to whoever is signed in. */
export function showSession() {
  const name = document.createElement('bdi'); // whatever its direction, the words around it keep theirs
  name.textContent = session.user.name;
  const [before, after = ''] = text.signedInAs.split('{name}');
  byId('who').replaceChildren(before, name, after);
  show('session', true);
  show('login', false);
}

/** One action at a time; whatever goes wrong is shown, and the page stays usable. */
export async function guarded(action) {
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

export async function explain(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.code === 'auth.required' && session !== null) return signOut(text.sessionEnded);
  if (problem.code === 'auth.required') return complain(text.wrongPassword);
  problem.message ||= text.unavailable;
  if (await page.refused(problem)) return;
  complain(problem.message);
}

export function complain(words) {
  if (byId(page.heading).closest('[hidden]')) say(''); // that it loads, or why to sign in again
  byId('error').textContent = words;
  show('retry', session !== null);
  show('problem', true);
}

/** Only what is new is written: screen readers read it aloud. */
export function say(words, kind = 'info') {
  const status = byId('status');
  status.dataset.kind = kind;
  if (status.textContent !== words) status.textContent = words;
}

export function show(id, shown) {
  byId(id).hidden = !shown;
}

/** aria-disabled, not disabled: focus stays where it is. */
function setBusy(is) {
  busy = is;
  document.querySelector('main').setAttribute('aria-busy', String(is));
  for (const button of document.querySelectorAll('button')) button.setAttribute('aria-disabled', String(is));
}

// "post", so that whatever goes wrong with the script, a password never stands in an address
const LOGIN = `
  <form id="login" method="post" aria-labelledby="login-title" hidden>
    <h1 id="login-title" data-text="signIn"></h1>
    <p data-text="signInHint"></p>
    <label for="email" data-text="email"></label>
    <input id="email" name="email" type="email" autocomplete="username" required />
    <label for="password" data-text="password"></label>
    <input id="password" name="password" type="password" autocomplete="current-password" required />
    <p class="actions"><button class="primary" data-text="signIn"></button></p>
  </form>`;

const PROBLEM = `
  <div id="problem" hidden>
    <p id="error" role="alert"></p>
    <button id="retry" type="button" data-text="retry"></button>
  </div>`;

const SESSION = `
  <footer id="session" hidden>
    <span id="who"></span>
    <button id="sign-out" class="link" type="button" data-text="signOut"></button>
  </footer>`;

// 11.1

const TEXTS = {
  en: {
    loading: 'Loading…',
    signIn: 'Sign in',
    signOut: 'Sign out',
    signedInAs: 'Signed in as {name}.',
    email: 'E-mail',
    password: 'Password',
    wrongPassword: 'E-mail or password is not right.',
    sessionEnded: 'Your session has ended. Please sign in again.',
    unavailable: 'The server cannot be reached right now.',
    retry: 'Try again',
  },
  de: {
    loading: 'Wird geladen …',
    signIn: 'Anmelden',
    signOut: 'Abmelden',
    signedInAs: 'Angemeldet als {name}.',
    email: 'E-Mail',
    password: 'Passwort',
    wrongPassword: 'E-Mail oder Passwort stimmt nicht.',
    sessionEnded: 'Ihre Sitzung ist abgelaufen. Bitte melden Sie sich erneut an.',
    unavailable: 'Der Server ist gerade nicht erreichbar.',
    retry: 'Noch einmal versuchen',
  },
  es: {
    loading: 'Cargando…',
    signIn: 'Iniciar sesión',
    signOut: 'Cerrar sesión',
    signedInAs: 'Sesión iniciada como {name}.',
    email: 'Correo electrónico',
    password: 'Contraseña',
    wrongPassword: 'El correo o la contraseña no son correctos.',
    sessionEnded: 'Su sesión ha terminado. Inicie sesión de nuevo.',
    unavailable: 'No se puede contactar con el servidor en este momento.',
    retry: 'Intentar de nuevo',
  },
};
