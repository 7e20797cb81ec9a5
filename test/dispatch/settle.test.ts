// What is owed is paid once, whoever pays it and however often; what was cut off is finished; nothing stays held on a
// card that nobody needs.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { accept } from '../../src/dispatch/accept.ts';
import { change, settle } from '../../src/dispatch/change.ts';
import { OFFER, QUESTION } from '../../src/dispatch/machines.ts';
import { authoriseValue, updatePayment } from '../../src/dispatch/payment.ts';
import { request } from '../../src/dispatch/request.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { sweep, wakeDue } from '../../src/dispatch/sweep.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Offer } from '../../src/domain/offer.ts';
import type { Question } from '../../src/domain/question.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { User } from '../../src/models/user.ts';
import { CommandFailed, clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  account,
  cleared,
  codeOf,
  entriesOf,
  eventually,
  mailsTo,
  ownCategory,
  provided,
  refused,
  tokenOf,
} from '../helpers/people.ts';

const here = world({ ROLE: 'gateway' }); // no worker: only the tests sweep
let node: Node;
let ctx: Ctx;
let clock = new Date('2030-01-01T12:00:00.000Z').getTime();

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
  ctx = node.ctx;
});
afterAll(() => here.close());

interface Cast {
  readonly category: string;
  readonly customer: User;
  readonly ada: User;
  readonly ben: User;
}

async function cast(): Promise<Cast> {
  const category = await ownCategory(node);
  const [customer, ada, ben] = await Promise.all([
    account(node, 'customer'),
    account(node, 'expert', { categories: [category] }),
    account(node, 'expert', { categories: [category] }),
  ]);
  return { category, customer, ada, ben };
}

const by = async (who: User, name: string, input: Json = {}): Promise<Json> =>
  post(node.url, name, input, await tokenOf(node, who));

async function posted({ category, customer }: Cast, paymentMethod = 'pm_card_visa'): Promise<string> {
  const value = { amount: 1_000, currency: 'USD' };
  const input = { category, subject: 'It broke', body: 'Since today.', value, paymentMethod, clientId: clientId() };
  return (await by(customer, 'question.post', input)).question.id as string;
}

/** An offer that the customer has been shown. */
async function offered(people: Cast, paymentMethod?: string): Promise<Offer> {
  const questionId = await posted(people, paymentMethod);
  await by(people.ada, 'question.claim', { questionId });
  await by(people.ada, 'message.send', { questionId, clientId: clientId(), kind: 'greeting', body: 'Hello' });
  const [offer] = await ctx.stores.offers.ofQuestion(questionId);
  return offer!;
}

async function requested(people: Cast): Promise<Offer> {
  const offer = await offered(people);
  await by(people.customer, 'offer.accept', { offerId: offer.id });
  return offerOf(offer.id);
}

const offerOf = async (id: string): Promise<Offer> => (await ctx.stores.offers.read(id))!.record;
const questionOf = async (id: string): Promise<Question> => (await ctx.stores.questions.read(id))!.record;
const actor = (user: User) => ({ ...user, expiresAt: new Date(clock + 3_600_000) });
const subjectsTo = async (who: User) => (await mailsTo(node, who.email!)).map(({ subject }) => String(subject));

/** A ctx whose process dies after the decision is on disk: nothing is settled, nothing cleared. */
function dying(): Ctx {
  const never = async () => {
    throw new Error('the process is gone');
  };
  const { stores } = ctx;
  const noting = { stillOwe: never, clearOutbox: never };
  return {
    ...ctx,
    publish: () => undefined,
    setAlarm: () => undefined,
    turn: () => Promise.resolve(),
    payments: { ...ctx.payments, void: never, refund: never },
    stores: {
      ...stores,
      entries: { ...stores.entries, book: never },
      mails: { ...stores.mails, owe: never },
      mailings: { ...stores.mailings, owe: never },
      offers: { ...stores.offers, ...noting },
      questions: { ...stores.questions, ...noting },
    },
  };
}

/** A ctx that settles but never clears: everything stays owed although it was paid. */
function forgetful(published: Fact[] = []): Ctx {
  const { stores } = ctx;
  return {
    ...ctx,
    publish: (fact) => published.push(fact),
    stores: {
      ...stores,
      offers: { ...stores.offers, clearOutbox: async () => undefined },
      questions: { ...stores.questions, clearOutbox: async () => undefined },
    },
  };
}

