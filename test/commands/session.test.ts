// session.*: who somebody is.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, login, post, visitor } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, codeOf, refused, tokenOf } from '../helpers/people.ts';

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
