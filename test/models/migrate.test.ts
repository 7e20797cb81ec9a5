// Databases of earlier versions: complete after the start, once, however many start at the same time.
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { assertMigrated, migrate } from '../../src/models/migrate.ts';
import { clientId, login, postQuestion, requested } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { cleared, each, entriesOf, eventually, provided, scene } from '../helpers/people.ts';

// each offer says all of its price, also to somebody who was shown one before, as those of the earlier version do
const here = world({ POLICY_PRICE_KEPT: '0s' });
let connection: mongoose.Connection;
let db: mongoose.mongo.Db;

beforeAll(async () => {
  connection = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  db = connection.db!;
});
afterAll(async () => {
  await connection.close();
  await here.close();
});

const docs = (name: string) => db.collection<{ _id: string } & Json>(name);
const NEWER: Record<string, string[]> = {
  questions: [
    'paidTo',
    'ratedExpert',
    'offerAvailableAt',
    'history',
    'earnedBy',
    'answeredAt',
    'reminders',
    'remindAt',
  ],
  offers: [
    'proposedBy',
    'clientId',
    'openOn',
    'unableReason',
    'history',
    'priceHow',
    'priceOutcome',
    'preview',
    'postedAt',
  ],
  categories: ['offerLimits', 'pricing'],
};

/** As if an earlier version had written everything. */
async function age(): Promise<void> {
  for (const [name, fields] of Object.entries(NEWER)) {
    await docs(name).updateMany({}, { $unset: Object.fromEntries(fields.map((field) => [field, ''])) });
  }
  await docs('offers').updateMany({}, [{ $set: { description: '$description.en' } }]);
  await db.collection('migrations').deleteMany({});
}

/** All fields of all records that are newer, and where there are none. */
async function lacking(): Promise<string[]> {
  const found: string[] = [];
  for (const [name, fields] of Object.entries(NEWER)) {
    for (const field of fields) {
      const count = await docs(name).countDocuments({ [field]: { $exists: false } });
      if (count > 0) found.push(`${name}.${field}: ${count}`);
    }
  }
  return found;
}

const notes = () => db.collection('migrations').find().sort({ _id: 1 }).toArray();

/** Questions in every state that the missing fields are about; what is known of them. */
async function livedIn(node: Node) {
  const { category, customer, first, others } = await scene(node);
  const answered = async (stars: number | null) => {
    const { id: questionId } = await postQuestion(customer, { category });
    await first.call('question.claim', { questionId });
    await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Pull the plug.' });
    if (stars !== null) await customer.call('question.rate', { questionId, stars });
    return questionId as string;
  };
  const [paid, low, unrated] = [await answered(4), await answered(2), await answered(null)];
  const request = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: request.id });
  await others[0]!.call('request.accept', { requestId: request.id });
  await others[0]!.call('request.report', { requestId: request.id, connected: true });
  const ofRequest = async () => (await node.ctx.stores.questions.read(request.questionId as string))?.record;
  await eventually(async () => (await ofRequest())?.payment.state).toBe('captured');
  await cleared(node, request.id as string);
  return {
    first: first.user.id as string,
    customer,
    category,
    paid,
    low,
    unrated,
    fulfilled: request.questionId as string,
    request: request.id as string,
  };
}

