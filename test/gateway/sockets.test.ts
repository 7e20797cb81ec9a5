import { get } from 'node:http';
import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FRAME_BYTES } from '../../src/gateway/bounds.ts';
import { PEOPLE, ask, createWorld, heard, next } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  PEOPLE['late'] = { ...PEOPLE['cora']!, id: 'late', expiresAt: new Date(world.now.getTime() + 60_000) };
});
afterEach(() => world.close());

const gone = (socket: { once(name: 'disconnect', heard: (why: string) => void): unknown }) =>
  new Promise<string>((resolve) => socket.once('disconnect', resolve));

test('a command is acknowledged with its data, or with the code and words of its refusal', async () => {
  const socket = await world.join('cora');
  expect(await ask(socket, 'echo.list', { text: 'hello' })).toEqual({
    ok: true,
    data: { text: 'hello', limit: null, all: null },
  });
  expect(await ask(socket, 'echo.list')).toMatchObject({ ok: true });
  expect(await ask(socket, 'echo.refuse', { how: 'refuse' })).toEqual({
    ok: false,
    error: { code: 'conflict.closed', message: expect.any(String), details: { state: 'closed' } },
  });
  expect(await ask(socket, 'echo.refuse', { how: 'break' })).toEqual({
    ok: false,
    error: { code: 'internal', message: expect.any(String) },
  });
});

test.each(['made.up', 'constructor', '__proto__', 'toString', 'error'])('there is no event "%s"', async (name) => {
  const socket = await world.join('cora');
  expect(await ask(socket, name, {})).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

test('a stranger may connect without a token and call the open commands only', async () => {
  const socket = await world.join();
  expect(await ask(socket, 'echo.list', {})).toMatchObject({ ok: true });
  expect(await ask(socket, 'echo.refuse', { how: 'refuse' })).toMatchObject({ error: { code: 'auth.required' } });
  expect(world.taken).toEqual(['commands 127.0.0.1', 'commands 127.0.0.1']);
});

test.each([['nobody'], [7], [{ $ne: 1 }], [['cora']]])('a token that does not hold is refused: %j', async (token) => {
  expect(await world.refused(token)).toMatchObject({
    message: expect.any(String),
    data: { code: 'auth.required', message: expect.any(String) },
  });
});

test('a page of a foreign Origin does not get a socket; no Origin at all is a native app', async () => {
  for (const origin of ['https://evil.test', 'null', 'http://chat.example.test', 'http://localhost:3000']) {
    await expect(world.refused('cora', { extraHeaders: { origin } })).resolves.toMatchObject({
      message: 'websocket error',
    });
  }
  const socket = await world.join('cora', { extraHeaders: { origin: 'https://chat.example.test' } });
  expect(socket.connected).toBe(true);
});

test('there is no polling and no client script', async () => {
  const status = (path: string) =>
    new Promise((resolve) => get(`${world.url}${path}`, (answer) => resolve(answer.resume().statusCode)));
  expect(await status('/socket.io/?EIO=4&transport=polling')).toBe(400);
  expect(await status('/socket.io/socket.io.js')).toBe(400);
});

test('without an acknowledgement nothing is run, and the socket is told', async () => {
  const socket = await world.join('cora');
  const told = next(socket, 'notice');
  socket.emit('echo.list', { text: 'hello' });
  expect(await told).toEqual({ code: 'input.invalid', params: {}, text: expect.any(String) });
  expect(world.logged.filter((line) => 'command' in line)).toEqual([]);
  expect(world.taken).toEqual(['commands cora']); // it is charged like everything that comes
});

test('more than one input, and bytes anywhere in it, are refused', async () => {
  const socket = await world.join('cora');
  const reason = (value: string) => ({
    error: { code: 'input.invalid', details: { fields: [{ path: '', reason: value }] } },
  });
  expect(await ask(socket, 'echo.list', {}, {})).toMatchObject(reason('too_many_arguments'));
  expect(await ask(socket, 'echo.list', Buffer.from('a'))).toMatchObject(reason('binary'));
  expect(await ask(socket, 'echo.list', { text: { deep: [Buffer.from('a')] } })).toMatchObject(reason('binary'));
  expect(world.logged.filter((line) => 'command' in line)).toEqual([]);
  expect(world.taken).toEqual(['commands cora', 'commands cora', 'commands cora']);
  expect(await ask(socket, 'echo.list', null)).toMatchObject({ error: { code: 'input.invalid' } });
  expect(await ask(socket, 'echo.list', 'text')).toMatchObject({ error: { code: 'input.invalid' } });
});

test('a frame that is longer than anybody pastes closes its socket with a word, and nobody else notices', async () => {
  const [bad, good] = [await world.join('cora'), await world.join('ada')];
  const [closed, told] = [gone(bad), next(bad, 'notice')];
  bad.emit('echo.list', { text: 'x'.repeat(FRAME_BYTES) }, () => {});
  expect(await told).toEqual({
    code: 'input.invalid',
    params: { reason: 'too_large', limit: FRAME_BYTES },
    text: expect.any(String),
  });
  expect(await closed).toMatch(/transport/);
  expect(world.cuts).toEqual(['too_large']);
  expect(world.charged).toEqual(['cora 1024']);
  expect(await ask(good, 'echo.list', {})).toMatchObject({ ok: true });
});

test('whoever asks too often is told how long to wait', async () => {
  const socket = await world.join('cora');
  world.wait = 3;
  expect(await ask(socket, 'echo.list', {})).toMatchObject({
    error: { code: 'rate.limited', details: { retryAfter: 3 } },
  });
});

test('I22 a token that has ended answers no command any more, and closes the socket', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }); // by the command, not by the sweep, which never comes
  const quiet = await createWorld();
  const socket = await quiet.join('late');
  expect(await ask(socket, 'echo.list', {})).toMatchObject({ ok: true });
  const [closed, told] = [gone(socket), next(socket, 'notice')];
  quiet.now = new Date(quiet.now.getTime() + 60_000);
  expect(await ask(socket, 'echo.list', {})).toMatchObject({ error: { code: 'auth.required' } });
  expect(await told).toMatchObject({ code: 'auth.required' });
  expect(await closed).toBe('io server disconnect');
  await quiet.close();
  vi.useRealTimers();
});

