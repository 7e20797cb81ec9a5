// question.*: the commands of rule 2, for whom they are and for whom they are not.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, greeted, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import {
  codeOf,
  each,
  entriesOf,
  eventually,
  heardOf,
  idsOf,
  join,
  leave,
  mailsTo,
  pagesOf,
  provided,
  queued,
  refused,
  scene,
  settled,
} from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
const CLAIM_MS = 30_000;
const short = world({ POLICY_CLAIM: `${CLAIM_MS}ms` });
let node: Node;
let hasty: Node; // claims lapse here, by a clock that is moved
let ahead = 0; // of the real time there, ms
let people: Outsiders;

beforeAll(async () => {
  [node, hasty] = await Promise.all([here.start(), short.start({}, () => new Date(Date.now() + ahead))]);
  people = await outsiders(node);
});
afterAll(() => Promise.all([here.close(), short.close()]));

const say = (who: Client, questionId: string, input: Json = {}) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Hello', ...input });
const post = (input: Json = {}) => postQuestion(people.customer, { category: people.category, ...input });

test('2.1 a posted question is authorised and open, and its category hears of it', async () => {
  await people.colleague.call('queue.watch');
  const question = await post({ subject: '  Blue screen  ' });
  expect(question).toMatchObject({
    state: 'open',
    version: 3,
    category: people.category,
    subject: 'Blue screen',
    value: { amount: 1_000, currency: 'USD' },
    customer: { id: people.customer.user.id, name: 'Cora' },
    expert: null,
    lockedUntil: null,
    lastSeq: 0,
    ratingEnabled: false,
    rating: null,
    closedAt: null,
    payment: { state: 'authorised', reason: null },
  });
  expect(await provided(node, question.id)).toEqual(['authorise']);
  await eventually(() => entriesOf(node, question.id)).toEqual(['authorise-1']);
  const seen = await queued(people.colleague, ({ id }) => id === question.id);
  expect(seen).not.toHaveProperty('payment');
  await settled(people.stranger, people.otherCustomer);
  for (const who of [people.stranger, people.otherCustomer]) {
    expect(JSON.stringify(who.events)).not.toContain(question.id);
  }
});

