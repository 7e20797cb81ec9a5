// Rule 8, when several people move at the same moment: what one step has read is no longer so when the next one is taken.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { change } from '../../src/dispatch/change.ts';
import { OFFER, QUESTION } from '../../src/dispatch/machines.ts';
import { propose } from '../../src/dispatch/expert-offer.ts';
import { capturePrice, captureValue, holdPrice } from '../../src/dispatch/payment.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { Refusal } from '../../src/domain/errors.ts';
import type { Offer } from '../../src/domain/offer.ts';
import { clientId, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { entriesOf, eventually, provided, refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const here = world({ POLICY_OFFER_DELAY: '0s' });
let node: Node;
let ctx: Ctx;

beforeAll(async () => {
  node = await here.start();
  ctx = node.ctx;
});
afterAll(() => here.close());

const PRICE = { amount: 4_000, currency: 'USD' };
const FAILS = 'pm_card_chargeCustomerFail';

const say = (who: Client, questionId: string, kind?: string) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Some words.', ...(kind && { kind }) });

/** A conversation in which the customer has replied twice. */
async function conversation({ category, customer, first }: Scene, input: Json = {}): Promise<string> {
  const { id } = await postQuestion(customer, { category, ...input });
  await first.call('question.claim', { questionId: id });
  await say(first, id, 'greeting');
  await say(customer, id);
  await say(customer, id);
  return id as string;
}

const proposal = (questionId: string): Json => ({
  questionId,
  service: { key: 'phone_call' },
  description: 'I call you.',
  price: PRICE,
  clientId: clientId(),
});

async function proposed(who: Client, questionId: string): Promise<string> {
  return (await who.call('offer.propose', proposal(questionId))).offer.id as string;
}

const stateOf = async (offerId: string) => (await ctx.stores.offers.read(offerId))?.record.state;

/** This node, on which something else happens right after an offer has been put down. */
function meanwhile(happens: (offer: Offer) => Promise<unknown>): Ctx {
  const { offers } = ctx.stores;
  const insert: typeof offers.insert = async (offer, ...rest) => {
    const inserted = await offers.insert(offer, ...rest);
    await happens(offer);
    return inserted;
  };
  return { ...ctx, stores: { ...ctx.stores, offers: { ...offers, insert } } };
}

/** What `offer.propose` does with this ctx. */
async function proposeOn(on: Ctx, who: Client, questionId: string): Promise<Offer> {
  const actor = (await ctx.stores.users.read(String(who.user.id)))!;
  const question = (await ctx.stores.questions.read(questionId))!.record;
  return propose(on, { ...actor, role: 'expert', expiresAt: new Date('2999-01-01') }, question, {
    id: `of_${clientId()}`,
    service: { key: 'phone_call', title: { en: 'Phone Call', de: 'Telefongespräch', es: 'Llamada telefónica' } },
    description: 'I call you.',
    price: PRICE,
    limits: { min: 500, max: 50_000 },
    clientId: clientId(),
  });
}

const theOffer = async (questionId: string) =>
  (await ctx.stores.offers.ofQuestion(questionId)).find(({ origin }) => origin === 'expert');

test('2.8, 8.1 an offer made while the question closes is refused as closed, whoever withdraws it', async () => {
  const sides = await scene(node, 0);
  const { customer, first } = sides;
  const withdrawnByClosing = await conversation(sides);
  const closing = meanwhile(async (offer) => {
    await customer.call('question.close', { questionId: withdrawnByClosing });
    await eventually(() => stateOf(offer.id)).toBe('withdrawn');
  });
  await refused(proposeOn(closing, first, withdrawnByClosing), 'conflict.closed');

  // closing has looked for offers a moment before this one was there
  const overlooked = await conversation(sides);
  const current = (await ctx.stores.questions.read(overlooked))!;
  const closed = meanwhile(async () => {
    const next = { ...current.record, state: 'closed', version: current.record.version + 1 } as const;
    expect(await ctx.stores.questions.save(next, [], ctx.now())).toBe(true);
  });
  await refused(proposeOn(closed, first, overlooked), 'conflict.closed');
  expect((await theOffer(overlooked))?.state).toBe('withdrawn');
});

test('6.8 an offer made while the question closes is withdrawn, although the gateway that made it died before it looked', async () => {
  const sides = await scene(node, 0);
  const questionId = await conversation(sides);
  const current = (await ctx.stores.questions.read(questionId))!;
  const dying = meanwhile(async () => {
    // closing has looked for offers a moment before this one was there
    const next = { ...current.record, state: 'closed', version: current.record.version + 1 } as const;
    expect(await ctx.stores.questions.save(next, [], ctx.now())).toBe(true);
    throw new Error('the process has died');
  });
  await expect(proposeOn(dying, sides.first, questionId)).rejects.toThrow('has died');
  expect((await theOffer(questionId))?.state).toBe('offered');
  await sweep({ ...ctx, now: () => new Date(Date.now() + 60_000) });
  await eventually(async () => (await theOffer(questionId))?.state).toBe('withdrawn');
});

test('8.1 an expert who is switched off while proposing offers nothing: nobody could deliver it', async () => {
  const sides = await scene(node, 0);
  const { first } = sides;
  const questionId = await conversation(sides);
  const leaving = meanwhile(async () => {
    // whoever lets their offers go has just looked for them
    const user = (await ctx.stores.users.read(String(first.user.id)))!;
    expect(await ctx.stores.users.save({ ...user, active: false, version: user.version + 1 })).toBe('saved');
  });
  await refused(proposeOn(leaving, first, questionId), 'auth.forbidden');
  expect((await theOffer(questionId))?.state).toBe('withdrawn');
});

test('8.1 while the offer of the expert before is being charged, the next expert hears that one is open', async () => {
  const sides = await scene(node, 1);
  const { first } = sides;
  const [next] = sides.others as [Client];
  const questionId = await conversation(sides);
  const { id: offerId } = await held(first, questionId, 'pm_card_visa');
  await first.call('question.release', { questionId });
  await next.call('question.claim', { questionId });
  const { details } = await refused(next.call('offer.propose', proposal(questionId)), 'conflict.offer_open');
  expect(details).toEqual({ offerId, state: 'capturing' });
});

test('8.1 an offer that goes in the moment another one finds it in the way makes room', async () => {
  const sides = await scene(node, 0);
  const { customer, first } = sides;
  const questionId = await conversation(sides);
  const offerId = await proposed(first, questionId);
  let declined = false;
  const declining = meanwhile(async () => {
    if (!declined) await customer.call('offer.decline', { offerId });
    declined = true;
  });
  expect((await proposeOn(declining, first, questionId)).state).toBe('offered');
});

/** An expert's offer whose price is held and about to be taken. */
async function held(first: Client, questionId: string, method = FAILS): Promise<Offer> {
  const offerId = await proposed(first, questionId);
  const tried = await change(ctx, OFFER, offerId, { type: 'authorise', method });
  return holdPrice(ctx, tried, (authorisation) => ({ type: 'charge', authorisation }));
}

test('8.2 of two who hear that a charge has failed both say so, whoever writes it down', async () => {
  const sides = await scene(node, 0);
  const questionId = await conversation(sides);
  const charging = await held(sides.first, questionId);
  // the caller, and a worker or the provider's notice
  const heard = await Promise.all([1, 2, 3].map(() => askedAbout(charging)));
  expect(heard).toEqual(['payment.failed', 'payment.failed', 'payment.failed']);
  expect(await stateOf(charging.id)).toBe('offered');
});

test('8.2 a late answer about the card before says nothing about the card that is being charged now', async () => {
  const sides = await scene(node, 0);
  const questionId = await conversation(sides);
  const before = await held(sides.first, questionId);
  expect(await askedAbout(before)).toBe('payment.failed');
  const tried = await change(ctx, OFFER, before.id, { type: 'authorise', method: 'pm_card_visa' });
  const charging = await holdPrice(ctx, tried, (authorisation) => ({ type: 'charge', authorisation }));
  expect(await askedAbout(before)).toBe('payment.failed');
  expect(await stateOf(before.id)).toBe('capturing');
  expect(await askedAbout(charging)).toBe('accepted');
  await eventually(() => entriesOf(node, before.id)).toEqual([
    'authorise-1',
    'authorise-2',
    'capture',
    'payout',
    'release-1',
  ]);
});

test('8.2 nor does it when the other card comes between reading the offer and writing the answer', async () => {
  const sides = await scene(node, 0);
  const before = await held(sides.first, await conversation(sides));
  const { offers } = ctx.stores;
  let another: Offer | null = null;
  const save: typeof offers.save = async (...saving) => {
    if (another === null) {
      await change(ctx, OFFER, before.id, { type: 'capture_failed', reason: 'card_declined' });
      const tried = await change(ctx, OFFER, before.id, { type: 'authorise', method: 'pm_card_visa' });
      another = await holdPrice(ctx, tried, (authorisation) => ({ type: 'charge', authorisation }));
    }
    return offers.save(...saving);
  };
  const late = capturePrice({ ...ctx, stores: { ...ctx.stores, offers: { ...offers, save } } }, before);
  await expect(late).rejects.toMatchObject({ code: 'payment.failed' });
  expect((await offers.read(before.id))?.record).toEqual(another);
  expect(await askedAbout(another!)).toBe('accepted');
});

test('2.5 a late answer about the card before says nothing about a value that another card pays', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category, paymentMethod: FAILS });
  const questionId = String(id);
  await first.call('question.claim', { questionId });
  await say(first, questionId, 'answer');
  await customer.call('question.rate', { questionId, stars: 5 });
  const failed = (await ctx.stores.questions.read(questionId))!.record;
  expect(failed.payment.state).toBe('capture_failed');
  await change(ctx, QUESTION, questionId, { type: 'authorise', method: 'pm_card_visa' });
  await change(ctx, QUESTION, questionId, { type: 'authorised', authorisation: `sim_auth-${questionId}-2` });
  await captureValue(ctx, { ...failed, payment: { ...failed.payment, state: 'capturing' } });
  expect((await ctx.stores.questions.read(questionId))!.record.payment.state).toBe('capturing');
});

