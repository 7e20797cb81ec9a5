// user.*: accounts are kept by admins, one's own name and wishes by everybody.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, login, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { account, heardOf, join, pagesOf, refused, settled } from '../helpers/people.ts';

const CLOSED_WITHIN_MS = 5_000;
const here = world({ MAX_SOCKETS_PER_USER: '50' });
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const update = (who: Client, input: Json) => who.call('user.update', input);
const fresh = (input: Json = {}): Json => ({
  role: 'expert',
  name: 'Fay',
  email: `${clientId()}@example.test`,
  password: 'a long password',
  ...input,
});

test('user.list: all accounts for admins, by role, beyond fifty', async () => {
  await Promise.all(Array.from({ length: 60 }, () => account(node, 'expert')));
  const pages = await pagesOf(people.admin, 'user.list', { role: 'expert' });
  expect(pages.length).toBeGreaterThan(1);
  expect(pages[0]).toHaveLength(50);
  const ids = pages.flat().map(({ id }) => String(id));
  expect(ids).toEqual([...new Set(ids)].toSorted().reverse());
  expect(ids).toContain(people.first.user.id);
  expect(new Set(pages.flat().map(({ role }) => role as string))).toEqual(new Set(['expert']));
  expect(JSON.stringify(pages)).not.toMatch(/argon|password|tokenVersion/i);
  await expectRefused(node, people, null, ['user.list', {}], { customer: 'auth.forbidden', first: 'auth.forbidden' });
});

test('user.create: an account that can sign in, made by admins, once per clientId and address', async () => {
  const input = fresh({ clientId: clientId(), categories: ['law', 'tax', 'law'], locale: 'es' });
  await expectRefused(node, people, null, ['user.create', input], {
    customer: 'auth.forbidden',
    first: 'auth.forbidden',
  });
  const [one, other] = await Promise.all([1, 2].map(() => people.admin.call('user.create', input)));
  expect(one).toEqual(other);
  expect(one!.user).toMatchObject({
    role: 'expert',
    name: 'Fay',
    locale: 'es',
    categories: ['law', 'tax'],
    active: true,
  });
  const fay = await login(node.url, String(input.email), 'a long password');
  expect(fay.user).toEqual(one!.user);
  await refused(people.admin.call('user.create', { ...input, clientId: clientId() }), 'conflict.email_taken');

  const wrong: [Json, string][] = [
    [{ categories: ['astrology'] }, 'categories.0'],
    [{ role: 'customer', categories: ['law'] }, 'categories'],
    [{ role: 'system' }, 'role'],
    [{ password: 'short' }, 'password'],
    [{ email: 'nobody' }, 'email'],
    [{ active: true }, 'active'],
  ];
  for (const [change, path] of wrong) {
    const refusal = await refused(people.admin.call('user.create', fresh(change)), 'input.invalid');
    expect(refusal.details?.fields[0].path).toBe(path);
  }
});

test('user.update: everybody their own name, language and wishes, and nothing else', async () => {
  const expert = await join(node, 'expert', { categories: ['law'] });
  const { user } = await update(expert, { name: 'Fay', locale: 'de', notify: { openRequests: false } });
  expect(user).toMatchObject({
    name: 'Fay',
    locale: 'de',
    notify: { openRequests: false },
    categories: ['law'],
    version: 2,
  });
  expect((await expert.call('session.get')).user).toEqual(user);
  for (const input of [{ categories: ['tax'] }, { active: true }, { password: 'a new password' }]) {
    await refused(update(expert, input), 'auth.forbidden');
  }
  await refused(update(expert, { role: 'admin' }), 'input.invalid');
  await expectRefused(node, people, null, ['user.update', { userId: expert.user.id, name: 'Mallory' }], {
    customer: 'not_found',
    colleague: 'not_found',
    stranger: 'not_found',
  });
  expect((await expert.call('session.get')).user).toEqual(user);
  await refused(update(people.admin, { userId: `u_${clientId()}`, name: 'Nobody' }), 'not_found');
  expect((await update(people.admin, { userId: expert.user.id, name: 'Fay F.' })).user.name).toBe('Fay F.');
  await expert.call('session.get'); // a new name ends no session
});

test('I22 whose rights change, their sockets are closed within five seconds, and old tokens hold no more', async () => {
  const changes: Json[] = [{ active: false }, { categories: [] }, { password: 'a new password' }];
  for (const change of changes) {
    const user = await account(node, 'expert', { categories: [people.category] });
    const token = await node.ctx.tokens.sign({ userId: user.id, role: 'expert', tokenVersion: 1 });
    const [one, other] = await Promise.all([connect(node.url, token), connect(node.url, token)]);
    const closed = Promise.all(
      [one, other].map(({ socket }) => new Promise<void>((resolve) => void socket.once('disconnect', () => resolve()))),
    );
    const startedAt = Date.now();
    await update(people.admin, { userId: user.id, ...change });
    await closed;
    expect(Date.now() - startedAt).toBeLessThan(CLOSED_WITHIN_MS);
    await expect(connect(node.url, token)).rejects.toThrow();
    await postQuestion(people.customer, { category: people.category });
    expect(heardOf(one, 'question.changed', people.category)).toEqual([]);
  }
});

test('a category that is given or taken is heard of, or not, from the next connection on', async () => {
  const user = await account(node, 'expert', { categories: [] });
  await update(people.admin, { userId: user.id, categories: [people.category] });
  const token = await node.ctx.tokens.sign({ userId: user.id, role: 'expert', tokenVersion: 2 });
  const expert = await connect(node.url, token);
  expect(expert.user.categories).toEqual([people.category]);
  const { id } = await postQuestion(people.customer, { category: people.category });
  await expert.heard('question.changed', (event) => event.id === id);
  await settled(people.stranger);
  expect(heardOf(people.stranger, 'question.changed', id)).toEqual([]);
});

test('two admins who change an account at once: both changes stand, or one is told that it was late', async () => {
  const user = await account(node, 'expert');
  const names = ['One', 'Two', 'Three'];
  const outcomes = await Promise.allSettled(names.map((name) => update(people.admin, { userId: user.id, name })));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict.stale' });
  }
  const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
  expect(done).toBeGreaterThan(0);
  expect((await node.ctx.stores.users.read(user.id))!.version).toBe(1 + done);
});