test('2.1 only customers post, and only into categories that exist, in their currency', async () => {
  const input = {
    category: people.category,
    subject: 'x',
    body: 'x',
    value: { amount: 1_000, currency: 'USD' },
    paymentMethod: 'pm_card_visa',
    clientId: clientId(),
  };
  await expectRefused(node, people, null, ['question.post', input], {
    first: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
  const bad: [Json, string, string][] = [
    [{ category: 'astrology' }, 'category', 'unknown'],
    [{ value: { amount: 1_000, currency: 'EUR' } }, 'value.currency', 'not_of_category'],
    [{ value: { amount: 0, currency: 'USD' } }, 'value.amount', 'too_small'],
    [{ value: { amount: 10.5, currency: 'USD' } }, 'value.amount', 'invalid_type'],
    [{ subject: '   ' }, 'subject', 'too_small'],
    [{ body: 'x'.repeat(10_001) }, 'body', 'too_big'],
    [{ clientId: 'short' }, 'clientId', 'too_small'],
    [{ paymentMethod: '4242424242424242' }, 'paymentMethod', 'invalid_format'],
    [{ state: 'open' }, 'state', 'unrecognized_keys'],
  ];
  for (const [change, path, reason] of bad) {
    const refusal = await refused(people.customer.call('question.post', { ...input, ...change }), 'input.invalid');
    expect(refusal.details).toEqual({ fields: [{ path, reason }] });
  }
  expect(idsOf(await people.first.call('question.list', { view: 'mine' }))).toEqual([]);
});

test('2.1 the same clientId again is the same question and one authorisation, however many at once', async () => {
  const id = clientId();
  const posts = await Promise.all([1, 2, 3, 4, 5].map(() => post({ clientId: id })));
  expect(new Set(each(posts, 'id')).size).toBe(1);
  expect(new Set(each(posts, 'state'))).toEqual(new Set(['open']));
  const again = await post({ clientId: id, subject: 'Another one' });
  expect(again).toMatchObject({ id: posts[0]!.id, subject: 'My laptop does not start' });
  expect(await provided(node, again.id, 3)).toEqual(['authorise']);
  // another customer's clientId is another question
  const other = await postQuestion(people.otherCustomer, { category: people.category, clientId: id });
  expect(other.id).not.toBe(again.id);
});

test('question.get: its sides, experts of its category and admins, each in their own view', async () => {
  const { id: questionId } = await post();
  const offer = await greeted(people.customer, people.first, questionId);
  const get = async (who: Client) => who.call('question.get', { questionId });
  expect((await get(people.customer)).question).toMatchObject({ id: questionId, payment: { state: 'authorised' } });
  expect((await get(people.customer)).offers).toMatchObject([{ id: offer.id, state: 'offered' }]);
  expect((await get(people.admin)).question).toMatchObject({ id: questionId, payment: { state: 'authorised' } });
  // 1.3: what it pays is the experts'
  for (const who of [people.first, people.colleague, people.admin]) {
    expect((await get(who)).question.payout).toEqual({ amount: 500, currency: 'USD' });
  }
  expect((await get(people.customer)).question).not.toHaveProperty('payout');
  // 5.1: the offer is the customer's
  for (const who of [people.first, people.colleague]) {
    const answer = await get(who);
    expect(answer.question).not.toHaveProperty('payment');
    expect(answer.offers).toEqual([]);
    await settled(who);
    expect(heardOf(who, 'offer.changed', questionId)).toEqual([]);
    expect(heardOf(who, 'request.changed', questionId)).toEqual([]);
  }
  await expectRefused(node, people, questionId, ['question.get', { questionId }], {
    otherCustomer: 'not_found',
    stranger: 'not_found',
  });
});

test('question.watch: the sides and admins follow it, nobody else, and only over a socket', async () => {
  const { id: questionId } = await post();
  await people.first.call('question.claim', { questionId });
  for (const who of [people.customer, people.first, people.admin]) {
    const answer = await who.call('question.watch', { questionId });
    expect(answer).toMatchObject({ question: { id: questionId }, offers: [], messages: [] });
    // those who are there, also the one who asks; whoever only looks on is no side
    expect((answer.online as string[]).toSorted()).toEqual(
      [people.customer.user.id, people.first.user.id].map(String).toSorted(),
    );
  }
  await expectRefused(node, people, questionId, ['question.watch', { questionId }], {
    otherCustomer: 'not_found',
    stranger: 'not_found',
    colleague: 'auth.forbidden',
  });
  await say(people.customer, questionId, { body: 'For three pairs of eyes' });
  for (const who of [people.customer, people.first, people.admin]) {
    await who.heard('message.created', (message) => message.questionId === questionId);
  }
  await settled(people.otherCustomer, people.stranger, people.colleague);
  for (const who of [people.otherCustomer, people.stranger, people.colleague]) {
    expect(heardOf(who, 'message.created', questionId)).toEqual([]);
  }

  await people.admin.call('question.unwatch', { questionId });
  await say(people.customer, questionId);
  await settled(people.admin);
  expect(heardOf(people.admin, 'message.created', questionId)).toHaveLength(1);
});

test('2.3 a watch brings what was missed after a seq, without gap or duplicate, and in pages', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  for (let n = 1; n <= 7; n += 1) await say(n % 2 ? customer : first, questionId, { body: `Line ${n}` });
  const bodies = (answer: Json) => each(answer.messages, 'body');
  expect(bodies(await customer.call('question.watch', { questionId, afterSeq: 4 }))).toEqual([
    'Line 5',
    'Line 6',
    'Line 7',
  ]);
  expect(bodies(await customer.call('question.watch', { questionId, afterSeq: 7 }))).toEqual([]);
  expect(bodies(await first.call('question.watch', { questionId }))).toHaveLength(7);

  // connected anew, while somebody goes on writing
  const again = await connect(node.url, customer.token);
  customer.close();
  const writing = Promise.all([8, 9, 10, 11, 12].map((n) => say(first, questionId, { body: `Line ${n}` })));
  const caughtUp = await again.call('question.watch', { questionId, afterSeq: 7 });
  await writing;
  await settled(again);
  const seqs = new Set([
    ...each(caughtUp.messages, 'seq').map(Number),
    ...each(heardOf(again, 'message.created', questionId), 'seq').map(Number),
  ]);
  expect([...seqs].toSorted((a, b) => a - b)).toEqual([8, 9, 10, 11, 12]);
});

test('question.list: mine, open and all, for each kind of caller', async () => {
  const all = await outsiders(node);
  const { category, customer, first, colleague, stranger, otherCustomer, admin } = all;
  const [open, claimed, answered, closed] = (await Promise.all(
    [1, 2, 3, 4].map(() => postQuestion(customer, { category })),
  )) as [Json, Json, Json, Json];
  const draft = await refused(
    postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclined' }),
    'payment.failed',
  );
  for (const { id: questionId } of [claimed, answered]) await first.call('question.claim', { questionId });
  await say(first, answered.id, { kind: 'answer' });
  await customer.call('question.close', { questionId: closed.id });
  const list = async (who: Client, view: string, input: Json = {}) =>
    idsOf(await who.call('question.list', { view, ...input })).toSorted();
  const sorted = (...questions: Json[]) => questions.map(({ id }) => String(id)).toSorted();

  expect(await list(customer, 'mine')).toEqual(
    [...sorted(open, claimed, answered, closed), String(draft.details?.questionId)].toSorted(),
  );
  expect(await list(first, 'mine')).toEqual(sorted(claimed, answered));
  expect(await list(colleague, 'mine')).toEqual([]);
  for (const expert of [first, colleague]) {
    expect(await list(expert, 'open')).toEqual(sorted(open));
    expect(await list(expert, 'all')).toEqual(sorted(open, claimed, answered, closed)); // no drafts
  }
  for (const view of ['mine', 'open', 'all']) {
    expect(await list(stranger, view)).toEqual([]);
    expect(await list(stranger, view, { category })).toEqual([]);
    expect(await list(otherCustomer, view)).toEqual([]);
  }
  expect(await list(admin, 'open', { category })).toEqual(sorted(open));
  expect(await list(admin, 'all', { category })).toHaveLength(5);
  const items = (await colleague.call('question.list', { view: 'all' })).items as Json[];
  for (const item of items) expect(item).not.toHaveProperty('payment');
  await expectRefused(node, all, null, ['question.list', { view: 'mine' }], {});
});

test('2.3 a list says what was written last and what is unread, to those who are in the conversation', async () => {
  const { category, customer, first, others } = await scene(node);
  const older = await postQuestion(customer, { category });
  const newer = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: older.id });
  await say(first, older.id, { kind: 'greeting' });
  await say(first, older.id);
  const listFor = async (who: Client, input: Json = {}) =>
    (await who.call('question.list', { view: 'mine', ...input })).items as Json[];
  const last = { seq: 2, kind: 'message', by: { id: first.user.id, name: 'Ada', role: 'expert' } };
  expect(await listFor(customer)).toMatchObject([
    { id: newer.id, lastSeq: 0, lastMessage: null, unread: 0 },
    { id: older.id, lastSeq: 2, lastMessage: last, unread: 2 },
  ]);
  await customer.call('message.read', { questionId: older.id, seq: 1 });
  expect(await listFor(customer, { order: 'activity' })).toMatchObject([
    { id: older.id, unread: 1 },
    { id: newer.id, unread: 0 },
  ]);
  expect(await listFor(first)).toMatchObject([{ id: older.id, lastMessage: last, unread: 0 }]);
  expect(await listFor(customer, { state: 'open' })).toMatchObject([{ id: newer.id }]);
  expect(await listFor(customer, { state: 'closed', order: 'activity' })).toEqual([]);
  // a colleague may find the question and is not in its conversation; care looks on and has nothing to read
  const [seen] = (await others[0]!.call('question.list', { view: 'all', state: 'claimed' })).items as Json[];
  expect(seen).toMatchObject({ id: older.id, lastSeq: 2 });
  expect(seen).not.toHaveProperty('lastMessage');
  expect(seen).not.toHaveProperty('unread');
  const { items } = await people.admin.call('question.list', { view: 'all', category });
  expect(items).toMatchObject([{ id: newer.id }, { id: older.id, lastMessage: last }]);
  expect((items as Json[])[1]).not.toHaveProperty('unread');

  for (const [who, input] of [
    [customer, { view: 'mine', order: 'oldest' }],
    [customer, { view: 'mine', state: 'asleep' }],
    [customer, { view: 'mine', order: 'activity', cursor: 'nowhere' }],
    [first, { view: 'open', order: 'activity' }],
    [people.admin, { view: 'mine', order: 'activity' }],
  ] as const) {
    await refused(who.call('question.list', input), 'input.invalid');
  }
});

