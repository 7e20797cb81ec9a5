// What clients that do not read, that stay, or that go on may cost: in bytes, places and answers, never in seconds.

import { connect } from 'node:net';
import type { Socket as Line } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { openCommand } from '../../src/commands/command.ts';
import { readConfig } from '../../src/config.ts';
import { Backlog } from '../../src/gateway/backlog.ts';
import { FRAME_BYTES, INPUT_BYTES, SLOW_BYTES } from '../../src/gateway/bounds.ts';
import { Wire } from '../helpers/wire.ts';
import { PEOPLE, TABLE, ask, createWorld, next } from './world.ts';
import type { World } from './world.ts';

const PAGE = 200_000;

let runs = 0;
const BIG = {
  ...TABLE,
  'big.list': openCommand({
    summary: 'A long page.',
    reads: true,
    input: z.strictObject({ times: z.int().optional() }),
    output: z.strictObject({ n: z.int(), text: z.string() }),
    run: async (_ctx, { times = 1 }) => ({ n: (runs += 1), text: 'x'.repeat(PAGE * times) }),
  }),
  'small.change': openCommand({
    summary: 'Changes nothing much.',
    input: z.strictObject({}),
    output: z.strictObject({}),
    run: async () => ({}),
  }),
};

let world: World;
const wires: Wire[] = [];
const lines: Line[] = [];
beforeEach(async () => {
  runs = 0;
  world = await createWorld({ table: BIG });
});
afterEach(async () => {
  for (const wire of wires.splice(0)) wire.end();
  for (const line of lines.splice(0)) line.destroy();
  await world.close();
});

async function join(here: World = world, token: string | undefined = 'cora'): Promise<Wire> {
  const wire = await Wire.join(here.url, token);
  wires.push(wire);
  return wire;
}

function dial(here: World = world): Promise<Line> {
  return new Promise((resolve, reject) => {
    const line = connect(Number(new URL(here.url).port), '127.0.0.1', () => resolve(line));
    line.once('error', reject);
    line.on('error', () => undefined); // a reset is an answer too
    lines.push(line);
  });
}

const GET = 'GET /v1/big.list HTTP/1.1\r\nhost: x\r\n\r\n';

