// session.*: who somebody is.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { changePassword, endSessions } from '../../src/dispatch/account.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { isDemonstrated } from '../../src/models/seed.ts';
import { clientId, connect, login, post, visitor } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, codeOf, join, mailed, refused, tokenOf } from '../helpers/people.ts';

const here = world();
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

test('1.1 a visitor is a customer with a token, and needs no more', async () => {
  const { token, user } = await post(node.url, 'session.visitor', { locale: 'de' });
  expect(user).toMatchObject({ role: 'customer', name: 'Visitor', locale: 'de', email: null, active: true });
  expect(user).not.toHaveProperty('categories');
  const client = await connect(node.url, String(token));
  expect(client.user).toEqual(user);
  const named = await visitor(node.url, { locale: 'es', name: '  Carmen ', email: 'Carmen@Example.test' });
  expect(named.user).toMatchObject({ name: 'Carmen', email: 'carmen@example.test' });
  // visitors may share an address: it is no account
  const same = await visitor(node.url, { email: 'carmen@example.test' });
  expect(same.user.id).not.toBe(named.user.id);
  for (const input of [{}, { locale: 'fr' }, { locale: 'en', name: ' ' }, { locale: 'en', email: 'nobody' }]) {
    await refused(post(node.url, 'session.visitor', input), 'input.invalid');
  }
});

test('1.1 log-in gives the account, whatever the case of the address', async () => {
  const ada = await login(node.url, 'ADA@example.test');
  expect(ada.user).toMatchObject({ role: 'expert', name: 'Ada', email: 'ada@example.test', active: true });
  expect(ada.user.categories).toHaveLength(10);
  const care = await login(node.url, 'care@example.test');
  expect(care.user).toMatchObject({ role: 'admin', name: 'Care' });
  expect(JSON.stringify([ada.user, care.user])).not.toMatch(/argon|password|token/i);
});

test('1.1 where there is no demonstration any more, the password that everybody knows signs nobody in', async () => {
  const shown = world();
  const past = await shown.start();
  await login(past.url, 'care@example.test');
  const live = await shown.start({ DEMO: '0' });
  for (const password of ['parley-demo', '\uff50arley-demo'])
    await refused(post(live.url, 'session.login', { email: 'care@example.test', password }), 'auth.required');
  const { users } = live.ctx.stores;
  for (const name of ['ada', 'ben', 'cleo', 'dan', 'care']) {
    expect(await isDemonstrated(live.ctx.stores)).toBe(true); // which the start says
    const shownOff = (await users.findByEmail(`${name}@example.test`))!;
    await users.save({ ...shownOff, version: shownOff.version + 1, active: false });
  }
  expect(await isDemonstrated(live.ctx.stores)).toBe(false);
  await shown.close();
});

test('a wrong e-mail, a wrong password and a closed account are the same error', async () => {
  const attempt = (email: string, password: string) => post(node.url, 'session.login', { email, password });
  const wrong = await refused(attempt('ada@example.test', 'not-her-password'), 'auth.required');
  const nobody = await refused(attempt('nobody@example.test', 'parley-demo'), 'auth.required');
  const passwordless = await account(node, 'customer');
  const without = await refused(attempt(passwordless.email!, 'parley-demo'), 'auth.required');
  const created = await login(node.url, 'care@example.test').then((care) =>
    care.call('user.create', { role: 'expert', name: 'Eve', email: 'eve@example.test', password: 'parley-demo' }),
  );
  const eve = (await node.ctx.stores.users.read(String(created.user.id)))!;
  await node.ctx.stores.users.save({ ...eve, version: eve.version + 1, active: false });
  const closed = await refused(attempt('eve@example.test', 'parley-demo'), 'auth.required');
  for (const refusal of [nobody, without, closed]) {
    expect([refusal.message, refusal.details]).toEqual([wrong.message, wrong.details]);
  }
});

test('a token that is forged, of a closed account, or older than the account’s rights is refused', async () => {
  const user = await account(node, 'expert', { categories: ['law'] });
  const token = await tokenOf(node, user);
  expect((await post(node.url, 'session.get', {}, token)).user.id).toBe(user.id);
  const [head, body, signature] = token.split('.') as [string, string, string];
  const asAdmin = Buffer.from(Buffer.from(body, 'base64url').toString().replace('expert', 'admin')).toString(
    'base64url',
  );
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const forged = [
    `${head}.${asAdmin}.${signature}`,
    `${none}.${body}.`,
    `${head}.${body}.${[...signature].toReversed().join('')}`,
    await node.ctx.tokens.sign({ userId: user.id, role: 'admin', tokenVersion: 1 }),
    await node.ctx.tokens.sign({ userId: user.id, role: 'expert', tokenVersion: 0 }),
    await node.ctx.tokens.sign({ userId: 'u_unknown', role: 'expert', tokenVersion: 1 }),
  ];
  for (const wrong of forged) {
    await refused(post(node.url, 'session.get', {}, wrong), 'auth.required');
    await expect(connect(node.url, wrong)).rejects.toThrow();
  }
  await node.ctx.stores.users.save({ ...user, version: 2, active: false });
  await refused(post(node.url, 'session.get', {}, token), 'auth.required');
});