test('question.list goes on beyond fifty, newest first, without gap or duplicate', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  const { record } = (await node.ctx.stores.questions.read(id))!;
  const ids = Array.from({ length: 102 }, () => `q_${randomUUID()}`);
  const copies = ids.map((copy) => ({ ...record, id: copy, clientId: copy }));
  await Promise.all(copies.map((copy) => node.ctx.stores.questions.insert(copy, [], record.createdAt)));
  for (const [who, view, more] of [
    [customer, 'mine', {}],
    [customer, 'mine', { order: 'activity' }], // all at the same instant
    [first, 'open', {}],
  ] as const) {
    const pages = await pagesOf(who, 'question.list', { view, ...more });
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 3]);
    expect(pages.flat().map((item) => String(item.id))).toEqual([id, ...ids].toSorted().reverse());
  }
});

test('2.2 of two experts who claim at once one wins; the other is told, and may not write', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { category, customer, first, others } = await scene(node);
    const { id: questionId } = await postQuestion(customer, { category });
    const both = [first, others[0]!];
    const codes = await Promise.all(both.map((expert) => codeOf(expert.call('question.claim', { questionId }))));
    expect(codes.toSorted()).toEqual(['conflict.claimed', 'ok']);
    const winner = both[codes.indexOf('ok')]!;
    const loser = both[codes.indexOf('conflict.claimed')]!;
    const claimed = await customer.heard(
      'question.changed',
      ({ id, state }) => id === questionId && state === 'claimed',
    );
    expect(claimed.expert).toEqual({ id: winner.user.id, name: winner.user.name });
    await refused(say(loser, questionId), 'conflict.claimed');
    await say(customer, questionId); // the customer can always write
    await say(winner, questionId);
  }
});

