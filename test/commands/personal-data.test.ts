// Rule 9.2: contact data in the conversation. The sender is warned, what is sent anyway is flagged and becomes a case,
// either side can flag, customer care takes it away; card numbers are stored nowhere.
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Node } from '../../src/app.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import { clientId, postQuestion, post } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { each, eventually, heardOf, join, refused, settled } from '../helpers/people.ts';
import { all } from '../helpers/all.ts';

const here = world();
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const BODY = 'Call me at (415) 555-2671 or mail jane@example.com';
const SPOTS = [
  { kind: 'phone', start: 11, end: 25 },
  { kind: 'email', start: 34, end: 50 },
];

const say = async (who: Client, questionId: string, input: Json = {}): Promise<Json> =>
  (await who.call('message.send', { questionId, clientId: clientId(), body: BODY, ...input })).message as Json;

const listed = async (who: Client, questionId: string): Promise<Json[]> =>
  (await who.call('message.list', { questionId })).items as Json[];

const casesOf = (questionId: string) => node.ctx.stores.cases.ofQuestion(questionId);

/** A question that `first` holds and both sides and an admin follow. */
async function conversation(asker = people.customer): Promise<string> {
  const { id: questionId } = await postQuestion(asker, { category: people.category });
  await people.first.call('question.claim', { questionId });
  for (const who of [asker, people.first, people.admin]) await who.call('question.watch', { questionId });
  return String(questionId);
}

test('9.2 the sender alone is warned, by answer, list and watch, over both transports', async () => {
  const questionId = await conversation();
  const input = { questionId, clientId: clientId(), body: BODY };
  const sent = (await people.customer.call('message.send', input)).message as Json;
  expect(sent.body).toBe(BODY);
  expect(sent.warnings).toMatchObject(SPOTS);
  for (const { hint } of sent.warnings as Json[]) expect(hint).toContain('private information box');
  expect(sent).not.toHaveProperty('flagged');

  // the same again over HTTP is the same message with the same warnings
  expect((await post(node.url, 'message.send', input, people.customer.token)).message).toEqual(sent);
  expect(await listed(people.customer, questionId)).toEqual([sent]);
  const { items } = await post(node.url, 'message.list', { questionId }, people.customer.token);
  expect(items).toEqual([sent]);
  expect((await people.customer.call('question.watch', { questionId })).messages).toEqual([sent]);

  const { warnings: _, ...unwarned } = sent;
  expect(await people.first.heard('message.created', (event) => event.questionId === questionId)).toEqual(unwarned);
  expect(await listed(people.first, questionId)).toEqual([unwarned]);
  expect((await people.first.call('question.watch', { questionId })).messages).toEqual([unwarned]);
  await settled(people.customer);
  for (const event of heardOf(people.customer, 'message.created', questionId)) expect(event).toEqual(unwarned);
});

test('9.2 what is sent anyway is flagged by itself, and is one case, of which admins hear', async () => {
  const questionId = await conversation();
  const input = { clientId: clientId(), confirm: true };
  const { seq } = await say(people.first, questionId, input);
  await say(people.first, questionId, input);
  expect(await casesOf(questionId)).toMatchObject([
    {
      kind: 'personal_information',
      seq,
      openedBy: SYSTEM,
      reason: 'personal_information',
      state: 'open',
      offerId: null,
    },
  ]);
  const flagged = [{ by: SYSTEM, reason: 'personal_information' }];
  expect(await people.admin.heard('message.changed', (event) => event.questionId === questionId)).toMatchObject({
    seq,
    flagged,
  });
  expect(await people.admin.heard('case.changed', (event) => event.questionId === questionId)).toMatchObject({ seq });
  expect(await listed(people.admin, questionId)).toMatchObject([{ seq, flagged, body: BODY }]);
  expect((await listed(people.admin, questionId))[0]).not.toHaveProperty('warnings');
  await settled(people.customer, people.first);
  for (const who of [people.customer, people.first]) {
    expect(heardOf(who, 'message.changed', questionId)).toEqual([]);
    expect(heardOf(who, 'case.changed', questionId)).toEqual([]);
    expect((await listed(who, questionId))[0]).not.toHaveProperty('flagged');
  }
});

