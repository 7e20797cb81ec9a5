// Stolen cards that are tried out: declines are counted by person, card and address, slowed early, stopped, and told to care.
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { User } from '../../src/models/user.ts';
import { CommandFailed, clientId, login, post } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, codeOf, eventually, mailsTo, ownCategory, tokenOf } from '../helpers/people.ts';

// a stop after four: the waits before it are 5 s, which the tests do not wait for
const here = world({ RATE_DECLINES: '4', TRUST_PROXY: '127.0.0.1' });
let node: Node;
let category: string;
let care: Client;
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(here.env['REDIS_URL']!);
  node = await here.start();
  category = await ownCategory(node);
  care = await login(node.url, 'care@example.test');
});
afterAll(async () => {
  redis.disconnect();
  await here.close();
});

/** Unknown to the provider, so declined; another one each time. */
const stolen = () => `pm_${randomBytes(8).toString('hex')}`;
const fromAddress = () => `203.0.113.${Math.floor(Math.random() * 250)}`;

const question = (paymentMethod: string): Json => ({
  ...{ category, subject: 'It broke', body: 'Today.', value: { amount: 1_000, currency: 'USD' } },
  ...{ paymentMethod, clientId: clientId() },
});

async function by(who: User, name: string, input: Json, address = '198.51.100.7'): Promise<Json> {
  const response = await fetch(`${node.url}/v1/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await tokenOf(node, who)}`,
      'x-forwarded-for': address,
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Json;
  if (!response.ok) throw new CommandFailed({ ...body, message: String(body.detail) } as never);
  return body;
}

const refusalOf = async (call: Promise<unknown>): Promise<CommandFailed> =>
  call.then(
    () => expect.fail('it was done'),
    (error: unknown) => {
      if (error instanceof CommandFailed) return error;
      throw error;
    },
  );

const pauses = () => redis.keys(`${here.env['REDIS_PREFIX']}:limit:declines-pause*`);

/** The waits that were set by declines are over; the counts are not. */
async function waited(): Promise<void> {
  const keys = await pauses();
  if (keys.length > 0) await redis.del(...keys);
}

const declines = async (count: number, who: User, card: () => string, address: () => string): Promise<string[]> => {
  const codes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    codes.push(await codeOf(by(who, 'question.post', question(card()), address())));
    await waited();
  }
  return codes;
};

const FAILED = 'payment.failed';
const LIMITED = 'rate.limited';

test('sixty declined cards at once by one visitor are three tries; the rest waits', async () => {
  const inputs = Array.from({ length: 60 }, () => question(stolen()));
  const atOnce = async () => {
    const [who, where, began] = [await account(node, 'customer'), fromAddress(), Date.now()];
    const all = await Promise.all(inputs.map((input) => refusalOf(by(who, 'question.post', input, where))));
    return { visitor: who, address: where, refusals: all, ms: Date.now() - began };
  };
  let round = await atOnce();
  // on a machine that stands still meanwhile the wait may be over before all have come
  for (let rounds = 1; rounds < 5 && round.ms > 4_000; rounds += 1) round = await atOnce();
  const { visitor, address, refusals } = round;
  expect(refusals.filter(({ code }) => code === FAILED)).toHaveLength(3);
  const limited = refusals.filter(({ code }) => code === LIMITED);
  expect(limited).toHaveLength(57);
  for (const { details } of limited) {
    expect(details?.['retryAfter']).toBeGreaterThan(0);
    expect(details?.['retryAfter']).toBeLessThanOrEqual(5);
  }
  // whoever comes before the wait is over, however long that one is on its way
  for (const key of await pauses()) await redis.expire(key, 3_600);
  const refusal = await refusalOf(by(visitor, 'question.post', question(stolen()), address));
  expect(refusal.code).toBe(LIMITED);
  expect(refusal.details?.['retryAfter']).toBeGreaterThan(0);
  await waited();
  expect(await codeOf(by(visitor, 'question.post', question('pm_card_visa'), address))).toBe('ok');
});