test('6.3 an open request about which no expert wants a letter owes none', async () => {
  const people = await cast();
  const { users } = ctx.stores;
  for (const { id } of [people.ada, people.ben]) {
    const user = (await users.read(id))!;
    await users.save({ ...user, version: user.version + 1, notify: { openRequests: false } });
  }
  const offer = await requested(people);
  await change(ctx, OFFER, offer.id, { type: 'pass', expertId: people.ada.id });
  await cleared(node, offer.id);
  expect(
    (await ctx.stores.mailings.due(new Date(clock), 1_000)).filter(({ params }) => params['offerId'] === offer.id),
  ).toEqual([]);
});

test('6.3, I18 effects that are settled again and again send each e-mail and book each entry once', async () => {
  const people = await cast();
  const offer = await requested(people);
  await sendMails(ctx); // while it is kept for her
  const open = await change(forgetful(), OFFER, offer.id, { type: 'pass', expertId: people.ada.id });
  const saved = (await ctx.stores.offers.read(open.id))!;
  expect(saved.outbox.map(({ type }) => type)).toEqual(expect.arrayContaining(['changed', 'mail', 'opened']));
  for (let times = 0; times < 3; times += 1) await settle(ctx, OFFER, [saved]);
  await Promise.all([settle(ctx, OFFER, [saved]), settle(ctx, OFFER, [saved]), sweep(ctx), sweep(ctx)]);
  await sendMails(ctx);
  expect(await subjectsTo(people.ben)).toEqual(['[Secure Remote Assistance Requested] It broke']);
  expect(await subjectsTo(people.customer)).toEqual(['Your Secure Remote Assistance request is open to all experts']);
  expect(await subjectsTo(people.ada)).toEqual(['[Secure Remote Assistance Requested] It broke']); // when it was kept for her

  const lazy = forgetful();
  await change(lazy, OFFER, offer.id, { type: 'win', expert: { id: people.ben.id, name: people.ben.name } });
  const { payment } = await offerOf(offer.id);
  await ctx.payments.capture(`cap-${offer.id}-${payment.attempt}`, payment.authorisation!);
  await change(lazy, OFFER, offer.id, { type: 'captured' });
  const report = { connected: true, attempts: [], reason: null, comment: null, at: ctx.now() };
  await change(lazy, OFFER, offer.id, { type: 'report_yes', report });
  const done = (await ctx.stores.offers.read(offer.id))!;
  for (let times = 0; times < 3; times += 1) await settle(ctx, OFFER, [done]);
  await eventually(() => entriesOf(node, offer.id)).toEqual(['authorise-1', 'capture', 'payout']);
  await eventually(() => entriesOf(node, offer.questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  expect(await provided(node, offer.id)).toEqual(['authorise', 'capture']);
  expect(await provided(node, offer.questionId)).toEqual(['authorise', 'capture']);
  expect((await questionOf(offer.questionId)).rating).toEqual({ stars: 5, by: 'automatic' });
});

test('I18 a closing that is settled twice has one last line and one release', async () => {
  const people = await cast();
  const offer = await requested(people);
  await change(forgetful(), QUESTION, offer.questionId, { type: 'close', by: 'customer' });
  const saved = (await ctx.stores.questions.read(offer.questionId))!;
  await Promise.all([1, 2, 3].map(() => settle(ctx, QUESTION, [saved])));
  const lines = await ctx.stores.messages.page(offer.questionId, {}, 10);
  expect(lines.map(({ kind }) => kind)).toEqual(['greeting', 'closed']);
  await eventually(() => entriesOf(node, offer.questionId)).toEqual(['authorise-1', 'release-1']);
  await eventually(() => entriesOf(node, offer.id)).toEqual(['authorise-1', 'release-1']);
  expect(await provided(node, offer.id)).toEqual(['authorise', 'void']);
});

test('I18 a process that dies after its decision: the sweep pays what it owed, not before ten seconds', async () => {
  const people = await cast();
  const offer = await requested(people);
  await change(dying(), OFFER, offer.id, { type: 'pass', expertId: people.ada.id });
  await sweep(ctx);
  await sendMails(ctx);
  expect(await subjectsTo(people.ben)).toEqual([]);
  expect((await ctx.stores.offers.read(offer.id))!.outbox).not.toEqual([]);
  clock += 10_000;
  await sweep(ctx);
  await sendMails(ctx);
  expect(await subjectsTo(people.ben)).toEqual(['[Secure Remote Assistance Requested] It broke']);
  expect((await offerOf(offer.id)).state).toBe('open');
  await eventually(async () => (await ctx.stores.offers.read(offer.id))!.outbox).toEqual([]);
});

test('I18 a record whose effects fail again and again does not hold up what the others of its sweep owe', async () => {
  const [stuck, paid] = [await cast(), await cast()];
  const [offer, other] = [await requested(stuck), await requested(paid)];
  await change(dying(), OFFER, offer.id, { type: 'withdraw' });
  await by(paid.ada, 'request.accept', { requestId: other.id });
  const report = { connected: true, attempts: [], reason: null, comment: null, at: ctx.now() };
  await change(dying(), OFFER, other.id, { type: 'report_yes', report });
  clock += 10_000;
  const refusing: Ctx = {
    ...ctx,
    payments: { ...ctx.payments, void: () => Promise.reject(new Error('not this one')) },
  };
  await sweep(refusing);
  await eventually(() => entriesOf(node, other.questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  await cleared(node, other.id);
  expect((await ctx.stores.offers.read(offer.id))!.outbox).not.toEqual([]);
  await sweep(ctx);
  await cleared(node, offer.id);
  expect(await provided(node, offer.id)).toEqual(['authorise', 'void']);
});

test('I18 however much stays owed, what is owed since then is settled by the same sweep', async () => {
  const [stuck, paid] = [await cast(), await cast()];
  const [offer, other] = [await requested(stuck), await requested(paid)];
  await change(dying(), OFFER, offer.id, { type: 'withdraw' });
  clock += 1_000; // behind it
  await by(paid.ada, 'request.accept', { requestId: other.id });
  const report = { connected: true, attempts: [], reason: null, comment: null, at: ctx.now() };
  await change(dying(), OFFER, other.id, { type: 'report_yes', report });
  clock += 10_000;
  const { offers } = ctx.stores;
  const oneByOne: Ctx = {
    ...ctx,
    payments: { ...ctx.payments, void: () => Promise.reject(new Error('away')) },
    stores: { ...ctx.stores, offers: { ...offers, unsettled: (before: Date) => offers.unsettled(before, 1) } },
  };
  await sweep(oneByOne);
  await eventually(() => entriesOf(node, other.questionId)).toEqual(['authorise-1', 'capture', 'payout']);
  await cleared(node, other.id);
  expect((await offers.read(offer.id))!.outbox).not.toEqual([]);
  await sweep(ctx);
  await cleared(node, offer.id);
});

test('I6 a provider that hangs holds up no deadline, however long, and is asked once at a time', async () => {
  const [held, soon, later] = [await cast(), await cast(), await cast()];
  const offer = await requested(held);
  await change(dying(), OFFER, offer.id, { type: 'withdraw' });
  const first = await requested(soon);
  clock += 60_000;
  const second = await requested(later);
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const asked: string[] = [];
  const hanging: Ctx = {
    ...ctx,
    payments: {
      ...ctx.payments,
      async void(key, authorisation) {
        asked.push(key);
        await answered;
        await ctx.payments.void(key, authorisation);
      },
    },
  };
  const connection = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null });
  const worker = startWorker(hanging, {
    ...{ connection, prefix: clientId(), sweepMs: 20, reconcileMs: 3_600_000 }, // nothing is announced there
    alarms: { armedUntil: async () => new Date(clock), noteArmedUntil: async () => undefined },
  });
  await eventually(() => asked.length).toBe(1);
  clock += 240_000;
  await eventually(async () => (await offerOf(first.id)).state).toBe('open');
  clock += 60_000;
  await eventually(async () => (await offerOf(second.id)).state).toBe('open');
  expect(asked.length).toBe(1);
  answer();
  await cleared(node, offer.id);
  expect(await provided(node, offer.id)).toEqual(['authorise', 'void']);
  await worker.close();
  connection.disconnect();
});

test('a worker lets go of holds that no record wants soon after its start, not only after a whole RECONCILE_EVERY', async () => {
  const { payments } = ctx;
  const questionId = await posted(await cast());
  const key = `auth-${questionId}-7`; // of a caller that died before it could write it down
  await payments.authorise(key, 'pm_card_visa', { amount: 500, currency: 'USD' }, 'u_cora');
  const states = async () => {
    const found = [];
    for await (const one of payments.list(new Date(0))) if (one.key === key) found.push(one.state);
    return found;
  };
  expect(await states()).toEqual(['held']);
  const connection = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null });
  const worker = startWorker(ctx, {
    ...{ connection, prefix: clientId(), sweepMs: 3_600_000, reconcileMs: 120_000 },
    alarms: { armedUntil: async () => new Date(clock), noteArmedUntil: async () => undefined },
  });
  await eventually(states).toEqual(['released']);
  await worker.close();
  connection.disconnect();
});

