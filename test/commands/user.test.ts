// user.*: accounts are kept by admins, one's own name and wishes by everybody.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { execute } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import type { Ctx } from '../../src/context.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, connect, login, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import {
  account,
  cleared,
  each,
  eventually,
  join,
  listed,
  mailsTo,
  pagesOf,
  queued,
  refused,
  scene,
  settled,
  tokenOf,
} from '../helpers/people.ts';
import { undisturbed } from '../helpers/undisturbed.ts';

const CLOSED_WITHIN_MS = 5_000;
const clock = undisturbed();
const here = world({ MAX_SOCKETS_PER_USER: '50', POLICY_OFFER_DELAY: '0s' });
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

test('user.list: by a part of the name or the e-mail, active or not, experts without categories', async () => {
  const mark = clientId().slice(0, 8);
  const make = (role: 'expert' | 'customer', input: Json) => account(node, role, input);
  const [ada, ben, cora] = await Promise.all([
    make('expert', { name: `Ada (${mark}) Ångström`, categories: ['law'] }),
    make('expert', { name: 'Ben', email: `ben.${mark}@example.test`, categories: [] }),
    make('customer', { name: `Cora ${mark}`, active: false }),
  ]);
  const search = async (input: Json): Promise<unknown[]> =>
    each((await people.admin.call('user.list', input)).items, 'id').toSorted();
  const sorted = (...users: { id: string }[]) => users.map(({ id }) => id).toSorted();
  expect(await search({ search: mark.toUpperCase() })).toEqual(sorted(ada, ben, cora));
  expect(await search({ search: `(${mark}) ångström` })).toEqual(sorted(ada));
  expect(await search({ search: `ben.${mark}@` })).toEqual(sorted(ben));
  expect(await search({ search: `ben_${mark}@` })).toEqual([]);
  expect(await search({ search: mark, active: false })).toEqual(sorted(cora));
  expect(await search({ search: mark, active: true })).toEqual(sorted(ada, ben));
  expect(await search({ search: mark, role: 'customer' })).toEqual(sorted(cora));
  expect(await search({ search: mark, hasCategories: false })).toEqual(sorted(ben));
  expect(await search({ search: mark, hasCategories: true })).toEqual(sorted(ada));
  expect(await search({ search: mark, hasCategories: true, role: 'customer' })).toEqual([]);
  // a pattern is only text
  for (const text of ['.*', '[', '(?:', `${mark}|x`, '$', '\\'])
    expect(await search({ search: text })).not.toContain(ben.id);
  for (const text of ['', ' ', 'a\u0000b', 'x'.repeat(101)]) {
    await refused(people.admin.call('user.list', { search: text }), 'input.invalid');
  }
  const response = await fetch(`${node.url}/v1/user.list?search=${mark}&active=false&hasCategories=true`, {
    headers: { authorization: `Bearer ${people.admin.token}` },
  });
  expect(await response.json()).toEqual({ items: [] });
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
  for (const input of [
    { categories: ['tax'] },
    { active: true },
    { password: 'a new password' },
    { email: 'x@example.test' },
  ]) {
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

test('user.update: every tab, of every gateway, speaks the new language and writes under the new name', async () => {
  const other = await here.start();
  const customer = await join(node, 'customer', { name: 'Cora' });
  const { id: questionId } = await postQuestion(customer);
  const tabs = [customer, await connect(node.url, customer.token), await connect(other.url, customer.token)];
  await update(customer, { name: 'Cora Blum', locale: 'de' });
  for (const tab of tabs) {
    await expect
      .poll(
        async () => (await refused(tab.call('question.get', { questionId: `q_${clientId()}` }), 'not_found')).message,
      )
      .toContain('Das konnten wir nicht finden.');
    const { message } = await tab.call('message.send', { questionId, clientId: clientId(), body: 'Hello' });
    expect(message.by).toMatchObject({ id: customer.user.id, name: 'Cora Blum' });
  }
  for (const tab of tabs) tab.close();
});

test('I22 whose rights change, their sockets are closed within five seconds, and old tokens hold no more', async () => {
  const changes: Json[] = [{ active: false }, { categories: [] }, { password: 'a new password' }];
  for (const change of changes) {
    const user = await account(node, 'expert', { categories: [people.category] });
    const token = await node.ctx.tokens.sign({ userId: user.id, role: 'expert', tokenVersion: 1 });
    const [one, other] = await Promise.all([connect(node.url, token), connect(node.url, token)]);
    await one.call('queue.watch');
    const closed = Promise.all(
      [one, other].map(({ socket }) => new Promise<void>((resolve) => void socket.once('disconnect', () => resolve()))),
    );
    const startedAt = clock();
    await update(people.admin, { userId: user.id, ...change });
    await closed;
    expect(clock() - startedAt).toBeLessThan(CLOSED_WITHIN_MS);
    await expect(connect(node.url, token)).rejects.toThrow();
    const { id } = await postQuestion(people.customer, { category: people.category });
    expect(JSON.stringify(one.events)).not.toContain(String(id)); // of what was asked before it may have heard, while it had the right
  }
});

test('I22 the same when nobody could be told: whoever changed them died, or Redis was away', async () => {
  const user = await account(node, 'expert', { categories: [people.category] });
  const bystander = await join(node, 'expert', { categories: [people.category] });
  const before = await tokenOf(node, user);
  const socket = await connect(node.url, before);
  const closed = new Promise<void>((resolve) => void socket.socket.once('disconnect', () => resolve()));
  const mute: Ctx = { ...node.ctx, publish: () => undefined };
  const admin = (await node.ctx.stores.users.read(String(people.admin.user.id)))!;
  const actor = { ...admin, expiresAt: new Date(Date.now() + 60_000) };
  const startedAt = clock();
  const call = { actor, address: '', watcher: null };
  await execute(mute, COMMANDS['user.update']!, call, { userId: user.id, password: 'a new password' }, 'user.update');
  const again = await connect(node.url, await tokenOf(node, (await node.ctx.stores.users.read(user.id))!));
  await closed;
  expect(clock() - startedAt).toBeLessThan(CLOSED_WITHIN_MS);
  // whoever has signed in since, and everybody else, stays
  await settled(again, bystander);
});

test('a category that is given or taken is heard of, or not, from the next connection on', async () => {
  const user = await account(node, 'expert', { categories: [] });
  await update(people.admin, { userId: user.id, categories: [people.category] });
  const token = await node.ctx.tokens.sign({ userId: user.id, role: 'expert', tokenVersion: 2 });
  const expert = await connect(node.url, token);
  expect(expert.user.categories).toEqual([people.category]);
  for (const who of [expert, people.stranger]) await who.call('queue.watch');
  const { id } = await postQuestion(people.customer, { category: people.category });
  await queued(expert, (item) => item.id === id);
  await settled(people.stranger);
  expect(JSON.stringify(people.stranger.events)).not.toContain(String(id));
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

test('user.update with the version that was read is refused when it is another one by now', async () => {
  const user = await account(node, 'expert');
  await update(people.admin, { userId: user.id, version: 1, name: 'One' });
  const stale = await refused(update(people.admin, { userId: user.id, version: 1, name: 'Two' }), 'conflict.stale');
  expect(stale.details).toEqual({ version: 2 });
  expect((await node.ctx.stores.users.read(user.id))?.name).toBe('One');
});

test('I22 an admin gives a new e-mail or password: the old ones and the old tokens hold no more', async () => {
  const input = fresh();
  const { user } = await people.admin.call('user.create', input);
  const fay = await login(node.url, input.email as string, 'a long password');
  const gone = new Promise<void>((resolve) => void fay.socket.once('disconnect', () => resolve()));
  const email = `${clientId()}@Example.test`;
  const changed = await update(people.admin, { userId: user.id, email });
  expect(changed.user.email).toBe(email.toLowerCase());
  await gone;
  await expect(connect(node.url, fay.token)).rejects.toThrow();
  await refused(login(node.url, input.email as string, 'a long password'), 'auth.required');
  (await login(node.url, email, 'a long password')).close();

  await update(people.admin, { userId: user.id, password: 'another password' });
  await refused(login(node.url, email, 'a long password'), 'auth.required');
  (await login(node.url, email, 'another password')).close();

  // an address has one account, and a password needs an address
  const before = await node.ctx.stores.users.read(user.id);
  await refused(update(people.admin, { userId: user.id, email: 'ada@example.test' }), 'conflict.email_taken');
  expect(await node.ctx.stores.users.read(user.id)).toEqual(before);
  const visitor = await account(node, 'customer', { email: null });
  const refusal = await refused(update(people.admin, { userId: visitor.id, password: 'a password' }), 'input.invalid');
  expect(refusal.details?.fields[0].path).toBe('email');
  const twin = await account(node, 'customer', { email: email.toLowerCase() });
  await refused(update(people.admin, { userId: twin.id, password: 'a password' }), 'conflict.email_taken');

  const { items } = await people.admin.call('audit.list', { about: user.id });
  expect(each(items, 'action')).toEqual(['user.update', 'user.update', 'user.create']);
  expect(JSON.stringify(items)).not.toContain(email.toLowerCase());
});

test('the last active admin cannot be switched off, not even by two at once', async () => {
  const own = world();
  const other = await own.start();
  const care = await login(other.url, 'care@example.test');
  await refused(update(care, { active: false }), 'conflict.last_admin');
  expect((await care.call('session.get')).user).toMatchObject({ active: true, version: 1 });
  const [one, two] = await Promise.all(['One', 'Two'].map((name) => account(other, 'admin', { name })));
  const switchOff = (who: User, userId: string) => {
    const actor = { ...who, expiresAt: new Date(Date.now() + 60_000) };
    // both have been let in before either was switched off
    const call = { actor, address: '', watcher: null };
    return execute(other.ctx, COMMANDS['user.update']!, call, { userId, active: false }, 'user.update');
  };
  await switchOff(one!, String(care.user.id));
  const outcomes = await Promise.allSettled([switchOff(one!, two!.id), switchOff(two!, one!.id)]);
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'conflict.last_admin' });
  expect(await other.ctx.stores.users.hasOtherAdmin('nobody')).toBe(true);
  await own.close();
});

test('2.2 what a killed process did not take from a switched-off expert, the sweep does', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Pull the plug.' });
  const { stores } = node.ctx;
  const heldBy = () => Promise.reject(new Error('killed'));
  const dying: Ctx = { ...node.ctx, stores: { ...stores, questions: { ...stores.questions, heldBy } } };
  const admin = (await stores.users.read(String(people.admin.user.id)))!;
  const call = { actor: { ...admin, expiresAt: new Date(Date.now() + 60_000) }, address: '', watcher: null };
  const input = { userId: first.user.id, active: false };
  await expect(execute(dying, COMMANDS['user.update']!, call, input, 'user.update')).rejects.toThrow('killed');
  expect((await stores.users.read(String(first.user.id)))?.active).toBe(false);
  await eventually(async () => (await stores.questions.read(String(questionId)))?.record.state).toBe('open');
});

test('2.2, 6.2 what an expert holds goes back to the others when the account is switched off', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const claimed = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: claimed.id });
  const unrated = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: unrated.id });
  const answer = { clientId: clientId(), kind: 'answer', body: 'Pull the plug.' };
  await first.call('message.send', { questionId: unrated.id, ...answer });
  const request = await requested(customer, first, { category });
  const accepted = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: accepted.id });
  const rated = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: rated.id });
  await first.call('message.send', { questionId: rated.id, ...answer, clientId: clientId() });
  await customer.call('question.rate', { questionId: rated.id, stars: 4 });

  await update(people.admin, { userId: first.user.id, active: false });
  const stateOf = async (id: string): Promise<unknown> => (await node.ctx.stores.questions.read(id))?.record.state;
  expect(await Promise.all([claimed, unrated, rated].map(({ id }) => stateOf(id as string)))).toEqual([
    'open',
    'open',
    'answered',
  ]);
  expect(await listed(ben, 'open')).toEqual([request.id]);
  expect(
    (await customer.heard('request.changed', ({ id, state }) => id === request.id && state === 'open')).state,
  ).toBe('open');
  await ben.call('question.claim', { questionId: unrated.id });
  // what was accepted is theirs, and support sees it
  const { offers } = await people.admin.call('question.get', { questionId: accepted.questionId });
  expect(offers).toMatchObject([{ state: 'accepted', acceptedBy: { id: first.user.id } }]);
  // once more is nothing more
  await update(people.admin, { userId: first.user.id, active: false });
  expect((await node.ctx.stores.offers.read(request.id as string))?.record.generation).toBe(1);
  await cleared(node, request.id as string);
  expect(await mailsTo(node, first.user.email as string)).toEqual([]);
});