test('records of an earlier version are complete after the start, by what the journal knows; the rest is as it was', async () => {
  const node = await here.start();
  const { first, customer, category, paid, low, unrated, fulfilled, request } = await livedIn(node);
  const ratings = await node.ctx.stores.questions.ratingsOf(first);
  const stored = (name: string) =>
    docs(name)
      .find({}, { projection: { history: 0, earnedBy: 0 } })
      .sort({ _id: 1 })
      .toArray();
  const untouched = await stored('questions');
  const offers = await stored('offers');
  const categories = await docs('categories').find().sort({ _id: 1 }).toArray();
  await age();
  expect(await lacking()).toHaveLength(19);

  const newer = await here.start();
  expect(await lacking()).toEqual([]);
  const fields = async (id: string) => {
    const { paidTo, ratedExpert, offerAvailableAt } = (await newer.ctx.stores.questions.read(id))!.record;
    return { paidTo, ratedExpert, offerAvailableAt };
  };
  const none = { offerAvailableAt: null };
  expect(await fields(paid)).toEqual({ ...none, paidTo: first, ratedExpert: first });
  expect(await fields(low)).toEqual({ ...none, paidTo: null, ratedExpert: first });
  expect(await fields(unrated)).toEqual({ ...none, paidTo: null, ratedExpert: null });
  expect(await fields(fulfilled)).toEqual({ ...none, paidTo: first, ratedExpert: first });
  expect(await stored('questions')).toEqual(untouched);
  expect(await stored('offers')).toEqual(offers);
  const past = async (name: string, id: string) => {
    const found = await docs(name).findOne({ _id: id });
    return each(found?.history as Json[], 'what');
  };
  expect(await past('questions', paid)).toEqual(['authorised']); // when it was rated was not kept then
  expect(await past('offers', request)).toEqual(['request', 'captured', 'report_yes']);
  expect(await docs('categories').find().sort({ _id: 1 }).toArray()).toEqual(categories);
  expect(await newer.ctx.stores.questions.ratingsOf(first)).toEqual(expect.arrayContaining(ratings));

  // and they live on
  await customer.call('question.rate', { questionId: low, stars: 5 });
  const admin = await login(newer.url, 'care@example.test');
  const { category: read } = await admin.call('category.get', { id: category });
  expect(read.offerLimits).toEqual({ min: 500, max: 50_000 });
});

test('a second start changes nothing, nor does a step that is taken again', async () => {
  const noted = await notes();
  expect(noted.map(({ _id }) => _id as unknown)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  await docs('categories').updateOne({ _id: 'law' }, { $set: { offerLimits: { min: 1, max: 2 } } });
  const everything = async () =>
    Promise.all(Object.keys(NEWER).map((name) => docs(name).find().sort({ _id: 1 }).toArray()));
  const before = await everything();
  await migrate(db);
  expect([await everything(), await notes()]).toEqual([before, noted]);
  await db.collection('migrations').deleteMany({});
  await migrate(db);
  expect(await everything()).toEqual(before);
});

test('1.1 names that were kept as they came are seen, in one form, and of the team known by their looks; nobody is locked out', async () => {
  const email = `${clientId()}@example.test`;
  const node = await here.start();
  const care = await login(node.url, 'care@example.test');
  const made = { role: 'expert', name: 'Zelda', email, password: 'long-enough', clientId: clientId() };
  const { user: expert } = await care.call('user.create', made);
  const users = docs('users');
  await users.updateOne(
    { _id: expert.id as string },
    { $set: { name: ' Ze\u200bld\u202ea\u0301' }, $unset: { nameKey: '' } },
  );
  const customer = { role: 'customer', active: true };
  await users.insertMany([
    { _id: 'u_decomposed', ...customer, name: 'Jose\u0301' },
    { _id: 'u_unseen', ...customer, name: '\u200b\u200b' },
    { _id: 'u_plain', ...customer, name: 'Kim  Lee' },
  ]);
  const nameOf = async (id: string) => (await users.findOne({ _id: id }))?.name as unknown;
  for (let times = 0; times < 2; times += 1) {
    await db.collection('migrations').deleteMany({});
    await migrate(db);
    expect(await nameOf(expert.id as string)).toBe('Zeld\u00e1');
    expect(await nameOf('u_decomposed')).toBe('Jos\u00e9');
    expect(await nameOf('u_unseen')).toBe('customer');
    expect(await nameOf('u_plain')).toBe('Kim  Lee');
  }
  expect(await node.ctx.stores.users.isTaken('ZELDA', ['expert'])).toBe(true);
  expect((await users.findOne({ _id: 'u_decomposed' }))?.['nameKey']).toBeUndefined();
  const { user } = await login(node.url, email, 'long-enough');
  expect(user).toMatchObject({ id: expert.id as unknown, name: 'Zeld\u00e1' });
});

test('a description that only its customer could read is one for all, where the category still says the same', async () => {
  const texts = { en: 'We look at it.', de: 'Wir sehen es an.', es: 'Lo miramos.' };
  await docs('categories').insertOne({ _id: 'plants', services: [{ key: 'look', description: texts }] });
  const old = { categoryId: 'plants', locale: 'de', service: { key: 'look' }, history: [] };
  const same = (text: string) => ({ en: text, de: text, es: text });
  await docs('offers').insertMany([
    { _id: 'of_same', openOn: '1', ...old, description: texts.de },
    { _id: 'of_changed', openOn: '2', ...old, description: 'Wir kommen vorbei.' },
    { _id: 'of_own', openOn: '3', ...old, service: { key: 'own' }, description: 'Ich rufe an.' },
    { _id: 'of_elsewhere', openOn: '4', ...old, categoryId: 'gone', description: texts.de },
  ]);
  await db.collection('migrations').deleteMany({});
  await migrate(db);
  const found = await docs('offers')
    .find({ _id: /^of_(?:same|changed|own|elsewhere)$/ })
    .toArray();
  expect(Object.fromEntries(found.map(({ _id, description }) => [_id, description as unknown]))).toEqual({
    of_same: texts,
    of_changed: same('Wir kommen vorbei.'),
    of_own: same('Ich rufe an.'),
    of_elsewhere: same(texts.de),
  });
  await docs('offers').deleteMany({ categoryId: { $in: ['plants', 'gone'] } });
  await docs('categories').deleteOne({ _id: 'plants' });
});

test('of nodes that start at once one takes each step, and none goes on before all are done', async () => {
  await db.collection('migrations').deleteMany({});
  const taken: string[] = [];
  let underWay = 0;
  const step = (name: string) => ({
    name,
    run: async () => {
      underWay += 1;
      expect(underWay).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 150));
      taken.push(name);
      underWay -= 1;
    },
  });
  const steps = ['one', 'two', 'three'].map(step);
  const seen: number[] = [];
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      await migrate(db, steps);
      seen.push(taken.length);
    }),
  );
  expect(taken).toEqual(['one', 'two', 'three']);
  expect(seen).toEqual([3, 3, 3, 3]);
  expect((await notes()).map(({ _id, name }) => [_id as unknown, name as unknown])).toEqual([
    [1, 'one'],
    [2, 'two'],
    [3, 'three'],
  ]);

  await age();
  await Promise.all([here.start(), here.start()]);
  expect(await lacking()).toEqual([]);
});

