// Where admins sign in to what only a browser can open (the queues). The session is a cookie that no script can read, so
// this page never knows who is signed in.

import { locale } from '../common/language.js';
import { byId, textsOf } from '../common/page.js';
import { at } from '../common/server.js';

async function send(path, input) {
  const headers = { 'content-type': 'application/json', 'accept-language': locale };
  const asked = { method: 'POST', headers, body: JSON.stringify(input), signal: AbortSignal.timeout(15_000) };
  const response = await fetch(at(path), asked).catch(() => null);
  const problem = response?.ok ? null : await response?.json().catch(() => null);
  return { ok: response?.ok === true, code: problem?.code, message: problem?.detail ?? text.unavailable };
}

async function signIn() {
  const { email, password } = byId('login').elements;
  const { ok, code, message } = await send('admin/sign-in', { email: email.value, password: password.value });
  if (ok) return location.assign(at('admin/queues'));
  byId('error').textContent = code === 'auth.required' ? text.wrongPassword : message;
}

async function signOut() {
  const { ok, message } = await send('admin/sign-out', {});
  byId(ok ? 'status' : 'error').textContent = ok ? text.signedOut : message;
}

let busy = false;

/** One thing at a time. */
async function once(action) {
  if (busy) return;
  busy = true;
  for (const id of ['error', 'status']) byId(id).textContent = '';
  await action();
  busy = false;
}

// 11.1

const text = textsOf({
  en: {
    title: 'Administration',
    hint: 'Sign in as an admin to look at the queues. You stay signed in for an hour.',
    signedOut: 'You are signed out.',
  },
  de: {
    title: 'Verwaltung',
    hint: 'Melden Sie sich als Admin an, um die Warteschlangen anzusehen. Sie bleiben eine Stunde angemeldet.',
    signedOut: 'Sie sind abgemeldet.',
  },
  es: {
    title: 'Administración',
    hint: 'Inicie sesión como administrador para ver las colas. La sesión dura una hora.',
    signedOut: 'Ha cerrado la sesión.',
  },
});

document.documentElement.lang = locale;
document.title = text.title;
for (const node of document.querySelectorAll('[data-text]')) node.textContent = text[node.dataset.text];
byId('login').addEventListener('submit', (event) => {
  event.preventDefault();
  void once(signIn);
});
byId('sign-out').addEventListener('click', () => void once(signOut));