test('5.1 the automatic offer is made although the first message’s process died, once', async () => {
  const people = await cast();
  const questionId = await posted(people);
  await by(people.ada, 'question.claim', { questionId });
  const { stores } = ctx;
  const dead = { ...ctx, stores: { ...stores, categories: { ...stores.categories, find: dying().stores.mails.owe } } };
  const expert = { id: people.ada.id, name: people.ada.name };
  await change(dead as unknown as Ctx, QUESTION, questionId, { type: 'write', expert, at: ctx.now() });
  expect(await ctx.stores.offers.ofQuestion(questionId)).toEqual([]);
  clock += 10_000;
  await Promise.all([sweep(ctx), sweep(ctx)]);
  expect(await ctx.stores.offers.ofQuestion(questionId)).toMatchObject([{ state: 'offered' }]);
});

test('I3 a capture that nobody answered is asked about again, by whoever comes first, and taken once', async () => {
  const people = await cast();
  const offer = await requested(people);
  const hanging = { ...ctx, payments: { ...ctx.payments, capture: () => Promise.reject(new Error('no answer')) } };
  expect((await accept(hanging, actor(people.ada), offer.id)).state).toBe('capturing');
  await refused(by(people.customer, 'request.withdraw', { requestId: offer.id }), 'conflict.already_accepted');
  // who has won it and asks again hears so, also while the capture is under way
  expect((await by(people.ada, 'request.accept', { requestId: offer.id })).request.state).toBe('capturing');
  await wakeDue(ctx);
  expect((await offerOf(offer.id)).state).toBe('capturing');
  clock += 15_000;
  await Promise.all([wakeDue(ctx), wakeDue(ctx), wakeDue(ctx)]);
  await eventually(async () => (await offerOf(offer.id)).state).toBe('accepted');
  await cleared(node, offer.id); // the decision is seen before what it owes is booked
  expect(await provided(node, offer.id)).toEqual(['authorise', 'capture']);
  await eventually(() => entriesOf(node, offer.id)).toEqual(['authorise-1', 'capture']);
});