test('2.2 question.claim and question.release are for experts of the category', async () => {
  const { id: questionId } = await post();
  await refused(people.first.call('question.release', { questionId }), 'conflict.not_claimed');
  await people.first.call('question.claim', { questionId });
  await expectRefused(node, people, questionId, ['question.claim', { questionId }], {
    customer: 'auth.forbidden',
    otherCustomer: 'auth.forbidden',
    stranger: 'not_found',
    colleague: 'conflict.claimed',
    admin: 'auth.forbidden',
  });
  await expectRefused(node, people, questionId, ['question.release', { questionId }], {
    customer: 'auth.forbidden',
    otherCustomer: 'auth.forbidden',
    stranger: 'not_found',
    colleague: 'conflict.not_claimed',
    admin: 'auth.forbidden',
  });
  const { question } = await people.first.call('question.release', { questionId });
  expect(question).toMatchObject({ state: 'open', expert: null, lockedUntil: null });
  expect((await people.colleague.call('question.claim', { questionId })).question.state).toBe('claimed');
});

test('2.2, I22 after a release the former expert hears nothing more of the conversation', async () => {
  const { category, customer, first, others } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  await first.call('question.watch', { questionId });
  await say(first, questionId, { kind: 'info_request' });
  await first.call('question.release', { questionId });
  await others[0]!.call('question.claim', { questionId });
  await say(customer, questionId, { body: 'A secret for the next expert' });
  await others[0]!.call('question.watch', { questionId });
  await others[0]!.call('typing', { questionId });
  await settled(first);
  expect(each(heardOf(first, 'message.created', questionId), 'kind')).toEqual(['info_request']);
  expect(JSON.stringify(first.events)).not.toContain('A secret');
  expect(heardOf(first, 'typing', questionId)).toEqual([]);
  await refused(first.call('question.watch', { questionId }), 'auth.forbidden');
  await refused(first.call('message.list', { questionId }), 'not_found');
  await refused(say(first, questionId), 'conflict.claimed');
});

