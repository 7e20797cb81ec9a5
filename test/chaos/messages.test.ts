// Rule 2.3, I8 to I11: acknowledged means there for good, once, in its place; whoever comes back sees what the log says.

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { clientId, connect, login, postQuestion, visitor } from '../helpers/client.ts';
import type { Client, Json, CommandFailed } from '../helpers/client.ts';
import { endProcesses } from '../helpers/process.ts';
import { Chatter, randomFrom } from './chatter.ts';
import type { ChatterSettings } from './chatter.ts';
import { installation } from './world.ts';
import type { Installation } from './world.ts';

const COUNT = 40;
const KIND = 'info_request'; // an expert may send many of these in a row (3.2)

let here: Installation;
let urls: string[];
beforeAll(async () => {
  here = await installation();
  urls = (await Promise.all([here.gateway(), here.gateway()])).map(({ url }) => url);
});
afterAll(async () => {
  await endProcesses();
  await here.close();
});

interface Conversation {
  readonly questionId: string;
  readonly customer: Client;
  readonly expert: Client;
}

async function conversation(): Promise<Conversation> {
  const [customer, expert] = await Promise.all([visitor(urls[0] ?? ''), login(urls[1] ?? '', 'ada@example.test')]);
  const questionId = (await postQuestion(customer))['id'] as string;
  await expert.call('question.claim', { questionId });
  return { questionId, customer, expert };
}

async function logOf(questionId: string): Promise<Json[]> {
  const { db } = here;
  const log = await db.collection<Json>('messages').find({ questionId }).sort({ _id: 1 }).toArray();
  return log.map((message) => ({ ...message, seq: Number(String(message['_id']).split('/')[1]) }));
}

const essence = ({ seq, clientId: id, body, kind, by }: Json) => ({
  seq,
  clientId: id,
  body,
  kind,
  by: by.id as string,
});

/** 1 … n; each message once; each sender's in the order they were said. */
function assertLog(log: readonly Json[], chatters: readonly Chatter[]): void {
  expect(log.map(({ seq }) => seq as number)).toEqual(log.map((_, index) => index + 1));
  expect(new Set(log.map(({ by, clientId: id }) => `${by.id}/${id}`)).size).toBe(log.length);
  for (const chatter of chatters) {
    const ids = new Set(chatter.lines.map((line) => line.clientId));
    const said = log.filter(({ clientId: id }) => ids.has(id as string));
    // soft: what follows is worth knowing too
    expect
      .soft(said.map(({ body }) => body as string))
      .toEqual(chatter.lines.map(({ body }) => body).slice(0, said.length));
    const places = new Map(said.map(({ clientId: id, seq }) => [id as string, seq as number]));
    for (const [id, seq] of chatter.acked) expect(places.get(id)).toBe(seq);
  }
}

const OFTEN = 0.04; // a cut at one in 25 of what is heard