test('session.get is for whoever has a token', async () => {
  await refused(post(node.url, 'session.get', {}), 'auth.required');
  for (const role of ['customer', 'expert', 'admin'] as const) {
    const user = await account(node, role);
    const { user: own } = await post(node.url, 'session.get', {}, await tokenOf(node, user));
    expect(own).toMatchObject({ id: user.id, role, email: user.email });
  }
});

test('an address that tries one account after the other is told to wait', async () => {
  const own = world({ RATE_LOGINS: '1' });
  const other = await own.start();
  const tryOne = () => codeOf(post(other.url, 'session.login', { email: `${clientId()}@example.test`, password: 'x' }));
  const codes: string[] = [];
  for (let tries = 0; tries < 12; tries += 1) codes.push(await tryOne());
  expect(codes).toEqual([...Array<string>(10).fill('auth.required'), 'rate.limited', 'rate.limited']);
  await own.close();
});

test('a password is guessed no more often from many addresses either, and its owner still comes in from theirs', async () => {
  const own = world({ RATE_LOGINS: '2', TRUST_PROXY: '127.0.0.1' });
  const strict = await own.start();
  const logIn = async (address: string, password: string, email = 'ada@example.test') => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    const body = JSON.stringify({ email, password });
    const answer = (await (
      await fetch(`${strict.url}/v1/session.login`, { method: 'POST', headers, body })
    ).json()) as Json;
    return String(answer.code ?? answer.user.email);
  };
  expect(await logIn('203.0.113.1', 'parley-demo')).toBe('ada@example.test');
  const codes: string[] = [];
  for (let n = 1; n <= 60; n += 1) codes.push(await logIn(`198.51.100.${n}`, `guess ${n}`));
  expect(codes).toEqual([...Array<string>(59).fill('auth.required'), 'rate.limited']); // an hour's worth, with her own
  expect(await logIn('198.51.100.200', 'parley-demo')).toBe('rate.limited');
  expect(await logIn('198.51.100.200', 'parley-demo', 'ben@example.test')).toBe('ben@example.test');
  await expect.poll(() => logIn('203.0.113.1', 'parley-demo'), { interval: 5_000 }).toBe('ada@example.test');
  await own.close();
});

test('a session is renewed, over a socket too, and its socket goes on with it', async () => {
  let now = Date.parse('2031-01-01T00:00:00.000Z');
  const own = world({ SESSION_STAFF: '2h', SESSION_STAFF_MOST: '3h', ROLE: 'gateway' });
  const moving = await own.start({}, () => new Date(now));
  const client = await join(moving, 'expert');
  const inMinutes = (at: unknown) => (Date.parse(String(at)) - now) / 60_000;
  now += 60 * 60_000;
  const renewed = await client.call('session.renew');
  expect(inMinutes(renewed.expiresAt)).toBe(120);
  now += 90 * 60_000;
  expect((await client.call('session.get')).user).toEqual(client.user); // the token it came with has ended
  await refused(post(moving.url, 'session.get', {}, client.token), 'auth.required');
  const last = await post(moving.url, 'session.renew', {}, String(renewed.token));
  expect(inMinutes(last.expiresAt)).toBe(30); // three hours from the log-in on
  await refused(post(moving.url, 'session.renew', { for: 'ever' }, String(last.token)), 'input.invalid');
  now += 31 * 60_000;
  await refused(post(moving.url, 'session.renew', {}, String(last.token)), 'auth.required');
  await own.close();
});

test('I22 signed out: all tokens and sockets of that session end, at once and at every gateway; others go on', async () => {
  const user = await account(node, 'expert', { categories: ['law'] });
  const other = await here.start();
  const [token, elsewhere] = [await tokenOf(node, user), await tokenOf(node, user)];
  const { token: renewed } = await post(node.url, 'session.renew', {}, token);
  const [tab, second, phone] = [
    await connect(node.url, token),
    await connect(other.url, String(renewed)),
    await connect(node.url, elsewhere),
  ];
  expect(await post(node.url, 'session.end', {}, token)).toEqual({});
  for (const client of [tab, second]) await client.heard('notice', ({ code }) => code === 'auth.required');
  for (const ended of [token, String(renewed)]) {
    for (const name of ['session.get', 'session.renew', 'session.end']) {
      await refused(post(node.url, name, {}, ended), 'auth.required');
    }
    await expect(connect(node.url, ended)).rejects.toThrow();
  }
  expect((await phone.call('session.get')).user).toEqual({ ...phone.user, version: 2 });

  expect(await phone.call('session.end', { everywhere: true })).toEqual({});
  await phone.heard('notice', ({ code }) => code === 'auth.required');
  await refused(post(node.url, 'session.get', {}, elsewhere), 'auth.required');
  const again = (await node.ctx.stores.users.read(user.id))!;
  expect(again).toMatchObject({ active: true, categories: ['law'], tokenVersion: 2, endedSessions: [] });
  expect((await post(node.url, 'session.get', {}, await tokenOf(node, again))).user.id).toBe(user.id);
});

