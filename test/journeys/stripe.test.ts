// Whole lives with PAYMENTS=stripe: the real SDK, real records, and Stripe's answers as they come: lost, late, doubled, and
// told by a webhook before the call itself was answered.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { askAgain } from '../../src/dispatch/ask-provider.ts';
import { takeProviderNotice } from '../../src/dispatch/provider-notice.ts';
import { reconcile } from '../../src/dispatch/reconcile.ts';
import { verify } from '../../src/dispatch/verify.ts';
import { clientId, greeted, postQuestion, requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { each, entriesOf, eventually, join, onDisk, refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { STRIPE_KEY, WEBHOOK_SECRET, stripeFake } from '../helpers/stripe-fake.ts';
import type { StripeFake } from '../helpers/stripe-fake.ts';

const SECOND = 1_000;
const CAPTURE = /\/capture$/;
const HOLD = /POST \/v1\/payment_intents$/;

let stripe: StripeFake;
let node: Node;
let ahead = 0; // of the real time, ms
const here = world({ POLICY_SWEEP: '200ms' });

beforeAll(async () => {
  stripe = await stripeFake();
  const env = {
    PAYMENTS: 'stripe',
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_parley',
    STRIPE_API_BASE: stripe.url,
  };
  node = await here.start(env, () => new Date(Date.now() + ahead));
});
afterEach(() => {
  stripe.behave();
  stripe.deliverAtOnce(null);
});
afterAll(async () => {
  await here.close();
  await stripe.close();
});

const intentOf = (id: string, attempt = 1) => stripe.intentOf(`auth-${id}-${attempt}`);
const statusOf = (id: string) => String(intentOf(id)?.status);
const captured = (id: string, attempt = 1) => stripe.captures(String(intentOf(id, attempt)?.id));
const eventAbout = (id: string, type: string): Json =>
  stripe.events.find((event) => event.type === type && event.data.object.metadata.parley_key === `auth-${id}-1`)!;
const offerState = async (id: string) => (await node.ctx.stores.offers.read(id))?.record.state;
const payment = async (id: string) => (await node.ctx.stores.questions.read(id))?.record.payment.state;
const tell = (event: Json) => stripe.deliver(node.url, event, { at: node.ctx.now() });

async function answered({ category, customer, first }: Scene, input: Json = {}): Promise<string> {
  const { id: questionId } = await postQuestion(customer, { category, ...input });
  await greeted(customer, first, questionId as string);
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  return questionId as string;
}

/** A request that its expert has been asked to accept. */
const reserved = ({ category, customer, first }: Scene, input: Json = {}) =>
  requested(customer, first, { category, ...input });

test('2.1, 2.5 a question’s value is held when posted and taken when a rating has earned it', async () => {
  const people = await scene(node, 0);
  const questionId = await answered(people);
  expect(intentOf(questionId)).toMatchObject({ status: 'requires_capture', amount: 1_000, currency: 'usd' });
  await people.customer.call('question.rate', { questionId, stars: 5 });
  expect(intentOf(questionId)).toMatchObject({ status: 'succeeded', amount_received: 1_000 });
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('2.1 a declined card is a draft with the reason; another card posts it', async () => {
  const { category, customer } = await scene(node, 0);
  const declined = postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' });
  const { details } = await refused(declined, 'payment.failed');
  expect(details).toMatchObject({ reason: 'insufficient_funds' });
  const questionId = String(details?.['questionId']);
  const needsBank = { questionId, paymentMethod: 'pm_card_authenticationRequired' };
  const refusal = await refused(customer.call('payment.update', needsBank), 'payment.failed');
  expect(refusal.details).toMatchObject({ reason: 'authentication_required' });
  const { question } = await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_of_customer' });
  expect(question).toMatchObject({ state: 'open' });
  expect(intentOf(questionId, 3)).toMatchObject({ status: 'requires_capture', customer: 'cus_cora' });
});

test('6.5, 7.1 a request is held, captured when accepted, paid out when reported', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  expect(intentOf(requestId)?.status).toBe('requires_capture');
  const { request } = await people.first.call('request.accept', { requestId });
  expect(request.state).toBe('accepted');
  expect(intentOf(requestId)?.status).toBe('succeeded');
  await people.first.call('request.report', { requestId, connected: true });
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('6.8 a withdrawn request holds nothing any more', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  await people.customer.call('request.withdraw', { requestId });
  await eventually(() => statusOf(requestId)).toBe('canceled');
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'release-1']);
});

test('7.1 nobody could connect: the customer takes the money back, once', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  await people.first.call('request.accept', { requestId });
  const said = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
  await people.first.call('request.report', { requestId, ...said });
  stripe.misbehave(/POST .*refunds$/, 'lost', { times: 2 });
  const { request: asked } = await people.customer.call('request.withdraw', { requestId });
  expect(asked.state).toBe('refunding'); // nobody has answered yet
  ahead += 16 * SECOND; // it is asked about again
  const authorisation = String(intentOf(requestId)?.id);
  await eventually(async () => (await node.ctx.stores.offers.read(requestId))?.record.state).toBe('refunded');
  expect(stripe.refunds(authorisation)).toBe(1);
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'capture', 'refund']);
});

