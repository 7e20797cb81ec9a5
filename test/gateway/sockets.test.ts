import { get } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PEOPLE, ask, createWorld, heard, next } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
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
  expect(world.taken).toEqual([]);
});

test('more than one input, and bytes anywhere in it, are refused', async () => {
  const socket = await world.join('cora');
  const reason = (value: string) => ({
    error: { code: 'input.invalid', details: { fields: [{ path: '', reason: value }] } },
  });
  expect(await ask(socket, 'echo.list', {}, {})).toMatchObject(reason('too_many_arguments'));
  expect(await ask(socket, 'echo.list', Buffer.from('a'))).toMatchObject(reason('binary'));
  expect(await ask(socket, 'echo.list', { text: { deep: [Buffer.from('a')] } })).toMatchObject(reason('binary'));
  expect(world.taken).toEqual([]);
  expect(await ask(socket, 'echo.list', null)).toMatchObject({ error: { code: 'input.invalid' } });
  expect(await ask(socket, 'echo.list', 'text')).toMatchObject({ error: { code: 'input.invalid' } });
});

test('a frame that is too large closes its socket, and nobody else notices', async () => {
  const [bad, good] = [await world.join('cora'), await world.join('ada')];
  const closed = gone(bad);
  bad.emit('echo.list', { text: 'x'.repeat(70_000) }, () => {});
  expect(await closed).toMatch(/transport/);
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
  PEOPLE['late'] = { ...PEOPLE['cora']!, id: 'late', expiresAt: new Date(world.now.getTime() + 60_000) };
  const socket = await world.join('late');
  expect(await ask(socket, 'echo.list', {})).toMatchObject({ ok: true });
  const [closed, told] = [gone(socket), next(socket, 'notice')];
  world.now = new Date(world.now.getTime() + 60_000);
  expect(await ask(socket, 'echo.list', {})).toMatchObject({ error: { code: 'auth.required' } });
  expect(await told).toMatchObject({ code: 'auth.required' });
  expect(await closed).toBe('io server disconnect');
});

test(
  'I22 a token that ends while nothing happens closes the socket within five seconds',
  { timeout: 10_000 },
  async () => {
    PEOPLE['late'] = { ...PEOPLE['cora']!, id: 'late', expiresAt: new Date(world.now.getTime() + 60_000) };
    const socket = await world.join('late');
    const closed = gone(socket);
    world.now = new Date(world.now.getTime() + 60_000);
    expect(await closed).toBe('io server disconnect');
  },
);

test('a user has no more sockets than the cap, also when all come at once', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => world.join('cora')));
  expect(world.io.sockets.adapter.rooms.get('user-cora')?.size).toBe(3);
  expect(tries.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  expect(await world.refused('cora')).toMatchObject({
    data: { code: 'conflict.too_many_sockets', details: { limit: 3 } },
  });
  await world.join('ada');
});

test('a gateway has no more sockets than its cap', async () => {
  const small = await createWorld({ caps: { sockets: 2, socketsPerUser: 9 } });
  await small.join('cora');
  const leaving = await small.join();
  expect(await small.refused('ada')).toMatchObject({ data: { code: 'conflict.too_many_sockets' } });
  leaving.disconnect();
  await expect.poll(() => small.io.engine.clientsCount, { timeout: 8_000 }).toBe(1);
  await small.join('ada');
  await small.close();
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
  expect(await first).toEqual({ questionId: 'q1', userId: 'ada', online: false });

  const [ada, adaElsewhere] = [await world.join('ada'), await world.join('ada')];
  const [coming, there] = [next(cora, 'presence.changed'), next(ada, 'presence.changed')];
  await ask(ada, 'question.watch', { questionId: 'q1' });
  expect(await coming).toEqual({ questionId: 'q1', userId: 'ada', online: true });
  expect(await there).toEqual({ questionId: 'q1', userId: 'cora', online: true });
  await ask(adaElsewhere, 'question.watch', { questionId: 'q1' });

  const events = heard(cora);
  ada.disconnect();
  await expect.poll(() => world.io.sockets.sockets.size).toBe(2);
  await ask(cora, 'echo.list', {});
  expect(events.filter(([, { online }]) => online === false)).toEqual([]);
  adaElsewhere.disconnect();
  await expect
    .poll(() => events.at(-1))
    .toEqual(['presence.changed', { questionId: 'q1', userId: 'ada', online: false }]);
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

test('a client that does not read is cut before it costs more than a few megabytes', async () => {
  const socket = await world.join('cora');
  await ask(socket, 'question.watch', { questionId: 'q1' });
  const connection = world.io.sockets.sockets.values().next().value!.conn;
  const wire = (connection as unknown as { transport: { writable: boolean; send: (packets: unknown[]) => void } })
    .transport;
  wire.send = () => {}; // as if the network took nothing any more
  wire.writable = false;
  let sent = 0;
  const closed = gone(socket);
  for (; sent < 200 && connection.readyState === 'open'; sent += 1) {
    world.io.to('question-q1').emit('message.created', { body: 'x'.repeat(60_000) });
    await new Promise(setImmediate);
  }
  expect(await closed).toMatch(/transport/);
  expect(sent).toBeLessThan(60);
});

test('closing the server does not wait for its sockets, and they may come again', async () => {
  const socket = await world.join('cora');
  const closed = gone(socket);
  const started = performance.now();
  await world.app.close();
  expect(performance.now() - started).toBeLessThan(3_000);
  expect(await closed).toBe('transport close'); // not "io server disconnect", after which clients do not try again
});