test('9.2 who asks first is told where it is, never what it says, and nothing is sent', async () => {
  const questionId = await conversation();
  const id = clientId();
  const asked = { questionId, clientId: id, body: BODY, confirm: false };
  const refusal = await refused(people.customer.call('message.send', asked), 'policy.personal_data');
  expect(refusal.details).toEqual({ found: SPOTS });
  expect(refusal.message).toContain('private information box');
  expect(refusal.message).not.toContain('415');
  await refused(post(node.url, 'message.send', asked, people.customer.token), 'policy.personal_data');
  expect(await listed(people.customer, questionId)).toEqual([]);
  expect(await casesOf(questionId)).toEqual([]);

  // sent after all; asking again is answered with what stands
  const sent = await say(people.customer, questionId, { clientId: id, confirm: true });
  expect(await say(people.customer, questionId, { clientId: id, confirm: false })).toEqual(sent);
  // nothing in it: there is nothing to ask
  expect(await say(people.customer, questionId, { body: 'It beeps 3 times.', confirm: false })).not.toHaveProperty(
    'warnings',
  );
  // who may not write at all hears of that only
  await people.customer.call('question.close', { questionId });
  await refused(say(people.customer, questionId, { confirm: false }), 'conflict.closed');
});

test('9.2 numbers are read as in the customer’s country, whoever writes them', async () => {
  const german = await join(node, 'customer', { name: 'Grete', locale: 'de' });
  const questionId = await conversation(german);
  const body = 'bitte 030 23125 123';
  const warned = await say(german, questionId, { body });
  expect(warned.warnings).toMatchObject([{ kind: 'phone', start: 6, end: 19 }]);
  expect((await say(people.first, questionId, { body })).warnings).toMatchObject([{ kind: 'phone' }]);
  const spanish = await join(node, 'customer', { name: 'Sol', locale: 'es' });
  const other = await conversation(spanish);
  const spelled = await say(spanish, other, { body: 'seis uno dos, tres cuatro cinco, seis siete ocho' });
  expect(spelled.warnings).toMatchObject([{ kind: 'phone', start: 0 }]);
  // no number of a customer in the United States
  expect(await say(people.customer, await conversation(), { body: '030 23125 123 blocks' })).not.toHaveProperty(
    'warnings',
  );
});

test('9.2 either side flags a message, once for each person, and sees the own flag; admins see all', async () => {
  const questionId = await conversation();
  const { seq } = await say(people.first, questionId, { body: 'Let us talk elsewhere.' });
  const flag = { questionId, seq, reason: 'personal_information' };
  const mine = (who: Client, reason = 'personal_information') => ({ by: { id: who.user.id }, reason });
  const { message } = await people.customer.call('message.flag', flag);
  expect(message).toMatchObject({ seq, body: 'Let us talk elsewhere.', flagged: [mine(people.customer)] });
  expect((await people.customer.call('message.flag', { ...flag, reason: 'abuse' })).message).toEqual(message);
  expect((await post(node.url, 'message.flag', flag, people.customer.token)).message).toEqual(message);
  const byExpert = await people.first.call('message.flag', { ...flag, reason: 'abuse' });
  expect(byExpert.message.flagged).toMatchObject([mine(people.first, 'abuse')]);

  expect((await listed(people.admin, questionId))[0]!.flagged).toMatchObject([
    mine(people.customer),
    mine(people.first, 'abuse'),
  ]);
  expect(each(await listed(people.customer, questionId), 'flagged')).toEqual([message.flagged]);
  const found = await casesOf(questionId);
  expect(found.map(({ kind, seq: about, reason, openedBy }) => [kind, about, reason, openedBy.id]).toSorted()).toEqual([
    ['personal_information', seq, 'abuse', people.first.user.id],
    ['personal_information', seq, 'personal_information', people.customer.user.id],
  ]);
  await settled(people.customer, people.first, people.admin);
  expect(heardOf(people.admin, 'message.changed', questionId).length).toBeGreaterThanOrEqual(2);
  for (const who of [people.customer, people.first]) expect(heardOf(who, 'message.changed', questionId)).toEqual([]);
});

test('9.2 many flags at once are one for each person and one case', async () => {
  const questionId = await conversation();
  const { seq } = await say(people.customer, questionId, { body: 'Hello' });
  const flag = { questionId, seq, reason: 'personal_information' };
  const both = [people.customer, people.first];
  await Promise.all(both.flatMap((who) => Array.from({ length: 8 }, () => who.call('message.flag', flag))));
  expect((await listed(people.admin, questionId))[0]!.flagged).toHaveLength(2);
  expect(await casesOf(questionId)).toHaveLength(1);
  await eventually(async () => (await all(node.ctx.stores.messages.unsettled(node.ctx.now(), 1_000))).length).toBe(0);
});

