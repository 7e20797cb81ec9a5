// What becomes of a request whose payment fails, that nobody takes, or whose customer could not pay the question itself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  codeOf,
  entriesOf,
  eventually,
  heardOf,
  leave,
  listed,
  mailed,
  mailsTo,
  onDisk,
  provided,
  queued,
  refused,
  scene,
  settled,
} from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const TTL_MS = 30_000;
const here = world({
  POLICY_RESERVATION: `${TTL_MS - 1}ms`,
  POLICY_REQUEST_TTL: `${TTL_MS}ms`,
  POLICY_PAYMENT_UPDATE_TTL: `${TTL_MS}ms`,
});
const slow = world({ SIMULATED_LATE: '300ms' });
let hasty: Node; // everything runs out here, by a clock that is moved
let ahead = 0; // of the real time there, ms
let node: Node;

beforeAll(async () => {
  [hasty, node] = await Promise.all([here.start({}, () => new Date(Date.now() + ahead)), slow.start()]);
});
afterAll(() => Promise.all([here.close(), slow.close()]));

const changed = (who: Client, id: string, state: string) =>
  who.heard('request.changed', (request) => request.id === id && request.state === state);

test('6.5 a failed capture: the expert hears why, the request leaves all lists, a new card brings it back for all', async () => {
  const { category, customer, first, others } = await scene(node, 2);
  const [ben, cleo] = others as [Client, Client];
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  await first.call('request.decline', { requestId: request.id });

  const refusal = await refused(ben.call('request.accept', { requestId: request.id }), 'payment.failed');
  expect(refusal.details).toEqual({ reason: 'card_declined' });
  const told = await ben.heard('notice', ({ code }) => code === 'request.capture_failed');
  expect(told.text).toContain('payment did not go through');
  for (const expert of [first, ben, cleo]) {
    await changed(expert, request.id, 'payment_failed');
    for (const view of ['open', 'priority', 'done']) expect(await listed(expert, view)).toEqual([]);
    await refused(expert.call('request.accept', { requestId: request.id }), 'conflict.not_open');
  }
  const asked = await customer.heard('notice', ({ code }) => code === 'request.payment_failed');
  expect(asked.text).toContain('$39.00');
  const failed = await customer.heard('offer.changed', ({ state }) => state === 'payment_failed');
  expect(failed).toMatchObject({ id: request.id, paymentReason: 'card_declined', acceptedBy: null });
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'release-1']);

  // a card that is declined is not kept and changes nothing
  const update = (paymentMethod: string) =>
    customer.call('payment.update', { questionId: request.questionId, paymentMethod });
  expect((await refused(update('pm_card_chargeDeclined'), 'payment.failed')).details).toMatchObject({
    reason: 'card_declined',
    offerId: request.id,
  });
  expect(await listed(cleo, 'open')).toEqual([]);

  const updated = await update('pm_card_visa');
  expect(updated.offers).toMatchObject([{ id: request.id, state: 'open', paymentReason: null }]);
  for (const expert of [first, ben, cleo]) {
    const events = heardOf(expert, 'request.changed', request.id);
    await expert.heard('request.changed', ({ id, state, version }) => {
      return id === request.id && state === 'open' && version > failed.version;
    });
    expect(events.every((event) => !JSON.stringify(event).includes('paymentReason'))).toBe(true);
    expect(await listed(expert, 'open')).toEqual([request.id]);
  }
  const { request: won } = await cleo.call('request.accept', { requestId: request.id });
  expect(won).toMatchObject({ state: 'accepted', acceptedBy: { id: cleo.user.id } });
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'authorise-3', 'capture', 'release-1']);
  expect(await provided(node, request.id, 3)).toEqual([
    'authorise',
    'capture card_declined',
    'void',
    'authorise card_declined',
    'authorise',
    'capture',
  ]);
});

test('6.5 the first expert, in the reservation, hears of a failed capture as well', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  await customer.call('payment.update', { questionId: request.questionId, paymentMethod: 'pm_card_visa' });
  // 6.5: open to all experts of the category, not kept again
  expect(await listed(others[0]!, 'open')).toEqual([request.id]);
  expect((await others[0]!.call('request.accept', { requestId: request.id })).request.state).toBe('accepted');
});

