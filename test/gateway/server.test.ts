import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command } from '../../src/commands/command.ts';
import { readConfig } from '../../src/config.ts';
import { openApiOf } from '../../src/gateway/openapi.ts';
import { ask, createWorld } from './world.ts';
import type { World } from './world.ts';

const proxies = (ranges: string) => readConfig({ TRUST_PROXY: ranges }).trustProxy;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const post = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  world.app.inject({
    method: 'POST',
    url: `/v1/${name}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('a command is answered with its data as the body', async () => {
  const answer = await post('echo.list', { text: 'hello', limit: 3 });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ text: 'hello', limit: 3, all: null });
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('a command that reads answers GET, with numbers and booleans made where the schema wants them', async () => {
  const answer = await world.app.inject('/v1/echo.list?text=7&limit=7&all=true');
  expect(answer.json()).toEqual({ text: '7', limit: 7, all: true });
  expect((await world.app.inject('/v1/echo.list?limit=seven')).json()).toMatchObject({
    code: 'input.invalid',
    details: { fields: [{ path: 'limit', reason: 'invalid_type' }] },
  });
  expect((await world.app.inject('/v1/echo.list?limit=1&limit=2')).statusCode).toBe(400);
  expect((await world.app.inject('/v1/echo.list?__proto__=1')).statusCode).toBe(400);
});

test('a command that does more than read has no GET, and a socket command no route', async () => {
  expect((await world.app.inject('/v1/echo.refuse?how=refuse')).statusCode).toBe(404);
  expect((await post('question.watch', { questionId: 'q' })).statusCode).toBe(404);
});

test.each([
  ['an unknown route', () => world.app.inject('/nowhere'), 404, 'not_found'],
  ['an unknown command', () => post('echo.unknown', {}), 404, 'not_found'],
  ['a broken URL', () => world.app.inject('/v1/%c0%ae'), 400, 'input.invalid'],
  ['malformed JSON', () => post('echo.list', '{"text":'), 400, 'input.invalid'],
  ['a body that reaches for prototypes', () => post('echo.list', '{"__proto__":{"a":1}}'), 400, 'input.invalid'],
  ['an empty body', () => post('echo.list', ''), 400, 'input.invalid'],
  ['another type', () => post('echo.list', 'text=a', { 'content-type': 'text/plain' }), 415, 'input.invalid'],
  [
    'a form',
    () => post('echo.list', 'text=a', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'input.invalid',
  ],
  ['too much', () => post('echo.list', { text: 'x'.repeat(70_000) }), 413, 'input.invalid'],
  ['null', () => post('echo.list', 'null'), 400, 'input.invalid'],
  ['an unknown field', () => post('echo.list', { no: 1 }), 400, 'input.invalid'],
  ['no token', () => post('echo.refuse', { how: 'refuse' }), 401, 'auth.required'],
  ['a wrong token', () => post('echo.list', {}, { authorization: 'Bearer nobody' }), 401, 'auth.required'],
  ['another scheme', () => post('echo.list', {}, { authorization: 'Basic Y29yYTo=' }), 401, 'auth.required'],
  [
    'another role',
    () => post('echo.refuse', { how: 'refuse' }, { authorization: 'Bearer care' }),
    403,
    'auth.forbidden',
  ],
  [
    'a state that does not allow it',
    () => post('echo.refuse', { how: 'refuse' }, { authorization: 'Bearer cora' }),
    409,
    'conflict.closed',
  ],
  ['a bug', () => post('echo.refuse', { how: 'break' }, { authorization: 'Bearer cora' }), 500, 'internal'],
  [
    'an output that would say too much',
    () => post('echo.refuse', { how: 'leak' }, { authorization: 'Bearer cora' }),
    500,
    'internal',
  ],
] as const)('%s is a problem document', async (_what, request, status, code) => {
  const answer = await request();
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ type: `urn:parley:problem:${code}`, status, code });
  expect(answer.json().title).toBeTypeOf('string');
  expect(answer.json().detail).toBeTypeOf('string');
});

test('a refusal keeps its details, a bug is logged once and keeps its words to itself', async () => {
  const token = { authorization: 'Bearer cora' };
  expect((await post('echo.refuse', { how: 'refuse' }, token)).json().details).toEqual({ state: 'closed' });
  world.logged.length = 0;
  const bug = await post('echo.refuse', { how: 'break' }, token);
  expect(bug.body).not.toContain('secret');
  expect(world.logged.filter((line) => line['msg'] === 'unexpected')).toHaveLength(1);
  const leak = await post('echo.refuse', { how: 'leak' }, token);
  expect(leak.body).not.toContain('payout');
});

test('one line a command, without input or token', async () => {
  world.logged.length = 0;
  await post('echo.refuse', { how: 'refuse' }, { authorization: 'Bearer cora' });
  expect(world.logged).toEqual([
    expect.objectContaining({ level: 20, command: 'echo.refuse', actor: 'cora', outcome: 'conflict.closed' }),
  ]);
  await post('echo.list', { text: 'a private thing' });
  expect(world.logged[1]).toMatchObject({ level: 20, command: 'echo.list', actor: null, outcome: 'ok' });
  expect(JSON.stringify(world.logged)).not.toContain('private');
});

test('whoever asks too often hears for how long to wait', async () => {
  world.wait = 7;
  const answer = await post('echo.list', {});
  world.wait = null;
  expect(answer.statusCode).toBe(429);
  expect(answer.headers['retry-after']).toBe('7');
  expect(answer.json()).toMatchObject({ code: 'rate.limited', details: { retryAfter: 7 } });
});

test('limits count people by id, strangers by address and log-ins by address, by address and e-mail, and by e-mail', async () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  world.taken.length = 0;
  await post('echo.list', {}, { authorization: 'Bearer cora' });
  await post('echo.list', {}, { 'x-forwarded-for': '203.0.113.9' });
  await post('session.login', { email: ' Cora@Example.test', password: 'x' });
  await post('session.visitor', { email: 'cora@example.test' }, { authorization: 'Bearer cora' });
  await post('session.login', { email: 'x'.repeat(10_000), password: 'x' });
  expect(world.taken).toEqual([
    'commands cora',
    'commands 127.0.0.1',
    'addresses 127.0.0.1',
    'logins 127.0.0.1 cora@example.test',
    `accounts ${hash('cora@example.test')}`,
    'visitors 127.0.0.1',
    'addresses 127.0.0.1',
    `logins 127.0.0.1 ${'x'.repeat(64)}`,
    `accounts ${hash('x'.repeat(64))}`,
  ]);
});

test('X-Forwarded-For is believed of our own proxies only, and no further than the first stranger', async () => {
  const behind = await createWorld({ trustProxy: proxies('127.0.0.1, 10.0.0.2') });
  const from = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.0.0.2' };
  await behind.app.inject({ method: 'POST', url: '/v1/echo.list', headers: from });
  expect(behind.taken).toEqual(['commands 203.0.113.9']);
  await behind.close();
});

test('a caller is one caller in whatever way the proxies write the address, and limits count IPv6 by /64', async () => {
  const behind = await createWorld({ trustProxy: proxies('127.0.0.0/8, 2001:db8:ffff::/48') });
  const callers = [
    ...['203.0.113.7:4711', '203.0.113.7:4712', '203.0.113.7', '::ffff:203.0.113.7', '[::ffff:cb00:7107]:80'],
    ...['2001:db8::1', '[2001:DB8:0:0::2]:443', '2001:db8::a:b:c:d%eth0', '2001:db8::3, [2001:db8:ffff::9]:8080'],
  ];
  for (const forwarded of callers) {
    await behind.app.inject({ method: 'POST', url: '/v1/session.visitor', headers: { 'x-forwarded-for': forwarded } });
  }
  expect(behind.taken).toEqual([
    ...Array<string>(5).fill('visitors 203.0.113.7'),
    ...Array<string>(4).fill('visitors 2001:db8:0:0::/64'),
  ]);
  await behind.close();
});

test('GET implies HEAD: the same answer without its body', async () => {
  const lame = await createWorld({ ready: async () => ({ mongodb: null, redis: 'does not answer' }) });
  for (const [{ app }, url] of [
    ...['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs', '/v1/echo.list?text=a'].map(
      (path) => [world, path] as const,
    ),
    ...['/health/ready', '/nowhere', '/v1/echo.list?limit=seven', '/v1/echo.refuse'].map(
      (path) => [lame, path] as const,
    ),
  ]) {
    const [got, headed] = [await app.inject({ url }), await app.inject({ method: 'HEAD', url })];
    expect([url, headed.statusCode, headed.body]).toEqual([url, got.statusCode, '']);
    expect(headed.headers['content-type']).toBe(got.headers['content-type']);
  }
  await lame.close();
});

test('a page of a foreign Origin can neither send a command nor read an answer', async () => {
  for (const origin of [
    'https://evil.test',
    'null',
    'http://chat.example.test',
    'https://chat.example.test.evil.test',
    'http://localhost:5173',
  ]) {
    const sent = await post('echo.list', {}, { origin });
    expect(sent.statusCode).toBe(403);
    expect(sent.json().code).toBe('auth.forbidden');
    expect(sent.headers['access-control-allow-origin']).toBeUndefined();
    const read = await world.app.inject({ url: '/v1/echo.list', headers: { origin } });
    expect(read.headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('a page of an allowed Origin may, after asking', async () => {
  for (const origin of ['https://chat.example.test', 'https://partner.example.test']) {
    const asked = await world.app.inject({
      method: 'OPTIONS',
      url: '/v1/echo.list',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(asked.statusCode).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization, content-type',
      vary: expect.stringContaining('Origin'),
    });
    const sent = await post('echo.list', {}, { origin });
    expect(sent.statusCode).toBe(200);
    expect(sent.headers['access-control-allow-origin']).toBe(origin);
    expect(sent.headers['access-control-allow-credentials']).toBeUndefined();
  }
});

test('a public address lets its own Origin in, whatever folder it has', async () => {
  const there = await createWorld({ publicUrl: new URL('https://own.example.test/some/folder'), allowedOrigins: [] });
  const sent = (origin: string) => there.app.inject({ method: 'POST', url: '/v1/echo.list', headers: { origin } });
  expect((await sent('https://own.example.test')).statusCode).toBe(200);
  for (const origin of ['https://own.example.test/some/folder', 'https://other.example.test', 'null']) {
    expect((await sent(origin)).statusCode).toBe(403);
  }
  await there.close();
});

test('in development every port of this machine is welcome', async () => {
  const home = await createWorld({ development: true });
  const answers = await Promise.all(
    ['http://localhost:5173', 'http://127.0.0.1:80', 'http://localhost.evil.test', 'https://localhost:1'].map(
      (origin) => home.app.inject({ method: 'POST', url: '/v1/echo.list', headers: { origin } }),
    ),
  );
  expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 403, 403]);
  await home.close();
});

test('strangers are answered in the language their browser asks for', async () => {
  const answer = await post('echo.nothing', {}, { 'accept-language': 'fr-CH, de;q=0.9, en;q=0.8' });
  expect(answer.json().code).toBe('not_found');
});

test('every answer carries the headers that keep browsers careful', async () => {
  const { headers } = await world.app.inject('/health/live');
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test.each([
  ['https://chat.example.test', true],
  ['https://chat.example.test/help', true],
  ['http://chat.example.test', false],
  ['http://10.0.0.7:3000', false],
  [undefined, false],
])('where people reach %s, pages are kept to https: %s', async (address, secure) => {
  const there = await createWorld({ publicUrl: address === undefined ? undefined : new URL(address) });
  for (const path of ['/health/live', '/nowhere', '/v1/%c0%ae']) {
    const { headers } = await there.app.inject(path);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']!.includes('upgrade-insecure-requests')).toBe(secure);
    expect('strict-transport-security' in headers).toBe(secure);
  }
  await there.close();
});

test.each(['/v1/%c0%ae', '/%', '/%zz', '/web/%ff', '/a%E0%A4%A', '/%80?limit=1'])(
  'a path that cannot be decoded (%s) is answered like every other',
  async (url) => {
    const answer = await world.app.inject({ url, headers: { origin: 'https://chat.example.test' } });
    const usual = await world.app.inject({ url: '/nowhere', headers: { origin: 'https://chat.example.test' } });
    expect([answer.statusCode, answer.json().details]).toEqual([400, { fields: [{ path: '', reason: 'url' }] }]);
    expect(Object.keys(answer.headers)).toEqual(Object.keys(usual.headers));
    const foreign = await world.app.inject({ method: 'POST', url, headers: { origin: 'https://evil.test' } });
    expect(foreign.json().code).toBe('auth.forbidden');
  },
);

test('a % in a query is not looked at as a path', async () => {
  expect((await world.app.inject('/v1/echo.list?text=%zz')).statusCode).toBe(200);
});

test.each(['', '/'])(
  'at a folder everything answers, whether the proxy keeps the folder or not (ends with "%s")',
  async (end) => {
    const there = await createWorld({ publicUrl: new URL(`https://chat.example.test/help/chat${end}`) });
    for (const path of ['/health/live', '/v1/echo.list?text=a', '/openapi.json']) {
      const [kept, stripped] = await Promise.all([there.app.inject(`/help/chat${path}`), there.app.inject(path)]);
      expect([path, kept.statusCode, kept.body]).toEqual([path, 200, stripped.body]);
    }
    expect((await there.app.inject('/help/chat/openapi.json')).json().servers).toEqual([{ url: '/help/chat' }]);
    for (const path of ['/help/chatter/health/live', '/help/health/live', '/help', '/chat/health/live']) {
      expect([path, (await there.app.inject(path)).statusCode]).toEqual([path, 404]);
    }
    await there.close();
  },
);