test('9.2 flags are for the two sides, removal is for admins; there is nothing where there is no message', async () => {
  const questionId = await conversation();
  const { seq } = await say(people.customer, questionId, { body: 'Hello' });
  const flag = { questionId, seq, reason: 'abuse' };
  await expectRefused(node, people, questionId, ['message.flag', flag], {
    otherCustomer: 'not_found',
    stranger: 'not_found',
    colleague: 'auth.forbidden',
    admin: 'auth.forbidden',
  });
  await expectRefused(node, people, questionId, ['message.redact', { questionId, seq }], {
    otherCustomer: 'auth.forbidden',
    stranger: 'auth.forbidden',
    colleague: 'auth.forbidden',
    customer: 'auth.forbidden',
    first: 'auth.forbidden',
  });
  for (const nowhere of [0, seq + 1, 999_999_999]) {
    await refused(people.customer.call('message.flag', { ...flag, seq: nowhere }), 'not_found');
    await refused(people.admin.call('message.redact', { questionId, seq: nowhere }), 'not_found');
  }
  for (const bad of [-1, 1.5, '1', null]) {
    await refused(people.customer.call('message.flag', { ...flag, seq: bad }), 'input.invalid');
    await refused(people.admin.call('message.redact', { questionId, seq: bad }), 'input.invalid');
  }
  await refused(people.customer.call('message.flag', { ...flag, reason: 'boring' }), 'input.invalid');
  const nothing = `q_${clientId()}`;
  await refused(people.customer.call('message.flag', { ...flag, questionId: nothing }), 'not_found');
  await refused(people.admin.call('message.redact', { questionId: nothing, seq }), 'not_found');
});

test('9.2 a redacted message is gone everywhere; its place, its flags and its case stay', async () => {
  const questionId = await conversation();
  const id = clientId();
  const canary = `canary ${clientId()} jane@example.com`;
  const { seq } = await say(people.customer, questionId, { clientId: id, body: canary });
  await say(people.first, questionId, { body: 'Thank you.' });
  expect(await everywhere()).toContain(canary);

  const { message } = await people.admin.call('message.redact', { questionId, seq });
  expect(message).toMatchObject({ seq, body: '', redacted: true, flagged: [{ by: SYSTEM }] });
  // again, and over HTTP, is the same
  expect((await people.admin.call('message.redact', { questionId, seq })).message).toEqual(message);
  expect((await post(node.url, 'message.redact', { questionId, seq }, people.admin.token)).message).toEqual(message);

  const { flagged: _, ...tombstone } = message as Json;
  for (const who of [people.customer, people.first]) {
    expect(await who.heard('message.changed', (event) => event.questionId === questionId)).toEqual(tombstone);
    expect(await listed(who, questionId)).toMatchObject([tombstone, { seq: seq + 1, body: 'Thank you.' }]);
    expect((await listed(who, questionId))[0]).toEqual(tombstone);
  }
  expect(await people.admin.heard('message.changed', (event) => event.redacted === true)).toEqual(message);
  // sent again, it does not come back
  expect(await say(people.customer, questionId, { clientId: id, body: canary })).toEqual(tombstone);
  expect(await say(people.customer, questionId, { clientId: id, body: canary, confirm: false })).toEqual(tombstone);
  const asked = { questionId, seq, reason: 'personal_information' };
  expect((await people.first.call('message.flag', asked)).message).toEqual(tombstone);
  expect(await casesOf(questionId)).toHaveLength(1);
  expect(await everywhere()).not.toContain(canary);
});

test('9.2 in a closed conversation messages are still flagged and taken away, but not its last line', async () => {
  const questionId = await conversation();
  const { seq } = await say(people.first, questionId, { body: 'jane at example dot com' });
  await people.customer.call('question.close', { questionId });
  await eventually(() => node.ctx.stores.messages.lastSeq(questionId)).toBe(seq + 1);
  const flag = { questionId, seq, reason: 'personal_information' };
  expect((await people.customer.call('message.flag', flag)).message.flagged).toHaveLength(1);
  expect((await people.admin.call('message.redact', { questionId, seq })).message.redacted).toBe(true);
  await refused(people.customer.call('message.flag', { ...flag, seq: seq + 1 }), 'not_found');
  await refused(people.admin.call('message.redact', { questionId, seq: seq + 1 }), 'not_found');
});