test('6.5 a capture fails, the customer brings another card, the request is open again and accepted', async () => {
  const people = await scene(node);
  const { customer, first, others } = people;
  const request = await reserved(people, { paymentMethod: 'pm_card_chargeCustomerFail' });
  const requestId = String(request.id);
  await refused(first.call('request.accept', { requestId }), 'payment.failed');
  await eventually(() => statusOf(requestId)).toBe('canceled');
  await customer.call('payment.update', { questionId: request.questionId, paymentMethod: 'pm_card_visa' });
  expect(await offerState(requestId)).toBe('open');
  const { request: accepted } = await others[0]!.call('request.accept', { requestId });
  expect(accepted.state).toBe('accepted');
  expect([captured(requestId, 1), captured(requestId, 2)]).toEqual([0, 1]);
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'authorise-2', 'capture', 'release-1']);
});

test('I3 a capture whose answer is lost is asked about again, and was made once', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  stripe.misbehave(CAPTURE, 'lost', { times: 2 });
  const { request } = await people.first.call('request.accept', { requestId });
  expect(request.state).toBe('capturing');
  expect(captured(requestId)).toBe(1);
  const { differences, inProgress } = await verify(node.ctx); // taken and not booked yet: that is no difference
  expect([differences, inProgress.includes(requestId)]).toEqual([[], true]);
  ahead += 16 * SECOND;
  await eventually(() => offerState(requestId)).toBe('accepted');
  expect(captured(requestId)).toBe(1);
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'capture']);
});

test('I3 an authorisation whose answer is lost: the question is open once it is asked about again', async () => {
  const { category, customer } = await scene(node, 0);
  stripe.misbehave(HOLD, 'lost', { times: 2 });
  const { details } = await refused(postQuestion(customer, { category }), 'unavailable');
  const questionId = String(details?.['questionId']);
  expect(await payment(questionId)).toBe('authorising');
  ahead += 16 * SECOND;
  await eventually(() => payment(questionId)).toBe('authorised');
  expect([...stripe.intents.values()].filter(({ metadata }) => metadata.parley_about === questionId)).toHaveLength(1);
});

test('2.1 a card that nobody has answered for yet is not "used from now on": its answer comes first', async () => {
  const { category, customer } = await scene(node, 0);
  const { details } = await refused(
    postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclined' }),
    'payment.failed',
  );
  const questionId = String(details?.['questionId']);
  const again = { questionId, paymentMethod: 'pm_card_chargeDeclinedExpiredCard' };
  stripe.misbehave(HOLD, 'unheard', { times: 2 });
  await refused(customer.call('payment.update', again), 'unavailable');
  const { details: why } = await refused(customer.call('payment.update', again), 'payment.failed');
  expect(why).toMatchObject({ reason: 'expired_card' });
  stripe.misbehave(HOLD, 'unheard', { times: 2 });
  await refused(customer.call('payment.update', again), 'unavailable');
  const { question } = await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  expect(question).toMatchObject({ state: 'open' });
});

test('2.1 a decline that comes when nobody waits for it any more is told', async () => {
  const { category, customer } = await scene(node, 0);
  stripe.misbehave(HOLD, 'unheard', { times: 2 });
  const { details } = await refused(
    postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclined' }),
    'unavailable',
  );
  const questionId = String(details?.['questionId']);
  ahead += 16 * SECOND;
  await eventually(() => payment(questionId)).toBe('declined');
  await eventually(async () => each((await customer.call('notice.list')).items, 'code')).toContain(
    'question.payment_failed',
  );
});

