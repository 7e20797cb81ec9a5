// What becomes of money after it was taken, by what Stripe says of it: refunds that are refused, take their time or come
// back, and disputes. Events are only pointers: they come late, twice and in any order.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx, ReturnsSeen } from '../../src/context.ts';
import { reconcile } from '../../src/dispatch/reconcile.ts';
import { lookAfter } from '../../src/dispatch/returns.ts';
import { verify } from '../../src/dispatch/verify.ts';
import { clientId, login, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { entriesOf, eventually, mailsTo, refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { STRIPE_KEY, WEBHOOK_SECRET, stripeFake } from '../helpers/stripe-fake.ts';

const stripe = await stripeFake();
const here = world({
  PAYMENTS: 'stripe',
  STRIPE_SECRET_KEY: STRIPE_KEY,
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  STRIPE_API_BASE: stripe.url,
  POLICY_SWEEP: '200ms',
});
let node: Node;
let care: Client;
let ahead = 0;

beforeAll(async () => {
  node = await here.start({}, () => new Date(Date.now() + ahead));
  care = await login(node.url, 'care@example.test');
});
afterAll(async () => {
  await here.close();
  await stripe.close();
});

interface Paid extends Scene {
  readonly id: string;
  readonly questionId: string;
  readonly intent: string;
}

/** A service that was delivered and paid out, with a refund granted as far as `grant` says. */
async function delivered(paymentMethod = 'pm_card_visa'): Promise<Paid> {
  const people = await scene(node, 0);
  const request = await requested(people.customer, people.first, { category: people.category, paymentMethod });
  const [id, questionId] = [String(request.id), String(request.questionId)];
  await people.first.call('request.accept', { requestId: id });
  await people.first.call('request.report', { requestId: id, connected: true });
  await eventually(() => entriesOf(node, id)).toEqual(['authorise-1', 'capture', 'payout']);
  return { ...people, id, questionId, intent: String(stripe.intentOf(`auth-${id}-1`)!.id) };
}

async function granted({ customer, questionId, id }: Paid): Promise<void> {
  const input = { questionId, offerId: id, reason: 'It did not help.', clientId: clientId() };
  const { case: opened } = await customer.call('refund.request', input);
  await care.call('case.resolve', { caseId: opened.id, resolution: 'grant' });
}

const offerOf = async (id: string) => (await node.ctx.stores.offers.read(id))!.record;
const stateOf = async ({ id }: Paid) => (await offerOf(id)).state;
/** What was booked besides the way to the payout. */
const kindsOf = async ({ id }: Paid) =>
  (await entriesOf(node, id)).filter((kind) => !['authorise-1', 'capture', 'payout'].includes(kind));
const casesOf = async ({ questionId }: Paid, kind: string) =>
  (await node.ctx.stores.cases.ofQuestion(questionId)).filter((one) => one.kind === kind);
const heard = (client: Client, code: string, { id }: Paid) =>
  client.events.filter(({ name, body }) => name === 'notice' && body.code === code && body.params.offerId === id);
const earned = async ({ first, id }: Paid): Promise<unknown> =>
  ((await first.call('earnings.list')).items as Json[]).find((one) => one.id === id)?.amount.amount;

/** Who hears of what Stripe has said only in this way; `time`: how often it was asked. */
function answering(said: (seen: ReturnsSeen, time: number) => Promise<ReturnsSeen>): Ctx {
  const { payments } = node.ctx;
  let time = 0;
  const returns = async (authorisation: string) => said(await payments.returns(authorisation), (time += 1));
  return { ...node.ctx, payments: { ...payments, returns } };
}

/** Everything that has happened at Stripe since then, handed over twice and backwards. */
async function told(since: number): Promise<void> {
  const events = stripe.events.slice(since).toReversed();
  for (const event of [...events, ...events]) {
    expect(await stripe.deliver(node.url, event, { at: new Date(Date.now() + ahead) })).toBe(200);
  }
}

async function agrees(): Promise<void> {
  await eventually(async () => {
    const { differences, inProgress } = await verify(node.ctx);
    return { differences, inProgress };
  }).toEqual({ differences: [], inProgress: [] });
}

describe('8.4 a refund', () => {
  test('8.4 that Stripe cannot be asked for is told to nobody until it is made, and then once', async () => {
    const paid = await delivered();
    stripe.misbehave(/POST .*refunds$/, 'failed');
    await granted(paid);
    for (let time = 0; time < 4; time += 1) {
      ahead += 16_000;
      await eventually(async () => (await offerOf(paid.id)).dueAt! > new Date(Date.now() + ahead)).toBe(true);
    }
    expect(await stateOf(paid)).toBe('refunding');
    expect(heard(paid.customer, 'refund.granted', paid)).toHaveLength(0);
    expect(heard(paid.first, 'earnings.reversed', paid)).toHaveLength(0);
    expect(await kindsOf(paid)).toEqual([]);
    stripe.behave();
    ahead += 3_600_000; // a spent key is another one after an hour
    await eventually(() => stateOf(paid)).toBe('refunded');
    await eventually(() => kindsOf(paid)).toEqual(['refund', 'reversal']);
    expect(stripe.refunds(paid.intent)).toBe(1);
    await eventually(() => heard(paid.customer, 'refund.granted', paid).length).toBe(1);
    await eventually(() => heard(paid.first, 'earnings.reversed', paid).length).toBe(1);
    await agrees();
  });

  test('8.4 that fails later is undone, told and a case; a retry is another refund', async () => {
    const paid = await delivered();
    await granted(paid);
    await eventually(() => stateOf(paid)).toBe('refunded');
    expect(await earned(paid)).toBe(0);
    const since = stripe.events.length;
    await stripe.refundBecomes(paid.intent, 'failed', 'expired_or_canceled_card');
    await told(since);
    expect(await stateOf(paid)).toBe('refund_failed');
    await eventually(() => kindsOf(paid)).toEqual(['refund', 'refund_undone', 'reversal', 'reversal_undone']);
    expect(await earned(paid)).toBe(1_950);
    await eventually(() => heard(paid.customer, 'refund.failed', paid).length).toBe(1);
    await eventually(() => heard(paid.first, 'earnings.restored', paid).length).toBe(1);
    const [opened, ...more] = await casesOf(paid, 'refund_failed');
    expect([opened!.state, opened!.reason, more]).toEqual(['open', 'card_closed', []]);
    await eventually(async () =>
      (await mailsTo(node, 'care@example.test')).map(({ subject }): unknown => subject),
    ).toContain('Refund failed: My laptop does not start');
    await agrees();

    await care.call('case.resolve', { caseId: opened!.id, resolution: 'retry' });
    await eventually(() => stateOf(paid)).toBe('refunded');
    await eventually(() => kindsOf(paid)).toEqual([
      ...['refund', 'refund-2', 'refund_undone', 'reversal', 'reversal-2', 'reversal_undone'],
    ]);
    expect(await earned(paid)).toBe(0);
    await agrees();
  });

  test('8.4 whose failure nobody was told of is found by the hourly look', async () => {
    const paid = await delivered();
    await granted(paid);
    await eventually(() => stateOf(paid)).toBe('refunded');
    await stripe.refundBecomes(paid.intent, 'failed', 'unknown');
    await reconcile(node.ctx);
    await reconcile(node.ctx);
    expect(await stateOf(paid)).toBe('refund_failed');
    expect((await casesOf(paid, 'refund_failed')).map(({ reason }) => reason)).toEqual(['refused']);
    await agrees();
  });

  test('8.4 that is pending is made when Stripe says so, and not before', async () => {
    const paid = await delivered('pm_card_pendingRefund');
    await granted(paid);
    await eventually(async () => (await offerOf(paid.id)).payment.state).toBe('refund_pending');
    expect(heard(paid.customer, 'refund.granted', paid)).toEqual([]);
    expect(await kindsOf(paid)).toEqual([]);
    const since = stripe.events.length;
    await stripe.refundBecomes(paid.intent, 'succeeded', null);
    await told(since);
    await eventually(() => stateOf(paid)).toBe('refunded');
    await eventually(() => kindsOf(paid)).toEqual(['refund', 'reversal']);
    await agrees();
  });

  test('8.4 that was made by hand is booked and told like any other', async () => {
    const paid = await delivered();
    const since = stripe.events.length;
    await stripe.refundByHand(paid.intent);
    await told(since);
    await eventually(() => stateOf(paid)).toBe('refunded');
    await eventually(() => kindsOf(paid)).toEqual(['refund', 'reversal']);
    expect(stripe.refunds(paid.intent)).toBe(1);
    await agrees();
  });
});

describe('1.4 a dispute', () => {
  test('1.4 takes the earnings until it is won; its case has the deadline and ends with it; the evidence knows', async () => {
    const paid = await delivered();
    const since = stripe.events.length;
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    await told(since);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    expect(await earned(paid)).toBe(0);
    await eventually(() => heard(paid.first, 'earnings.disputed', paid).length).toBe(1);
    const [opened] = await casesOf(paid, 'chargeback');
    const days = (opened!.respondBy.getTime() - Date.now()) / 86_400_000;
    expect([opened!.state, opened!.reason, Math.round(days)]).toEqual(['open', 'fraudulent', 7]);
    await refused(
      paid.customer.call('refund.request', { questionId: paid.questionId, offerId: paid.id, reason: 'Both.' }),
      'conflict.not_captured',
    );
    await agrees();

    const later = stripe.events.length;
    await stripe.disputeBecomes(paid.intent, 'won');
    await told(later);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'chargeback_undone', 'reversal', 'reversal_undone']);
    expect(await earned(paid)).toBe(1_950);
    await eventually(async () => (await casesOf(paid, 'chargeback'))[0]!.resolved?.resolution).toBe('won');
    const { items } = await care.call('evidence.get', { questionId: paid.questionId });
    const steps = (items as Json[]).filter(({ what }) => what === 'disputed').map(({ reason }): unknown => reason);
    expect(steps).toEqual(['open: fraudulent', 'won: fraudulent']);
    await agrees();
  });

  test.each([
    ['less', 0.93, 0.91],
    ['more', 0.91, 0.93],
  ])(
    '1.4 that is won is over, also where the account is kept in another currency and gets back %s',
    async (...each) => {
      const [, taken, given] = each;
      const paid = await delivered();
      const since = stripe.events.length;
      await stripe.disputeBecomes(paid.intent, 'needs_response', { rate: taken });
      await told(since);
      await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
      await agrees();

      const later = stripe.events.length;
      await stripe.disputeBecomes(paid.intent, 'won', { rate: given });
      await told(later);
      await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'chargeback_undone', 'reversal', 'reversal_undone']);
      expect(await earned(paid)).toBe(1_950);
      await agrees();
    },
  );

  test('1.4 an answer that is older than what is known by now takes nothing a second time', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    await lookAfter(node.ctx, paid.id);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    await stripe.disputeBecomes(paid.intent, 'won');

    // decided, and the money not here yet: asked before it came, heard after somebody else has seen it
    const late = answering(async (seen, time) => {
      if (time > 1) return seen;
      await lookAfter(node.ctx, paid.id);
      return { ...seen, disputes: seen.disputes.map((one) => ({ ...one, taken: true })) };
    });
    await lookAfter(late, paid.id);
    await agrees();
    expect(await kindsOf(paid)).toEqual(['chargeback', 'chargeback_undone', 'reversal', 'reversal_undone']);
    expect(heard(paid.first, 'earnings.disputed', paid)).toHaveLength(1);
    expect(heard(paid.first, 'earnings.restored', paid)).toHaveLength(1);
  });

  test('1.4 a look that is overtaken each time gives up, so that it is told again', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    const overtaken = answering(async (seen, time) => {
      const moved = seen.disputes.map((one) => ({ ...one, dueBy: new Date(time) }));
      await lookAfter(
        answering(async () => ({ ...seen, disputes: moved })),
        paid.id,
      );
      return seen;
    });
    await expect(lookAfter(overtaken, paid.id)).rejects.toMatchObject({ code: 'conflict.stale' });
    await lookAfter(node.ctx, paid.id);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
  });

  test('1.4 that is lost stays lost, also when its end is heard of first', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    const since = stripe.events.length;
    await stripe.disputeBecomes(paid.intent, 'lost');
    await told(since);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    await eventually(async () =>
      (await casesOf(paid, 'chargeback')).map(({ resolved }) => resolved?.resolution),
    ).toEqual(['lost']);
    await agrees();
  });

  test('1.4 that is lost, of which a part comes back, is lost', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    const since = stripe.events.length;
    await stripe.disputeBecomes(paid.intent, 'lost', { back: 1_000 });
    await told(since);
    await eventually(async () =>
      (await casesOf(paid, 'chargeback')).map(({ resolved }) => resolved?.resolution),
    ).toEqual(['lost']);
    expect(await kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    expect(await earned(paid)).toBe(0);
  });

  test('1.4 that only asks moves nothing', async () => {
    const paid = await delivered();
    const since = stripe.events.length;
    await stripe.disputeBecomes(paid.intent, 'warning_needs_response');
    await told(since);
    await eventually(async () => (await casesOf(paid, 'chargeback')).length).toBe(1);
    expect(await kindsOf(paid)).toEqual([]);
    await agrees();
  });

  test.each(['open', 'resolved'] as const)(
    '1.4 that only asked and now takes is a new case; the first was %s',
    async (was) => {
      const paid = await delivered();
      const letters = async () =>
        (await mailsTo(node, 'care@example.test')).filter(
          ({ subject, text }) => /^Payment disputed/.test(subject) && String(text).includes(paid.questionId),
        ).length;
      await stripe.disputeBecomes(paid.intent, 'warning_needs_response');
      await lookAfter(node.ctx, paid.id);
      await eventually(letters).toBe(1);
      const [first] = await casesOf(paid, 'chargeback');
      if (was === 'resolved') await care.call('case.resolve', { caseId: first!.id, resolution: 'done' });

      await stripe.disputeBecomes(paid.intent, 'needs_response');
      await lookAfter(node.ctx, paid.id);
      await eventually(letters).toBe(2);
      const cases = () => casesOf(paid, 'chargeback');
      await eventually(async () => (await cases()).map(({ state }) => state)).toEqual(['resolved', 'open']);
      const days = (one: { respondBy: Date }) => Math.round((one.respondBy.getTime() - Date.now()) / 86_400_000);
      expect((await cases()).map(days)).toEqual([7, 20]);

      await stripe.disputeBecomes(paid.intent, 'lost');
      await lookAfter(node.ctx, paid.id);
      await eventually(async () => (await cases()).map(({ resolved }) => resolved?.resolution)).toEqual([
        'done',
        'lost',
      ]);
      expect((await cases()).map(({ notes }) => notes)).toEqual([[], []]);
      await agrees();
    },
  );

  test('1.4 of which nobody was told is found by the hourly look', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    await reconcile(node.ctx);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    await agrees();
  });

  test('1.4 that was opened long ago and whose end nobody was told of is found by the hourly look', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response', { daysAgo: 20 });
    await lookAfter(node.ctx, paid.id);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    await stripe.disputeBecomes(paid.intent, 'won');
    await reconcile(node.ctx);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'chargeback_undone', 'reversal', 'reversal_undone']);
    expect(await earned(paid)).toBe(1_950);
    await agrees();
  });

  test('6.8 about a request that is withdrawn meanwhile: won, its customer is given the money back', async () => {
    const people = await scene(node, 0);
    const request = await requested(people.customer, people.first, { category: people.category });
    const [id, questionId] = [String(request.id), String(request.questionId)];
    await people.first.call('request.accept', { requestId: id });
    const said = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
    await people.first.call('request.report', { requestId: id, ...said });
    await people.customer.call('offer.accept', { offerId: id });
    const paid: Paid = { ...people, id, questionId, intent: String(stripe.intentOf(`auth-${id}-1`)!.id) };
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    await lookAfter(node.ctx, id);
    await people.customer.call('request.withdraw', { requestId: id });
    expect(stripe.refunds(paid.intent)).toBe(0);

    const since = stripe.events.length;
    await stripe.disputeBecomes(paid.intent, 'won');
    await told(since);
    await eventually(async () => (await offerOf(id)).payment.state).toBe('refunded');
    expect([await stateOf(paid), stripe.refunds(paid.intent)]).toEqual(['withdrawn', 1]);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'chargeback_undone', 'refund-2']);
    await eventually(() => heard(paid.customer, 'refund.granted', paid).length).toBe(1);
    await agrees();
  });

  test('8.4 in the middle of a refund: Stripe refuses it, and a person hears of both', async () => {
    const paid = await delivered();
    await stripe.disputeBecomes(paid.intent, 'needs_response');
    await granted(paid);
    expect(await stateOf(paid)).toBe('refund_failed');
    expect((await casesOf(paid, 'refund_failed')).map(({ reason }) => reason)).toEqual(['disputed']);
    await reconcile(node.ctx);
    await eventually(() => kindsOf(paid)).toEqual(['chargeback', 'reversal']);
    await agrees();
  });
});