test('after a newer version nothing of an older one starts, which would write records that no step completes any more', async () => {
  await migrate(db);
  const newer = { _id: 99 as unknown as mongoose.mongo.ObjectId, name: 'of a newer version' };
  await db.collection('migrations').insertOne(newer);
  await expect(here.start()).rejects.toThrow('MONGODB_URI: a newer version has been at work in the database');
  await expect(assertMigrated(db)).rejects.toThrow('a newer version');
  await db.collection('migrations').deleteOne({ _id: newer._id });
  await here.start();
});

test('a step that fails stops the start and is taken by the next one; whoever died with the lock is not waited for', async () => {
  await db.collection('migrations').deleteMany({});
  let fails = true;
  const taken: string[] = [];
  const steps = [
    { name: 'good', run: async () => void taken.push('good') },
    {
      name: 'bad',
      run: async () => {
        if (fails) throw new Error('it did not work');
        taken.push('bad');
      },
    },
  ];
  await expect(migrate(db, steps)).rejects.toThrow('it did not work');
  expect((await notes()).map(({ _id }) => _id as unknown)).toEqual([1]);
  fails = false;
  await migrate(db, steps);
  expect(taken).toEqual(['good', 'bad']);

  await db.collection('migrations').deleteMany({});
  const lock = { _id: 'lock' as unknown as mongoose.mongo.ObjectId, holder: 'dead', until: new Date(Date.now() - 1) };
  await db.collection('migrations').insertOne(lock);
  await migrate(db, steps);
  expect((await notes()).map(({ _id }) => _id as unknown)).toEqual([1, 2]);
});