test('a person who goes on is stopped for an hour, whatever the card and the address; care has a case and a letter', async () => {
  const visitor = await account(node, 'customer');
  expect(await declines(4, visitor, stolen, fromAddress)).toEqual([FAILED, FAILED, FAILED, FAILED]);
  const input = question('pm_card_visa');
  const refusal = await refusalOf(by(visitor, 'question.post', input, fromAddress()));
  expect(refusal.code).toBe(LIMITED);
  expect(refusal.details?.['retryAfter']).toBeGreaterThan(3_000);
  expect(await node.ctx.stores.questions.findByClientId(visitor.id, String(input.clientId))).toBeNull();
  await eventually(async () => {
    const { items } = await care.call('case.list', { kind: 'card_testing' });
    return (items as Json[]).filter(({ customer }) => customer.id === visitor.id).map(({ reason }): unknown => reason);
  }).toEqual(['person']);
  await eventually(async () =>
    (await mailsTo(node, 'care@example.test')).map(({ subject }): unknown => subject),
  ).toContain('Many declined cards');
});

test('payment.update and offer.accept are doors to the same count', async () => {
  const customer = await account(node, 'customer');
  const expert = await account(node, 'expert', { categories: [category] });
  const { id: questionId } = (await by(customer, 'question.post', question('pm_card_visa'))).question as Json;
  await post(node.url, 'question.claim', { questionId }, await tokenOf(node, expert));
  const hello = { questionId, clientId: clientId(), kind: 'greeting', body: 'Hello' };
  await post(node.url, 'message.send', hello, await tokenOf(node, expert));
  const [offer] = await node.ctx.stores.offers.ofQuestion(String(questionId));
  const update = (paymentMethod: string) =>
    by(customer, 'payment.update', { questionId, paymentMethod }, fromAddress());
  await update(stolen()); // nothing waits for it yet: it is only kept
  const accept = () => codeOf(by(customer, 'offer.accept', { offerId: offer!.id }, fromAddress()));
  const codes: string[] = [];
  for (let time = 0; time < 4; time += 1) {
    codes.push(await accept());
    await waited();
  }
  expect(codes).toEqual([FAILED, FAILED, FAILED, FAILED]);
  expect(await accept()).toBe(LIMITED);
  expect(await codeOf(update('pm_card_visa'))).toBe(LIMITED);
  expect((await node.ctx.stores.offers.read(offer!.id))!.record.payment.attempt).toBe(4);
});

test('one card that many people try is stopped, and theirs alone', async () => {
  const card = stolen();
  const visitors = await Promise.all(Array.from({ length: 5 }, () => account(node, 'customer')));
  const codes: string[] = [];
  for (const visitor of visitors) codes.push(...(await declines(1, visitor, () => card, fromAddress)));
  expect(codes).toEqual([FAILED, FAILED, FAILED, FAILED, LIMITED]);
  expect(await codeOf(by(visitors[4]!, 'question.post', question('pm_card_visa'), fromAddress()))).toBe('ok');
});

test('one address is stopped after five times as many, whoever is behind it; another address is not', async () => {
  const address = '192.0.2.77';
  const codes: string[] = [];
  for (let count = 0; count < 21; count += 1) {
    codes.push(...(await declines(1, await account(node, 'customer'), stolen, () => address)));
  }
  expect(codes.filter((code) => code === FAILED)).toHaveLength(20);
  expect(codes.at(-1)).toBe(LIMITED);
  const visitor = await account(node, 'customer');
  expect(await codeOf(by(visitor, 'question.post', question('pm_card_visa'), '192.0.2.78'))).toBe('ok');
});

test('the same declined post sent again is answered the same and counts once', async () => {
  const visitor = await account(node, 'customer');
  const input = question('pm_card_chargeDeclined');
  for (let time = 0; time < 8; time += 1) {
    expect(await codeOf(by(visitor, 'question.post', input, fromAddress()))).toBe(FAILED);
  }
});