test('2.1 of a decline that Stripe speaks of first, whoever may still wait for the answer hears it there', async () => {
  const { category, customer } = await scene(node, 0);
  stripe.misbehave(HOLD, 'lost', { times: 2 });
  const posted = postQuestion(customer, { category, paymentMethod: 'pm_card_chargeDeclined' });
  const { details } = await refused(posted, 'unavailable');
  const questionId = String(details?.['questionId']);
  const told = async () => each((await customer.call('notice.list')).items, 'code');
  const tries = () => stripe.calls.filter(({ key }) => key === `auth-${questionId}-1`).length;
  const before = tries();
  await takeProviderNotice(node.ctx, `auth-${questionId}-1`);
  await eventually(tries).toBeGreaterThan(before);
  expect(await told()).toEqual([]);
  const { record } = (await node.ctx.stores.questions.read(questionId))!;
  expect(record.payment.state).toBe('authorising');
  expect(await askAgain(node.ctx, record, true)).toBeNull();
  ahead += 16 * SECOND;
  await eventually(() => payment(questionId)).toBe('declined');
  await eventually(told).toEqual(['question.payment_failed']);
});

test('I3 an offer whose authorisation was never answered is given up, and its hold let go', async () => {
  const { category, customer, first } = await scene(node, 0);
  const question = await postQuestion(customer, { category });
  const { id: offerId } = await greeted(customer, first, String(question.id));
  stripe.misbehave(HOLD, 'lost', { times: 2 });
  await refused(customer.call('offer.accept', { offerId }), 'unavailable');
  expect(intentOf(offerId)?.status).toBe('requires_capture');
  ahead += 61 * SECOND;
  await eventually(() => statusOf(offerId)).toBe('canceled');
  expect((await node.ctx.stores.offers.read(offerId))?.record.payment.state).toBe('released');
  await eventually(() => entriesOf(node, offerId)).toEqual([]);
  const { offer } = await customer.call('offer.accept', { offerId });
  expect(offer.state).toBe('reserved');
});