test('6.6 nobody accepts: the request expires, the customer is told, the hold is let go, the question goes on', async () => {
  const { category, customer, first, others } = await scene(hasty);
  const request = await requested(customer, first, { category });
  const all = [first, ...others];
  await first.call('request.decline', { requestId: request.id });
  ahead += TTL_MS;
  await Promise.all(all.map((expert) => changed(expert, request.id, 'expired')));
  const notice = await customer.heard('notice', ({ code }) => code === 'request.expired');
  expect(notice.text).toContain('you are not charged');
  for (const expert of all) {
    expect(await listed(expert, 'open')).toEqual([]);
    await refused(expert.call('request.accept', { requestId: request.id }), 'conflict.expired');
    expect((await expert.call('request.get', { requestId: request.id })).request.state).toBe('expired');
  }
  await eventually(() => entriesOf(hasty, request.id)).toEqual(['authorise-1', 'release-1']);
  expect(await provided(hasty, request.id)).toEqual(['authorise', 'void']);
  await refused(customer.call('request.withdraw', { requestId: request.id }), 'conflict.expired');
  await refused(customer.call('offer.accept', { offerId: request.id }), 'conflict.expired');
  const { message } = await first.call('message.send', {
    questionId: request.questionId,
    clientId: clientId(),
    kind: 'answer',
    body: 'Press the button for ten seconds.',
  });
  expect(message.seq).toBe(2);
});

test('6.6 a failed payment that is not updated expires, and an update then reopens nothing', async () => {
  const { category, customer, first } = await scene(hasty);
  const request = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  await refused(first.call('request.accept', { requestId: request.id }), 'payment.failed');
  ahead += TTL_MS;
  await customer.heard('notice', ({ code }) => code === 'request.expired');
  const expired = await customer.heard('offer.changed', ({ state }) => state === 'expired');
  const failed = await customer.heard('offer.changed', ({ state }) => state === 'payment_failed');
  expect(expired.expiresAt).toBe(failed.expiresAt);
  const updated = await customer.call('payment.update', {
    questionId: request.questionId,
    paymentMethod: 'pm_card_visa',
  });
  expect(updated.offers).toMatchObject([{ state: 'expired' }]);
  await eventually(() => entriesOf(hasty, request.id)).toEqual(['authorise-1', 'release-1']);
  expect(await provided(hasty, request.id, 2)).toEqual(['authorise', 'capture card_declined', 'void']);
});

test('6.6 a customer who is away is told of the expiry by e-mail, once', async () => {
  const { category, customer, first } = await scene(hasty);
  await requested(customer, first, { category });
  await leave(hasty, customer);
  ahead += TTL_MS;
  const mails = await mailed(hasty, customer.user.email, 1);
  expect(mails[0]).toMatchObject({ subject: 'Your Secure Remote Assistance request has expired' });
});

/** Paid, reported that nobody could be reached, and asked for again. */
async function paidAgain(): Promise<Scene & { readonly request: Json }> {
  const people = await scene(hasty);
  const { category, customer, first } = people;
  const request = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: request.id });
  const no = { connected: false, attempts: 3, reason: 'no_answer', comment: 'Nobody picked up.' };
  await first.call('request.report', { requestId: request.id, ...no });
  await customer.call('offer.accept', { offerId: request.id });
  return { ...people, request };
}

/** What its customer sees of the money, from the end of the request on. */
const refundsSeen = (customer: Client, { id }: Json, state: string) =>
  heardOf(customer, 'offer.changed', String(id))
    .filter((offer) => offer.state === state)
    .map(({ refundState }): unknown => refundState);

test('6.6, 7.1 a request that was paid, asked for again and not accepted goes back, which its customer reads everywhere', async () => {
  const { customer, first, request } = await paidAgain();
  ahead += TTL_MS;
  const notice = await customer.heard('notice', ({ code }) => code === 'request.expired');
  expect(notice.text).toContain('$39.00 is on its way back to you');
  expect(notice.text).not.toContain('charged');
  ahead += 16_000; // what time brings about is asked of the provider a little later
  await customer.heard('offer.changed', ({ refundState }) => refundState === 'refunded');
  expect(new Set(refundsSeen(customer, request, 'expired'))).toEqual(new Set(['refunding', 'refunded']));
  expect((await first.call('request.get', { requestId: request.id })).request).not.toHaveProperty('refundState');
  await eventually(() => entriesOf(hasty, request.id)).toEqual(['authorise-1', 'capture', 'refund']);

  const away = await paidAgain();
  await leave(hasty, away.customer);
  ahead += TTL_MS;
  const subject = 'Your Secure Remote Assistance request has expired';
  const letter = () =>
    mailsTo(hasty, away.customer.user.email).then((all) => all.find((one) => one.subject === subject));
  await eventually(async () => (await letter()) !== undefined).toBe(true);
  const { text } = (await letter())!;
  expect(text).toContain('What you had paid for it, $39.00, is on its way back to you.');
  expect(text).not.toContain('charged');
});