test('1.1 experts and admins change their password by the old one: all other sessions end, this one goes on', async () => {
  const care = await login(node.url, 'care@example.test');
  const email = 'grace@example.test';
  await care.call('user.create', { role: 'expert', name: 'Grace', email, password: 'the old one' });
  const [tab, phone] = [await login(node.url, email, 'the old one'), await login(node.url, email, 'the old one')];
  const other = await here.start();
  const far = await connect(other.url, phone.token);
  const wrong = await refused(
    tab.call('session.password', { old: 'not the old one', new: 'the new one' }),
    'input.invalid',
  );
  expect(wrong.details).toEqual({ fields: [{ path: 'old', reason: 'wrong' }] });
  await refused(tab.call('session.password', { old: 'the old one', new: 'short' }), 'input.invalid');
  expect((await phone.call('session.get')).user.version).toBe(tab.user.version); // nothing has changed

  const { token } = await tab.call('session.password', { old: 'the old one', new: 'the new one' });
  for (const client of [phone, far]) await client.heard('notice', ({ code }) => code === 'auth.required');
  for (const ended of [tab.token, phone.token])
    await refused(post(node.url, 'session.get', {}, ended), 'auth.required');
  expect((await tab.call('session.get')).user.id).toBe(tab.user.id); // over the same socket
  expect((await post(node.url, 'session.get', {}, String(token))).user.id).toBe(tab.user.id);
  // 4: they hear of it by a letter, in case it was somebody else
  const [letter, ...others] = await mailed(node, email, 1);
  expect([letter?.subject, others]).toEqual(['Your password was changed', []]);
  expect(letter?.text).toContain('/expert/settings');
  await tab.call('session.renew'); // and it goes on
  expect(tab.events.map(({ name }) => name)).not.toContain('notice');
  await refused(post(node.url, 'session.login', { email, password: 'the old one' }), 'auth.required');
  expect((await login(node.url, email, 'the new one')).user.id).toBe(tab.user.id);
  // signed out by the same session as ever
  await post(node.url, 'session.end', {}, String(token));
  await tab.heard('notice', ({ code }) => code === 'auth.required');

  await refused(
    (await join(node, 'customer')).call('session.password', { old: 'x', new: 'a new one' }),
    'auth.forbidden',
  );
  const admin = await join(node, 'admin'); // who has none
  await refused(admin.call('session.password', { old: 'x', new: 'a new one' }), 'input.invalid');
  await care.call('audit.list', {}).then(({ items }) => expect(JSON.stringify(items)).not.toContain('the new one'));
});

test('1.1 who changed a password may have died before the letter of it was owed: it comes all the same, and once', async () => {
  const { ctx } = node;
  const care = await login(node.url, 'care@example.test');
  const email = 'edsger@example.test';
  const { user } = await care.call('user.create', { role: 'expert', name: 'Edsger', email, password: 'the old one' });
  const before = (await ctx.stores.users.read(String((user as Json).id)))!;
  const dies = () => Promise.reject(new Error('the process has died'));
  const dying: Ctx = { ...ctx, stores: { ...ctx.stores, mails: { ...ctx.stores.mails, owe: dies } } };
  await expect(changePassword(dying, before, 'the new one')).rejects.toThrow('has died');
  expect((await login(node.url, email, 'the new one')).user.id).toBe(before.id);
  await sweep(ctx);
  await sweep(ctx);
  const letters = await mailed(node, email, 1);
  expect(letters.map((letter) => String(letter.subject))).toEqual(['Your password was changed']);
});

test('1.1 a password that was changed long ago is told of no more, although the mail log has forgotten the letter', async () => {
  const { ctx } = node;
  const care = await login(node.url, 'care@example.test');
  const email = 'barbara@example.test';
  const { user } = await care.call('user.create', { role: 'expert', name: 'Barbara', email, password: 'the old one' });
  const before = (await ctx.stores.users.read(String((user as Json).id)))!;
  const at = new Date(ctx.now().getTime() - 2 * 60 * 60_000);
  const changed = { ...before, version: 2, newPassword: { version: 2, at } };
  expect(await ctx.stores.users.save(changed)).toBe('saved');
  await endSessions(ctx, { ...changed, expiresAt: at, session: 'one' }, false); // the sweep looks at the account again
  await sweep(ctx);
  expect(await ctx.stores.mails.list({ to: before.id }, 10)).toEqual([]);
});