test('a webhook that comes before the answer changes nothing: accepted once, captured once', async () => {
  const people = await scene(node, 0);
  stripe.deliverAtOnce(node.url);
  ahead = 0; // the stand-in signs with the real time
  const { id: requestId } = await reserved(people);
  const { request } = await people.first.call('request.accept', { requestId });
  expect(request.state).toBe('accepted');
  stripe.deliverAtOnce(null);
  await people.first.call('request.report', { requestId, connected: true });
  expect(captured(requestId)).toBe(1);
  await eventually(() => entriesOf(node, requestId)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('a webhook finishes what no answer has, without waiting for the time to ask again', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  stripe.misbehave(CAPTURE, 'lost', { times: 2 });
  await people.first.call('request.accept', { requestId });
  const questionId = await answered(await scene(node, 0));
  expect(await tell(eventAbout(requestId, 'payment_intent.succeeded'))).toBe(200);
  await eventually(() => offerState(requestId)).toBe('accepted');
  expect(await payment(questionId)).toBe('authorised'); // nobody else is touched
});

test('a webhook finishes an authorisation of a question; one of an offer is left to its customer', async () => {
  const { category, customer, first } = await scene(node, 0);
  stripe.misbehave(HOLD, 'lost', { times: 2 });
  const { details } = await refused(postQuestion(customer, { category }), 'unavailable');
  const questionId = String(details?.['questionId']);
  await tell(eventAbout(questionId, 'payment_intent.amount_capturable_updated'));
  await eventually(() => payment(questionId)).toBe('authorised');

  const { id: offerId } = await greeted(customer, first, questionId);
  stripe.misbehave(HOLD, 'lost', { times: 2 });
  await refused(customer.call('offer.accept', { offerId }), 'unavailable');
  const before = await onDisk(node, questionId);
  await tell(eventAbout(offerId, 'payment_intent.amount_capturable_updated'));
  expect(await onDisk(node, questionId)).toEqual(before);
  // closed with X while nobody knew: the hold goes as soon as Stripe speaks of it
  await customer.call('offer.decline', { offerId });
  const again = { ...eventAbout(offerId, 'payment_intent.amount_capturable_updated'), id: `evt_${clientId()}` };
  await tell(again);
  await eventually(() => statusOf(offerId)).toBe('canceled');
});

test('events that come twice, late or in another order change nothing, and are looked at once', async () => {
  const people = await scene(node, 0);
  const { id: requestId, questionId } = await reserved(people);
  await people.first.call('request.accept', { requestId });
  await people.first.call('request.report', { requestId, connected: true });
  await eventually(() => payment(String(questionId))).toBe('captured');
  await eventually(async () => (await node.ctx.stores.questions.read(String(questionId)))?.outbox).toEqual([]);
  const before = await onDisk(node, String(questionId));
  const calls = stripe.calls.length;
  const about = stripe.events.filter(({ data }) => [requestId, questionId].includes(data.object.metadata.parley_about));
  expect(about.length).toBeGreaterThanOrEqual(4);
  for (const event of [...about.toReversed(), ...about]) expect(await tell(event)).toBe(200);
  expect(await onDisk(node, String(questionId))).toEqual(before);
  expect(stripe.calls.length).toBe(calls);
});

test('what an event says is not believed: Stripe is asked', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  stripe.misbehave(CAPTURE, 'unheard');
  await people.first.call('request.accept', { requestId });
  const held = eventAbout(requestId, 'payment_intent.amount_capturable_updated');
  const object = { ...held.data.object, status: 'succeeded', amount_received: 3_900 };
  await tell({ ...held, id: `evt_${clientId()}`, type: 'payment_intent.succeeded', data: { object } });
  await eventually(() => stripe.calls.at(-1)?.call).toMatch(CAPTURE);
  expect(await offerState(requestId)).toBe('capturing');
  stripe.behave();
  ahead += 16 * SECOND;
  await eventually(() => offerState(requestId)).toBe('accepted');
  expect(captured(requestId)).toBe(1);
});

test('a notice without Stripe’s signature is refused, and nothing happens', async () => {
  const people = await scene(node, 0);
  const { id: requestId, questionId } = await reserved(people);
  stripe.misbehave(CAPTURE, 'lost', { times: 2 });
  await people.first.call('request.accept', { requestId });
  const event = eventAbout(requestId, 'payment_intent.succeeded');
  const before = await onDisk(node, String(questionId));
  const now = node.ctx.now();
  const refusals = [
    { secret: 'whsec_other', at: now },
    { at: new Date(now.getTime() - 301 * SECOND) },
    { at: now, body: JSON.stringify({ ...event, type: 'charge.refunded' }) },
    { at: now, body: '' },
  ];
  for (const refusal of refusals) expect(await stripe.deliver(node.url, event, refusal)).toBe(400);
  for (const signature of [undefined, '', 't=1,v1=00']) {
    const headers: Record<string, string> = signature === undefined ? {} : { 'stripe-signature': signature };
    const response = await post(JSON.stringify(event), headers);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'input.bad_signature', status: 400 });
  }
  expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await fetch(`${node.url}/v1/webhooks/stripe`)).status).toBe(404);
  expect(await node.ctx.stores.stripeEvents.isKnown(String(event.id))).toBe(false);
  expect(await onDisk(node, String(questionId))).toEqual(before);
});

test('a signed event about something else is taken and forgotten', async () => {
  for (const object of [
    {},
    { metadata: null },
    { metadata: { parley_key: 'nonsense' } },
    { metadata: { parley_key: 7 } },
  ]) {
    const event = { id: `evt_${clientId()}`, object: 'event', type: 'customer.created', data: { object } };
    expect(await tell(event)).toBe(200);
  }
  for (const data of [undefined, null, {}, { object: null }]) {
    expect(await tell({ id: `evt_${clientId()}`, object: 'event', type: 'ping', data })).toBe(200);
  }
});

test('a hold that cannot be let go now does not keep the others', async () => {
  const people = await scene(node, 0);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  const keys = [5, 6, 7].map((attempt) => `auth-${questionId}-${attempt}`);
  for (const key of keys)
    await node.ctx.payments.authorise(key, 'pm_card_visa', { amount: 500, currency: 'USD' }, 'u_cora');
  const [oldest, stuck, newest] = keys.map((key) => String(stripe.intentOf(key)?.id));
  const left = () => [oldest, stuck, newest].map((id) => String(stripe.intents.get(id!)?.status));
  stripe.misbehave(new RegExp(`${stuck}/cancel$`), 'unheard');
  expect(await reconcile(node.ctx)).toBe(2);
  expect(left()).toEqual(['canceled', 'requires_capture', 'canceled']);
  stripe.behave();
  expect(await reconcile(node.ctx)).toBe(1);
  expect(left()).toEqual(['canceled', 'canceled', 'canceled']);
});