test('6.8, 7.1 withdrawn instead, it goes back as well, and so its customer sees it', async () => {
  const { customer, request } = await paidAgain();
  const { request: withdrawn } = await customer.call('request.withdraw', { requestId: request.id });
  expect(withdrawn).toMatchObject({
    state: 'withdrawn',
    refundState: expect.stringMatching(/^refund(ing|ed)$/) as unknown,
  });
  await customer.heard('offer.changed', ({ refundState }) => refundState === 'refunded');
  expect(refundsSeen(customer, request, 'withdrawn')).not.toContain(null);

  const free = await scene(hasty);
  const unpaid = await requested(free.customer, free.first, { category: free.category });
  const { request: given } = await free.customer.call('request.withdraw', { requestId: unpaid.id });
  expect(given).toMatchObject({ state: 'withdrawn', refundState: null });
});

test('2.1 a declined card leaves a draft, which nobody sees until another card pays it', async () => {
  const { category, customer, first, others } = await scene(node);
  const id = clientId();
  const post = () => postQuestion(customer, { category, clientId: id, paymentMethod: 'pm_card_chargeDeclined' });
  const refusal = await refused(post(), 'payment.failed');
  const questionId = refusal.details?.questionId as string;
  expect(refusal.details).toEqual({ reason: 'card_declined', questionId });
  expect(refusal.message).toContain('payment');
  // the same post again is the same draft
  expect((await refused(post(), 'payment.failed')).details).toEqual({ reason: 'card_declined', questionId });

  const { items } = await customer.call('question.list', { view: 'mine' });
  expect(items).toMatchObject([{ id: questionId, state: 'draft', postedAt: null, payment: { state: 'declined' } }]);
  await refused(first.call('question.get', { questionId }), 'not_found');
  await refused(first.call('question.claim', { questionId }), 'not_found');
  expect((await first.call('question.list', { view: 'all', category })).items).toEqual([]);
  await refused(customer.call('message.send', { questionId, clientId: clientId(), body: 'Hello?' }), 'conflict.draft');
  await settled(first, ...others);
  expect(JSON.stringify(first.events)).not.toContain(questionId);

  const update = (paymentMethod: string) => customer.call('payment.update', { questionId, paymentMethod });
  expect((await refused(update('pm_card_chargeDeclinedInsufficientFunds'), 'payment.failed')).details).toMatchObject({
    reason: 'insufficient_funds',
  });
  const { question } = await update('pm_card_visa');
  expect(question).toMatchObject({ id: questionId, state: 'open', payment: { state: 'authorised', reason: null } });
  expect(question.postedAt).not.toBeNull();
  expect(await queued(first, (item) => item.id === questionId)).toMatchObject({ state: 'open' });
  expect((await first.call('question.claim', { questionId })).question.state).toBe('claimed');
  expect(await provided(node, questionId, 3)).toEqual([
    'authorise card_declined',
    'authorise insufficient_funds',
    'authorise',
  ]);
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-3']);
  // the post that was cut off, repeated: it is there
  expect((await post()).id).toBe(questionId);
});

test('2.1, 2.5 a rating whose capture fails is paid when the card is updated', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  await first.call('question.claim', { questionId });
  const answer = { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' };
  await first.call('message.send', answer);
  await customer.call('question.rate', { questionId, stars: 4 });
  await customer.heard('notice', ({ code }) => code === 'question.payment_failed');
  expect((await first.call('earnings.list')).items).toEqual([]);
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'release-1']);

  const before = await onDisk(node, questionId);
  expect(before).toMatchObject({ question: { rating: { stars: 4 }, payment: { state: 'capture_failed' } } });
  const { question } = await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  expect(question).toMatchObject({ payment: { state: 'captured' }, rating: { stars: 4, by: 'customer' } });
  expect((await first.call('earnings.list')).total).toEqual({ amount: 500, currency: 'USD' });
  await eventually(() => entriesOf(node, questionId)).toEqual([
    'authorise-1',
    'authorise-2',
    'capture',
    'payout',
    'release-1',
  ]);
});

test('I3 a capture that is answered late or twice is one capture, and one expert has the request', async () => {
  for (const paymentMethod of ['pm_card_visa_late', 'pm_card_visa_twice']) {
    const { category, customer, first, others } = await scene(node, 3);
    const request = await requested(customer, first, { category, paymentMethod });
    await first.call('request.decline', { requestId: request.id });
    const codes = await Promise.all(
      [first, ...others].map((expert) => codeOf(expert.call('request.accept', { requestId: request.id }))),
    );
    expect(codes.toSorted()).toEqual([...Array<string>(3).fill('conflict.already_accepted'), 'ok']);
    await customer.heard('notice', ({ code }) => code === 'request.accepted');
    expect(await provided(node, request.id)).toEqual(['authorise', 'capture']);
    await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'capture']);
  }
});