test('2.1 a post that was cut off at the provider is finished, by the same post or by the sweep', async () => {
  for (const how of ['post', 'sweep'] as const) {
    const people = await cast();
    const draftId = await posted(people, 'pm_card_chargeDeclined').catch((error: unknown) =>
      String((error as { details: { questionId: string } }).details.questionId),
    );
    const hanging = { ...ctx, payments: { ...ctx.payments, authorise: () => Promise.reject(new Error('no answer')) } };
    expect(await codeOf(authoriseValue(hanging, draftId, 'pm_card_visa').catch(asCommand))).toBe('unavailable');
    if (how === 'post') {
      const { clientId: id } = await questionOf(draftId);
      const value = { amount: 1_000, currency: 'USD' };
      const input = { category: people.category, subject: 'x', body: 'x', value, paymentMethod: 'pm_x', clientId: id };
      const { question } = await by(people.customer, 'question.post', input);
      expect(question).toMatchObject({ id: draftId, state: 'open', subject: 'It broke' });
    } else {
      clock += 15_000;
      await wakeDue(ctx);
      await eventually(async () => (await questionOf(draftId)).state).toBe('open');
    }
    expect(await provided(node, draftId, 2)).toEqual(['authorise card_declined', 'authorise']);
  }
});

/** Refusals of dispatch look to a test like those of a command. */
async function asCommand(error: unknown): Promise<never> {
  throw new CommandFailed(error as { code: string; message: string });
}

/** The provider answers an authorisation only when it is let. */
function slowAuthorisation(): { ctx: Ctx; asked: Promise<void>; answer: () => void } {
  let ask = () => {};
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const allowed = new Promise<void>((resolve) => (answer = resolve));
  const authorise: Ctx['payments']['authorise'] = async (key, method, money) => {
    const answered = await ctx.payments.authorise(key, method, money, 'u_cora');
    ask();
    await allowed;
    return answered;
  };
  return { ctx: { ...ctx, payments: { ...ctx.payments, authorise } }, asked, answer };
}

