// request.*: who sees a request when, and who may do what with it (6, 7).
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { codeOf, heardOf, join, listed, onDisk, pagesOf, refused, scene, settled } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const request = (input: Json = {}) => requested(people.customer, people.first, { category: people.category, ...input });
const get = (who: Client, requestId: string) => who.call('request.get', { requestId });

test('6.1 a reserved request is seen by its expert, its customer and admins, and by nobody else', async () => {
  const { id, questionId } = await request();
  expect((await get(people.first, id)).request).toMatchObject({
    state: 'reserved',
    prefix: '[Secure Remote Assistance Requested]',
    subject: 'My laptop does not start',
    category: people.category,
    payout: { amount: 1_950, currency: 'USD' },
    reservedFor: people.first.user.id,
  });
  expect(await listed(people.first, 'open')).toContain(id);
  expect((await get(people.admin, id)).request.id).toBe(id);
  await people.admin.heard('request.changed', (event) => event.id === id && event.state === 'reserved');
  await people.customer.heard('offer.changed', (event) => event.id === id && event.state === 'reserved');

  for (const view of ['open', 'priority', 'done']) {
    for (const who of [people.colleague, people.stranger]) expect(await listed(who, view)).not.toContain(id);
  }
  expect((await people.colleague.call('question.get', { questionId })).offers).toEqual([]);
  await settled(people.colleague, people.stranger, people.otherCustomer);
  for (const who of [people.colleague, people.stranger, people.otherCustomer]) {
    expect(heardOf(who, 'request.changed', id)).toEqual([]);
    expect(heardOf(who, 'offer.changed', id)).toEqual([]);
  }
});

test('6.1 none of the commands about a reserved request are for anybody else', async () => {
  const { id, questionId } = await request();
  const experts = { colleague: 'not_found', stranger: 'not_found' };
  const customers = { customer: 'auth.forbidden', otherCustomer: 'auth.forbidden' };
  const admin = { admin: 'auth.forbidden' };
  const target = { requestId: id };
  await expectRefused(node, people, questionId, ['request.get', target], { ...experts, ...customers });
  await expectRefused(node, people, questionId, ['request.accept', target], { ...experts, ...customers, ...admin });
  await expectRefused(node, people, questionId, ['request.decline', target], { ...experts, ...customers, ...admin });
  await expectRefused(node, people, questionId, ['request.list', { view: 'open' }], { ...customers, ...admin });
  await expectRefused(node, people, questionId, ['request.withdraw', target], {
    otherCustomer: 'not_found',
    first: 'auth.forbidden',
    colleague: 'auth.forbidden',
    stranger: 'auth.forbidden',
    ...admin,
  });
  await expectRefused(node, people, questionId, ['request.report', { ...target, connected: true }], {
    first: 'not_found', // not accepted yet
    ...experts,
    ...customers,
    admin: 'conflict.not_accepted',
  });
});

test('6.3 an open request is for the experts of its category only', async () => {
  const { id, questionId } = await request();
  await people.first.call('request.decline', { requestId: id });
  const target = { requestId: id };
  for (const who of [people.first, people.colleague]) {
    expect(await listed(who, 'open')).toContain(id);
    expect((await get(who, id)).request.state).toBe('open');
  }
  await expectRefused(node, people, questionId, ['request.get', target], { stranger: 'not_found' });
  await expectRefused(node, people, questionId, ['request.accept', target], { stranger: 'not_found' });
  await expectRefused(node, people, questionId, ['request.decline', target], {
    stranger: 'not_found',
    colleague: 'conflict.not_reserved', // only the expert who was asked says No Thanks
  });
  await settled(people.stranger);
  expect(heardOf(people.stranger, 'request.changed', id)).toEqual([]);
});

test('6.4, 7.1 an accepted request is reported by the expert who accepted it', async () => {
  const { id, questionId } = await request();
  await people.first.call('request.decline', { requestId: id });
  await people.colleague.call('request.accept', { requestId: id });
  const { id: other, questionId: otherQuestion } = await request();
  await people.first.call('request.decline', { requestId: other });
  const { request: fresh } = await people.colleague.call('request.accept', { requestId: other });
  expect(fresh).toMatchObject({ attempts: [], shownAt: expect.stringMatching(/^20/) as string });
  await expectRefused(node, people, questionId, ['request.report', { requestId: id, connected: true }], {
    first: 'not_found',
    stranger: 'not_found',
    customer: 'auth.forbidden',
    admin: 'conflict.not_accepted',
  });
  await expectRefused(node, people, questionId, ['request.decline', { requestId: id }], {
    stranger: 'not_found',
  });
  const attempts = [{ at: node.ctx.now().toISOString(), note: 'Nobody at home' }];
  const { request: reported } = await people.colleague.call('request.report', {
    ...{ requestId: other, connected: false, reason: 'no_answer', comment: 'Three times' },
    attempts: [...attempts, ...attempts, ...attempts],
  });
  expect(reported.attempts).toEqual([...attempts, ...attempts, ...attempts]);
  expect((await get(people.admin, other)).request.attempts).toHaveLength(3);
  for (const who of [people.first, people.customer]) {
    const { offers } = await who.call('question.get', { questionId: otherQuestion });
    expect(offers).toMatchObject([{ id: other, shownAt: expect.stringMatching(/^20/) as string }]);
    expect(offers[0]).not.toHaveProperty('attempts');
  }
  const { request: passed } = await people.first.call('request.decline', { requestId: id });
  expect(passed).toMatchObject({ state: 'accepted', acceptedBy: { id: people.colleague.user.id } });
  // whoever joins the category afterwards may look, as the landing page does (6.4)
  const late = await join(node, 'expert', { categories: [people.category] });
  expect((await get(late, id)).request).toMatchObject({ state: 'accepted' });
  expect(await codeOf(late.call('request.accept', { requestId: id }))).toBe('conflict.already_accepted');
});