test('2.8 a charge that fails after the question was closed leaves no open offer behind', async () => {
  const sides = await scene(node, 0);
  const { customer, first } = sides;
  const questionId = await conversation(sides);
  const charging = await held(first, questionId);
  await customer.call('question.close', { questionId });
  expect(await askedAbout(charging)).toBe('payment.failed');
  expect(await stateOf(charging.id)).toBe('withdrawn');
  await eventually(() => entriesOf(node, charging.id)).toEqual(['authorise-1', 'release-1']);
  expect(await provided(node, charging.id)).toContain('void');
});

test('6.8 a capture that fails after the question was closed takes the request along', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category, paymentMethod: FAILS });
  await first.call('question.claim', { questionId });
  await say(first, String(questionId), 'greeting');
  const [automatic] = await ctx.stores.offers.ofQuestion(String(questionId));
  await customer.call('offer.accept', { offerId: automatic!.id });
  const expert = { id: String(first.user.id), name: 'Ada' };
  const won = await change(ctx, OFFER, automatic!.id, { type: 'win', expert });
  await customer.call('question.close', { questionId });
  expect(await askedAbout(won)).toBe('payment.failed');
  expect(await stateOf(won.id)).toBe('withdrawn');
  await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  expect(await stateOf(won.id)).toBe('withdrawn');
});

/** What whoever asks the provider about a capture hears: the state of the offer, or the code of a refusal. */
const askedAbout = (offer: Offer): Promise<string> =>
  capturePrice(ctx, offer).then(
    ({ state }) => state,
    (error: unknown) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    },
  );
