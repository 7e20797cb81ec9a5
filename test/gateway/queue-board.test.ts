// The queues behind the sign-in of admins: who is let in, for how long, from which pages, and what is written down.
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { fileURLToPath, urlToHttpOptions } from 'node:url';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { login } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, tokenOf } from '../helpers/people.ts';
import { createWorld } from './world.ts';

const PASSWORD = 'parley-demo';
const HOUR_MS = 3_600_000;
const here = world({ ROLE: 'gateway' });
let node: Node;
let clock = Date.now();

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
});
afterAll(() => here.close());

interface Asked {
  readonly token?: string;
  readonly origin?: string | null;
  readonly body?: unknown;
  readonly method?: string;
  readonly accept?: string;
}

async function ask(path: string, { token, origin, body, method, accept }: Asked = {}, url = node.url) {
  const response = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { cookie: `other=1; parley_admin=${token}` }),
      ...(origin !== null && body !== undefined && { origin: origin ?? url }),
      ...(accept !== undefined && { accept }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as Json };
}

const signIn = (email: string, password = PASSWORD, asked: Asked = {}, url = node.url) =>
  ask('/admin/sign-in', { ...asked, body: { email, password } }, url);
const API = '/admin/queues/api/queues';

/** The value of the cookie. */
const tokenIn = (headers: Headers) => /^parley_admin=([^;]+)/.exec(headers.get('set-cookie') ?? '')![1]!;

async function signedIn(): Promise<string> {
  const { status, headers } = await signIn('care@example.test');
  expect(status).toBe(204);
  return tokenIn(headers);
}

test('who is not signed in is sent to the sign-in page, and programs are told so', async () => {
  const page = await ask('/admin/queues', { accept: 'text/html' });
  expect([page.status, page.headers.get('location')]).toEqual([303, '/admin/sign-in']);
  for (const path of ['/admin/queues', '/admin/queues/', API, '/admin/queues/static/images/logo.svg']) {
    for (const token of [undefined, '', 'forged', 'a.b.c']) {
      const { status, json } = await ask(path, token === undefined ? {} : { token });
      expect([path, status, json().code]).toEqual([path, 401, 'auth.required']);
    }
  }
  // a token that a page of ours has in its hands is no way in, nor is one in the address
  const { token } = await login(node.url, 'care@example.test');
  const bearer = await fetch(node.url + API, { headers: { authorization: `Bearer ${token}` } });
  expect(bearer.status).toBe(401);
  expect((await ask(`${API}?parley_admin=${token}`)).status).toBe(401);
  expect((await ask('/admin/sign-in', { accept: 'text/html' })).text).toContain('<form id="login"');
});