test('the old password is guessed no more often than at the door, from wherever', async () => {
  const strict = await here.start({ RATE_LOGINS: '10' });
  const expert = await join(strict, 'expert');
  const codes: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    codes.push(await codeOf(expert.call('session.password', { old: `guess ${n}`, new: 'a new one' })));
  }
  expect(codes).toEqual([...Array<string>(10).fill('input.invalid'), 'rate.limited', 'rate.limited']);
  const another = await join(strict, 'expert'); // at the same address
  await refused(another.call('session.password', { old: 'guess', new: 'a new one' }), 'input.invalid');
});

test('what ended is remembered for as long as a token of it may hold, and fifty at most', async () => {
  const user = await account(node, 'customer');
  const sessions = async () => (await node.ctx.stores.users.read(user.id))!.endedSessions ?? [];
  await node.ctx.stores.users.endSession(user.id, 'of long ago', new Date(0), new Date(0));
  const tokens = await Promise.all(Array.from({ length: 51 }, () => tokenOf(node, user)));
  for (const token of tokens.slice(0, 50)) await post(node.url, 'session.end', {}, token);
  const ended = await sessions();
  expect(ended.map(({ session }) => session)).not.toContain('of long ago');
  expect(ended).toHaveLength(50);
  const days = (ended[0]!.until.getTime() - node.ctx.now().getTime()) / 86_400_000;
  expect(Math.round(days)).toBe(30);
  await post(node.url, 'session.end', {}, tokens[50]); // then all of them have
  expect((await node.ctx.stores.users.read(user.id))!).toMatchObject({ tokenVersion: 2, endedSessions: [] });
});

test('4.1 customers say where their letters go; staff, and who signs in with it, do not', async () => {
  const customer = await join(node, 'customer', { email: null });
  const { user } = await customer.call('session.email', { email: 'Kim@Müller.Example' });
  expect(user).toMatchObject({ id: customer.user.id, email: 'kim@xn--mller-kva.example' });
  expect((await customer.call('session.get')).user).toEqual(user);
  expect((await customer.call('session.email', { email: null })).user.email).toBeNull();
  for (const wrong of [{}, { email: '' }, { email: 'nobody' }, { email: `${'x'.repeat(250)}@example.test` }]) {
    expect(await codeOf(customer.call('session.email', wrong))).toMatch(/^(input\.invalid|rate\.limited)$/);
  }
  for (const role of ['expert', 'admin'] as const) {
    await refused((await join(node, role)).call('session.email', { email: 'me@example.test' }), 'auth.forbidden');
  }
  const { user: made } = await (
    await login(node.url, 'care@example.test')
  ).call('user.create', {
    ...{ role: 'customer', name: 'Max', email: 'max@example.test', password: 'parley-demo' },
  });
  const max = await login(node.url, 'max@example.test');
  expect(max.user.id).toBe(made.id);
  await refused(max.call('session.email', { email: 'moritz@example.test' }), 'auth.forbidden');
});

test('an address is changed five times an hour, and no more', async () => {
  const customer = await join(node, 'customer');
  const codes: string[] = [];
  for (let n = 0; n < 7; n += 1)
    codes.push(await codeOf(customer.call('session.email', { email: `v${n}@example.test` })));
  expect(codes).toEqual([...Array<string>(5).fill('ok'), 'rate.limited', 'rate.limited']);
  expect((await customer.call('session.get')).user.email).toBe('v4@example.test');
});

test.each([
  ['session.email', 5, 100, { email: 'somebody@example.test' }],
  ['payment.setup', 20, 10, {}],
])(
  '%s: whoever is a new visitor each time is counted by their address too, as many people',
  async (name, most, people, input) => {
    const own = world(); // one address counts for an hour
    const { url } = await own.start();
    const tries = async (token: unknown, count: number) => {
      const codes: string[] = [];
      for (let n = 0; n < count; n += 1) codes.push(await codeOf(post(url, name, input, String(token))));
      return codes;
    };
    const fresh = async () => (await post(url, 'session.visitor', { locale: 'en' })).token as unknown;
    // what is refused to one of them is taken from nobody else
    expect(await tries(await fresh(), most + 3)).toEqual([
      ...Array<string>(most).fill('ok'),
      ...Array<string>(3).fill('rate.limited'),
    ]);
    for (let n = 1; n < people; n += 1)
      expect(await tries(await fresh(), most)).toEqual(Array<string>(most).fill('ok'));
    const { details } = await refused(post(url, name, input, String(await fresh())), 'rate.limited');
    expect(details?.retryAfter).toBeGreaterThan(60);
    await own.close();
  },
);