test('holds that no record wants are let go, and only those', async () => {
  const people = await scene(node, 0);
  const { id: requestId, questionId } = await reserved(people);
  const { payments } = node.ctx;
  const stray = `auth-of_${clientId()}-1`; // of another installation
  for (const key of [`auth-${questionId}-7`, `auth-${requestId}-2`, stray]) {
    await payments.authorise(key, 'pm_card_visa', { amount: 500, currency: 'USD' }, 'u_cora');
  }
  // the same attempt held twice: only the record's own is wanted
  await fetch(`${stripe.url}/v1/payment_intents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}`, 'idempotency-key': clientId() },
    body: new URLSearchParams({
      amount: '3900',
      currency: 'usd',
      payment_method: 'pm_card_visa',
      'metadata[parley_key]': `auth-${requestId}-1`,
    }),
  });
  const twice = [...stripe.intents.values()].filter(({ metadata }) => metadata.parley_key === `auth-${requestId}-1`);
  expect(twice.map(({ status }) => status as string)).toEqual(['requires_capture', 'requires_capture']);
  await reconcile(node.ctx);
  expect(twice.map(({ status }) => status as string)).toEqual(['requires_capture', 'canceled']);
  expect([intentOf(questionId, 7), intentOf(requestId, 2)].map((intent) => intent?.status as string)).toEqual([
    'canceled',
    'canceled',
  ]);
  expect([intentOf(questionId)?.status, stripe.intentOf(stray)?.status]).toEqual([
    'requires_capture',
    'requires_capture',
  ]);
  expect(await reconcile(node.ctx)).toBe(0);
  await people.first.call('request.accept', { requestId });
  expect(captured(requestId)).toBe(1);
});

test('1.4 after all of this the ledger, the records and Stripe’s own list agree', async () => {
  ahead += 61 * SECOND; // what was left authorising is given up
  const look = () => verify(node.ctx);
  await eventually(async () => (await look()).inProgress).toEqual([]);
  await reconcile(node.ctx);
  const { differences, summary } = await look();
  // the hold of another installation is nobody's here
  expect(differences.map(({ kind, found }) => `${kind} ${found}`)).toEqual(['provider.unknown_record held 500 USD']);
  expect(summary.payments).toBe(stripe.intents.size);
  const [taken, given] = ['succeeded', 'refunded'].map((what) =>
    [...stripe.intents.values()]
      .filter(({ status }) => status === 'succeeded')
      .map(({ amount, latest_charge: charge }) => Number(what === 'succeeded' ? amount : charge.amount_refunded))
      .reduce((sum, amount) => sum + amount, 0),
  );
  expect(summary.sums.find(({ account }) => account === 'provider')?.amount).toBe(taken! - given!);
});

test('1.4 money that was taken or given back by hand at Stripe is named', async () => {
  const people = await scene(node, 0);
  const { id: requestId } = await reserved(people);
  await eventually(async () => (await verify(node.ctx)).inProgress).toEqual([]);
  const before = (await verify(node.ctx)).differences.length;
  const intent = intentOf(requestId)!;
  const { status, amount_received: received } = intent;
  stripe.change(String(intent.id), { status: 'succeeded', amount_received: 3_900 });
  const named = (await verify(node.ctx)).differences.filter(({ id }) => id === requestId);
  expect(named).toEqual([
    { kind: 'provider.capture', id: requestId, expected: '0 USD', found: `3900 USD (${intent.id})` },
  ]);
  stripe.change(String(intent.id), { status, amount_received: received });
  expect((await verify(node.ctx)).differences).toHaveLength(before);
});

const post = (body: string, headers: Record<string, string>) =>
  fetch(`${node.url}/v1/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

test('2.1 a customer’s browser is given what it saves a card with; nobody else is, nor for the question of another', async () => {
  const { category, customer, first } = await scene(node, 0);
  const setup = await customer.call('payment.setup');
  expect(setup).toEqual({
    provider: 'stripe',
    clientSecret: expect.stringMatching(/^seti_.+_secret_/) as string,
    publishableKey: 'pk_test_parley',
  });
  const { id: questionId } = await postQuestion(customer, { category });
  expect((await customer.call('payment.setup', { questionId })).clientSecret).not.toBe(setup.clientSecret);
  const other = await join(node, 'customer');
  await refused(other.call('payment.setup', { questionId }), 'not_found');
  await refused(first.call('payment.setup'), 'auth.forbidden');
  await refused(customer.call('payment.setup', { questionId: 'mine' }), 'input.invalid');
  stripe.misbehave(/setup_intents$/, 'lost');
  await refused(customer.call('payment.setup'), 'unavailable');
});