function heardBy(line: Line): Promise<string> {
  let text = '';
  line.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  return new Promise((resolve) => line.once('close', () => resolve(text)));
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

/** It does not change any more. */
async function steady(count: () => number): Promise<number> {
  for (let last = -1; ;) {
    const now = count();
    if (now === last) return now;
    last = now;
    for (let n = 0; n < 20; n += 1) await world.app.inject('/health/live');
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

test('17 a socket that does not read is answered no more than it may hold, and everything in order once it reads', async () => {
  const wire = await join();
  wire.pause();
  for (let n = 1; n <= 300; n += 1) wire.send(`42${n}["big.list",{}]`);
  const answered = await steady(() => runs);
  const inKernel = 8 * 1024 * 1024; // what the operating systems of both ends buffer
  expect(answered * PAGE).toBeLessThan(SLOW_BYTES + 8 * PAGE + inKernel);
  expect(answered).toBeLessThan(300);
  const other = await join(world, 'ada');
  expect(await other.ask('small.change', '{}')).toMatchObject({ ok: true });
  wire.resume();
  await expect.poll(() => runs).toBe(300);
  await wire.next((text) => text.startsWith('43300['));
  const answers = wire.heard.filter((text) => text.startsWith('43'));
  expect(answers.map((text) => Number(/"n":(\d+)/.exec(text)?.[1]))).toEqual(
    Array.from({ length: 300 }, (_, n) => n + 1),
  );
});

test('17 pipelined requests: four of a connection are under way, the next is refused and ends it', async () => {
  const line = await dial();
  const heard = heardBy(line);
  line.write(GET.repeat(30));
  const all = statuses(await heard);
  expect(all.slice(0, 4)).toEqual([200, 200, 200, 200]);
  expect(all[4]).toBe(429);
  expect(runs).toBe(4);
});

test('17 pipelined requests of clients that do not read: no more is made than four answers', async () => {
  const silent = await Promise.all(Array.from({ length: 8 }, () => dial()));
  for (const line of silent) {
    line.pause();
    line.write(GET.repeat(30));
  }
  await expect.poll(() => runs).toBe(32);
  expect(await steady(() => runs)).toBe(32);
});

test('17 one request after the other goes on over the same connection', async () => {
  const line = await dial();
  let text = '';
  line.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  for (let n = 1; n <= 10; n += 1) {
    line.write(GET);
    await expect.poll(() => text.length).toBeGreaterThan(n * PAGE);
  }
  expect(statuses(text)).toEqual(Array<number>(10).fill(200));
});

test('17 above the budget of the process reading is refused, changing is not, and the operator is told', async () => {
  let told = 0;
  const full = await createWorld({ table: BIG, backlog: new Backlog(() => void (told += 1), 1024 * 1024) });
  const http = await Promise.all(Array.from({ length: 3 }, () => dial(full)));
  for (const line of http) {
    line.pause();
    line.write('GET /v1/big.list?times=50 HTTP/1.1\r\nhost: x\r\n\r\n'); // more than the operating system takes
  }
  const good = await full.join('ada');
  await expect.poll(async () => (await ask(good, 'big.list', {})).error?.code, { interval: 30 }).toBe('unavailable');
  expect((await full.app.inject('/v1/big.list')).statusCode).toBe(503);
  expect(await ask(good, 'small.change', {})).toMatchObject({ ok: true });
  expect(told).toBeGreaterThan(0); // the log says it once, as everything that repeats
  for (const line of http) line.destroy();
  await expect.poll(async () => (await ask(good, 'big.list', {})).ok).toBe(true);
  await full.close();
});

test('17 who has taken nothing for half a minute is cut, whatever they send; who takes a little stays', async () => {
  const backlog = new Backlog(() => {});
  const here = await createWorld({ table: BIG, backlog });
  const [dead, slow] = [await join(here), await join(here, 'ada')];
  for (const wire of [dead, slow]) {
    wire.pause();
    for (let n = 1; n <= 100; n += 1) wire.send(`42${n}["big.list",{}]`);
  }
  await steady(() => runs);
  const start = performance.now();
  expect(backlog.stalled(start)).toEqual([]);
  dead.send('3'); // a sign of life is not enough
  const before = slow.bytes;
  slow.resume();
  await expect.poll(() => slow.bytes).toBeGreaterThan(before + 10 * PAGE);
  slow.pause();
  await steady(() => slow.bytes);
  const stalled = backlog.stalled(start + 31_000);
  expect(stalled).toHaveLength(1);
  for (const line of stalled) line.destroy();
  dead.resume();
  await dead.closed;
  expect(slow.ended).toBe(false);
  await here.close();
});

test('17 calls that wait for a client that does not read are bounded by what they take, and end a flood', async () => {
  const wire = await join();
  wire.pause();
  for (let n = 1; n <= 100; n += 1) wire.send(`42${n}["big.list",{}]`);
  const ran = await steady(() => runs);
  expect(ran).toBeLessThan(100);
  world.charged.splice(0);
  const empty = `{"some":[${Array<string>(20_000).fill('[]').join(',')}]}`; // 60 kB as text, twenty times that once it is read
  for (let n = 200; n < 210; n += 1) wire.send(`42${n}["small.change",${empty}]`);
  await expect.poll(() => world.charged.length).toBe(10);
  world.flooded.add('cora');
  wire.send(`42300["small.change",${empty}]`);
  wire.resume();
  await wire.closed;
  expect(world.cuts).toEqual(['flood']);
});

test('18 whoever leaves the namespace does not stay', async () => {
  for (let n = 0; n < 10; n += 1) {
    const wire = await join();
    wire.send('41');
    await wire.closed;
  }
  await expect.poll(() => world.io.engine.clientsCount).toBe(0);
});

test('18 a connection cannot be taken over by its id, nor held on to', async () => {
  const wire = await Wire.open(world.url);
  wires.push(wire);
  const open = await wire.next((text) => text.startsWith('0{'));
  const { sid, upgrades } = JSON.parse(open.slice(1)) as { sid: string; upgrades: string[] };
  expect(upgrades).toEqual([]);
  for (const id of [sid, '', 'x'.repeat(20)]) {
    await expect(Wire.open(world.url, { query: `EIO=4&transport=websocket&sid=${id}` })).rejects.toMatchObject({
      status: 400,
    });
  }
  expect(await wire.connect('{"token":"cora"}')).toMatch(/^40/);
  expect(world.io.engine.clientsCount).toBe(1);
});

test('18 a stranger who stays is closed within half a minute, a person is not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const here = await createWorld();
  const [stranger, cora] = [await here.join(), await here.join('cora')];
  const closed = new Promise((resolve) => stranger.once('disconnect', resolve));
  here.now = new Date(here.now.getTime() + 29_000);
  vi.advanceTimersByTime(5_000);
  expect(await ask(stranger, 'echo.list', {})).toMatchObject({ ok: true });
  here.now = new Date(here.now.getTime() + 1_000);
  vi.advanceTimersByTime(5_000);
  expect(await closed).toBe('transport close'); // a lost line: whoever still needs it comes again
  expect(here.cuts).toEqual(['silent']);
  expect(await ask(cora, 'echo.list', {})).toMatchObject({ ok: true });
  await here.close();
  vi.useRealTimers();
});

test('18 who opens a line and says nothing is sent away at the second look, who waits for us is not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let answer = () => {};
  const slow = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  const here = await createWorld({
    actorOf: async () => {
      asked += 1;
      await slow; // a database that stands still
      return PEOPLE['cora']!;
    },
  });
  const silent = await Wire.open(here.url);
  const waits = await Wire.open(here.url);
  wires.push(silent, waits);
  const letIn = waits.connect('{"token":"cora"}');
  await expect.poll(() => asked).toBe(1);
  vi.advanceTimersByTime(5_000);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect([silent.ended, waits.ended]).toEqual([false, false]);
  for (let n = 0; n < 10; n += 1) vi.advanceTimersByTime(5_000);
  await silent.closed;
  expect(here.cuts).toEqual(['silent']);
  answer();
  expect(await letIn).toMatch(/^40/);
  await here.close();
  vi.useRealTimers();
});

test.each([['cora'], [undefined]])(
  '18 a connection is one socket, however often it says who it is at once: %s',
  async (token) => {
    let answer = () => {};
    const slow = new Promise<void>((resolve) => (answer = resolve));
    const here = await createWorld({
      actorOf: async () => {
        await slow;
        return PEOPLE['cora']!;
      },
    });
    const wire = await Wire.open(here.url);
    wires.push(wire);
    const auth = token === undefined ? '' : JSON.stringify({ token });
    for (let n = 0; n < 20; n += 1) wire.send(`40${auth}`);
    if (token !== undefined) await expect.poll(() => here.charged.length).toBeGreaterThan(0);
    answer();
    await wire.closed;
    expect(here.io.sockets.sockets.size).toBe(0);
    expect(here.charged.length).toBeGreaterThan(0);
    expect((await here.join('cora')).connected).toBe(true);
    await here.close();
  },
);

test.each([
  ['answers that nobody asked for', '431[]'],
  ['joins of what is not there', '40/x,{}'],
  ['pongs without a ping', '3'],
])('18 %s are charged, and end who sends them far beyond the limits', async (_, packet) => {
  const wire = await join();
  for (let n = 0; n < 100; n += 1) wire.send(packet);
  await expect.poll(() => world.charged.length).toBeGreaterThanOrEqual(100);
  expect(new Set(world.charged)).toEqual(new Set(['cora 1']));
  world.flooded.add('cora');
  wire.send(packet);
  await wire.closed;
  expect(world.cuts).toEqual(['flood']);
});

test('18 who has not said who they are pays for joins of what is not there, and not for their own', async () => {
  const wire = await Wire.open(world.url);
  wires.push(wire);
  for (let n = 0; n < 20; n += 1) wire.send('40/x,{}');
  await expect.poll(() => world.charged.length).toBe(20);
  expect(new Set(world.charged)).toEqual(new Set(['127.0.0.1 1']));
  wire.send('40{"token":"cora"}');
  await wire.next((text) => text.startsWith('40{'));
  expect(world.charged).toHaveLength(20);
});

test('18 pings of the WebSocket itself are charged as well', async () => {
  const wire = await join();
  for (let n = 0; n < 50; n += 1) wire.sendFrame({ opcode: 0x9, payload: '' });
  await expect.poll(() => world.charged.length).toBe(50);
  world.flooded.add('cora');
  wire.sendFrame({ opcode: 0xa, payload: '' });
  await wire.closed;
});

test('18 strangers of one address do not keep people out', async () => {
  const small = await createWorld({ caps: { sockets: 40, socketsPerUser: 3, socketsPerAddress: 30 } });
  const tries = await Promise.allSettled(Array.from({ length: 60 }, () => Wire.join(small.url)));
  const strangers = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  wires.push(...strangers);
  expect(strangers).toHaveLength(3); // of the ten places for strangers
  for (const who of ['cora', 'ada', 'care']) expect((await small.join(who)).connected).toBe(true);
  await small.close();
});

test('18 behind our proxy connections are counted by who is behind it', async () => {
  const behind = await createWorld({
    trustProxy: readConfig({ TRUST_PROXY: '127.0.0.1' }).trustProxy,
    caps: { sockets: 40, socketsPerUser: 9, socketsPerAddress: 2 },
  });
  const from = (address: string) => ({ extraHeaders: { 'x-forwarded-for': address } });
  await behind.join('cora', from('203.0.113.1'));
  await behind.join('ada', from('203.0.113.1'));
  expect(await behind.refused('ben', from('203.0.113.1:4711'))).toMatchObject({
    data: { code: 'conflict.too_many_sockets', details: { limit: 2 } },
  });
  await behind.join('ben', from('203.0.113.2'));
  await behind.join('dan', from('2001:db8::1'));
  await behind.join('dan', from('2001:db8::2'));
  expect(await behind.refused('dan', from('2001:db8::3'))).toMatchObject({ data: { details: { limit: 2 } } });
  await behind.close();
});

test('18 connections that never ask anything are counted from the accept on', async () => {
  const small = await createWorld({ caps: { sockets: 40, socketsPerUser: 3, socketsPerAddress: 10 } });
  let ended = 0;
  const open = Array.from({ length: 300 }, () => connect(Number(new URL(small.url).port), '127.0.0.1'));
  for (const line of open)
    line
      .on('error', () => undefined)
      .once('close', () => (ended += 1))
      .resume();
  await expect.poll(() => ended).toBe(300 - 260);
  for (const line of open) line.destroy();
  const came = () =>
    small.join('cora').then(
      () => 'in',
      () => 'out',
    );
  await expect.poll(came).toBe('in'); // as soon as it has noticed
  await small.close();
});

test('19 whoever goes on far beyond the limits hears why, is cut, and not let in again for a while', async () => {
  const cora = await world.join('cora');
  const [told, closed] = [next(cora, 'notice'), new Promise((resolve) => cora.once('disconnect', resolve))];
  world.flooded.add('cora');
  expect(await ask(cora, 'echo.list', {})).toMatchObject({
    error: { code: 'rate.limited', details: { retryAfter: 60 } },
  });
  expect(await told).toMatchObject({ code: 'rate.limited', params: { retryAfter: 60 } });
  expect(await closed).toBe('io server disconnect'); // after which clients do not come again by themselves
  expect(world.cuts).toEqual(['flood']);
  expect(await world.refused('cora')).toMatchObject({ data: { code: 'rate.limited', details: { retryAfter: 60 } } });
  const answer = await world.app.inject({ url: '/v1/echo.list', headers: { authorization: 'Bearer cora' } });
  expect([answer.statusCode, answer.headers['retry-after'], answer.headers.connection]).toEqual([429, '60', 'close']);
  // nobody else at the same address is meant
  expect((await world.join('ada')).connected).toBe(true);
});

test('19 a network that floods is not answered without a token, and its people are', async () => {
  world.flooded.add('127.0.0.1');
  for (const url of ['/v1/echo.list', '/nowhere', '/openapi.json']) {
    const answer = await world.app.inject(url);
    expect([answer.statusCode, answer.headers.connection]).toEqual([429, 'close']);
  }
  expect((await world.app.inject('/health/live')).statusCode).toBe(200);
  expect(await world.refused(null)).toMatchObject({ data: { code: 'rate.limited' } });
  expect((await world.join('cora')).connected).toBe(true);
  const answer = await world.app.inject({ url: '/v1/echo.list', headers: { authorization: 'Bearer cora' } });
  expect(answer.statusCode).toBe(200);
});

test('19 everything that comes over HTTP is charged to somebody', async () => {
  const post = (name: string, payload: string, headers = {}) =>
    world.app.inject({
      method: 'POST',
      url: `/v1/${name}`,
      headers: { 'content-type': 'application/json', ...headers },
      payload,
    });
  for (const request of [
    () => world.app.inject('/nowhere'),
    () => post('made.up', '{}'),
    () => post('echo.list', '{"text":'),
    () => post('echo.list', '{}', { 'content-type': 'text/plain' }),
    () => post('echo.list', '{}', { authorization: 'Bearer nobody' }),
    () => post('echo.list', JSON.stringify({ text: 'x'.repeat(INPUT_BYTES) })),
    () => world.app.inject('/metrics'),
  ]) {
    world.taken.length = 0;
    await request();
    expect(world.taken).toEqual(['commands 127.0.0.1']);
    world.wait = 7;
    expect((await request()).statusCode).toBe(429);
    world.wait = null;
  }
  world.taken.length = 0;
  await world.app.inject('/health/ready');
  await post('echo.list', '{}', { authorization: 'Bearer cora' });
  expect(world.taken).toEqual(['commands cora']);
});

test('19 long inputs and long answers cost more than short ones', async () => {
  const costs: [string, number][] = [];
  const here = await createWorld({
    table: BIG,
    limits: {
      take: async (_kind, key, cost = 1) => (costs.push([key, cost]), null),
      charge: (key, cost) => void costs.push([key, cost]),
      isKnown: async () => false,
      know: () => undefined,
      floodedFor: () => 0,
    },
  });
  const cora = await here.join('cora');
  await ask(cora, 'echo.list', { text: 'x' });
  await ask(cora, 'echo.list', { text: 'x'.repeat(10 * 1024) });
  await ask(cora, 'small.change', {});
  await ask(cora, 'made.up', {});
  cora.emit('echo.list', {});
  await ask(cora, 'big.list', {});
  await ask(cora, 'echo.list', {}); // the answer before it has been charged
  const page = Math.floor(PAGE / 8_192);
  expect(costs).toEqual([1, 11, 2, 1, 1, 1, page, 1].map((cost) => ['cora', cost]));
  costs.length = 0;
  await here.app.inject({ url: '/v1/big.list', headers: { authorization: 'Bearer cora' } });
  expect(costs).toEqual([
    ['cora', 1],
    ['cora', page],
  ]);
  await here.close();
});

test('8 what is too long over HTTP is heard out, so that its answer arrives and the connection goes on', async () => {
  const line = await dial();
  let text = '';
  line.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const body = JSON.stringify({ text: 'x'.repeat(FRAME_BYTES - 100) });
  line.write(
    `POST /v1/echo.list HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  line.write(body);
  await expect.poll(() => statuses(text)).toEqual([413]);
  expect(text).not.toMatch(/connection: close/i);
  line.write('GET /v1/echo.list HTTP/1.1\r\nhost: x\r\n\r\n');
  await expect.poll(() => statuses(text)).toEqual([413, 200]);
  line.write(
    `POST /v1/echo.list HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${2 * FRAME_BYTES}\r\n\r\n`,
  );
  await expect.poll(() => statuses(text)).toEqual([413, 200, 413]);
  expect(text).toMatch(/connection: close/i);
});

/** A server whose seconds do not pass, so that nobody has to be quick. */
async function standing(): Promise<World> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const here = await createWorld();
  onTestFinished(async () => {
    vi.useRealTimers();
    await here.close();
  });
  return here;
}

test('23 a hundred times typing is told once or twice, and each in its own conversation and of its own person', async () => {
  const here = await standing();
  const [cora, ada, care] = [await here.join('cora'), await here.join('ada'), await here.join('care')];
  for (const socket of [cora, ada, care]) {
    for (const questionId of ['q1', 'q2']) await ask(socket, 'question.watch', { questionId });
  }
  const typed: string[] = [];
  care.on('typing', ({ questionId, by }: { questionId: string; by: { id: string } }) =>
    typed.push(`${questionId} ${by.id}`),
  );
  for (let n = 0; n < 100; n += 1) for (const socket of [cora, ada]) socket.emit('typing', { questionId: 'q1' });
  ada.emit('typing', { questionId: 'q2' });
  for (const socket of [ada, cora, care]) await ask(socket, 'echo.list', {});
  expect(new Set(typed)).toEqual(new Set(['q1 cora', 'q1 ada', 'q2 ada']));
  vi.advanceTimersByTime(1_000);
  for (const socket of [ada, cora, care]) await ask(socket, 'echo.list', {});
  expect(typed.length).toBeLessThanOrEqual(6);
});

test('23 fifty watches of a conversation are one event for the other side, and the last word is true', async () => {
  const here = await standing();
  const [cora, ada] = [await here.join('cora'), await here.join('ada')];
  await ask(cora, 'question.watch', { questionId: 'q1' });
  const seen: unknown[] = [];
  cora.on('presence.changed', ({ userId, online }: { userId: string; online: boolean }) => {
    if (userId === 'ada') seen.push(online);
  });
  for (let n = 0; n < 50; n += 1) await ask(ada, 'question.watch', { questionId: 'q1' });
  await ask(cora, 'echo.list', {});
  expect(seen).toEqual([true]);
  ada.disconnect();
  const later = () => {
    vi.advanceTimersByTime(1_000);
    return seen;
  };
  await expect.poll(later).toEqual([true, false]);
});