test('9.2 a card number is stored nowhere, whatever text it comes in', async () => {
  const card = '4012888888881881';
  const spaced = '4012 8888 8888 1881';
  const { id: questionId } = await postQuestion(people.customer, {
    category: people.category,
    subject: `Charge ${card}`,
    body: `My card is ${spaced}.`,
  });
  const found = (await people.customer.call('question.get', { questionId })).question as Json;
  expect(found).toMatchObject({ subject: 'Charge ••••••••••••1881', body: 'My card is •••• •••• •••• 1881.' });
  await people.first.call('question.claim', { questionId });
  const input = { questionId, clientId: clientId(), body: `Take ${spaced} please` };
  const { message } = await people.customer.call('message.send', input);
  expect(message).toMatchObject({
    body: 'Take •••• •••• •••• 1881 please',
    warnings: [{ kind: 'card', start: 5, end: 24 }],
  });
  expect((await people.customer.call('message.send', input)).message).toEqual(message);
  await say(people.first, questionId, { body: `${card}?`, kind: 'answer' });
  await people.customer.call('question.rate', { questionId, stars: 2, comment: `refund to ${card}` });
  await post(node.url, 'session.visitor', { locale: 'en', name: card });
  const { name } = (await people.customer.call('user.update', { name: `Cora ${card}` })).user as Json;
  expect(name).toBe('Cora ••••••••••••1881');
  const all = await everywhere();
  expect(all).toContain('1881');
  expect(all).not.toMatch(/4012[\s-]?8888/);
});

/** What a caller may put into this input as text, by its path; `[]` for the items of a list. */
function textsOf(schema: z.core.$ZodType, path = ''): [path: string, schema: z.core.$ZodType][] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  const { def } = (schema as z.core.$ZodTypes)._zod; // all there are
  switch (def.type) {
    case 'string':
      return [[path, schema]];
    case 'object':
      return Object.entries(def.shape).flatMap(([key, field]) => textsOf(field, at(key)));
    case 'array':
      return textsOf(def.element, `${path}[]`);
    case 'record':
      return textsOf(def.valueType, `${path}[]`);
    case 'union':
      return def.options.flatMap((option) => textsOf(option, path));
    case 'optional':
    case 'nullable':
    case 'default':
      return textsOf(def.innerType, path);
    case 'pipe':
      return textsOf(def.in, path);
    default:
      return [];
  }
}

test('9.2 every text of every command is masked at the door, but for names of things and what is not kept', () => {
  const card = '4012888888881881';
  const kept = Object.entries(COMMANDS).flatMap(([name, { input }]) =>
    textsOf(input)
      .filter(([, schema]) => z.safeParse(schema, card).data === card)
      .map(([field]) => (['clientId', 'cursor', 'password'].includes(field) ? field : `${name} ${field}`)),
  );
  expect([...new Set(kept)].toSorted()).toEqual([
    'audit.list about',
    'clientId',
    'cursor',
    'mail.get mailId', // the key of a letter, or not found
    'mail.resend mailId',
    'message.check body', // not kept
    'message.send body', // the command masks it itself, once it has seen what is in it
    'offer.propose service.key', // one of the category's, or refused
    'password',
    'session.password new', // kept as a hash alone
    'session.password old',
    'user.list search',
    'webhook.save url', // an address is what it is
  ]);
  const texts = Object.values(COMMANDS).flatMap(({ input }) => textsOf(input));
  const masked = texts.filter(([, schema]) => z.safeParse(schema, card).data === '••••••••••••1881');
  expect(masked.length).toBeGreaterThan(20);
});

test('9.2 the case of a flagged message is opened also when the process ended right after storing it', async () => {
  const questionId = await conversation();
  const by = { id: people.customer.user.id as string, name: 'Cora', role: 'customer' as const };
  const at = node.ctx.now();
  const { message } = await node.ctx.stores.messages.append({
    questionId,
    clientId: clientId(),
    kind: 'message',
    by,
    body: BODY,
    at,
    personal: [{ kind: 'email', start: 34, end: 50 }],
    flags: [{ by: SYSTEM, reason: 'personal_information', at }],
  });
  const later = { ...node.ctx, now: () => new Date(at.getTime() + 60_000) };
  await sweep(later);
  await sweep(later);
  expect(await casesOf(questionId)).toMatchObject([
    { kind: 'personal_information', seq: message.seq, openedBy: SYSTEM },
  ]);
  const owing = async () => {
    const owed = await all(node.ctx.stores.messages.unsettled(later.now(), 1_000));
    return owed.map(({ record }) => record.questionId);
  };
  await expect.poll(owing).not.toContain(questionId); // noted behind what was done
});

/** Everything in MongoDB and Redis, as text. */
async function everywhere(): Promise<string> {
  const connection = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  const redis = new Redis(here.env['REDIS_URL']!);
  try {
    const db = connection.db!;
    const collections = await db.listCollections().toArray();
    const docs = await Promise.all(collections.map(({ name }) => db.collection(name).find().toArray()));
    const keys = await redis.keys(`*${here.env['REDIS_PREFIX']}*`);
    const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
    return JSON.stringify(docs) + keys.join(' ') + dumps.map((dump) => dump?.toString('latin1')).join(' ');
  } finally {
    await connection.close();
    redis.disconnect();
  }
}
