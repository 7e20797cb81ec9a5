// What the door writes down when admins act, and how they read it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { execute } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import type { Ctx } from '../../src/context.ts';
import { recordUnheardOf } from '../../src/dispatch/audit-repair.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { Refusal } from '../../src/domain/errors.ts';
import type { Actor } from '../../src/domain/people.ts';
import { clientId, post, postQuestion, requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { each, pagesOf, refused } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start({ ROLE: 'gateway' });
  people = await outsiders(node);
});
afterAll(() => here.close());

const rowsAbout = (about: string) => node.ctx.stores.audit.list(about, undefined, 50);
const announced = () => node.ctx.stores.audit.unheardOf(new Date(Date.now() + 3_600_000), 50);
const count = async () => (await node.ctx.stores.audit.verify()).rows;

/** Waits for nothing: the row is there before the answer. */
async function newRows(act: () => Promise<unknown>): Promise<Json[]> {
  const before = await count();
  await act();
  const rows = await node.ctx.stores.audit.list(undefined, undefined, 20);
  return rows.filter(({ seq }) => seq > before).toReversed();
}

test('1.1 what an admin changes leaves a row with the ids it is about, over both transports, and no contents', async () => {
  const { admin, customer, category } = people;
  const question = await postQuestion(customer, { category, subject: 'Canary subject' });
  const by = { actor: { id: admin.user.id, role: 'admin' }, reason: null, outcome: 'done' };

  expect(await newRows(() => admin.call('question.close', { questionId: question.id }))).toMatchObject([
    { ...by, action: 'question.close', targets: [{ what: 'question', id: question.id }] },
  ]);
  const input = {
    role: 'expert',
    name: 'Canary name',
    email: `${clientId()}@example.test`,
    password: 'canary-password',
  };
  let created: Json = {};
  const made = await newRows(async () => {
    created = (await post(node.url, 'user.create', input, admin.token)).user as Json;
  });
  expect(made).toMatchObject([{ ...by, action: 'user.create', targets: [{ what: 'user', id: created.id }] }]);
  expect(
    await newRows(() => admin.call('user.update', { userId: created.id, name: 'Another canary', active: false })),
  ).toMatchObject([{ ...by, action: 'user.update', targets: [{ what: 'user', id: created.id }] }]);

  const { id, version, ...rest } = (await node.ctx.stores.categories.find(category))!;
  expect(await newRows(() => admin.call('category.save', { id, version, ...rest }))).toMatchObject([
    { ...by, action: 'category.save', targets: [{ what: 'category', id: category }] },
  ]);
  const all = JSON.stringify(await node.ctx.stores.audit.list(undefined, undefined, 50));
  expect(all.toLowerCase()).not.toContain('canary');
});

test('a long reason is cut between characters, so that the row has the hash of what is stored', async () => {
  const { admin, customer, category } = people;
  const { id: questionId } = await postQuestion(customer, { category });
  const reason = `${'x'.repeat(499)}🐟 and more`;
  const opening = { kind: 'personal_information', questionId, reason, clientId: clientId() };
  const [row] = await newRows(() => admin.call('case.open', opening));
  expect((await node.ctx.stores.audit.verify()).broken).toBeNull();
  expect(row).toMatchObject({ action: 'case.open', reason: 'x'.repeat(499) });
});

test('1.1 what is refused, what only reads, and what others do leaves no row', async () => {
  const { admin, customer, first, category } = people;
  const { id: questionId } = await postQuestion(customer, { category });
  const rows = await newRows(async () => {
    await refused(admin.call('question.close', { questionId: `q_${clientId()}` }), 'not_found');
    await refused(admin.call('user.create', { role: 'expert' }), 'input.invalid');
    await refused(admin.call('question.rate', { questionId, stars: 5 }), 'auth.forbidden');
    await refused(admin.call('private-info.get', { questionId, reason: 'Curious' }), 'not_found');
    await admin.call('question.get', { questionId });
    await admin.call('question.list', { view: 'all' });
    await admin.call('message.list', { questionId });
    await admin.call('question.watch', { questionId });
    await admin.call('question.unwatch', { questionId });
    await admin.call('user.list');
    await admin.call('audit.list');
    await first.call('question.claim', { questionId });
    await customer.call('question.close', { questionId });
    await customer.call('user.update', { name: 'Cora' });
  });
  expect(rows).toEqual([]);
  expect(await announced()).toEqual([]);
});