test('8.4 refunds of an earlier version know what was reversed, and one that was not confirmed is asked for again', async () => {
  const money = { amount: 1_000, currency: 'USD' };
  const old = (id: string, state: string, outbox: Json[]): { _id: string } & Json => ({
    ...{
      _id: id,
      version: 7,
      state,
      price: money,
      value: money,
      outbox,
      outboxAt: outbox.length > 0 ? new Date() : null,
    },
    payment: { state: 'refunded', method: 'pm', attempt: 1, authorisation: 'a', reason: null },
    dueAt: null,
  });
  const owed = [
    { type: 'changed' },
    { type: 'refund', key: `refund-of_owed` },
    { type: 'notice' },
    { type: 'unused_value' },
  ];
  const before = new Date();
  await migrate(db);
  await docs('offers').insertMany([
    old('of_done', 'refunded', []),
    old('of_paid', 'refunded', []),
    old('of_owed', 'refunded', owed),
  ]);
  await docs('questions').insertOne(old('q_done', 'answered', []));
  await docs('entries').insertOne({
    _id: 'reversal-of_paid',
    kind: 'reversal',
    currency: 'USD',
    questionId: 'q',
    at: before,
    legs: [
      { account: 'a', amount: 1 },
      { account: 'b', amount: -1 },
    ],
  });
  await db.collection('migrations').deleteMany({ _id: 8 as never });
  await migrate(db);
  await migrate(db);
  const read = async (name: string, id: string) => (await docs(name).findOne({ _id: id }))!;
  const move = (reversed: boolean) => ({
    ...{ asked: 1, disputes: [] },
    moves: [{ kind: 'refund', amount: 1_000, dispute: null, reversed, undone: false }],
  });
  expect((await read('offers', 'of_done')).payment.returned).toEqual(move(false));
  expect((await read('offers', 'of_paid')).payment.returned).toEqual(move(true));
  expect(await read('questions', 'q_done')).toMatchObject({ state: 'answered', payment: { returned: move(false) } });
  const again = await read('offers', 'of_owed');
  expect(again).toMatchObject({
    ...{ state: 'refunding', version: 8, outbox: [{ type: 'changed' }, { type: 'unused_value' }] },
    payment: { state: 'refunding', returned: { asked: 1, moves: [], disputes: [] } },
  });
  expect((again.dueAt as Date).getTime()).toBeGreaterThanOrEqual(before.getTime() - 1_000);
});

test('9.2 flags of an earlier version whose cases were still to be opened owe them as records owe what they do', async () => {
  const at = new Date('2026-01-02T03:04:05.000Z');
  const flag = (id: string, reason: string) => ({ by: { id, name: id, role: 'customer' }, reason, at });
  const flags = [flag('u_1', 'abuse'), flag('u_2', 'abuse'), flag('u_1', 'personal_information')];
  await migrate(db);
  const owing = { _id: 'q_flagged/000000007', questionId: 'q_flagged', clientId: 'one', flags };
  const done = { _id: 'q_flagged/000000008', questionId: 'q_flagged', clientId: 'other', flags };
  await docs('messages').insertMany([{ ...owing, caseOwedAt: at }, done]);
  await db.collection('migrations').deleteMany({ _id: 10 as never });
  await migrate(db);
  await migrate(db);
  const opened = (reason: string, openedBy: Json) => ({
    type: 'case',
    opened: {
      ...{ key: `${reason}-q_flagged-7`, kind: 'personal_information', questionId: 'q_flagged', offerId: null },
      ...{ seq: 7, openedBy, reason },
    },
  });
  const outbox = [opened('abuse', flags[0]!.by), opened('personal_information', flags[2]!.by)];
  expect(await docs('messages').findOne({ _id: owing._id })).toEqual({ ...owing, outbox, outboxAt: at });
  expect(await docs('messages').findOne({ _id: done._id })).toEqual(done);
});

