// Calling over both transports: the same answer, the same error, and an end to waiting.
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { newClientId, overHttp } from '../../web/client/calls.ts';
import type { Calls } from '../../web/client/calls.ts';
import { connect } from '../../web/client/connection.ts';
import type { Connection } from '../../web/client/connection.ts';
import { ParleyError } from '../../web/client/errors.ts';
import { ServerTime } from '../../web/client/time.ts';
import { startLink } from '../helpers/link.ts';
import { world } from '../helpers/node.ts';

const ANSWER_MS = 200; // for those who wait in vain

const here = world();
const closing: (() => unknown)[] = [];
let node: Node;
let token: string;
let socket: Connection;
let over: Record<'HTTP' | 'Socket.IO', Calls>;

beforeAll(async () => {
  node = await here.start();
  ({ token } = await overHttp({ url: node.url }).call('session.visitor', { locale: 'de', name: 'Cora' }));
  socket = await connect({ url: node.url, token });
  over = { HTTP: overHttp({ url: node.url, token }), 'Socket.IO': socket };
});
afterAll(async () => {
  socket.close();
  for (const close of closing) await close();
  await here.close();
});

const failed = async (call: Promise<unknown>): Promise<ParleyError> => {
  const error = await call.then(
    () => 'it was answered',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ParleyError);
  return error as ParleyError;
};

test.each(['HTTP', 'Socket.IO'] as const)('over %s a command answers what the protocol says', async (transport) => {
  const { user } = await over[transport].call('session.get', {});
  expect(user).toMatchObject({ role: 'customer', name: 'Cora', locale: 'de' });
  const { items } = await over[transport].call('question.list', { view: 'mine' });
  expect(items).toEqual([]);
});

test.each(['HTTP', 'Socket.IO'] as const)(
  'over %s a refusal has its code, its details and words',
  async (transport) => {
    const calls = over[transport];
    expect(
      await failed(calls.call('question.get', { questionId: 'q_00000000-0000-7000-8000-000000000000' })),
    ).toMatchObject({ code: 'not_found' });
    expect(
      await failed(calls.call('request.accept', { requestId: 'of_00000000-0000-7000-8000-000000000000' })),
    ).toMatchObject({ code: 'auth.forbidden' });
    const invalid = await failed(
      calls.call('message.read', { questionId: 'q_00000000-0000-7000-8000-000000000000', seq: -1 }),
    );
    expect(invalid).toMatchObject({
      code: 'input.invalid',
      details: { fields: [{ path: 'seq', reason: 'too_small' }] },
    });
    expect(invalid.message).toMatch(/Eingabe|Angaben/);
  },
);

test('without a token one may call what is for anyone, and is told to sign in for the rest', async () => {
  const stranger = overHttp({ url: node.url, locale: 'es' });
  expect((await stranger.call('category.list', { locale: 'es' })).items.length).toBeGreaterThan(0);
  const error = await failed(stranger.call('session.get', {}));
  expect(error.code).toBe('auth.required');
  expect(error.message).toMatch(/sesión/);
});

test('what an error means for whoever asked: again or not, and which fields', () => {
  const error = (code: ParleyError['code'], details = {}) => new ParleyError({ code, message: 'No.', details });
  for (const code of ['no_answer', 'offline', 'unavailable', 'internal', 'rate.limited'] as const) {
    expect(error(code).retryable).toBe(true);
  }
  for (const code of ['conflict.closed', 'auth.required', 'input.invalid', 'payment.failed'] as const) {
    expect(error(code).retryable).toBe(false);
  }
  const fields = [{ path: 'seq', reason: 'too_small' }];
  expect(error('input.invalid', { fields }).fields).toEqual(fields);
  expect(error('not_found').fields).toEqual([]);
});

test('how long to wait is said in milliseconds', () => {
  const limited = new ParleyError({ code: 'rate.limited', message: 'Slowly.', details: { retryAfter: 3 } });
  expect(limited.retryAfterMs).toBe(3_000);
  expect(new ParleyError({ code: 'unavailable', message: 'Later.' }).retryAfterMs).toBeUndefined();
});

async function serving(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each<[what: string, listener: RequestListener]>([
  ['says nothing', () => undefined],
  ['hangs up', (request) => void request.socket.destroy()],
  ['is a proxy that lost its server', (_, response) => void response.writeHead(502).end('<h1>Bad Gateway</h1>')],
  ['is a proxy that speaks JSON', (_, response) => void response.writeHead(504).end('{"error":"timeout"}')],
])('what became of a call is unknown when whoever answers %s', async (_what, listener) => {
  const calls = overHttp({ url: await serving(listener), token, answerMs: ANSWER_MS });
  expect((await failed(calls.call('session.get', {}))).code).toBe('no_answer');
});

test('nobody waits for ever on a line that is dead, nor on one that is lost', async () => {
  const link = await startLink({ port: Number(new URL(node.url).port) });
  closing.push(() => link.close());
  const url = `http://127.0.0.1:${link.port}`;
  const waiting = await connect({ url, token, answerMs: ANSWER_MS });
  link.swallow();
  expect((await failed(waiting.call('session.get', {}))).code).toBe('no_answer');
  waiting.close();

  link.heal();
  const patient = await connect({ url, token, reconnects: false });
  link.hang();
  const call = failed(patient.call('session.get', {}));
  link.cut();
  expect((await call).code).toBe('no_answer');
  await expect.poll(() => patient.status).toBe('closed');
  // at once: there is nothing that could carry it any more
  expect((await failed(patient.call('session.get', {}))).code).toBe('no_answer');
});

test('client ids are their own, and long enough for the server', async () => {
  const ids = Array.from({ length: 100 }, newClientId);
  expect(new Set(ids).size).toBe(100);
  const post = (clientId: string) =>
    socket.call('question.post', {
      category: 'computer',
      subject: 'It is dark',
      body: 'Very.',
      value: { amount: 1_000, currency: 'USD' },
      paymentMethod: 'pm_card_visa',
      clientId,
    });
  const [one, again] = [await post(ids[0]!), await post(ids[0]!)];
  expect(again.question.id).toBe(one.question.id);
});

test('the time of the server is read off what it answers', async () => {
  const late = 3_600_000;
  const time = new ServerTime(() => Date.now() - late); // a machine whose clock is an hour behind
  await overHttp({ url: node.url, token, time }).call('session.get', {});
  expect(Math.abs(time.now() - Date.now())).toBeLessThan(2_000);
});
