// A connection that comes back by itself, and knows when there is nothing to come back with.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as library } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket as NodeSocket } from 'ws';
import type { Node } from '../../src/app.ts';
import { Connection as AnyConnection, connect as connectAny } from '../../web/client/connection.ts';
import type { ConnectionOptions, Status } from '../../web/client/connection.ts';
import { io as wire } from '../../web/client/wire.ts';
import { login } from '../helpers/client.ts';
import { startLink } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';
import { account, tokenOf } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '2' });
const open: AnyConnection[] = [];
let node: Node;
beforeAll(async () => {
  globalThis.WebSocket ??= NodeSocket as never; // Node 20 has none
  node = await here.start();
});
afterAll(async () => {
  for (const connection of open) connection.close();
  await here.close();
});

// The library, and what the pages have in its place: nobody can tell them apart.
describe.each([
  ['socket.io-client', library],
  ['the line of the pages', wire as never],
])('%s', (_name, io: typeof library) => {
  class Connection extends AnyConnection {
    constructor(options: ConnectionOptions) {
      super({ ...options, io });
    }
  }
  const connect = (options: ConnectionOptions) => connectAny({ ...options, io });

  async function connected(token: string, url = node.url): Promise<Connection> {
    const connection = await connect({ url, token });
    open.push(connection);
    return connection;
  }

  const person = async () => {
    const user = await account(node, 'customer');
    return { user, token: await tokenOf(node, user) };
  };

  const statusesOf = (connection: Connection): Status[] => {
    const seen: Status[] = [];
    connection.onStatus((status) => seen.push(status));
    return seen;
  };

  test('a line that is lost comes back, calls made meanwhile wait, and events are heard as before', async () => {
    const link = await startLink({ port: Number(new URL(node.url).port) });
    const { user, token } = await person();
    const connection = await connected(token, `http://127.0.0.1:${link.port}`);
    const heard: string[] = [];
    connection.on('question.changed', ({ id }) => heard.push(id));
    const seen = statusesOf(connection);
    link.refuse();
    await expect.poll(() => connection.status).toBe('offline');
    const call = connection.call('session.get', {});
    link.heal();
    expect((await call).user.id).toBe(user.id);
    expect(seen).toEqual(['offline', 'online']);

    const { question } = await connection.call('question.post', {
      category: 'computer',
      subject: 'It is dark',
      body: 'Very.',
      value: { amount: 1_000, currency: 'USD' },
      paymentMethod: 'pm_card_visa',
      clientId: 'after-the-return',
    });
    await expect.poll(() => heard).toContain(question.id);
    connection.close();
    await link.close();
  });

  test('I22 a token that has ended ends the connection, with the reason, and it does not knock again', async () => {
    const care = await login(node.url, 'care@example.test');
    const { user, token } = await person();
    const connection = await connected(token);
    const seen = statusesOf(connection);
    await care.call('user.update', { userId: user.id, active: false });
    await expect.poll(() => connection.status).toBe('ended');
    expect(connection.reason?.code).toBe('auth.required');
    expect(seen).toEqual(['ended']);
    await expect(connection.call('session.get', {})).rejects.toMatchObject({ code: 'auth.required' });
    expect(connection.socket.active).toBe(false);
    // whoever comes with it now is told the same
    await expect(connect({ url: node.url, token })).rejects.toMatchObject({ code: 'auth.required' });
    care.close();
  });

  test('a token that ended while the line was lost is found out on the return', async () => {
    const link = await startLink({ port: Number(new URL(node.url).port) });
    const care = await login(node.url, 'care@example.test');
    const { user, token } = await person();
    const connection = await connected(token, `http://127.0.0.1:${link.port}`);
    link.refuse();
    await expect.poll(() => connection.status).toBe('offline');
    await care.call('user.update', { userId: user.id, active: false });
    link.heal();
    await expect.poll(() => connection.status).toBe('ended');
    expect(connection.reason?.code).toBe('auth.required');
    care.close();
    await link.close();
  });

  test('a call that waits for the line is refused as soon as there is nothing to come with', async () => {
    const care = await login(node.url, 'care@example.test');
    const { user, token } = await person();
    await care.call('user.update', { userId: user.id, active: false });
    for (const said of [token, () => token]) {
      const connection = new Connection({ url: node.url, token: said, answerMs: 3_600_000 });
      open.push(connection);
      const call = connection.call('session.get', {});
      expect(connection.status).toBe('connecting');
      await expect(call).rejects.toMatchObject({ code: 'auth.required' });
    }
    care.close();
  });

  test('what refuses the connection is said, and who connects for the first time is not kept waiting', async () => {
    const { token } = await person();
    await Promise.all([connected(token), connected(token)]);
    await expect(connect({ url: node.url, token })).rejects.toMatchObject({
      code: 'conflict.too_many_sockets',
      details: { limit: 2 },
    });
    await expect(connect({ url: 'http://127.0.0.1:1', token })).rejects.toMatchObject({ code: 'no_answer' });
  });

  test('who was sent away comes back after a rest', async () => {
    const link = await startLink({ port: Number(new URL(node.url).port) });
    const { token } = await person();
    const connection = await connected(token, `http://127.0.0.1:${link.port}`);
    const seen = statusesOf(connection);
    // one of these is one too many; so would be a third one: the first loses its line, and its place
    const beside = await Promise.all([1, 2].map(() => connected(token).catch(() => null)));
    expect(beside.filter((one) => one === null)).toHaveLength(1);
    link.refuse();
    let third: AnyConnection | null = null;
    const comeBetween = async () => (third ??= await connect({ url: node.url, token }).catch(() => null));
    await expect.poll(comeBetween).not.toBeNull(); // as soon as the server has noticed that the line is lost
    link.heal();
    await expect.poll(() => connection.reason?.code).toBe('conflict.too_many_sockets');
    expect(connection.status).toBe('offline');
    (third as AnyConnection | null)?.close();
    await expect.poll(() => connection.status).toBe('online');
    expect(connection.reason).toBeNull();
    expect(seen).toEqual(['offline', 'online']);
    for (const one of beside) one?.close();
    connection.close();
    await link.close();
  });

  test('closed is closed', async () => {
    const { token } = await person();
    const connection = await connected(token);
    const seen = statusesOf(connection);
    connection.close();
    await expect(connection.call('session.get', {})).rejects.toMatchObject({ code: 'no_answer' });
    expect(seen).toEqual(['closed']);
  });

  test('a token may be asked for: before every connection, and once more when it was refused', async () => {
    const care = await login(node.url, 'care@example.test');
    const [first, second] = [await person(), await person()];
    let given = first.token;
    let asked = 0;
    const token = () => {
      asked += 1;
      return Promise.resolve(given);
    };
    const connection = await connect({ url: node.url, token });
    open.push(connection);
    expect(asked).toBe(1);
    given = second.token;
    await care.call('user.update', { userId: first.user.id, active: false });
    await expect.poll(async () => connection.status === 'online' && asked).toBe(2);
    expect((await connection.call('session.get', {})).user.id).toBe(second.user.id);
    // the same again is no other one
    await care.call('user.update', { userId: second.user.id, active: false });
    await expect.poll(() => connection.status).toBe('ended');
    expect(asked).toBe(3);
    expect(connection.reason?.code).toBe('auth.required');
    care.close();
  });

  test('nobody is signed in when there is no token, and whoever could not be asked for one is asked again', async () => {
    await expect(connect({ url: node.url, token: () => null, locale: 'de' })).rejects.toMatchObject({
      code: 'auth.required',
      message: 'Bitte melden Sie sich zuerst an.',
    });
    const { token } = await person();
    let isDown = true;
    const connection = new Connection({
      url: node.url,
      token: () => (isDown ? Promise.reject(new Error('The shop is closed.')) : token),
    });
    open.push(connection);
    await expect.poll(() => connection.status).toBe('offline');
    isDown = false;
    connection.resume();
    await expect.poll(() => connection.status).toBe('online');
  });

  test('a page that is left lets its line go, and takes it up at once when it is back', async () => {
    const { user, token } = await person();
    const connection = await connected(token);
    const seen = statusesOf(connection);
    connection.pause();
    expect(connection.status).toBe('offline');
    const call = connection.call('session.get', {});
    connection.resume();
    expect((await call).user.id).toBe(user.id);
    expect(seen).toEqual(['offline', 'online']);
    // who is on line, or gone for good, stays so
    connection.resume();
    expect(connection.status).toBe('online');
    connection.close();
    connection.pause();
    connection.resume();
    expect(connection.status).toBe('closed');
  });

  test('a page that is left while it has been told to wait comes back after that wait, and not before', async () => {
    const http = createServer();
    const server = new Server(http, { transports: ['websocket'] });
    const data = { code: 'rate.limited', message: 'Not so often.', details: { retryAfter: 1 } };
    const tries: number[] = [];
    server.use((_socket, next) => {
      if (tries.push(Date.now()) === 1) next(Object.assign(new Error(data.message), { data }));
      else next();
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const connection = new Connection({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
    await expect.poll(() => connection.reason?.code).toBe('rate.limited');
    connection.pause();
    connection.resume();
    expect(connection.status).toBe('offline');
    await expect.poll(() => connection.status).toBe('online');
    expect(tries).toHaveLength(2);
    expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(990); // timers may be a little early
    connection.close();
    await server.close();
  });

  test('a wait for the next try is cut short when the page says so', async () => {
    const link = await startLink({ port: Number(new URL(node.url).port) });
    const { token } = await person();
    const connection = await connected(token, `http://127.0.0.1:${link.port}`);
    link.refuse();
    await expect.poll(() => connection.status).toBe('offline');
    link.heal();
    connection.resume();
    await expect.poll(() => connection.status).toBe('online');
    // and it is lost and comes back by itself as before
    link.cut();
    await expect.poll(() => connection.status).toBe('offline');
    await expect.poll(() => connection.status).toBe('online');
    connection.close();
    await link.close();
  });

  test('the folder of the server is part of its address', async () => {
    const proxied = await here.start({ PUBLIC_URL: 'http://127.0.0.1/chat' });
    const { token, user } = await person();
    const connection = await connected(token, `${proxied.url}/chat/`);
    expect((await connection.call('session.get', {})).user.id).toBe(user.id);
    connection.close();
  });

  test('who does not wait any longer hears so at once', async () => {
    const { token } = await person();
    const connection = await connected(token);
    const end = new AbortController();
    connection.pause();
    const call = connection.call('session.get', {}, { signal: end.signal });
    end.abort(new Error('The page was left.'));
    await expect(call).rejects.toThrow('The page was left.');
    await expect(connection.call('session.get', {}, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'no_answer' });
  });
});

describe('the line of the pages, on a machine that slept', () => {
  const HOUR_MS = 3_600_000;
  afterEach(() => {
    vi.useRealTimers();
  });
  /** The clock on the wall has gone on; timers have stood still. */
  const leap = (ms: number) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  };
  const linked = async () => {
    const link = await startLink({ port: Number(new URL(node.url).port) });
    const token = await tokenOf(node, await account(node, 'customer'));
    return { link, token, url: `http://127.0.0.1:${link.port}` };
  };

  test.each([HOUR_MS, -HOUR_MS])('a line that nobody holds any more is found out at once (%i ms)', async (ms) => {
    const { link, token, url } = await linked();
    const connection = await connectAny({ url, token, io: wire as never });
    const seen: Status[] = [];
    connection.onStatus((status) => seen.push(status));
    link.swallow(); // and tells neither end of it
    link.heal();
    leap(ms);
    await expect.poll(() => seen).toEqual(['offline', 'online']);
    expect((await connection.call('session.get', {})).user.role).toBe('customer');
    connection.close();
    await link.close();
  });

  test('who waits to come back has waited long enough', async () => {
    const { link, token, url } = await linked();
    const { port } = new URL(url);
    const options = { path: '/socket.io', auth: { token }, reconnection: true };
    const line = wire(`http://127.0.0.1:${port}`, {
      ...options,
      reconnectionDelay: HOUR_MS,
      reconnectionDelayMax: HOUR_MS,
    });
    const heard: string[] = [];
    line.on('connect', () => heard.push('connect')).on('disconnect', () => heard.push('disconnect'));
    await expect.poll(() => heard).toEqual(['connect']);
    link.cut();
    await expect.poll(() => heard).toEqual(['connect', 'disconnect']);
    leap(2 * HOUR_MS);
    await expect.poll(() => heard).toEqual(['connect', 'disconnect', 'connect']);
    line.disconnect();
    await link.close();
  });
});