test('2.2 a claim lapses without an answer, and claiming again renews it', async () => {
  const { category, customer, first, others } = await scene(hasty);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.watch', { questionId }).catch(() => undefined); // not its side yet
  const { question: claimed } = await first.call('question.claim', { questionId });
  await first.call('question.watch', { questionId });
  const { question: renewed } = await first.call('question.claim', { questionId });
  expect(new Date(renewed.lockedUntil).getTime()).toBeGreaterThanOrEqual(new Date(claimed.lockedUntil).getTime());
  expect(renewed.version).toBeGreaterThan(claimed.version);

  ahead += CLAIM_MS;
  const lapsed = await customer.heard('question.changed', ({ id, state, version }) => {
    return id === questionId && state === 'open' && version > renewed.version;
  });
  expect(lapsed).toMatchObject({ expert: null, lockedUntil: null });
  const told = await first.heard('notice', ({ code }) => code === 'question.claim_lapsed');
  expect(told.text).toContain('My laptop does not start');
  await refused(say(first, questionId), 'conflict.not_claimed');
  await refused(first.call('question.release', { questionId }), 'conflict.not_claimed');
  await say(customer, questionId, { body: 'Anybody there?' });
  await settled(first);
  expect(heardOf(first, 'message.created', questionId)).toEqual([]);
  expect((await others[0]!.call('question.claim', { questionId })).question.expert.id).toBe(others[0]!.user.id);
});

test('2.4 before the answer a rating is refused, with it the customer is told', async () => {
  const { id: questionId } = await post();
  await refused(people.customer.call('question.rate', { questionId, stars: 5 }), 'conflict.not_answered');
  await greeted(people.customer, people.first, questionId);
  await say(people.first, questionId, { kind: 'info_request' });
  await refused(people.customer.call('question.rate', { questionId, stars: 5 }), 'conflict.not_answered');
  await say(people.first, questionId, { kind: 'answer' });
  const answered = await people.customer.heard(
    'question.changed',
    ({ id, state }) => id === questionId && state === 'answered',
  );
  expect(answered).toMatchObject({ ratingEnabled: true, rating: null, lockedUntil: null });
  const told = await people.customer.heard('notice', ({ code, params }) => {
    return code === 'question.answered' && params.questionId === questionId;
  });
  expect(told.text).toContain('rate the answer');
});

test('2.5 three stars pay the share of the value once; a rating is raised, never lowered, by its customer', async () => {
  const { id: questionId } = await post();
  await greeted(people.customer, people.first, questionId);
  await say(people.first, questionId, { kind: 'answer' });
  await expectRefused(node, people, questionId, ['question.rate', { questionId, stars: 1 }], {
    otherCustomer: 'not_found',
    first: 'auth.forbidden',
    colleague: 'auth.forbidden',
    stranger: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
  const rate = (stars: number, comment?: string) =>
    people.customer.call('question.rate', { questionId, stars, ...(comment !== undefined && { comment }) });
  for (const stars of [0, 6, 2.5]) await refused(rate(stars), 'input.invalid');

  const { question } = await rate(3, 'Fine');
  expect(question).toMatchObject({ rating: { stars: 3, by: 'customer' }, payment: { state: 'captured' } });
  const lowered = await refused(rate(2), 'conflict.rating_lowered');
  expect(lowered.details).toMatchObject({ stars: 3 });
  expect((await rate(3)).question.rating.stars).toBe(3);
  expect((await rate(5)).question.rating.stars).toBe(5);
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  expect(await provided(node, questionId)).toEqual(['authorise', 'capture']);
  await people.first.heard('question.changed', ({ id, rating }) => id === questionId && rating?.stars === 5);
});

test('2.5 a lower rating pays nothing and tells customer care; raised, it pays', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  await say(first, questionId, { kind: 'answer' });
  const { question } = await customer.call('question.rate', { questionId, stars: 2 });
  expect(question).toMatchObject({ rating: { stars: 2, by: 'customer' }, payment: { state: 'authorised' } });
  expect((await first.call('earnings.list')).items).toEqual([]);
  const careMail = async () =>
    (await mailsTo(node, 'care@example.test')).filter(({ text }) => String(text).includes(questionId));
  await eventually(async () => (await careMail()).length).toBe(1);
  expect((await careMail())[0]).toMatchObject({ subject: 'Low rating: My laptop does not start' });
  await customer.call('question.rate', { questionId, stars: 2 });
  await customer.call('question.rate', { questionId, stars: 4 });
  expect((await first.call('earnings.list')).total).toEqual({ amount: 500, currency: 'USD' });
  expect(await careMail()).toHaveLength(1);
});

test('2.5 ratings that are sent at once pay once', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  await say(first, questionId, { kind: 'answer' });
  await Promise.allSettled([3, 4, 5, 5, 4, 3].map((stars) => customer.call('question.rate', { questionId, stars })));
  const { question } = await customer.call('question.get', { questionId });
  expect(question.rating).toEqual({ stars: 5, by: 'customer' });
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  expect(await provided(node, questionId)).toEqual(['authorise', 'capture']);
});