test('I22 a token that ends while nothing happens closes the socket within five seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const quiet = await createWorld();
  const socket = await quiet.join('late');
  vi.advanceTimersByTime(5_000);
  expect(await ask(socket, 'echo.list', {})).toMatchObject({ ok: true });
  const closed = gone(socket);
  quiet.now = new Date(quiet.now.getTime() + 120_000);
  vi.advanceTimersByTime(5_000);
  expect(await closed).toBe('io server disconnect');
  await quiet.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('I22 whose rights have changed, without this gateway being told, their older sockets are closed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const looks: Date[] = [];
  let answer: () => Promise<{ id: string; tokenVersion: number; sessions: string[] }[]> = async () => [];
  const revokedSince = (since: Date) => {
    looks.push(since);
    return answer();
  };
  const quiet = await createWorld({ revokedSince });
  const [cora, ada] = [await quiet.join('cora'), await quiet.join('ada')];
  const closed = gone(cora);
  const from = new Date(quiet.now.getTime() - 60_000);
  answer = () => Promise.reject(new Error('no store'));
  vi.advanceTimersByTime(2_000);
  await ask(cora, 'echo.list', {});
  quiet.now = new Date(quiet.now.getTime() + 10_000);
  answer = async () => [
    { id: 'cora', tokenVersion: 2, sessions: [] },
    { id: 'ada', tokenVersion: 1, sessions: ['another one of hers'] },
    { id: 'nobody', tokenVersion: 7, sessions: [] },
  ];
  vi.advanceTimersByTime(2_000);
  expect(await closed).toBe('io server disconnect');
  expect(await ask(ada, 'echo.list', {})).toMatchObject({ ok: true });
  vi.advanceTimersByTime(2_000);
  // what could not be looked for is looked for again
  expect(looks).toEqual([from, from, new Date(from.getTime() + 10_000)]);
  await quiet.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('a user has no more sockets than the cap', async () => {
  for (let index = 0; index < 3; index += 1) await world.join('cora');
  expect(await world.refused('cora')).toMatchObject({
    data: { code: 'conflict.too_many_sockets', details: { limit: 3 } },
  });
  await world.join('ada');
});

test('a user has no more sockets than the cap, also when all are let in at the same instant', async () => {
  let letIn = () => {};
  const gate = new Promise<void>((resolve) => (letIn = resolve));
  let waiting = 0;
  const actorOf = async (token: string) => {
    waiting += 1;
    await gate;
    return PEOPLE[token]!;
  };
  const burst = await createWorld({ actorOf });
  const sockets = Promise.allSettled(Array.from({ length: 8 }, () => burst.join('cora')));
  await expect.poll(() => waiting).toBe(8);
  letIn();
  await sockets;
  expect(burst.io.sockets.sockets.size).toBe(3);
  await burst.close();
});

test('a gateway has no more sockets than its cap', async () => {
  const small = await createWorld({ caps: { sockets: 2, socketsPerUser: 9, socketsPerAddress: 9 } });
  await small.join('cora');
  const leaving = await small.join();
  expect(await small.refused('ada')).toMatchObject({ data: { code: 'conflict.too_many_sockets' } });
  leaving.disconnect();
  await expect.poll(() => small.io.engine.clientsCount).toBe(1);
  await small.join('ada');
  await small.close();
});

test('far above its cap a gateway does not even say why', async () => {
  const full = await createWorld({ caps: { sockets: -1_000, socketsPerUser: 1, socketsPerAddress: 1 } });
  expect(await full.refused('cora')).toMatchObject({ message: 'websocket error' });
  await full.close();
});

test('typing needs no acknowledgement', async () => {
  const [cora, ada] = [await world.join('cora'), await world.join('ada')];
  for (const socket of [cora, ada]) await ask(socket, 'question.watch', { questionId: 'q1' });
  const typing = next(cora, 'typing');
  ada.emit('typing', { questionId: 'q1' });
  expect(await typing).toEqual({ questionId: 'q1', by: { id: 'ada', name: 'ada', role: 'expert' } });
});

test('a socket follows fifty questions at most, and the same one again is not another', async () => {
  const socket = await world.join('care');
  for (let index = 0; index < 50; index += 1) await ask(socket, 'question.watch', { questionId: `q${index}` });
  expect(await ask(socket, 'question.watch', { questionId: 'q0' })).toMatchObject({ ok: true });
  expect(await ask(socket, 'question.watch', { questionId: 'more' })).toMatchObject({
    error: { code: 'input.invalid', details: { fields: [{ path: 'questionId', reason: 'too_many_watched' }] } },
  });
});

test('presence: a newcomer learns who is there, those there learn who comes and goes', async () => {
  const cora = await world.join('cora');
  const first = next(cora, 'presence.changed');
  await ask(cora, 'question.watch', { questionId: 'q1' });
  expect(await first).toEqual({ questionId: 'q1', userId: 'ada', online: false, state: 'available' });

  const [ada, adaElsewhere] = [await world.join('ada'), await world.join('ada')];
  const [coming, there] = [next(cora, 'presence.changed'), next(ada, 'presence.changed')];
  await ask(ada, 'question.watch', { questionId: 'q1' });
  expect(await coming).toEqual({ questionId: 'q1', userId: 'ada', online: true, state: 'available' });
  expect(await there).toEqual({ questionId: 'q1', userId: 'cora', online: true, state: 'available' });
  await ask(adaElsewhere, 'question.watch', { questionId: 'q1' });

  const events = heard(cora);
  ada.disconnect();
  await expect.poll(() => world.io.sockets.sockets.size).toBe(2);
  await ask(cora, 'echo.list', {});
  expect(events.filter(([, { online }]) => online === false)).toEqual([]);
  adaElsewhere.disconnect();
  await expect
    .poll(() => events.at(-1))
    .toEqual(['presence.changed', { questionId: 'q1', userId: 'ada', online: false, state: 'available' }]);
});

test('admins look on without being seen', async () => {
  const cora = await world.join('cora');
  await ask(cora, 'question.watch', { questionId: 'q1' });
  const events = heard(cora);
  const care = await world.join('care');
  await ask(care, 'question.watch', { questionId: 'q1' });
  care.disconnect();
  await expect.poll(() => world.io.sockets.sockets.size).toBe(1);
  await ask(cora, 'echo.list', {});
  expect(events).toEqual([]);
});

/** As if the client's machine had stopped reading from the network. */
function stopReading(socket: Socket): void {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: { pause(): void } } } };
  transport.ws._socket.pause();
}

