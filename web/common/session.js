// Who is signed in, and the commands of the protocol by HTTP.

import { locale } from './language.js';
import { at } from './server.js';

const CALL_MS = 15_000; // longer than the server lets any call take
const { pathname } = at('');
const STORED = pathname === '/' ? 'parley.session' : `parley ${pathname}.session`; // another folder is another server

/** null, or `{ token, user }`; ends with the tab. */
export let session = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');

let serverAhead = 0; // ms that the server's clock is before ours

export async function openSession(email, password) {
  session = await call('session.login', { email, password });
  sessionStorage.setItem(STORED, JSON.stringify(session));
}

/** Is an expert signed in at their console, in this browser? */
export function isAtConsole() {
  const kept = pathname === '/' ? 'parley.expert.session' : `parley ${pathname}expert.session`;
  return session === null && inBrowser((storage) => storage.getItem(kept)) !== null;
}

export function endSession() {
  session = null;
  sessionStorage.removeItem(STORED);
  inBrowser((storage) => storage.removeItem(STORED));
}

/** That of a customer, whom the page of a question has signed in, unless this tab has one of its own. */
export function resumeSession() {
  session ??= JSON.parse(inBrowser((storage) => storage.getItem(STORED)) ?? 'null');
}

/** Some browsers keep nothing: then it ends with the page. */
function inBrowser(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

/**
 * What the server refused, or `unavailable`; the message is for people, and empty when nobody answered. `fields`: the paths of
 * what was not understood.
 */
export class Problem extends Error {
  constructor(code, message = '', fields = []) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

/** @throws Problem */
export async function call(name, input) {
  const headers = { 'content-type': 'application/json', 'accept-language': locale };
  if (session !== null) headers.authorization = `Bearer ${session.token}`;
  const asked = { method: 'POST', headers, body: JSON.stringify(input), signal: AbortSignal.timeout(CALL_MS) };
  const response = await fetch(at(`v1/${name}`), asked).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!response || !answer) throw new Problem('unavailable');
  learnTime(response.headers.get('date'));
  if (!response.ok) throw problemOf(answer);
  return answer;
}

function problemOf({ code = 'internal', detail, details }) {
  return new Problem(
    code,
    detail,
    details?.fields?.map(({ path }) => path),
  );
}

/** By the server's clock. */
export function msUntil(at) {
  return Math.max(0, Date.parse(at) - Date.now() - serverAhead);
}

/** The header has whole seconds: on average the server is half a second further. */
function learnTime(date) {
  if (date !== null) serverAhead = Date.parse(date) + 500 - Date.now();
}