test.each([
  ['all on one gateway', 1, [1, 1], 0],
  ['all on one gateway, over bad lines', 2, [1, 1], OFTEN],
  ['each on a gateway of their own', 3, [1, 2], 0],
  ['each on a gateway of their own, over bad lines', 4, [1, 2], OFTEN],
  ['wherever they come back, over bad lines', 5, [3, 3], OFTEN],
] as const)('both sides write at once, %s', { timeout: 600_000 }, async (_what, seed, on, cutAt) => {
  const { questionId, customer, expert } = await conversation();
  const gateways = (mask: number) => urls.filter((_, index) => mask & (1 << index));
  const settings = (client: Client, name: string, mask: number, more: number): ChatterSettings => ({
    ...{ urls: gateways(mask), token: client.token, questionId, name, count: COUNT, cutAt },
    random: randomFrom(seed * 100 + more),
    ...(name === 'expert' && { kind: KIND }),
  });
  const chatters = [
    new Chatter(settings(customer, 'customer', on[0], 1)),
    new Chatter(settings(expert, 'expert', on[1], 2)),
    // the same customer in another window
    new Chatter(settings(customer, 'window', on[1], 3)),
  ];
  await Promise.all(chatters.map((chatter) => chatter.talk()));
  expect(chatters.flatMap(({ refused }) => refused)).toEqual([]);

  const log = await logOf(questionId);
  expect(log).toHaveLength(COUNT * chatters.length);
  assertLog(log, chatters);
  if (cutAt > 0) expect(chatters.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(5);

  for (const chatter of chatters) {
    await vi.waitFor(
      () => {
        expect(chatter.view.map(essence)).toEqual(log.map(essence));
      },
      { timeout: 180_000, interval: 50 },
    );
    chatter.leave();
  }
  customer.close();
  expert.close();
});

test('a message that was sent again on both gateways at once is one message', async () => {
  const { questionId, customer, expert } = await conversation();
  const sockets = await Promise.all([0, 1, 0, 1].map((index) => connect(urls[index] ?? '', customer.token)));
  for (let round = 0; round < 10; round += 1) {
    const input = { questionId, clientId: clientId(), body: `Round ${round}` };
    const answers = await Promise.all(sockets.map((socket) => socket.call('message.send', input)));
    expect(new Set(answers.map(({ message }) => message.seq as number))).toEqual(new Set([round + 1]));
  }
  expect(await logOf(questionId)).toHaveLength(10);
  for (const client of [customer, expert, ...sockets]) client.close();
});

test('many write at once from both gateways, without waiting: dense, once, in order', async () => {
  const { questionId, customer, expert } = await conversation();
  const sockets = await Promise.all([0, 1, 0, 1].map((index) => connect(urls[index] ?? '', customer.token)));
  const said = sockets.map((_, writer) =>
    Array.from({ length: 40 }, (__, index) => ({ questionId, clientId: clientId(), body: `${writer} ${index}` })),
  );
  const answers = await Promise.all(
    said.flatMap((lines, writer) => lines.map((line) => (sockets[writer] as Client).call('message.send', line))),
  );
  const log = await logOf(questionId);
  expect(log.map(({ seq }) => seq as number)).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
  expect(answers.map((answer) => answer['message'].seq as number).toSorted((a, b) => a - b)).toEqual(
    log.map(({ seq }) => seq as number),
  );
  said.forEach((lines, writer) => {
    const mine = log.filter(({ body }) => (body as string).startsWith(`${writer} `)).map(({ body }) => body as string);
    expect.soft(mine).toEqual(lines.map(({ body }) => body));
  });
  for (const client of [customer, expert, ...sockets]) client.close();
});

test.each([1, 2, 3, 4])(
  '2.8, I9 closing while everybody writes: the closed line is the last, round %i',
  { timeout: 600_000 },
  async (round) => {
    const { questionId, customer, expert } = await conversation();
    const [here1, there] = await Promise.all(urls.map((url) => connect(url, customer.token)));
    await customer.call('question.watch', { questionId });
    const writers = [customer, expert, here1, there] as Client[];
    const lines: { body: string; sent: Promise<Json> }[] = [];
    const write = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        for (const [writer, client] of writers.entries()) {
          const body = `${writer} ${lines.length}`;
          const kind = client === expert ? { kind: KIND } : {};
          const sent = client.call('message.send', { questionId, clientId: clientId(), body, ...kind });
          sent.catch(() => undefined); // looked at below
          lines.push({ body, sent });
        }
      }
    };
    write(2 * round);
    const closing = (round % 2 ? there : customer)?.call('question.close', { questionId });
    write(10);
    await closing;
    write(2);

    const outcomes = await Promise.allSettled(lines.map(({ sent }) => sent));
    const acked = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value['message'] as Json] : []));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as CommandFailed] : []));
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['conflict.closed']));
    expect(refused.length).toBeGreaterThanOrEqual(8); // the last ones came after the answer

    const log = await logOf(questionId);
    expect(log.map(({ seq }) => seq as number)).toEqual(log.map((_, index) => index + 1));
    expect(log.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
    expect(log.at(-1)).toMatchObject({ kind: 'closed', by: { id: 'system' } });
    expect(
      log
        .slice(0, -1)
        .map(({ body }) => body as string)
        .toSorted(),
    ).toEqual(acked.map(({ body }) => body as string).toSorted());
    for (const message of acked) expect(log[(message['seq'] as number) - 1]?.['clientId']).toBe(message['clientId']);
    await customer.heard('message.created', ({ kind, seq }) => kind === 'closed' && seq === log.length);
    for (const client of writers) client.close();
  },
);
