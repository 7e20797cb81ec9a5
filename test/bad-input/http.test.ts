// What HTTP alone can do wrong.

import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clientId } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { undisturbed } from '../helpers/undisturbed.ts';
import { CANARY, assertProblem, place } from './world.ts';
import type { Place } from './world.ts';

const clock = undisturbed();
let here: Place;
let before: string;
beforeAll(async () => {
  here = await place();
  before = await here.dump();
});
afterEach(async () => {
  expect(await here.dump()).toBe(before);
  await here.assertWell();
});
afterAll(() => here.close());

interface Sent {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly who?: 'customer' | 'ada' | null;
}

/** `fetch` would not send half of this. */
async function send(path: string, { method = 'POST', body, headers = {}, who = 'customer' }: Sent = {}) {
  const token = who && here.tokens[who];
  const { hostname, port } = new URL(here.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(
      {
        ...{ hostname, port, path, method, agent: new Agent({ keepAlive: false }) },
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      resolve,
    );
    call.on('error', reject);
    call.end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return new Response(text === '' || response.statusCode === 204 ? null : text, {
    status: response.statusCode ?? 0,
    headers: Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
  });
}

async function assertRefused(answer: Response, status: number, code: string, reason?: string): Promise<void> {
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  const body = JSON.parse(text) as Json;
  assertProblem(answer, body);
  expect(body['code']).toBe(code);
  if (reason !== undefined) expect(body['details']).toEqual({ fields: [{ path: '', reason }] });
  expect(text).not.toContain(CANARY);
  expect(text).not.toMatch(/node_modules|FST_|SyntaxError|position \d/);
}

const READ = '/v1/question.get';
const good = () => JSON.stringify({ questionId: here.ids.question });

test.each([
  ['half of a document', `{"questionId":"${CANARY}`],
  ['no document', CANARY],
  ['two documents', '{}{}'],
  ['JavaScript', `{questionId:'${CANARY}'}`],
  ['a trailing comma', '{"questionId":"x",}'],
  ['NaN', '{"questionId":NaN}'],
  ['Infinity', '{"questionId":Infinity}'],
  ['a comment', '{}//x'],
  ['white space', '   '],
  ['nothing', ''],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d])],
  ['a NUL', '{"a":\0}'],
])('%s is no JSON', async (_what, body) => {
  await assertRefused(await send(READ, { body }), 400, 'input.invalid', 'malformed');
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/json-seq',
  'text/json',
  'x',
  'application',
])('a body of type "%s" is not read', async (type) => {
  await assertRefused(
    await send(READ, { body: good(), headers: { 'content-type': type } }),
    415,
    'input.invalid',
    'not_json',
  );
});

test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset=UTF-8;x=y'])(
  'a body of type "%s" is',
  async (type) => {
    const answer = await send(READ, { body: good(), headers: { 'content-type': type } });
    expect(answer.status, await answer.text()).toBe(200);
  },
);

test('a compressed body is not unpacked', async () => {
  const answer = await send(READ, { body: Buffer.from('1f8b0800', 'hex'), headers: { 'content-encoding': 'gzip' } });
  expect([400, 415]).toContain(answer.status);
});

test('too large a body is not read to its end', async () => {
  const body = JSON.stringify({ questionId: CANARY.repeat(10_000) });
  await assertRefused(await send(READ, { body }), 413, 'input.invalid', 'too_large');
});