/** Everything that time may bring about within a day. */
async function aDay(): Promise<void> {
  for (let hour = 0; hour < 24; hour += 1) {
    clock += 3_600_000;
    await sweep(ctx);
    await sweep(ctx);
  }
}

test('2.1, 6.8 an offer that is declined or withdrawn while its price is being authorised holds nothing for ever', async () => {
  for (const how of ['offer.decline', 'question.close'] as const) {
    const people = await cast();
    const offer = await offered(people);
    const slow = slowAuthorisation();
    const accepting = request(slow.ctx, await questionOf(offer.questionId), offer).catch(() => undefined);
    await slow.asked;
    const target = how === 'offer.decline' ? { offerId: offer.id } : { questionId: offer.questionId };
    await codeOf(by(people.customer, how, target));
    slow.answer();
    await accepting;
    await aDay();
    const { state } = await offerOf(offer.id);
    expect([how, state, await provided(node, offer.id)]).toEqual([
      how,
      expect.stringMatching(/declined|withdrawn|expired/),
      ['authorise', 'void'],
    ]);
  }
});

test('6.6 a failed request that expires while another card is being authorised holds nothing for ever', async () => {
  const people = await cast();
  const offer = await offered(people, 'pm_card_chargeCustomerFail');
  await by(people.customer, 'offer.accept', { offerId: offer.id });
  await refused(by(people.ada, 'request.accept', { requestId: offer.id }), 'payment.failed');
  clock += 24 * 3_600_000 - 1;
  const slow = slowAuthorisation();
  const updating = updatePayment(slow.ctx, await questionOf(offer.questionId), 'pm_card_visa').catch(() => undefined);
  await slow.asked;
  clock += 1;
  await wakeDue(ctx);
  slow.answer();
  await updating;
  await aDay();
  await aDay();
  expect((await offerOf(offer.id)).state).toBe('expired');
  expect((await provided(node, offer.id, 2)).slice(3)).toEqual(['authorise', 'void']);
});

test('2.1, 2.8 a draft that is closed while its value is being authorised holds nothing for ever', async () => {
  const people = await cast();
  const draftId = await posted(people, 'pm_card_chargeDeclined').catch((error: unknown) =>
    String((error as { details: { questionId: string } }).details.questionId),
  );
  const slow = slowAuthorisation();
  const paying = authoriseValue(slow.ctx, draftId, 'pm_card_visa').catch(() => undefined);
  await slow.asked;
  await by(people.customer, 'question.close', { questionId: draftId });
  slow.answer();
  await paying;
  await aDay();
  expect((await questionOf(draftId)).state).toBe('closed');
  expect(await provided(node, draftId, 2)).toEqual(['authorise card_declined', 'authorise', 'void']);
});

test('7.4 a value is not captured without an expert to pay it to', async () => {
  const people = await cast();
  const offer = await requested(people); // Ada has only greeted
  await by(people.ada, 'request.decline', { requestId: offer.id });
  await by(people.ben, 'request.accept', { requestId: offer.id });
  clock += 20 * 60_000; // her claim lapses; the question is open to all again
  await wakeDue(ctx);
  expect(await questionOf(offer.questionId)).toMatchObject({ state: 'open', expert: null, answeredBy: null });
  await by(people.ben, 'request.report', { requestId: offer.id, connected: true });
  const entries = await entriesOf(node, offer.questionId);
  expect(entries.includes('capture')).toBe(entries.includes('payout'));
});

test('2.8 a question that was saved under shorter settings is put off once, not looked at again and again', async () => {
  const people = await cast();
  const questionId = await posted(people);
  const day = 86_400_000;
  const longer: Ctx = { ...ctx, policy: { ...ctx.policy, autoCloseMs: 90 * day } };
  const { activeAt, dueAt } = await questionOf(questionId);
  expect(dueAt).toEqual(new Date(activeAt.getTime() + 30 * day));
  clock += 31 * day;
  await wakeDue(longer);
  const next = await questionOf(questionId);
  expect([next.state, next.dueAt]).toEqual(['open', new Date(activeAt.getTime() + 90 * day)]);
  const left: string[] = [];
  for await (const batch of ctx.stores.questions.due(ctx.now(), 100))
    left.push(...batch.map(({ record }) => record.id));
  expect(left).not.toContain(questionId);
  expect(await wakeDue(longer)).toBe(0);
});