test('it lives always, and is ready when everything it needs is there', async () => {
  expect((await world.app.inject('/health/live')).statusCode).toBe(200);
  expect((await world.app.inject('/health/ready')).json()).toEqual({
    ready: true,
    checks: { mongodb: true, redis: true },
  });
  const lame = await createWorld({ ready: async () => ({ mongodb: null, redis: 'does not answer' }) });
  const answer = await lame.app.inject('/health/ready');
  expect([answer.statusCode, answer.json().checks.redis]).toEqual([503, false]);
  expect((await lame.app.inject('/health/live')).statusCode).toBe(200);
  await lame.close();
});

test('many who ask at once whether it is ready cost one look at the stores', async () => {
  let looks = 0;
  const here = await createWorld({
    ready: async () => {
      looks += 1;
      await new Promise(setImmediate);
      return { mongodb: null };
    },
  });
  const asked = await Promise.all(Array.from({ length: 20 }, () => here.app.inject('/health/ready')));
  expect(asked.map(({ statusCode }) => statusCode)).toEqual(asked.map(() => 200));
  expect(looks).toBeLessThan(5);
  await here.close();
});

test('metrics tell commands by name and outcome; a name that nobody knows is no label', async () => {
  await post('echo.refuse', { how: 'refuse' }, { authorization: 'Bearer cora' });
  const socket = await world.join();
  await socket.timeout(60_000).emitWithAck('made.up', {});
  const { body, headers } = await world.app.inject('/metrics');
  expect(headers['content-type']).toContain('text/plain');
  expect(body).toMatch(/parley_command_seconds_count\{command="echo.refuse",outcome="conflict.closed"\} \d/);
  expect(body).toMatch(/parley_command_seconds_count\{command="unknown",outcome="not_found"\} \d/);
  expect(body).not.toContain('made.up');
  expect(body).toContain('parley_connections 1');
  expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
  for (const name of ['jobs_total', 'deadline_lateness_seconds', 'sweep_found_total']) {
    expect(body).toContain(`# TYPE parley_${name}`);
  }
  socket.disconnect();
  await expect.poll(async () => (await world.app.inject('/metrics')).body).toContain('parley_connections 0');
});