test('an admin signs in by the door of session.login and sees the queues, by a cookie that no script can read', async () => {
  const { status, headers, text } = await signIn('CARE@example.test');
  expect([status, text]).toEqual([204, '']);
  const cookie = headers.get('set-cookie')!;
  expect(cookie.slice(cookie.indexOf(';'))).toBe('; Path=/admin; Max-Age=3600; HttpOnly; SameSite=Strict');
  const token = tokenIn(headers);

  const { status: listed, headers: answered, json } = await ask(API, { token });
  expect(listed).toBe(200);
  expect(answered.get('cache-control')).toBe('no-store');
  expect(json().queues).toMatchObject([{ name: 'alarms', readOnlyMode: true, allowRetries: false }]);
  const page = await ask('/admin/queues', { token, accept: 'text/html' });
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(page.text).not.toMatch(/(?:href|src)="https?:/);

  const { items } = await (await login(node.url, 'care@example.test')).call('audit.list');
  expect(items[0]).toMatchObject({ action: 'admin.sign_in', actor: { role: 'admin' }, targets: [], outcome: 'done' });
  expect((await node.ctx.stores.audit.verify()).broken).toBeNull();
});

test('customers and experts are refused, with a password or a token of their own; nothing is recorded', async () => {
  const before = await node.ctx.stores.audit.list(undefined, undefined, 100);
  const refusedExpert = await signIn('ada@example.test');
  expect([refusedExpert.status, refusedExpert.json().code]).toEqual([403, 'auth.forbidden']);
  expect(refusedExpert.headers.get('set-cookie')).toBeNull();
  for (const role of ['customer', 'expert'] as const) {
    const token = await tokenOf(node, await account(node, role));
    for (const path of ['/admin/queues', API]) {
      const { status, json } = await ask(path, { token });
      expect([role, status, json().code]).toEqual([role, 403, 'auth.forbidden']);
    }
  }
  for (const [email, password] of [
    ['care@example.test', 'wrong'],
    ['nobody@example.test', PASSWORD],
  ] as const) {
    const { status, json, headers } = await signIn(email, password);
    expect([status, json().code]).toEqual([401, 'auth.required']);
    expect(headers.get('set-cookie')).toBeNull();
  }
  for (const body of [{}, { email: 1 }, [], 'x', null]) {
    expect((await ask('/admin/sign-in', { body })).status).toBe(400);
  }
  expect(await node.ctx.stores.audit.list(undefined, undefined, 100)).toEqual(before);
});

test('I22 a token that was revoked, whose account is off, or that has expired lets nobody in any more', async () => {
  const care = await login(node.url, 'care@example.test');
  const email = `${crypto.randomUUID()}@example.test`;
  const { user } = await care.call('user.create', { role: 'admin', name: 'New', email, password: 'a long password' });
  const enter = async () => tokenIn((await signIn(email, 'a long password')).headers);
  const first = await enter();
  expect((await ask(API, { token: first })).status).toBe(200);
  await care.call('user.update', { userId: user.id, password: 'another password' });
  expect((await ask(API, { token: first })).status).toBe(401);
  await care.call('user.update', { userId: user.id, password: 'a long password' });
  const second = await enter();
  await care.call('user.update', { userId: user.id, active: false });
  expect((await ask(API, { token: second })).status).toBe(401);
  care.close();

  const token = await signedIn();
  clock += 12 * HOUR_MS + 1_000;
  expect((await ask(API, { token })).status).toBe(401);
});

test('only its own pages may sign in or out: neither foreign pages, nor partners, nor whoever does not say', async () => {
  const partner = 'https://partner.example.test';
  const other = await here.start({ ALLOWED_ORIGINS: partner, PUBLIC_URL: 'https://chat.example.test' });
  for (const origin of [partner, 'https://evil.example.test', 'null', null]) {
    for (const path of ['/admin/sign-in', '/admin/sign-out']) {
      const asked = { origin, body: { email: 'care@example.test', password: PASSWORD } };
      const { status, headers } = await ask(path, asked, other.url);
      expect([origin, path, status]).toEqual([origin, path, 403]);
      expect(headers.get('set-cookie')).toBeNull();
    }
  }
  const { status, headers } = await signIn(
    'care@example.test',
    PASSWORD,
    { origin: 'https://chat.example.test' },
    other.url,
  );
  expect(status).toBe(204);
  expect(headers.get('set-cookie')).toMatch(/; SameSite=Strict; Secure$/);
  // what a form can post without asking is not even read
  const form = await fetch(`${other.url}/admin/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://chat.example.test' },
    body: `email=care@example.test&password=${PASSWORD}`,
  });
  expect(form.status).toBe(415);
  const out = await ask('/admin/sign-out', { body: {} });
  expect([out.status, out.headers.get('set-cookie')]).toEqual([
    204,
    'parley_admin=; Path=/admin; Max-Age=0; HttpOnly; SameSite=Strict',
  ]);
});

test('nothing can be changed through it, whatever the board offers', async () => {
  const token = await signedIn();
  node.ctx.setAlarm(new Date(clock + 600_000));
  for (const path of [
    '/pause',
    '/resume',
    '/empty',
    '/clean/delayed',
    '/retry/failed',
    '/promote',
    '/obliterate',
    '/add',
  ]) {
    const { status } = await ask(`${API}/alarms${path}`, { token, method: 'PUT', body: {} });
    expect([path, [403, 404].includes(status)]).toEqual([path, true]);
    const posted = await ask(`${API}/alarms${path}`, { token, method: 'POST', body: {} });
    expect([path, [403, 404].includes(posted.status)]).toEqual([path, true]);
  }
  expect((await ask(`${API}/alarms`, { token })).text).not.toContain('token');
});

test('log-ins are limited as everywhere, and a worker has no such pages', async () => {
  const strict = await here.start({ RATE_LOGINS: '2', REDIS_PREFIX: `${here.env['REDIS_PREFIX']!}-strict` });
  const codes: number[] = [];
  for (let tries = 0; tries < 3; tries += 1) codes.push((await signIn('x@example.test', 'x', {}, strict.url)).status);
  expect(codes).toEqual([401, 401, 429]);
  const worker = await here.start({ ROLE: 'worker' });
  for (const path of ['/admin/queues', '/admin/sign-in']) expect((await ask(path, {}, worker.url)).status).toBe(404);
});

test('what goes wrong behind the board is said without a word of what it was', async () => {
  const queue = new Queue('alarms', { connection: { url: inject('redisUrl') } });
  const adapter = new BullMQAdapter(queue, { readOnlyMode: true });
  vi.spyOn(adapter, 'getJobCounts').mockRejectedValue(new Error('connect ECONNREFUSED 127.0.0.1:6379'));
  const [plain, built] = ['web/', 'dist/web/'].map((name) => fileURLToPath(new URL(`../../${name}`, import.meta.url)));
  const web = await createWorld({ board: { queues: [adapter] }, pages: { plain: plain!, built: built! } });
  const { status, text } = await ask(API, { token: 'care' }, web.url);
  expect(status).toBe(500);
  expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|node_modules/);
  expect(web.logged).toContainEqual(expect.objectContaining({ msg: 'unexpected', command: '/admin/queues' }));
  expect((await ask(API, { token: 'ada' }, web.url)).status).toBe(403);
  await web.close();
  await queue.close();
});

test('a path that would lead out of a folder of files is not there, and no error', async () => {
  const token = await signedIn();
  const asked = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { cookie: `parley_admin=${token}` };
      get({ ...urlToHttpOptions(new URL(node.url)), path, headers }, resolve).once('error', reject); // fetch would tidy it up
    });
  for (const path of [
    ...[
      '/admin/queues/static/../package.json',
      '/admin/queues/static/%2e%2e/package.json',
      '/admin/queues/static/./x.js',
    ],
    ...['/admin/queues/static/..%2fpackage.json', '/admin/queues/static/..%5cpackage.json', '/admin/queues/static/..'],
    ...[
      '/admin/queues/static/%00',
      '/web/../package.json',
      '/web/common/../../src/main.ts',
      '/docs/static/../package.json',
    ],
  ]) {
    const answer = await asked(path);
    answer.resume();
    expect([path, answer.statusCode]).toEqual([path, 404]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }
  for (const path of ['/admin/queues/static/nothing.js', '/web/nothing.js', '/docs/static/nothing.js']) {
    const answer = await asked(path);
    answer.resume();
    expect([path, answer.statusCode]).toEqual([path, 404]);
  }
});