test('what an admin has begun when the process dies, or fails, is recorded by the sweep as unknown, once', async () => {
  const { admin, customer, category } = people;
  const { id: questionId } = await postQuestion(customer, { category });
  const actor = { ...admin.user, categories: [], expiresAt: new Date(Date.now() + 3_600_000) } as unknown as Actor;
  const call = { actor, address: '192.0.2.1', watcher: null };
  const closing = COMMANDS['question.close']!;
  const { audit } = node.ctx.stores;

  // it is done, and then there is no row: as if the process had been killed before it
  const dying: Ctx = {
    ...node.ctx,
    stores: { ...node.ctx.stores, audit: { ...audit, append: () => Promise.reject(new Error('killed')) } },
  };
  await expect(execute(dying, closing, call, { questionId }, 'question.close')).rejects.toThrow('killed');
  expect((await customer.call('question.get', { questionId })).question.state).toBe('closed');
  expect(await rowsAbout(questionId)).toEqual([]);
  // a bug in the middle of it, and a provider that does not answer: nobody can tell how far it came
  const other = `q_${clientId()}`;
  for (const error of [new TypeError('a bug'), new Refusal('unavailable')]) {
    const failing = { ...closing, run: () => Promise.reject(error) };
    await expect(execute(node.ctx, failing, call, { questionId: other }, 'question.close')).rejects.toBe(error);
  }
  expect(await announced()).toHaveLength(3);

  await recordUnheardOf(node.ctx); // it might still be under way
  expect(await rowsAbout(questionId)).toEqual([]);
  const later: Ctx = { ...node.ctx, now: () => new Date(Date.now() + 61_000) };
  await Promise.all([recordUnheardOf(later), recordUnheardOf(later), sweep(later)]);
  expect(await rowsAbout(questionId)).toMatchObject([
    { action: 'question.close', actor: { id: admin.user.id }, outcome: 'unknown' },
  ]);
  expect(await rowsAbout(other)).toHaveLength(2);
  expect(await announced()).toEqual([]);
  expect((await audit.verify()).broken).toBeNull();

  // what cannot even be announced is not done
  const mute: Ctx = {
    ...node.ctx,
    stores: { ...node.ctx.stores, audit: { ...audit, announce: () => Promise.reject(new Error('no room')) } },
  };
  const { id: open } = await postQuestion(customer, { category });
  await expect(execute(mute, closing, call, { questionId: open }, 'question.close')).rejects.toThrow('no room');
  expect((await customer.call('question.get', { questionId: open })).question.state).toBe('open');
});

test('every command that admins may call and that does not only read is recorded, without saying so', () => {
  const nothingDone = ['question.watch', 'question.unwatch', 'session.renew'];
  for (const [name, row] of Object.entries(COMMANDS)) {
    if (!row.who.includes('admin') || row.reads) continue;
    expect([name, row.audited]).toEqual([name, !nothingDone.includes(name)]);
  }
  expect(COMMANDS['private-info.get']?.audited).toBe(true);
});

test('9.1 what cannot be recorded is not handed out', async () => {
  const { admin, customer, first, category } = people;
  const request = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: request.id });
  const { questionId } = request;
  await customer.call('private-info.put', { questionId, text: 'Secret' });
  const failing: Ctx = {
    ...node.ctx,
    stores: {
      ...node.ctx.stores,
      audit: { ...node.ctx.stores.audit, append: () => Promise.reject(new Error('no room for the row')) },
    },
  };
  const actor = { ...admin.user, categories: [], expiresAt: new Date(Date.now() + 60_000) } as unknown as Actor;
  const call = { actor, address: '192.0.2.1', watcher: null };
  const input = { questionId, reason: 'A good one' };
  await expect(execute(failing, COMMANDS['private-info.get']!, call, input, 'private-info.get')).rejects.toThrow(
    'no room for the row',
  );
  expect(await rowsAbout(questionId)).toEqual([]);
});

test('audit.list is for admins, newest first, page by page, of one thing when asked', async () => {
  const { admin, customer, category } = people;
  await expectRefused(node, people, null, ['audit.list', {}], {
    customer: 'auth.forbidden',
    otherCustomer: 'auth.forbidden',
    first: 'auth.forbidden',
    stranger: 'auth.forbidden',
    colleague: 'auth.forbidden',
  });
  const { id: questionId } = await postQuestion(customer, { category });
  await admin.call('question.close', { questionId });
  const about = await admin.call('audit.list', { about: questionId });
  expect(about.items).toMatchObject([{ action: 'question.close', actor: { id: admin.user.id } }]);
  expect(about.items[0]).not.toHaveProperty('prevHash');

  const busy = admin.user.id as string;
  for (let n = 0; n < 60; n += 1) {
    await node.ctx.stores.audit.append({
      call: clientId(),
      outcome: 'done',
      actor: { id: busy, role: 'admin' },
      action: 'user.update',
      targets: [{ what: 'user', id: `u_${n}` }],
      reason: null,
      at: node.ctx.now(),
    });
  }
  const pages = await pagesOf(admin, 'audit.list', {});
  expect(pages[0]).toHaveLength(50);
  const total = await count();
  expect(each(pages.flat(), 'seq')).toEqual(Array.from({ length: total }, (_, n) => total - n));
  for (const cursor of ['x', '0', '1.5', '-3']) {
    const told = await refused(admin.call('audit.list', { cursor }), 'input.invalid');
    expect(told.details).toEqual({ fields: [{ path: 'cursor', reason: 'unknown' }] });
  }
  await refused(admin.call('audit.list', { about: { $ne: null } }), 'input.invalid');
});