test('2.2, 6.2 of a category that is taken away, claims and reservations go back; answers stay', async () => {
  const { category, customer, first, others } = await scene(node);
  const claimed = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: claimed.id });
  const unrated = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: unrated.id });
  const answer = { questionId: unrated.id, clientId: clientId(), kind: 'answer', body: 'Pull the plug.' };
  await first.call('message.send', answer);
  const request = await requested(customer, first, { category });
  await update(people.admin, { userId: first.user.id, categories: ['law'] });
  const found = await customer.call('question.get', { questionId: claimed.id });
  expect(found.question).toMatchObject({ state: 'open', expert: null });
  const kept = await customer.call('question.get', { questionId: unrated.id });
  expect(kept.question).toMatchObject({ state: 'answered', expert: { id: first.user.id } });
  expect(await listed(others[0]!, 'open')).toEqual([request.id]);
  // 6.1: and a request that comes later does not wait for them
  const [offer] = kept.offers as Json[];
  const { offer: later } = await customer.call('offer.accept', { offerId: offer!.id });
  expect(later).toMatchObject({ state: 'open', reservedFor: null });
});

test('8.1 an offer of an expert whose account is switched off is withdrawn', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  for (const body of ['It is black.', 'Still black.']) {
    await first.call('message.send', { questionId, clientId: clientId(), kind: 'info_request', body: 'And now?' });
    await customer.call('message.send', { questionId, clientId: clientId(), body });
  }
  const service = { key: 'video_call' };
  const price = { amount: 3_000, currency: 'USD' };
  const proposal = { questionId, service, description: 'We look at it.', price, clientId: clientId() };
  const { offer } = await first.call('offer.propose', proposal);
  await update(people.admin, { userId: first.user.id, active: false });
  expect((await node.ctx.stores.offers.read(offer.id))?.record.state).toBe('withdrawn');
  await refused(customer.call('offer.accept', { offerId: offer.id }), 'conflict.not_offered');
});