test('a client that does not read is cut before it costs more than a few megabytes', async () => {
  const [deaf, good] = [await world.join('cora'), await world.join('ada')];
  for (const socket of [deaf, good]) await ask(socket, 'question.watch', { questionId: 'q1' });
  stopReading(deaf);
  const body = 'x'.repeat(60_000);
  let sent = 0;
  while (world.io.sockets.sockets.size === 2 && sent < 3_000) {
    for (let index = 0; index < 10; index += 1) world.io.to('question-q1').emit('message.created', { body });
    sent += 10;
    await ask(good, 'echo.list', {});
  }
  expect(sent * body.length).toBeLessThan(30_000_000); // most of it in the buffers of the operating system
  expect(await ask(good, 'echo.list', {})).toMatchObject({ ok: true });
});

test('I22 a watch that is refused after all follows nothing', async () => {
  const socket = await world.join('cora');
  expect(await ask(socket, 'question.watch', { questionId: 'lost' })).toMatchObject({ ok: false });
  expect(world.io.sockets.adapter.rooms.has('question-lost')).toBe(false);
});

test('closing the server waits a second at most for clients that do not answer', async () => {
  stopReading(await world.join('cora'));
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const closed = world.app.close();
    while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(1_000);
    await closed;
  } finally {
    vi.useRealTimers();
  }
});

test('closing the server does not wait for its sockets, and they may come again', async () => {
  const socket = await world.join('cora');
  const closed = gone(socket);
  // nothing that waits ever ends, such as the second for clients that do not answer
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    await world.app.close();
  } finally {
    vi.useRealTimers();
  }
  expect(await closed).toBe('transport close'); // not "io server disconnect", after which clients do not try again
});