test('what takes bytes or gives a file is one row of the table, which sockets do not know', async () => {
  const table = {
    'picture.put': command({
      summary: 'Keeps a picture.',
      who: ['customer'],
      takes: 'bytes',
      over: 'http',
      input: z.strictObject({ name: z.string().max(10), width: z.int() }),
      output: z.strictObject({ name: z.string(), width: z.int(), bytes: z.array(z.int()) }),
      run: async (_ctx, _actor, input, { bytes = [] }) => ({ ...input, bytes: [...bytes] }),
    }),
    'picture.get': command({
      summary: 'The picture.',
      who: ['customer'],
      reads: true,
      gives: 'image/png',
      over: 'http',
      input: z.strictObject({ name: z.string() }),
      output: z.instanceof(Uint8Array),
      run: async () => Buffer.from([137, 80, 78, 71]),
    }),
  };
  const there = await createWorld({ table });
  const put = async (query: string, body: Buffer | string, type: string, token = 'cora') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const answer = await there.app.inject({ method: 'POST', url: `/v1/picture.put?${query}`, headers, payload: body });
    const { code, details, ...data } = answer.json<{ code?: string; details?: { fields: unknown[] } }>();
    return code === undefined ? data : [answer.statusCode, code, ...(details?.fields ?? [])];
  };
  try {
    const sent = Buffer.from([0, 255, 10, 13]);
    const type = 'application/octet-stream';
    expect(await put('name=cat&width=7', sent, type)).toEqual({ name: 'cat', width: 7, bytes: [...sent] });
    expect(await put('name=cat&width=7', '', type)).toEqual({ name: 'cat', width: 7, bytes: [] });
    const invalid = (reason: string, path = '') => [{ path, reason }];
    expect(await put('name=cat', sent, type)).toEqual([400, 'input.invalid', ...invalid('invalid_type', 'width')]);
    for (const other of ['application/json', 'text/plain', 'image/png']) {
      expect(await put('name=cat&width=7', '{}', other)).toEqual([415, 'input.invalid', ...invalid('not_bytes')]);
    }
    const long = Buffer.alloc(65 * 1024);
    expect(await put('name=cat&width=7', long, type)).toEqual([413, 'input.invalid', ...invalid('too_large')]);
    expect(await put('name=cat&width=7', sent, type, 'ada')).toEqual([403, 'auth.forbidden']);

    const url = '/v1/picture.get?name=cat';
    const got = await there.app.inject({ url, headers: { authorization: 'Bearer cora' } });
    expect([got.headers['content-type'], got.headers['content-disposition']]).toEqual([
      'image/png',
      'attachment; filename="picture.get"',
    ]);
    expect([...got.rawPayload]).toEqual([137, 80, 78, 71]);
    const byPost = await there.app.inject({ method: 'POST', url, headers: { authorization: 'Bearer cora' } });
    expect(byPost.statusCode).toBe(404);

    const socket = await there.join('cora');
    for (const name of Object.keys(table)) {
      expect(await ask(socket, name, { name: 'cat', width: 7 })).toMatchObject({ error: { code: 'not_found' } });
    }
    const { paths } = openApiOf(table) as { paths: Record<string, Record<string, unknown>> };
    expect(paths['/v1/picture.put']).toMatchObject({
      post: { parameters: [{ name: 'name' }, { name: 'width' }], requestBody: { content: { [type]: {} } } },
    });
    expect(Object.keys(paths['/v1/picture.get'] ?? {})).toEqual(['get']);
  } finally {
    await there.close();
  }
});