test('4 questions of an earlier version know when they were answered; those that wait have their next reminder from now on', async () => {
  await migrate(db);
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * 86_400_000);
  const customer = { id: 'u_1', name: 'Cora' };
  const asked = (id: string, more: Json = {}) => ({
    ...{ _id: id, version: 4, state: 'answered', ratingEnabled: true, rating: null, payment: { state: 'authorised' } },
    ...{ customer, clientId: id, dueAt: ago(-20), ...more },
  });
  const said = (questionId: string, seq: number, kind: string, days: number) => ({
    ...{ _id: `${questionId}/00000000${seq}`, questionId, clientId: `c${seq}`, kind, at: ago(days) },
    by: kind === 'message' ? { ...customer, role: 'customer' } : { id: 'u_2', name: 'Ada', role: 'expert' },
  });
  await docs('questions').insertMany([
    asked('q_fresh'),
    asked('q_between'),
    asked('q_late', { state: 'open' }),
    asked('q_longago'),
    asked('q_replied'),
    asked('q_rated', { rating: { stars: 2, by: 'customer' } }),
    asked('q_ended', { state: 'closed', dueAt: null }),
    asked('q_given', { payment: { state: 'refunded', returned: { asked: 1, moves: [], disputes: [] } } }),
    asked('q_unanswered', { state: 'claimed', ratingEnabled: false }),
  ]);
  await docs('messages').insertMany([
    ...[said('q_fresh', 1, 'message', 3), said('q_fresh', 2, 'answer', 0.5)],
    ...[said('q_between', 1, 'answer', 9), said('q_between', 2, 'answer', 2.5), said('q_between', 3, 'follow_up', 1)],
    ...[said('q_late', 1, 'answer', 15), said('q_longago', 1, 'answer', 80)],
    ...[said('q_replied', 1, 'answer', 2), said('q_replied', 2, 'message', 1)],
    ...[said('q_rated', 1, 'answer', 2), said('q_ended', 1, 'answer', 2), said('q_given', 1, 'answer', 2)],
  ]);
  await db.collection('migrations').deleteMany({ _id: 12 as never });
  await migrate(db);
  await db.collection('migrations').deleteMany({ _id: 12 as never });
  await migrate(db);
  const of = async (id: string) => {
    const { answeredAt, remindAt, reminders, version, dueAt } = (await docs('questions').findOne({ _id: id }))!;
    const days = (at: Date | null) => at && (at.getTime() - now) / 86_400_000;
    return [days(answeredAt as Date), days(remindAt as Date), reminders, version, days(dueAt as Date)] as unknown[];
  };
  expect(await of('q_fresh')).toEqual([-0.5, 0.5, 0, 4, 0.5]);
  expect(await of('q_between')).toEqual([-2.5, 0.5, 2, 4, 0.5]);
  expect(await of('q_late')).toEqual([-15, 6, 5, 4, 6]);
  expect(await of('q_longago')).toEqual([-80, null, 12, 4, 20]);
  expect(await of('q_replied')).toEqual([-2, null, 0, 4, 20]);
  expect(await of('q_rated')).toEqual([-2, null, 0, 4, 20]);
  expect(await of('q_ended')).toEqual([-2, null, 0, 4, null]);
  expect(await of('q_given')).toEqual([-2, null, 0, 4, 20]);
  expect(await of('q_unanswered')).toEqual([null, null, 0, 4, 20]);
  await docs('questions').deleteMany({ clientId: /^q_/ });
});

test('6.5, 7.1 a service that was just being charged by an earlier version is paid once, and goes on', async () => {
  const node = await here.start();
  const { category, customer, first, others } = await scene(node);
  const held = await requested(customer, first, { category });
  const again = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: again.id });
  const attempts = [1, 2, 3].map((n) => ({ at: new Date(Date.now() - n * 60_000).toISOString(), note: 'Called.' }));
  await first.call('request.report', {
    requestId: again.id,
    connected: false,
    reason: 'no_answer',
    comment: 'Nobody.',
    attempts,
  });
  await customer.call('offer.accept', { offerId: again.id });
  for (const { id } of [held, again]) await cleared(node, id as string);

  // an expert has won each, the provider was to be asked next, and its process died: of the offer alone one could tell
  const { id, name } = others[0]!.user;
  const won = { state: 'capturing', acceptedBy: { id, name }, dueAt: new Date(Date.now() + 3_600_000) };
  for (const one of [held, again]) {
    const { modifiedCount } = await docs('offers').updateOne({ _id: one.id }, { $set: won, $inc: { version: 1 } });
    expect(modifiedCount).toBe(1);
  }
  const before = async (one: Json) => (await docs('offers').findOne({ _id: one.id as string }))!;
  expect([(await before(held)).payment.state, (await before(again)).payment.state]).toEqual(['authorised', 'captured']);
  await db.collection('migrations').deleteMany({ _id: 9 as never });
  await migrate(db);
  for (const one of [held, again]) {
    expect(await before(one)).toMatchObject({ state: 'capturing', payment: { state: 'capturing' } });
  }
  const ids = [held, again].map((one) => one.id as string);
  await docs('offers').updateMany({ _id: { $in: ids } }, { $set: { dueAt: new Date(Date.now() - 1_000) } });

  const newer = await here.start();
  for (const one of [held, again]) {
    const read = async () => (await newer.ctx.stores.offers.read(one.id as string))!.record;
    await eventually(async () => (await read()).state).toBe('accepted');
    expect(await read()).toMatchObject({ acceptedBy: { id }, payment: { state: 'captured', attempt: 1 } });
    await eventually(() => entriesOf(newer, one.id as string)).toEqual(['authorise-1', 'capture']);
    expect(await provided(newer, one.id as string)).toEqual(['authorise', 'capture']);
  }
});