test('2.8 question.close is for its customer and admins', async () => {
  const { id: questionId } = await post();
  await greeted(people.customer, people.first, questionId);
  await expectRefused(node, people, questionId, ['question.close', { questionId }], {
    otherCustomer: 'not_found',
    first: 'auth.forbidden',
    colleague: 'auth.forbidden',
    stranger: 'auth.forbidden',
  });
  expect((await people.customer.call('question.close', { questionId })).question.state).toBe('closed');
});

test('2.3 typing reaches the other side and nobody else', async () => {
  const { id: questionId } = await post();
  await greeted(people.customer, people.first, questionId);
  await people.first.call('question.watch', { questionId });
  await people.customer.call('typing', { questionId });
  const typing = await people.first.heard('typing', (event) => event.questionId === questionId);
  expect(typing.by).toEqual({ id: people.customer.user.id, name: 'Cora', role: 'customer' });
  people.first.socket.emit('typing', { questionId }); // without an acknowledgement, as widgets do
  await people.customer.heard('typing', (event) => event.by.id === people.first.user.id);
  await settled(people.customer);
  expect(heardOf(people.customer, 'typing', questionId).every(({ by }) => by.role === 'expert')).toBe(true);
  await expectRefused(node, people, questionId, ['typing', { questionId }], {
    otherCustomer: 'not_found',
    stranger: 'not_found',
    colleague: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
});

test('2.3 presence: each side sees the other come and go; admins are not seen', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  await first.call('question.watch', { questionId });
  const isThere = (who: Client) => (event: Json) => event.questionId === questionId && event.userId === who.user.id;
  expect(await first.heard('presence.changed', isThere(customer))).toMatchObject({ online: true });
  expect(
    await customer.heard('presence.changed', (event) => isThere(first)(event) && event.online === true),
  ).toBeDefined();
  const admin = await join(node, 'admin');
  await admin.call('question.watch', { questionId });
  await leave(node, admin);
  await leave(node, first);
  await customer.heard('presence.changed', (event) => isThere(first)(event) && event.online === false);
  await settled(customer);
  expect(JSON.stringify(customer.events)).not.toContain(admin.user.id);
});

test('6.3 while a request is open the experts of the category may read its conversation, not write in it', async () => {
  const all = await outsiders(node);
  const { category, customer, first, colleague, stranger } = all;
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  const read = (who: Client) => codeOf(who.call('message.list', { questionId }));
  expect([await read(first), await read(colleague), await read(stranger)]).toEqual(['ok', 'not_found', 'not_found']);
  await first.call('request.decline', { requestId: request.id });
  expect([await read(first), await read(colleague), await read(stranger)]).toEqual(['ok', 'ok', 'not_found']);
  expect((await colleague.call('question.get', { questionId })).offers).toMatchObject([
    { id: request.id, state: 'open' },
  ]);
  await expectRefused(node, all, questionId, ['message.send', { questionId, clientId: clientId(), body: 'Me!' }], {
    colleague: 'conflict.claimed',
    stranger: 'not_found',
  });
  const late = await join(node, 'expert', { categories: [category] });
  await colleague.call('request.accept', { requestId: request.id });
  // 6.7: the accepting expert reviews it, the others have no reason any more
  expect([await read(first), await read(colleague), await read(late)]).toEqual(['ok', 'ok', 'not_found']);
});
