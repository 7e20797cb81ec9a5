// 9.5: an inventory is worth what it misses. Two installations, one with each payment provider, live through everything
// that stores something; then every field of every document, and every key of Redis, is looked up in the inventory.
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { countMissed } from '../../src/dispatch/availability.ts';
import { linkFor } from '../../src/dispatch/link.ts';
import type { Standing } from '../../src/domain/webhook.ts';
import { PERSONAL_FIELDS } from '../../src/domain/personal-fields.ts';
import { PERSONAL_KEYS } from '../../src/domain/personal-keys.ts';
import { clientId, login, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { PATH_NAMES, pathOf } from '../helpers/money-paths.ts';
import type { Call, PathName, Who } from '../helpers/money-paths.ts';
import { world } from '../helpers/node.ts';
import { account, join, ownCategory, tokenOf } from '../helpers/people.ts';
import { STRIPE_KEY, WEBHOOK_SECRET, stripeFake } from '../helpers/stripe-fake.ts';
import type { StripeFake } from '../helpers/stripe-fake.ts';

/** There for moments only, or when many records change at once: whether the walk finds them is luck. */
const SELDOM = [
  ...['questions outbox.*', 'offers outbox.*', 'cases outbox.*', 'messages outbox.*', 'messages outboxAt'],
  ...[
    'questions outboxAt',
    'offers outboxAt',
    'cases outboxAt',
    'mails dueAt',
    'mails why',
    'mails hurried',
    'mails forced',
  ],
  ...['mails gather', 'mails gatherAs', 'mails upTo', 'mailings dueAt', 'mailings why', 'webhooks leaseBy'],
  ...['questions writer', 'offers writer', 'cases writer', 'migrations holder', 'migrations until'],
];

const SHORT = {
  WEBHOOK_ALLOW_PRIVATE: '1',
  POLICY_OFFER_DELAY: '0s',
  POLICY_RESERVATION: '1h',
  POLICY_FRAGMENT_WINDOW: '10m',
};
const simulated = world(SHORT);
const withStripe = world(SHORT);
let stripe: StripeFake;
let client: mongoose.mongo.MongoClient;
let found: Found;
let keys: string[];
const early: { keys: string[]; found: Found } = { keys: [], found: new Map() };

beforeAll(async () => {
  stripe = await stripeFake({ page: 100 });
  client = await mongoose.mongo.MongoClient.connect(simulated.env['MONGODB_URI'] ?? '');
  const [one, other] = await Promise.all([
    simulated.start(),
    withStripe.start({
      PAYMENTS: 'stripe',
      STRIPE_SECRET_KEY: STRIPE_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_BASE: stripe.url,
    }),
  ]);
  await Promise.all([liveThroughAll(one), payWithStripe(other)]);
  keys = [...new Set([...early.keys, ...(await keysOf(simulated.env['REDIS_PREFIX'] ?? ''))])];
  found = await fieldsOf(...[simulated, withStripe].map(({ env }) => databaseOf(env)));
  for (const [collection, { full, empty }] of early.found) {
    const later = found.get(collection);
    found.set(collection, {
      full: new Set([...full, ...(later?.full ?? [])]),
      empty: new Set([...empty, ...(later?.empty ?? [])]),
    });
  }
}, 600_000);
afterAll(async () => {
  await client.close();
  await Promise.all([simulated.close(), withStripe.close()]);
  await stripe.close();
});

/** By collection: the paths that hold something, and those that hold nothing (null, an empty list). */
type Found = Map<string, { readonly full: Set<string>; readonly empty: Set<string> }>;

const databaseOf = (env: Readonly<Record<string, string>>) => new URL(env['MONGODB_URI'] ?? '').pathname.slice(1);

/** Of all collections of these installations, with those of their data keys. */
async function fieldsOf(...databases: string[]): Promise<Found> {
  const all: Found = new Map();
  for (const name of databases.flatMap((one) => [one, `${one}_keys`])) {
    const db = client.db(name);
    for (const { name: collection } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      const fields = all.get(collection) ?? { full: new Set(), empty: new Set() };
      all.set(collection, fields);
      for await (const document of db.collection(collection).find()) {
        for (const [field, value] of Object.entries(document)) note(fields, field, value);
      }
    }
  }
  return all;
}

function note(fields: { full: Set<string>; empty: Set<string> }, path: string, value: unknown): void {
  const beneath: [string, unknown][] = Array.isArray(value)
    ? value.map((item: unknown) => [`${path}[]`, item])
    : isPlain(value)
      ? Object.entries(value).map(([name, inner]) => [`${path}.${name}`, inner])
      : [];
  for (const [inner, one] of beneath) note(fields, inner, one);
  const isNothing = value === null || Array.isArray(value) || isPlain(value);
  if (!isNothing) fields.full.add(path);
  else if (beneath.length === 0) fields.empty.add(path);
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

type Table = typeof PERSONAL_FIELDS;

const rowsOf = ({ notPersonal, personal }: Table[string]) => [...notPersonal, ...Object.keys(personal)];
const within = (path: string, at: string) => path.startsWith(`${at}.`) || path.startsWith(`${at}[`);

/** A row says something about this path itself, or with a star about all beneath it. */
const says = (row: string, path: string) => row === path || (row.endsWith('.*') && within(path, row.slice(0, -2)));

/** What is stored and not in the table, and what is in the table and was never stored: `collection path`. */
function compare(table: Table, stored: Found) {
  const unknown: string[] = [];
  const unmet: string[] = [];
  for (const [collection, { full, empty }] of stored) {
    const inventory = table[collection];
    if (inventory === undefined) unknown.push(collection);
    const rows = inventory === undefined ? [] : rowsOf(inventory);
    for (const path of full) if (!rows.some((row) => says(row, path))) unknown.push(`${collection} ${path}`);
    for (const path of empty) {
      if (!rows.some((row) => says(row, path) || within(row, path))) unknown.push(`${collection} ${path}`);
    }
    unmet.push(
      ...rows.filter((row) => ![...full].some((path) => says(row, path))).map((row) => `${collection} ${row}`),
    );
  }
  const absent = Object.keys(table).filter((collection) => !stored.has(collection));
  return { unknown: unknown.toSorted(), unmet: unmet.toSorted(), absent };
}

test('9.5 every field of every collection is in the inventory, and the inventory names nothing else', () => {
  const { unknown, unmet, absent } = compare(PERSONAL_FIELDS, found);
  expect(unknown).toEqual([]);
  expect(absent).toEqual([]);
  expect(unmet.filter((row) => !SELDOM.includes(row))).toEqual([]);
});

test('9.5 a field is in the inventory once: it is personal or it is not', () => {
  const twice = Object.entries(PERSONAL_FIELDS).flatMap(([collection, inventory]) => {
    const rows = rowsOf(inventory);
    const isDouble = (row: string, at: number) => rows.some((other, index) => index !== at && says(other, row));
    return rows.filter(isDouble).map((row) => `${collection} ${row}`);
  });
  expect(twice).toEqual([]);
});

test('9.5 the keys are in their own database, everything else in the main one', async () => {
  const main = databaseOf(simulated.env);
  const inKeys = await client.db(`${main}_keys`).listCollections({}, { nameOnly: true }).toArray();
  const listed = Object.keys(PERSONAL_FIELDS).filter((name) => PERSONAL_FIELDS[name]?.inKeys);
  expect(inKeys.map(({ name }) => name)).toEqual(listed);
});

test('9.5 a new field, a new collection and a row about nothing are found, wherever they are', async () => {
  const main = databaseOf(simulated.env);
  const db = client.db(main);
  const planted = { _id: new mongoose.mongo.ObjectId() };
  await db.collection('questions').insertOne({
    ...planted,
    phone: '+49 151 0000000',
    birthday: null,
    customer: { id: 'u_1', name: 'Cora', address: { street: 'Elm' } },
    expert: 'Ada',
    history: [{ what: 'close', mood: 'sad' }],
    subject: { en: 'A list of languages instead of a text' },
  });
  await db.collection('diaries').insertOne({ ...planted, text: 'Dear diary' });
  const ghosts = { notPersonal: ['_id'], personal: {} };
  const { unknown, absent } = compare({ ...PERSONAL_FIELDS, ghosts }, await fieldsOf(main));
  await db.collection('questions').deleteOne(planted);
  await db.collection('diaries').drop();
  expect(unknown).toEqual([
    ...['diaries', 'diaries _id', 'diaries text', 'questions birthday', 'questions customer.address.street'],
    ...['questions expert', 'questions history[].mood', 'questions phone', 'questions subject.en'],
  ]);
  expect(absent).toEqual(['ghosts']);
});

test('9.5 every key of Redis is in the inventory', () => {
  const rows = Object.keys(PERSONAL_KEYS);
  const fits = (row: string, key: string) => row === key || (row.endsWith('*') && key.startsWith(row.slice(0, -1)));
  expect(keys.filter((key) => !rows.some((row) => fits(row, key)))).toEqual([]);
  expect(rows.filter((row) => !keys.some((key) => fits(row, key)))).toEqual([]);
});

async function keysOf(prefix: string): Promise<string[]> {
  const redis = new Redis(simulated.env['REDIS_URL'] ?? '');
  const all: string[] = [];
  for await (const some of redis.scanStream({ match: `${prefix}:*`, count: 1_000 })) all.push(...(some as string[]));
  redis.disconnect();
  return all.map((key) => key.slice(prefix.length + 1));
}

/** For what comes beside the answers; within a hook, where a matcher cannot be tried again. */
const soon = (isSo: () => Promise<boolean>) =>
  vi.waitFor(async () => {
    if (!(await isSo())) throw new Error('it has not happened');
  }, 120_000);

/** A category with a customer, an expert and an admin of its own, who speak over HTTP. */
async function cast(node: Node): Promise<{ call: Call; category: string }> {
  const category = await ownCategory(node);
  const tokens: Record<Who, string> = {
    customer: await tokenOf(node, await account(node, 'customer')),
    ada: await tokenOf(node, await account(node, 'expert', { categories: [category] })),
    care: await tokenOf(node, await account(node, 'admin')),
  };
  return { category, call: (who, name, input) => post(node.url, name, input, tokens[who]) };
}

async function walk(call: Call, category: string, path: PathName): Promise<Json> {
  const { questionId, offerId, press } = await pathOf(path).prepare(call, category);
  const answer = await call(press.who, press.name, press.input);
  return { answer, questionId, offerId };
}

async function payWithStripe(node: Node): Promise<void> {
  const { call, category } = await cast(node);
  stripe.deliverAtOnce(node.url);
  for (const path of ['request.report yes', 'question.rate'] as const) {
    const { questionId, offerId } = await walk(call, category, path);
    await dispute(node, (offerId ?? questionId) as string);
  }
  const { press } = await pathOf('question.post').prepare(call, category);
  await call('customer', 'question.post', { ...press.input, paymentMethod: 'pm_card_of_customer' });
  await soon(() => node.ctx.stores.stripeEvents.isKnown(String(stripe.events[0]?.id)));
}

/** Of a question's value or an offer's price; returns when its record knows of it. */
async function dispute(node: Node, id: string): Promise<void> {
  const intent = String(stripe.intentOf(`auth-${id}-1`)?.id);
  for (const status of ['warning_needs_response', 'needs_response']) await stripe.disputeBecomes(intent, status);
  const { questions, offers } = node.ctx.stores;
  await soon(async () => {
    const record = (await questions.read(id))?.record ?? (await offers.read(id))?.record;
    return (record?.payment.returned?.moves.length ?? 0) > 0;
  });
}

async function liveThroughAll(node: Node): Promise<void> {
  const { call, category } = await cast(node);
  const webhookId = await tellOperators(call);
  const paths: (readonly [PathName, Json])[] = [];
  // one after the other: all at once would have a busy machine answer the last one too late
  for (const path of PATH_NAMES) paths.push([path, await walk(call, category, path)]);
  const { questionId } = Object.fromEntries(paths)['request.report yes'] as Json;
  await goAstray(call, category);
  const { category: law } = await call('care', 'category.get', { id: 'law' });
  await call('care', 'category.save', { ...law, pricing: { fixed: 2_900 } });
  await talk(call, questionId as string);
  await useBoxes(call, questionId as string, Object.fromEntries(paths)['question.rate']?.['questionId'] as string);
  await workOnCases(call, paths[0]?.[1]['answer'].question.id as string, questionId as string);
  await keepAccounts(node, call);
  // some of it stays for a minute only
  early.keys.push(...(await keysOf(simulated.env['REDIS_PREFIX'] ?? '')));
  early.found = await fieldsOf(databaseOf(simulated.env));
  await openLetter(node, questionId as string);
  await letGo(call, category);
  await beAway(node);
  await giveDetails(node);
  await failToTell(node, call, webhookId);
  await soon(async () => (await node.ctx.stores.mails.due(node.ctx.now(), 1)).length === 0);
}

/** 2.2 */
async function letGo(call: Call, category: string): Promise<void> {
  const { answer } = await walk(call, category, 'question.post');
  const questionId = answer.question.id as string;
  for (const name of ['question.claim', 'question.release']) await call('ada', name, { questionId });
}

/** 4.1, 5.3: a customer who gives an address, and a card. */
async function giveDetails(node: Node): Promise<void> {
  const customer = await join(node, 'customer');
  await customer.call('session.email', { email: 'another@example.test' });
  await customer.call('payment.setup');
}

/** 6.1, 6.3: one expert with wishes and a page that nobody looks at, who says when they are back, and one who let a request pass. */
async function beAway(node: Node): Promise<void> {
  const [one, other] = [await join(node, 'expert'), await join(node, 'expert')];
  const notify = { digest: 'daily', quiet: { from: '22:00', to: '07:00' } };
  await one.call('user.update', { notify, timeZone: 'Europe/Berlin' });
  await one.call('presence.set', { hidden: true });
  await one.call('presence.set', { state: 'away', until: new Date(Date.now() + 3_600_000).toISOString() });
  const missed = {
    type: 'reservation_missed',
    expertId: String(other.user.id),
    offerId: 'of_1',
    at: new Date(),
  } as const;
  await countMissed(node.ctx, [missed]);
}

/** 4.1: a letter's link, opened. */
async function openLetter(node: Node, questionId: string): Promise<void> {
  const { customer } = (await node.ctx.stores.questions.read(questionId))!.record;
  const link = await linkFor(node.ctx, (await node.ctx.stores.users.read(customer.id))!, questionId, 'a letter');
  await post(node.url, 'session.open', { link, clientId: clientId() });
}

/** Of something of every kind; nobody listens there. */
async function tellOperators(call: Call): Promise<string> {
  const events = ['question.posted', 'message.created', 'request.fulfilled', 'case.opened'];
  const { webhook } = await call('care', 'webhook.save', { url: 'http://127.0.0.1:9/', events });
  await call('care', 'webhook.rotate', { webhookId: webhook.id });
  return webhook.id as string;
}

async function failToTell(node: Node, call: Call, webhookId: string): Promise<void> {
  await call('care', 'webhook.test', { webhookId });
  const { deliveries, webhooks } = node.ctx.stores;
  const refusal = { at: node.ctx.now(), ms: 3, status: 500, error: null, answer: 'No.' };
  await soon(async () => {
    const [waiting] = await deliveries.list(webhookId, 'pending', undefined, 1);
    // the worker may have been quicker, and then it has another try behind it
    return waiting !== undefined && (await deliveries.settle(waiting, refusal, 'pending', waiting.dueAt, null));
  });
  await soon(async () => {
    const { webhook } = (await webhooks.find(webhookId))!;
    const warned = { ...webhook, warnedAt: node.ctx.now(), pausedUntil: new Date('2999-01-01') };
    return webhook.failures > 0 && (await webhooks.note(webhookId, webhook, standingOf(warned)));
  });
  await webhooks.switchOff(webhookId, 'failing', node.ctx.now());
}

const standingOf = ({ failures, failingSince, warnedAt, pausedUntil }: Standing): Standing => ({
  ...{ failures, failingSince, warnedAt, pausedUntil },
});

/** A value and a price that could not be taken, a request that was passed on, a report of tries with notes. */
async function goAstray(call: Call, category: string): Promise<void> {
  await pathOf('payment.update of a value').prepare(call, category);
  await pathOf('payment.update of a request').prepare(call, category);
  await pathOf('question.rate').prepare(call, category); // and is waited for: the customer is reminded (4.1)
  const passed = await pathOf('request.accept').prepare(call, category);
  await call('ada', 'request.decline', { requestId: passed.offerId });
  const rung = await pathOf('request.report no').prepare(call, category);
  const logged = { requestId: rung.offerId, note: 'No answer.', clientId: clientId() };
  await call('ada', 'request.attempt', logged);
  const attempts = [1, 2, 3].map((hour) => ({ at: new Date(hour), note: `No answer, try ${hour}.` }));
  await call('ada', 'request.report', { ...rung.press.input, attempts });
}

/** Everything that a message and its reader leave. */
async function talk(call: Call, questionId: string): Promise<void> {
  const said = { questionId, clientId: clientId(), body: 'Call me: +1 415 555 2671' };
  const { message } = await call('customer', 'message.send', said);
  await call('ada', 'message.read', { questionId, seq: message.seq });
  await call('ada', 'message.flag', { questionId, seq: message.seq, reason: 'abuse' });
  await call('care', 'message.redact', { questionId, seq: 1 });
  await call('ada', 'template.save', { title: 'Hello', body: 'How are you?', locale: 'en' });
  await insist(call, questionId);
}

/** 3: what stands unreplied is carried along, and what is refused is kept. */
async function insist(call: Call, questionId: string): Promise<void> {
  const ask = (kind: string) =>
    call('ada', 'message.send', {
      questionId,
      clientId: clientId(),
      kind,
      body: 'Please rate my answer.',
      confirm: true,
    });
  await ask('answer');
  await expect(ask('message')).rejects.toMatchObject({ code: 'policy.rating_insistence' });
  await call('ada', 'message.send', { questionId, clientId: clientId(), body: 'Do this as well.', confirm: true });
  await call('ada', 'message.send', { questionId, clientId: clientId(), body: 'And this.', confirm: true });
}

/** One that is in use, and one that is destroyed. */
async function useBoxes(call: Call, questionId: string, closing: string): Promise<void> {
  await call('customer', 'private-info.put', { questionId, text: 'Ring twice.' });
  await call('care', 'private-info.get', { questionId, reason: 'The customer asked us to.' });
  await call('customer', 'question.close', { questionId: closing });
}

async function workOnCases(call: Call, posted: string, questionId: string): Promise<void> {
  const opening = { questionId, kind: 'personal_information', seq: 2, reason: 'A number.', clientId: clientId() };
  const { case: opened } = await call('care', 'case.open', opening);
  const caseId = opened.id as string;
  await call('care', 'case.assign', { caseId });
  await call('care', 'case.note', { caseId, text: 'Called them.', clientId: clientId() });
  const ending = { resolution: 'done', comment: 'It is gone.', clientId: clientId() };
  await call('care', 'case.resolve', { caseId, ...ending });
  await call('ada', 'question.claim', { questionId: posted });
  await call('ada', 'message.send', { questionId: posted, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await call('customer', 'question.rate', { questionId: posted, stars: 1, comment: 'It did not help.' });
}

/** Accounts, who is there, and what an admin has begun. */
async function keepAccounts(node: Node, call: Call): Promise<void> {
  const email = `${randomUUID()}@example.test`;
  const password = 'a password of the tests';
  const { user } = await call('care', 'user.create', { role: 'expert', name: 'Bea', email, password });
  await post(node.url, 'session.login', { email, password });
  await call('care', 'user.update', { userId: user.id, email: `${randomUUID()}@example.test` });
  await call('care', 'user.update', { userId: user.id, password: 'another password of the tests' });
  const { token } = await post(node.url, 'session.visitor', { locale: 'en' });
  await post(node.url, 'session.end', {}, String(token));
  const admin = await account(node, 'admin', { name: 'Kim' });
  await login(node.url, email, password).catch(() => undefined); // it has another address now: counted all the same
  await node.ctx.stores.audit.announce({
    call: randomUUID(),
    actor: { id: admin.id, role: 'admin' },
    action: 'case.open',
    targets: [{ what: 'user', id: user.id as string }],
    reason: 'Begun, and cut off.',
    at: node.ctx.now(),
  });
  const tried = { person: `u_${randomUUID()}`, card: `pm_${randomUUID()}`, address: '203.0.113.7' };
  for (let times = 0; times < 8; times += 1) await node.ctx.declines.declined(tried); // so that the pause outlasts the test
  const watching = await join(node, 'customer');
  await soon(async () => (await node.ctx.online([watching.user.id as string])).size === 1);
}