test('1.3 no customer ever sees a payout, no expert a payment, whatever happens to a request', async () => {
  const { category, customer, first, others } = await scene(node, 2);
  const [ben, cleo] = others as [Client, Client];
  const answers: { who: Client; answer: Json }[] = [];
  const ask = async (who: Client, name: string, input: Json): Promise<Json> => {
    const answer = await who.call(name, input);
    answers.push({ who, answer });
    return answer;
  };
  const { id, questionId } = await requested(customer, first, {
    category,
    paymentMethod: 'pm_card_chargeCustomerFail',
  });
  for (const who of [first, ben]) await ask(who, 'question.get', { questionId });
  await ask(first, 'request.decline', { requestId: id });
  await refused(ben.call('request.accept', { requestId: id }), 'payment.failed');
  for (const who of [first, ben, cleo]) await ask(who, 'request.get', { requestId: id });
  await ask(customer, 'payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  await ask(cleo, 'request.accept', { requestId: id });
  const no = { requestId: id, connected: false, attempts: 3, reason: 'no_answer', comment: 'Voice mail' };
  await ask(cleo, 'request.report', no);
  await ask(customer, 'offer.accept', { offerId: id });
  await ask(ben, 'request.accept', { requestId: id });
  await ask(ben, 'request.report', { requestId: id, connected: true });
  for (const who of [customer, first, ben, cleo]) {
    await ask(who, 'question.get', { questionId });
    await ask(who, 'question.list', { view: 'all' });
  }
  for (const who of [first, ben, cleo])
    for (const view of ['open', 'priority', 'done']) await ask(who, 'request.list', { view });
  await settled(customer, first, ben, cleo);

  for (const who of [customer, first, ben, cleo]) {
    const seen = JSON.stringify([who.events, answers.filter((one) => one.who === who).map(({ answer }) => answer)]);
    expect(who.events.length).toBeGreaterThan(5);
    if (who === customer) {
      expect(seen).not.toMatch(/payout|1950|Voice mail/);
    } else {
      expect(seen).not.toMatch(/pm_card|"payment"|paymentReason|sim_auth|authorisation/);
      expect(seen).toContain('payout');
    }
    if (who === first) expect(seen).not.toContain('Voice mail');
  }
});

test('events carry the entity as request.get and question.get show it to that receiver', async () => {
  const { category, customer, first, others } = await scene(node);
  const { id, questionId } = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: id });
  await others[0]!.call('request.accept', { requestId: id });
  for (const who of [first, others[0]!]) {
    const { request: shown } = await get(who, id);
    const event = await who.heard('request.changed', ({ version }) => version === shown.version);
    expect(event).toEqual(shown);
  }
  const { question, offers } = await customer.call('question.get', { questionId });
  const latest = await customer.heard('offer.changed', ({ version }) => version === offers[0].version);
  expect(latest).toEqual(offers[0]);
  expect(await customer.heard('question.changed', ({ version }) => version === question.version)).toEqual(question);
});

test('versions grow with every change, in the order of the events', async () => {
  const { category, customer, first, others } = await scene(node);
  const { id } = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: id });
  await others[0]!.call('request.accept', { requestId: id });
  await others[0]!.call('request.report', { requestId: id, connected: true });
  await settled(customer, first);
  for (const who of [customer, first]) {
    const versions = heardOf(who, who === customer ? 'offer.changed' : 'request.changed', id).map(({ version }) =>
      Number(version),
    );
    expect(versions.length).toBeGreaterThan(3);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  }
});