test('too large a body that does not say how large is cut off', async () => {
  const socket = await dial();
  const answer = heard(socket);
  socket.write(
    `POST ${READ} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  for (let sent = 0; sent < 20 && !socket.destroyed; sent += 1) {
    socket.write(chunk);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await answer).toMatch(/^HTTP\/1.1 413 /);
});

test('a body that is cut off runs nothing', async () => {
  const socket = await dial();
  const body = JSON.stringify({ questionId: here.ids.question, clientId: clientId(), body: CANARY });
  socket.write(
    `POST /v1/message.send HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${here.tokens.customer}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length + 1}\r\n\r\n${body}`,
  );
  await here.assertWell();
  socket.destroy();
  await here.assertWell();
});

test.each([
  ['no HTTP', 'HELLO\r\n\r\n'],
  ['a request without a host', `GET ${READ} HTTP/1.1\r\n\r\n`],
  ['two lengths', `POST ${READ} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
  [
    'a length and chunks',
    `POST ${READ} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['a broken header', `GET ${READ} HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n`],
  ['a method that does not exist', `BREW ${READ} HTTP/1.1\r\nhost: x\r\n\r\n`],
])('%s is answered 400, and the connection closed', async (_what, text) => {
  const socket = await dial();
  const answer = heard(socket);
  socket.write(text);
  const said = await answer;
  expect(said).toMatch(/^HTTP\/1.1 400 /);
  expect(said).not.toMatch(/node_modules|at .*:\d+/);
});

test('headers that are too long are refused', async () => {
  const answer = await send(READ, { method: 'GET', headers: { 'x-long': 'x'.repeat(20_000) } });
  expect(answer.status).toBe(431);
});

test('a path that is too long, or no path at all', async () => {
  for (const path of [
    `/v1/${'x'.repeat(8_000)}`,
    '/v1/',
    '/v1',
    '/v1//question.get',
    '/v1/question.get/',
    '/V1/question.get',
  ]) {
    await assertRefused(await send(path, { body: good() }), 404, 'not_found');
  }
  for (const path of ['/v1/%c0%ae', '/v1/%', '/v1/%zz']) {
    await assertRefused(await send(path, { body: good() }), 400, 'input.invalid', 'url');
  }
});

test.each([
  '/web/../package.json',
  '/web/%2e%2e/package.json',
  '/web/..%2fpackage.json',
  '/web/request/..\\..\\package.json',
])('there is no way out of the pages: %s', async (path) => {
  const answer = await send(path, { method: 'GET' });
  expect([400, 403, 404]).toContain(answer.status);
  expect(await answer.text()).not.toContain('dependencies');
});

test.each([
  ['Basic', 'Basic Y29yYTpjb3Jh'],
  ['two tokens', 'Bearer a b'],
  ['no token', 'Bearer '],
  ['nothing', ''],
  ['a token of sixteen thousand letters', `Bearer ${'x'.repeat(12_000)}`],
])('an Authorization of %s', async (_what, authorization) => {
  const answer = await send(READ, { body: good(), who: null, headers: { authorization } });
  await assertRefused(answer, 401, 'auth.required');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test('I20 reading by GET takes its input from the query, and nothing from a body', async () => {
  const { question } = here.ids;
  const answer = await send(`${READ}?questionId=${question}`, { method: 'GET', body: '{"questionId":"other"}' });
  expect(((await answer.json()) as Json)['question'].id).toBe(question);
});

test.each([
  ['a list', 'questionId=a&questionId=b', 'questionId', 'invalid_type'],
  ['an operator', 'questionId[$ne]=1', 'questionId', 'invalid_type'],
  ['an unknown field', 'questionId=<question>&debug=1', 'debug', 'unrecognized_keys'],
  ['nothing', '', 'questionId', 'invalid_type'],
  ['an empty id', 'questionId=', 'questionId', 'invalid_format'],
  ['a prototype', '__proto__=1', '__proto__', 'unrecognized_keys'],
  ['a constructor', 'constructor=1', 'constructor', 'unrecognized_keys'],
  ['broken escapes', 'questionId=%c0%ae', 'questionId', 'invalid_format'],
  ['a token', 'questionId=<question>&token=x', 'token', 'unrecognized_keys'],
])('a query of %s is refused', async (_what, query, path, reason) => {
  const answer = await send(`${READ}?${query.replace('<question>', here.ids.question)}`, { method: 'GET' });
  const body = (await answer.json()) as Json;
  expect(body).toMatchObject({ status: 400, code: 'input.invalid' });
  expect(body['details'].fields).toContainEqual({ path, reason });
});

test.each([
  ['limit=abc', 'invalid_type'],
  ['limit=1e2', 'invalid_type'],
  ['limit=0x10', 'invalid_type'],
  ['limit=Infinity', 'invalid_type'],
  ['limit=-1', 'too_small'],
  ['limit=1.5', 'invalid_type'],
  ['limit=', 'invalid_type'],
  ['limit=99999999999999999999', 'invalid_type'],
])('a number in a query: %s', async (query, reason) => {
  const answer = await send(`/v1/message.list?questionId=${here.ids.question}&${query}`, { method: 'GET' });
  expect(((await answer.json()) as Json)['details']).toEqual({ fields: [{ path: 'limit', reason }] });
});

test('a thousand parameters', async () => {
  const query = Array.from({ length: 1_000 }, (_, index) => `k${index}=1`).join('&');
  await assertRefused(await send(`${READ}?${query}`, { method: 'GET' }), 400, 'input.invalid', 'too_many_keys');
});

test('I20 GET, HEAD and OPTIONS of anything change nothing', async () => {
  const { question, offer, request: requestId } = here.ids;
  const inputs: [string, string][] = [
    ['question.close', `questionId=${question}`],
    ['question.claim', `questionId=${question}`],
    ['message.send', `questionId=${question}&clientId=${clientId()}&body=x`],
    ['message.read', `questionId=${question}&seq=1`],
    ['offer.accept', `offerId=${offer}`],
    ['offer.decline', `offerId=${offer}`],
    ['request.accept', `requestId=${requestId}`],
    ['request.decline', `requestId=${requestId}`],
    ['request.withdraw', `requestId=${requestId}`],
    ['session.visitor', 'locale=en'],
    ['user.update', 'name=x'],
  ];
  for (const [name, query] of inputs) {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
      for (const who of ['customer', 'ada'] as const) {
        const answer = await send(`/v1/${name}?${query}`, { method, who });
        expect([404, 405], `${method} ${name}`).toContain(answer.status);
        const text = await answer.text();
        if (method !== 'HEAD') assertProblem(answer, JSON.parse(text) as Json);
      }
    }
  }
  // the landing page that an e-mail links to
  for (const method of ['GET', 'HEAD']) {
    expect((await send(`/requests/${requestId}`, { method, who: 'ada' })).status).toBe(200);
  }
});

test.each(['question.watch', 'question.unwatch', 'typing'])('%s has no route: it needs a socket', async (name) => {
  await assertRefused(await send(`/v1/${name}`, { body: good() }), 404, 'not_found');
});

test('a page of a foreign Origin changes nothing and reads nothing', async () => {
  const body = JSON.stringify({ questionId: here.ids.question, clientId: clientId(), body: 'From elsewhere' });
  for (const origin of ['https://evil.test', 'null', 'file://', 'http://localhost.evil.test', '']) {
    const sent = await send('/v1/message.send', { body, headers: { origin } });
    await assertRefused(sent, 403, 'auth.forbidden');
    expect(sent.headers.get('access-control-allow-origin')).toBeNull();
    const asked = await send('/v1/message.send', {
      method: 'OPTIONS',
      who: null,
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    const read = await send(`${READ}?questionId=${here.ids.question}`, { method: 'GET', headers: { origin } });
    expect(read.headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('whoever sends slowly does not hold a connection for long', { timeout: 600_000 }, async () => {
  const [headers, body] = [await dial(), await dial()];
  const ended = [ending(headers), ending(body)];
  headers.write(`POST ${READ} HTTP/1.1\r\nhost: x\r\n`);
  body.write(`POST ${READ} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`);
  const drip = setInterval(() => {
    headers.write('x-slow: 1\r\n');
    body.write(' ');
  }, 1_000);
  const [afterHeaders = 0, afterBody = 0] = await Promise.all(ended);
  clearInterval(drip);
  expect(afterHeaders).toBeLessThan(15_000);
  expect(afterBody).toBeLessThan(25_000);
});

function dial(): Promise<Socket> {
  const { hostname, port } = new URL(here.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      resolve(socket);
    });
    socket.once('error', reject);
    socket.on('error', () => undefined); // a reset is an answer too
  });
}

/** All that came until the connection ended. */
function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve(text);
    });
  });
}

function ending(socket: Socket): Promise<number> {
  const started = clock();
  socket.resume();
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve(clock() - started);
    });
  });
}
