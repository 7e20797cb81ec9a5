// Rule 5.2 with the stores: what is counted, for whom it is kept, and that an offer comes whatever becomes of the counting.
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { settle } from '../../src/dispatch/change.ts';
import { QUESTION } from '../../src/dispatch/machines.ts';
import { curveOf } from '../../src/dispatch/price.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import type { CurvePoint } from '../../src/domain/price-curve.ts';
import type { Offer } from '../../src/domain/offer.ts';
import type { Category } from '../../src/models/category.ts';
import { automaticOfferId } from '../../src/models/offer.ts';
import { clientId, greeted, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { startMongoLink } from '../helpers/mongo-link.ts';
import type { MongoLink } from '../helpers/mongo-link.ts';
import { world } from '../helpers/node.ts';
import { account, eventually, join, ownCategory, refused, scene, tokenOf } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';
import { connect } from '../helpers/client.ts';

const DAY_MS = 86_400_000;
const POINTS = [2_900, 3_400, 3_900, 4_400, 4_900];
const here = world({ ROLE: 'gateway', PRICING: 'learned', PRICE_REFRESH: '1ms', PRICE_WAIT: '10s' });
let node: Node;
let link: MongoLink;
/** behind the line that a test may hold or cut */
let far: Node;
let connection: mongoose.Connection;
/** of both nodes: it goes on by itself, and by what a test adds */
let ahead = 0;

beforeAll(async () => {
  const now = () => new Date(Date.now() + ahead);
  const direct = new URL(inject('mongodbUri'));
  link = await startMongoLink({ host: direct.hostname, port: Number(direct.port) });
  node = await here.start({}, now);
  const uri = link.uri(new URL(here.env['MONGODB_URI'] ?? '').pathname.slice(1));
  far = await here.start({ MONGODB_URI: uri, PRICE_WAIT: '300ms' }, now);
  connection = await mongoose.createConnection(here.env['MONGODB_URI'] ?? '').asPromise();
});
afterAll(async () => {
  await connection.close();
  await here.close();
  await link.close();
});

const offersIn = () => connection.db!.collection<Offer & { _id: string }>('offers');
const daysAgo = (days: number) => new Date(node.ctx.now().getTime() - days * DAY_MS);
const categoryOf = async (id: string) => (await node.ctx.stores.categories.find(id))!;

type Past = Pick<Offer, 'priceOutcome'> & Partial<Pick<Offer, 'priceHow' | 'shownAt' | 'origin'>> & { amount: number };

/** Offers as the machine leaves them, of customers that were here before. */
async function shownBefore(category: string, past: readonly Past[], currency = 'USD'): Promise<void> {
  const { automaticService } = await categoryOf(category);
  const docs = past.map(({ amount, ...one }) => ({
    ...{ _id: `of_${clientId()}`, origin: 'automatic' as const, categoryId: category, priceHow: 'learned' as const },
    ...{ service: { key: automaticService }, price: { amount, currency }, shownAt: daysAgo(2), openOn: null },
    ...{ clientId: null, dueAt: null, outbox: [], outboxAt: null, version: 1, state: 'declined' },
    ...one,
  }));
  await offersIn().insertMany(docs as never);
}
const times = (count: number, one: Past): Past[] => Array.from({ length: count }, () => one);
/** Nobody takes the dear ones, everybody the cheap one. */
const cheapIsBest = (category: string) =>
  shownBefore(category, [
    ...times(300, { amount: 2_900, priceOutcome: 'requested' }),
    ...POINTS.slice(1).flatMap((amount) => times(100, { amount, priceOutcome: 'declined' })),
  ]);

const curveIn = async (category: string) => curveOf(node.ctx, await categoryOf(category));
const pointAt = async (category: string, amount: number): Promise<CurvePoint> =>
  (await curveIn(category)).points.find((one) => one.amount === amount)!;
const offerOf = async (questionId: string) => (await node.ctx.stores.offers.read(automaticOfferId(questionId)))!.record;

/** A customer of their own who asks, is answered, and is offered the service. */
async function offeredTo(customer: Client, { category, first }: Pick<Scene, 'category' | 'first'>): Promise<Offer> {
  const { id } = await postQuestion(customer, { category });
  await greeted(customer, first, id as string);
  return offerOf(id as string);
}
const newcomer = () => join(node, 'customer', { name: 'Nora' });

describe('5.2 what is counted', () => {
  test('5.2 what was shown, by what came of it; not yet what was shown within the day and has no answer', async () => {
    const category = await ownCategory(node);
    await shownBefore(category, [
      ...times(3, { amount: 2_900, priceOutcome: 'requested' }),
      ...times(2, { amount: 2_900, priceOutcome: 'expired' }),
      ...times(4, { amount: 2_900, priceOutcome: 'declined' }),
      ...times(5, { amount: 2_900, priceOutcome: 'undecided', shownAt: daysAgo(0.9) }),
      ...times(6, { amount: 2_900, priceOutcome: 'undecided', shownAt: daysAgo(1.1) }),
      ...times(1, { amount: 2_900, priceOutcome: 'taken_back' }),
      ...times(7, { amount: 2_900, priceOutcome: null, priceHow: 'kept' }),
      ...times(8, { amount: 2_900, priceOutcome: null, priceHow: null, origin: 'expert' }),
      ...times(9, { amount: 2_900, priceOutcome: 'requested', shownAt: daysAgo(181) }),
    ]);
    await shownBefore(category, times(10, { amount: 2_900, priceOutcome: 'requested' }), 'EUR'); // begins anew
    await shownBefore(await ownCategory(node), times(11, { amount: 3_400, priceOutcome: 'requested' }));
    expect(await pointAt(category, 2_900)).toMatchObject({
      ...{ shown: 21, requested: 3, expired: 2, declined: 4, unanswered: 6, undecided: 5, takenBack: 1 },
    });
    expect(await pointAt(category, 3_400)).toMatchObject({ shown: 0 });
    // the day that the five have been open for
    ahead += DAY_MS / 5;
    expect(await pointAt(category, 2_900)).toMatchObject({ unanswered: 11, undecided: 0 });
  });

  test('5.2 the newest twenty thousand, read from the index alone, in one round trip', async () => {
    const category = await ownCategory(node);
    const old = times(10_000, { amount: 4_900, priceOutcome: 'declined', shownAt: daysAgo(20) });
    const young = times(10_100, { amount: 2_900, priceOutcome: 'requested', shownAt: daysAgo(3) });
    await shownBefore(category, old);
    await shownBefore(category, young);
    await connection.db!.command({ profile: 2 });
    const { points, since } = await curveIn(category);
    await connection.db!.command({ profile: 0 });
    expect(points.map(({ shown }) => shown)).toEqual([10_100, 0, 0, 0, 9_900]);
    expect(Math.abs(since.getTime() - daysAgo(20).getTime())).toBeLessThan(DAY_MS);
    const looked = await connection.db!.collection('system.profile').find({ 'command.aggregate': 'offers' }).toArray();
    expect(looked).toHaveLength(1);
    expect(looked[0]).toMatchObject({ docsExamined: 0, keysExamined: 20_000 });
  });

  test('5.2 settled again, swept, and by two nodes at once: one offer, one price, counted once', async () => {
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const before = (await curveIn(place.category)).points.reduce((sum, { shown }) => sum + shown, 0);
    const offer = await offeredTo(place.customer, place);
    const { record } = (await node.ctx.stores.questions.read(offer.questionId))!;
    const owed = [{ record, outbox: [{ type: 'automatic_offer' as const }] }];
    await Promise.all([node, far, node, far].map(({ ctx }) => settle(ctx, QUESTION, owed)));
    await sweep(node.ctx);
    expect(await node.ctx.stores.offers.ofQuestion(offer.questionId)).toMatchObject([{ id: offer.id, version: 1 }]);
    expect((await offerOf(offer.questionId)).price).toEqual(offer.price);
    const { points } = await curveIn(place.category);
    expect(points.reduce((sum, { shown }) => sum + shown, 0)).toBe(before + 1);
  });
});

describe('5.2 what is shown', () => {
  test('5.2 what was learned, to nearly everybody; and what they answer is learned in turn', async () => {
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const shown: Offer[] = [];
    for (let count = 0; count < 6; count += 1) shown.push(await offeredTo(await newcomer(), place));
    expect(shown.filter(({ pricePoints, price }) => !pricePoints.includes(price.amount))).toEqual([]);
    for (const { priceHow, price } of shown) {
      expect(['learned', 'explored']).toContain(priceHow);
      if (priceHow === 'learned') expect(price.amount).toBe(2_900);
    }
    const { requested, undecided } = await pointAt(place.category, 2_900);
    expect(undecided).toBeGreaterThan(0);
    const [one] = shown.filter(({ price }) => price.amount === 2_900);
    const theirs = await connect(node.url, await tokenOf(node, (await node.ctx.stores.users.read(one!.customer.id))!));
    await theirs.call('offer.accept', { offerId: one!.id });
    expect(await pointAt(place.category, 2_900)).toMatchObject({ requested: requested + 1, undecided: undecided - 1 });
    // 5.3: taken back before it was paid: it moves no price
    await theirs.call('request.withdraw', { requestId: one!.id });
    expect(await pointAt(place.category, 2_900)).toMatchObject({ requested, takenBack: 1 });
    theirs.close();
  });

  test('5.2 the middle, while nobody has answered anything; what others have answered elsewhere, when there is that', async () => {
    const place = await scene(node, 0);
    const lonely = { ...(await categoryOf(place.category)), services: [service('sole')], automaticService: 'sole' };
    expect(await node.ctx.stores.categories.save({ ...lonely, version: lonely.version + 1 })).toBe(true);
    expect(await offeredTo(place.customer, place)).toMatchObject({ price: { amount: 3_900 }, priceHow: 'fixed' });
    const other = { ...lonely, id: `c-${clientId().slice(0, 8)}`, version: 1 };
    expect(await node.ctx.stores.categories.save(other)).toBe(true);
    await shownBefore(other.id, [
      ...times(400, { amount: 2_900, priceOutcome: 'requested' }),
      ...POINTS.slice(1).flatMap((amount) => times(400, { amount, priceOutcome: 'declined' })),
    ]);
    expect((await pointAt(place.category, 2_900)).share).toBeGreaterThan(0.8);
    expect(await pointAt(place.category, 2_900)).toMatchObject({ shown: 0 });
  });

  test('5.2 the same price for the same customer, which is not counted; a new one when it is no point any more, or time has passed', async () => {
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const { customer, category } = place;
    const first = await offeredTo(customer, place);
    // 5.2: fishing for a better one
    for (let count = 0; count < 3; count += 1) {
      const again = await offeredTo(customer, place);
      expect(again).toMatchObject({ price: first.price, priceHow: 'kept', priceOutcome: null });
      await customer.call('offer.decline', { offerId: again.id });
      expect((await offerOf(again.questionId)).priceOutcome).toBeNull();
    }
    const all = (await curveIn(category)).points.reduce((sum, { shown }) => sum + shown, 0);
    expect(all).toBe(701);
    const before = await categoryOf(category);
    const pricePoints = POINTS.filter((amount) => amount !== first.price.amount).concat(5_400);
    expect(await node.ctx.stores.categories.save({ ...before, pricePoints, version: 2 })).toBe(true);
    const other = await offeredTo(customer, place);
    expect(other.priceHow).not.toBe('kept');
    expect(pricePoints).toContain(other.price.amount);
    ahead += 31 * DAY_MS;
    const later = await connect(
      node.url,
      await tokenOf(node, (await node.ctx.stores.users.read(customer.user.id as string))!),
    );
    const expert = await connect(
      node.url,
      await tokenOf(node, (await node.ctx.stores.users.read(place.first.user.id as string))!),
    );
    expect(['learned', 'explored']).toContain((await offeredTo(later, { category, first: expert })).priceHow);
    later.close();
    expert.close();
  });

  test('5.2 never personal: whoever asks, in whatever language, with whatever card, draws from the same', async () => {
    const { seed } = node.ctx.prices;
    expect(seed('q_1')).toEqual(far.ctx.prices.seed('q_1'));
    expect(seed('q_1')).not.toEqual(seed('q_2'));
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const customer = await join(node, 'customer', { name: 'Inés', locale: 'es' });
    const offer = await offeredTo(customer, place);
    const { own, beside } = (await node.ctx.prices.known(pricedAs(await categoryOf(place.category)), 'u_nobody'))
      .statistics!;
    expect(own.map(({ amount }) => amount)).toEqual(POINTS);
    // what is known of prices knows amounts and answers, and nothing else
    for (const one of [...own, ...beside])
      expect(Object.keys(one).toSorted()).toEqual(['accepted', 'amount', 'refused']);
    expect(POINTS).toContain(offer.price.amount);
  });

  test('5.2 experts neither counter nor change it', async () => {
    const place = await scene(node, 1);
    const offer = await offeredTo(place.customer, place);
    const of = { offerId: offer.id };
    await refused(place.first.call('offer.withdraw', of), 'not_found');
    await refused(place.first.call('offer.accept', of), 'auth.forbidden');
    await refused(place.others[0]!.call('offer.unable', { ...of, reason: 'Too cheap.' }), 'not_found');
    expect(await offerOf(offer.questionId)).toEqual(offer);
  });
});

describe('5.2 the switch', () => {
  test('5.2 PRICING=middle: at once, for all new offers; what was shown stays', async () => {
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const learned = await offeredTo(place.customer, place);
    const off = await here.start({ PRICING: 'middle' }, node.ctx.now);
    const first = await connect(off.url, place.first.token);
    const customer = await connect(off.url, place.customer.token);
    const plain = await offeredTo(customer, { category: place.category, first });
    expect(plain).toMatchObject({ price: { amount: 3_900 }, priceHow: 'fixed', priceOutcome: 'undecided' });
    const { offer } = await customer.call('offer.accept', { offerId: learned.id });
    expect(offer.price).toEqual(learned.price);
    first.close();
    customer.close();
  });

  test('5.2 a category’s own: always this point', async () => {
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const found = await categoryOf(place.category);
    const pricing = { fixed: 4_400 };
    expect(await node.ctx.stores.categories.save({ ...found, pricing, version: 2 })).toBe(true);
    expect(await offeredTo(place.customer, place)).toMatchObject({ price: { amount: 4_400 }, priceHow: 'fixed' });
  });
});

describe('5.2 an offer waits for nobody', () => {
  /** Two people on the node behind the line, in a category that this node has counted nothing of. */
  async function farAway() {
    const category = await ownCategory(node);
    await cheapIsBest(category);
    const [customer, first] = await Promise.all([
      join(far, 'customer', { name: 'Cora' }),
      join(far, 'expert', { name: 'Ada', categories: [category] }),
    ]);
    return { category, customer, first };
  }
  const isCount = ({ command, collection }: { command: string; collection: string }) =>
    command === 'aggregate' && collection === 'offers';

  test('5.2 counting that takes too long: the middle, until it has ended', async () => {
    const place = await farAway();
    const held = link.hold(isCount);
    expect(await offeredTo(place.customer, place)).toMatchObject({ price: { amount: 3_900 }, priceHow: 'fixed' });
    (await held)();
    const priced = pricedAs(await categoryOf(place.category));
    await eventually(async () => (await far.ctx.prices.known(priced, 'u_nobody')).statistics !== null).toBe(true);
  });

  test('5.2 counting that fails: the middle', async () => {
    const place = await farAway();
    link.lose(isCount, 'before it', 50);
    expect(await offeredTo(place.customer, place)).toMatchObject({ price: { amount: 3_900 }, priceHow: 'fixed' });
    expect(link.lost()).toBeGreaterThan(0);
    link.lose(() => false, 'before it', 0);
  });

  test('5.2 nobody knows what this customer was shown before: the middle, not another one by chance', async () => {
    const place = await farAway();
    const held = link.hold(({ command, collection, says }) => {
      return command === 'find' && collection === 'questions' && says('expertWroteAt') && says('$type');
    });
    expect(await offeredTo(place.customer, place)).toMatchObject({ price: { amount: 3_900 }, priceHow: 'fixed' });
    (await held)();
  });

  test('5.2 while it is counted again, what was counted before will do', async () => {
    const place = await farAway();
    const priced = pricedAs(await categoryOf(place.category));
    // the first count may take longer than anybody waits for it
    let before: Awaited<ReturnType<typeof far.ctx.prices.known>>['statistics'] = null;
    await eventually(async () => {
      before = (await far.ctx.prices.known(priced, 'u_nobody')).statistics;
      return before?.own.length;
    }).toBe(5);
    const held = link.hold(isCount);
    // who made the count has to serve as long as it took: then it is taken again
    let caught = false;
    void held.then(() => (caught = true));
    await eventually(async () => {
      const { statistics } = await far.ctx.prices.known(priced, 'u_nobody');
      expect(statistics).toBe(before);
      return caught;
    }).toBe(true);
    expect((await far.ctx.prices.known(priced, 'u_nobody')).statistics).toBe(before);
    (await held)();
    await eventually(async () => (await far.ctx.prices.known(priced, 'u_nobody')).statistics === before).toBe(false);
  });
});

describe('5.2 price.curve', () => {
  test('5.2 for admins: what a recount by hand says, without a name in it', async () => {
    const place = await scene(node, 0);
    await cheapIsBest(place.category);
    const offer = await offeredTo(place.customer, place);
    const admin = await connect(node.url, await tokenOf(node, await account(node, 'admin')));
    const curve = await admin.call('price.curve', { category: place.category });
    expect(curve).toMatchObject({
      ...{ category: place.category, service: 'remote_assistance', currency: 'USD' },
      ...{ pricing: 'learned', objective: 'acceptance' },
    });
    const all = await offersIn().find({ categoryId: place.category }).toArray();
    const byHand = (amount: number, ...outcomes: (string | null)[]) =>
      all.filter((one) => one.price.amount === amount && outcomes.includes(one.priceOutcome)).length;
    for (const point of curve.points as Json[]) {
      const amount = point.amount as number;
      expect(point).toMatchObject({
        requested: byHand(amount, 'requested'),
        declined: byHand(amount, 'declined'),
        undecided: byHand(amount, 'undecided'),
        shown: byHand(amount, 'requested', 'declined', 'undecided'),
      });
    }
    expect(JSON.stringify(curve)).not.toContain(offer.customer.id);
    const shares = (curve.points as Json[]).map(({ share }) => share as number);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    for (const who of [place.customer, place.first])
      await refused(who.call('price.curve', { category: place.category }), 'auth.forbidden');
    await refused(admin.call('price.curve', { category: 'unheard-of' }), 'not_found');
    admin.close();
  });
});

const texts = { en: 'One', de: 'Eins', es: 'Uno' };
const service = (key: string) => ({ key, title: texts, description: texts, suggestedPrice: 2_000 });
const pricedAs = ({ id, automaticService, currency }: Category) => ({
  categoryId: id,
  service: automaticService,
  currency,
});