test('6.3, 7.3 request.list: open, priority and done go on beyond fifty, newest first', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id } = await requested(customer, first, { category });
  const { record } = (await node.ctx.stores.offers.read(id))!;
  const acceptedBy = { id: first.user.id, name: 'Ada' };
  const rows = [
    ['open', { state: 'open', generation: 1 }],
    ['priority', { state: 'accepted', acceptedBy, acceptedAt: new Date() }],
    ['done', { state: 'fulfilled', acceptedBy, acceptedAt: new Date() }],
  ] as const;
  for (const [view, change] of rows) {
    const ids = Array.from({ length: 61 }, () => `of_${randomUUID()}`);
    const copies = ids.map((copy) => ({ ...record, ...change, id: copy, dueAt: null }));
    await Promise.all(copies.map((copy) => node.ctx.stores.offers.insert(copy, [], new Date())));
    const pages = await pagesOf(first, 'request.list', { view });
    const all = view === 'open' ? [id, ...ids] : ids; // the reserved one is to be accepted, too
    expect(pages.map(({ length }) => length)).toEqual([50, all.length - 50]);
    expect(pages.flat().map((entry) => String(entry.id))).toEqual(all.toSorted().reverse());
    const prefix = view === 'open' ? '[Secure Remote Assistance Requested]' : '[Secure Remote Assistance Accepted]';
    for (const entry of pages.flat())
      expect(entry).toMatchObject({ prefix, subject: 'My laptop does not start', category });
  }
});

test('6.3 a request in Law is a phone call, and the prefix is in the reader’s language', async () => {
  const category = 'law';
  const customer = await join(node, 'customer');
  const [first, german] = await Promise.all([
    join(node, 'expert', { categories: [category] }),
    join(node, 'expert', { categories: [category], locale: 'de' }),
  ]);
  const { id, service, price } = await requested(customer, first, { category });
  expect(service).toEqual({ key: 'phone_call', title: 'Phone Call' });
  expect(price).toEqual({ amount: 2_900, currency: 'USD' });
  await first.call('request.decline', { requestId: id });
  expect((await get(first, id)).request.prefix).toBe('[Phone Call Requested]');
  expect((await get(german, id)).request.service.title).toBe('Telefongespräch');
});

test('I20 looking at a request changes nothing', async () => {
  const { id, questionId } = await request();
  const before = await onDisk(node, questionId);
  for (const who of [people.first, people.admin]) await get(who, id);
  await people.first.call('request.list', { view: 'open' });
  const headers = { authorization: `Bearer ${people.first.token}` };
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    for (const path of [`/v1/request.get?requestId=${id}`, `/v1/request.accept?requestId=${id}`, `/requests/${id}`]) {
      await fetch(node.url + path, { method, headers });
    }
  }
  expect(await onDisk(node, questionId)).toEqual(before);
});

test('6.2 an expert who lost the category meanwhile neither sees nor accepts open requests', async () => {
  const { category, customer, first, others } = await scene(node);
  const { id } = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: id });
  const user = (await node.ctx.stores.users.read(others[0]!.user.id))!;
  await people.admin.call('user.update', { userId: user.id, categories: [] });
  const now = { ...user, tokenVersion: user.tokenVersion + 1 };
  const token = await node.ctx.tokens.sign({ userId: now.id, role: now.role, tokenVersion: now.tokenVersion });
  const again = await connect(node.url, token);
  await refused(again.call('request.accept', { requestId: id }), 'not_found');
  expect(await listed(again, 'open')).toEqual([]);
});

test('what is not a request is not found', async () => {
  for (const name of ['request.get', 'request.accept', 'request.decline']) {
    await refused(people.first.call(name, { requestId: `of_${clientId()}` }), 'not_found');
    await refused(people.first.call(name, { requestId: 'of_1' }), 'input.invalid');
  }
  await refused(people.first.call('request.report', { requestId: `of_${clientId()}`, connected: true }), 'not_found');
  await refused(people.customer.call('request.withdraw', { requestId: `of_${clientId()}` }), 'not_found');
});

test('6.3, 9.2 an entry shows how the question begins and when it was posted, to whoever may read it', async () => {
  const body = `My number is 212 555 0123. ${'It does not start. '.repeat(20)}`;
  const { id, questionId } = await request({ body });
  const { question } = await people.first.call('question.get', { questionId });
  const { preview, postedAt } = (await get(people.first, id)).request as Json;
  expect(preview).toMatch(/^My number is •••\. It does not start\. .+…$/);
  expect(preview).not.toContain('555');
  expect(postedAt).toBe(question.postedAt);
  const { items } = await people.first.call('request.list', { view: 'open' });
  expect(items).toContainEqual(expect.objectContaining({ id, preview, postedAt }));
  await people.first.call('request.decline', { requestId: id });
  const told = await people.colleague.heard('request.changed', (event) => event.id === id && event.state === 'open');
  expect(told).toMatchObject({ preview, postedAt });
  await people.colleague.call('request.accept', { requestId: id });
  expect((await get(people.colleague, id)).request.preview).toBe(preview);
  // given back, its expert reads no more of it
  await people.colleague.call('request.report', {
    ...{ requestId: id, connected: false, attempts: 3, reason: 'no_answer', comment: 'Voice mail' },
  });
  await people.customer.call('request.withdraw', { requestId: id });
  await people.colleague.heard('request.changed', (event) => event.id === id && event.state === 'refunded');
  expect((await get(people.colleague, id)).request).toMatchObject({ preview: null, postedAt });
  expect((await people.customer.call('question.get', { questionId })).offers[0]).not.toHaveProperty('preview');
});
