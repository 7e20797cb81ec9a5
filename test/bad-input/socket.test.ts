// What a socket alone can do wrong: the packets of Socket.IO, the frames of WebSockets, and too much of everything.

import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FRAME_BYTES } from '../../src/gateway/bounds.ts';
import { clientId, connect, visitor } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { undisturbed } from '../helpers/undisturbed.ts';
import { HandshakeRefused, Wire } from '../helpers/wire.ts';
import type { WireOptions } from '../helpers/wire.ts';
import { CANARY, place } from './world.ts';
import type { Place } from './world.ts';

const clock = undisturbed();
let here: Place;
let before: string;
beforeAll(async () => {
  here = await place();
  before = await here.dump();
});
const wires: Wire[] = [];
afterEach(async () => {
  for (const wire of wires.splice(0)) wire.end();
  expect(await here.dump()).toBe(before);
  await here.assertWell();
});
afterAll(() => here.close());

async function join(who: keyof Place['tokens'] = 'customer'): Promise<Wire> {
  const wire = await Wire.join(here.url, here.tokens[who]);
  wires.push(wire);
  return wire;
}

async function open(options?: WireOptions): Promise<Wire> {
  const wire = await Wire.open(here.url, options);
  wires.push(wire);
  return wire;
}

const sending = () => ({ questionId: here.ids.question, clientId: clientId(), body: CANARY });

describe('events', () => {
  test.each([
    ['without an acknowledgement', () => `42["message.send",${JSON.stringify(sending())}]`],
    ['with an acknowledgement that is none', () => `42["message.send",${JSON.stringify(sending())},"ack"]`],
    ['with an acknowledgement of two arguments', () => `42["message.send",${JSON.stringify(sending())},{},null]`],
    ['without input and acknowledgement', () => '42["session.get"]'],
    ['of an unknown name without an acknowledgement', () => `42["${CANARY}"]`],
  ])('%s: nothing is run, and the sender is told', async (_what, packet) => {
    const wire = await join();
    wire.send(packet());
    const notice = JSON.parse((await wire.next((text) => text.startsWith('42["notice"'))).slice(2)) as [string, Json];
    expect(notice[1]).toEqual({ code: 'input.invalid', params: {}, text: expect.any(String) });
    expect(JSON.stringify(notice)).not.toContain(CANARY);
    expect(await wire.ask('session.get', '{}')).toMatchObject({ ok: true });
  });

  test('without an input: as if it were empty', async () => {
    const wire = await join();
    expect(await wire.ask('session.get')).toMatchObject({ ok: true });
    expect(await wire.ask('message.send')).toMatchObject({ error: { code: 'input.invalid' } });
  });

  test.each([
    ['two inputs', '["message.send",<input>,<input>]'],
    ['many inputs', `["message.send",${'{},'.repeat(1_000)}<input>]`],
  ])('%s are refused', async (_what, packet) => {
    const wire = await join();
    wire.send(`4277${packet.replaceAll('<input>', JSON.stringify(sending()))}`);
    expect(await wire.next((text) => text.startsWith('4377'))).toContain('"reason":"too_many_arguments"');
  });

  test('bytes in the place of words are refused', async () => {
    const wire = await join();
    wire.send(`451-9["message.send",${JSON.stringify({ ...sending(), body: { _placeholder: true, num: 0 } })}]`);
    wire.sendFrame({ payload: randomBytes(100) });
    expect(await wire.next((text) => text.startsWith('439'))).toContain('"reason":"binary"');
  });

  test.each(['__proto__', 'constructor', 'toString', 'error', 'hasOwnProperty', '', 'x'.repeat(10_000)])(
    'there is no event "%.20s"',
    async (name) => {
      const wire = await join();
      const answer = await wire.ask(name, '{}');
      expect(answer).toMatchObject({ ok: false, error: { code: 'not_found' } });
      expect(JSON.stringify(answer).length).toBeLessThan(300);
    },
  );

  test.each(['5', '-1', '1.5'])('an event named by the number %s is not found', async (name) => {
    const wire = await join();
    wire.send(`421[${name},{}]`);
    expect(await wire.next((text) => text.startsWith('431'))).toContain('"code":"not_found"');
  });
});

describe('packets', () => {
  test.each([
    ['of a type that does not exist', '49'],
    ['that are no JSON', '421["session.get",'],
    ['that are an object', '421{"0":"session.get"}'],
    ['that are a string', '421"session.get"'],
    ['that are null', '421null'],
    ['that are empty', '421[]'],
    ['whose name is an object', '421[{"toString":1},{}]'],
    ['whose name is null', '421[null]'],
    ['with a reserved name', '421["disconnecting",{}]'],
    ['with another reserved name', '421["connect_error",{}]'],
    ['that add a listener', '421["newListener",{}]'],
    ['nested too deep to be an event', `421${'['.repeat(30_000)}`],
    ['with more attachments than there are', '4599999999999-1["session.get",{}]'],
    ['with a negative number of attachments', '45-1-1["session.get",{}]'],
    ['with no number of attachments', '45["session.get",{}]'],
    ['with an attachment that is never named', '451-1["session.get",{"_placeholder":true,"num":7}]'],
    ['that acknowledge nothing', '431[]'],
    ['that acknowledge with an object', '431{}'],
    ['that refuse the server', '44{"message":"x"}'],
    ['for a namespace that was not joined', '42/admin,1["session.get",{}]'],
    ['that join twice', '40{}'],
    ['that join with a string', '40"x"'],
    ['that join with a list', '40[]'],
    ['that leave', '41'],
  ])('%s: %.30s', async (_what, packet) => {
    const [bad, good] = [await join(), await join('ada')];
    bad.send(packet);
    // what follows attachments that never come is dropped or closes the connection: both are fine
    if (packet.startsWith('45')) bad.sendFrame({ payload: randomBytes(8) });
    const alive = bad.ask('session.get', '{}').then(
      () => 'alive',
      () => 'closed',
    );
    expect(['alive', 'closed']).toContain(await alive);
    expect(await good.ask('session.get', '{}')).toMatchObject({ ok: true });
  });

  test.each([
    ['an event before joining', '421["session.get",{}]'],
    ['an acknowledgement before joining', '431[]'],
    ['an empty frame', ''],
    ['a type that does not exist', '9'],
    ['a ping that only the server may send', '2probe'],
    ['an upgrade', '5'],
    ['a second greeting', '0{"sid":"x"}'],
    ['a close', '1'],
    ['no packet at all', CANARY],
    ['a base64 packet', 'bAAAA'],
    ['half a character', '421["\ud800"]'],
  ])('before anything else: %s', async (_what, packet) => {
    const wire = await open();
    await wire.next((text) => text.startsWith('0{'));
    wire.send(packet);
    const answer = await Promise.race([wire.connect('').catch(() => 'closed'), wire.closed.then(() => 'closed')]);
    expect(answer === 'closed' || answer.startsWith('40')).toBe(true);
  });

  test('a namespace that does not exist is refused, and the main one still joined', async () => {
    const wire = await open();
    for (const name of ['/admin', '/__proto__', '/constructor', `/${'x'.repeat(5_000)}`]) {
      wire.send(`40${name},{}`);
      expect(await wire.next((text) => text.startsWith(`44${name},`))).toContain('Invalid namespace');
    }
    wire.send(`40${JSON.stringify({ token: here.tokens.customer })}`);
    expect(await wire.next((text) => text.startsWith('40{'))).toContain('sid');
  });

  test('whoever connects and never joins is closed', { timeout: 600_000 }, async () => {
    const wire = await open();
    const started = clock();
    await wire.closed;
    expect(clock() - started).toBeLessThan(20_000);
  });
});

describe('frames', () => {
  const frames: [string, (wire: Wire) => void][] = [
    ['that are not masked', (wire) => wire.sendFrame({ payload: '421["session.get",{}]', masked: false })],
    ['with reserved bits', (wire) => wire.sendFrame({ payload: '421["session.get",{}]', reserved: 4 })],
    ['of a reserved kind', (wire) => wire.sendFrame({ opcode: 0x3, payload: 'x' })],
    ['that continue nothing', (wire) => wire.sendFrame({ opcode: 0x0, payload: 'x' })],
    ['with a ping that is too long', (wire) => wire.sendFrame({ opcode: 0x9, payload: 'x'.repeat(126) })],
    ['with a broken close', (wire) => wire.sendFrame({ opcode: 0x8, payload: 'x' })],
    [
      'with text that is no text',
      (wire) => wire.sendFrame({ opcode: 0x1, payload: new Uint8Array([0x34, 0xff, 0xfe]) }),
    ],
    ['that say they are nine exabytes', (wire) => wire.sendBytes(Buffer.from('81ff7fffffffffffffff00000000', 'hex'))],
    ['that are no frames', (wire) => wire.sendBytes(Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'))],
    ['that are random', (wire) => wire.sendBytes(Buffer.concat([Buffer.from([0xf5]), randomBytes(500)]))],
  ];

  test.each(frames)('%s close their connection only', async (_what, break_) => {
    const [bad, good] = [await join(), await join('ada')];
    break_(bad);
    await bad.closed;
    expect(await good.ask('session.get', '{}')).toMatchObject({ ok: true });
  });

  test.each([
    ['in one frame', [{ payload: `421["message.send",{"body":"${'x'.repeat(FRAME_BYTES)}"}]` }]],
    [
      'in pieces',
      [
        { payload: `421["message.send",{"body":"${'x'.repeat(FRAME_BYTES / 2)}`, fin: false },
        { payload: `${'x'.repeat(FRAME_BYTES / 2)}"}]`, fin: true, opcode: 0 },
      ],
    ],
    ['as bytes', [{ payload: new Uint8Array(FRAME_BYTES + 1) }]],
  ])('more than anybody pastes %s closes the connection with a word, others live', async (_what, pieces) => {
    const [bad, good] = [await join(), await join('ada')];
    for (const piece of pieces) bad.sendFrame(piece);
    expect(await bad.closed).toBe(1009);
    const [, notice] = JSON.parse(bad.heard.at(-1)?.slice(2) ?? '') as [string, Json];
    expect(notice).toMatchObject({ code: 'input.invalid', params: { reason: 'too_large', limit: FRAME_BYTES } });
    expect(await good.ask('session.get', '{}')).toMatchObject({ ok: true });
  });

  const long = (body: string) => `["message.send",${JSON.stringify({ ...sending(), body })}]`;
  test.each([
    ['seventy thousand letters', 'x'.repeat(70_000)],
    ['a book', 'word '.repeat(200_000)],
    ['letters of three bytes', '漢'.repeat(30_000)],
    ['quotation marks', '"'.repeat(40_000)],
  ])('a paste of %s is refused in the same words as over HTTP, and ends no connection', async (_what, body) => {
    const wire = await join();
    wire.send(`427${long(body)}`);
    const [answer] = JSON.parse((await wire.next((text) => text.startsWith('437['))).slice(3)) as [Json];
    const response = await fetch(`${here.url}/v1/message.send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${here.tokens.customer}` },
      body: JSON.stringify({ ...sending(), body }),
    });
    const problem = (await response.json()) as Json;
    expect(answer).toEqual({
      ok: false,
      error: { code: 'input.invalid', message: problem.detail, details: problem.details },
    });
    expect([response.status, problem.code, problem.details]).toEqual([
      413,
      'input.invalid',
      { fields: [{ path: '', reason: 'too_large' }] },
    ]);
    expect(await wire.ask('session.get', '{}')).toMatchObject({ ok: true });
  });

  test('a long paste in pieces, without an acknowledgement, to no command, or as bytes ends no connection either', async () => {
    const wire = await join();
    wire.sendFrame({ payload: long('x'.repeat(70_000)).slice(0, 30_000).replace(/^/, '428'), fin: false });
    wire.sendFrame({ payload: long('x'.repeat(70_000)).slice(30_000), opcode: 0 });
    expect(await wire.next((text) => text.startsWith('438['))).toContain('too_large');
    wire.send(`42${long('x'.repeat(70_000))}`);
    expect(await wire.next((text) => text.startsWith('42["notice"'))).toContain('input.invalid');
    wire.send(`429["${'x'.repeat(70_000)}",{}]`);
    expect(await wire.next((text) => text.startsWith('439['))).toContain('too_large');
    wire.send('4511-["message.send",{"body":{"_placeholder":true,"num":0}}]'.replace('4511', '451'));
    wire.sendFrame({ payload: new Uint8Array(200_000) });
    expect(await wire.ask('session.get', '{}')).toMatchObject({ ok: true });
  });

  test('a frame that never ends keeps nobody waiting', async () => {
    const [bad, good] = [await join(), await join('ada')];
    bad.sendFrame({ payload: '421["session.get"', fin: false });
    expect(await good.ask('session.get', '{}')).toMatchObject({ ok: true });
    bad.sendFrame({ opcode: 0, payload: ',{}]' });
    expect(await bad.next((text) => text.startsWith('431'))).toContain('"ok":true');
  });

  test('five hundred connections that vanish in the middle of their first words', async () => {
    for (let round = 0; round < 10; round += 1) {
      const opened = await Promise.all(Array.from({ length: 50 }, () => Wire.open(here.url)));
      opened.forEach((wire, index) => {
        wire.send(`40${index % 2 ? JSON.stringify({ token: here.tokens.customer }) : '{"token":'}`);
        wire.end();
      });
    }
    expect(await (await join('ada')).ask('session.get', '{}')).toMatchObject({ ok: true });
  });
});

describe('the door', () => {
  const status = async (options: WireOptions) => {
    try {
      (await open(options)).end();
      return 101;
    } catch (error) {
      if (error instanceof HandshakeRefused) return error.status;
      throw error;
    }
  };
  const over = (origin: string) => ({ headers: { origin } });

  test.each([
    'https://evil.test',
    'null',
    'file://',
    'http://localhost.evil.test',
    'http://127.0.0.1.evil.test:80',
    '',
  ])('a page of "%s" gets no socket', async (origin) => {
    expect(await status(over(origin))).toBe(400);
  });

  test('a page of this machine does in development, and whoever sends no Origin', async () => {
    expect(await status(over('http://localhost:5173'))).toBe(101);
    expect(await status({})).toBe(101);
  });

  test.each([
    ['polling', 'EIO=4&transport=polling'],
    ['a transport that objects inherit', 'EIO=4&transport=constructor'],
    ['a transport that is a list', 'EIO=4&transport=websocket&transport=polling'],
    ['a session that does not exist', 'EIO=4&transport=websocket&sid=xxxxxxxxxxxxxxxx'],
  ])('%s is refused: %s', async (_what, query) => {
    expect(await status({ query })).toBe(400);
  });

  test.each([
    ['the protocol before the last', 'EIO=3&transport=websocket'],
    ['no protocol', 'transport=websocket'],
    ['a protocol that does not exist', 'EIO=99&transport=websocket'],
    ['a protocol that is a list', 'EIO=4&EIO=3&transport=websocket'],
  ])('%s is not greeted: %s', async (_what, query) => {
    const wire = await open({ query });
    await wire.closed;
    expect(wire.heard).toEqual([]);
  });

  test.each(['/socket.io/?EIO=4&transport=polling', '/socket.io/?EIO=3&transport=polling', '/socket.io/socket.io.js'])(
    'there is nothing to get at %s',
    async (path) => {
      const answer = await new Promise<number | undefined>((resolve, reject) => {
        get(`${here.url}${path}`, (response) => {
          resolve(response.resume().statusCode);
        }).on('error', reject);
      });
      expect(answer).toBe(400);
    },
  );

  test.each([
    'garbage',
    'otherSecret',
    'algNone',
    'tampered',
    'expired',
    'noExpiry',
    'deactivated',
    'ofNobody',
  ] as const)('a token of the kind "%s" is refused with a connect_error', async (who) => {
    const socket = io(here.url, {
      ...{ transports: ['websocket'], forceNew: true, reconnection: false },
      auth: { token: here.tokens[who] },
    });
    const error = await new Promise<Error & { data?: Json }>((resolve, reject) => {
      socket.once('connect_error', resolve);
      socket.once('connect', () => {
        reject(new Error('it was let in'));
      });
    });
    socket.disconnect();
    expect(error.data).toEqual({ code: 'auth.required', message: expect.any(String) });
    expect(error.message).toBe(error.data?.['message']);
  });

  test.each([
    ['a number', '{"token":7}'],
    ['an operator', '{"token":{"$ne":null}}'],
    ['a list', '{"token":["x"]}'],
    ['true', '{"token":true}'],
    ['sixty thousand letters', `{"token":"${'x'.repeat(60_000)}"}`],
  ])('a token that is %s is refused', async (_what, auth) => {
    const wire = await open();
    const answer = await wire.connect(auth);
    expect(answer).toMatch(/^44/);
    expect(answer).toContain('"code":"auth.required"');
    expect(answer.length).toBeLessThan(500);
  });

  test.each([
    ['null', '{"token":null}'],
    ['nothing', '{"token":""}'],
    ['a prototype', '{"__proto__":{"token":"x"}}'],
    ['something else', '{"user":"care"}'],
  ])('whose token is %s is a stranger', async (_what, auth) => {
    const wire = await open();
    expect(await wire.connect(auth)).toMatch(/^40/);
    expect(await wire.ask('session.get', '{}')).toMatchObject({ error: { code: 'auth.required' } });
    expect(await wire.ask('category.list', '{"locale":"de"}')).toMatchObject({ ok: true });
  });
});

describe('too much', () => {
  let small: Place;
  beforeAll(async () => {
    small = await place({ RATE_COMMANDS: '5', MAX_SOCKETS_PER_USER: '3' });
  });
  afterAll(() => small.close());

  test('a flood of events is answered with how long to wait, and nobody else waits', async () => {
    const [flood, good] = [await visitor(small.url), await visitor(small.url)];
    const answers = (await Promise.all(
      Array.from({ length: 300 }, () => flood.socket.timeout(60_000).emitWithAck('session.get', {})),
    )) as Json[];
    const refused = answers.filter((answer) => !answer['ok']);
    expect(answers.length - refused.length).toBeLessThanOrEqual(50);
    expect(refused.length).toBeGreaterThanOrEqual(250);
    for (const answer of refused) {
      expect(answer['error']).toMatchObject({ code: 'rate.limited', details: { retryAfter: expect.any(Number) } });
      expect(answer['error'].details.retryAfter).toBeGreaterThan(0);
      expect(answer['error'].details.retryAfter).toBeLessThanOrEqual(10);
    }
    expect(await good.call('session.get')).toMatchObject({ user: { id: good.user.id } });
    flood.close();
    good.close();
  });

  test('a user has no more sockets than the cap: one at a time, and all at once', async () => {
    const { token, ...first } = await visitor(small.url);
    const one = await connect(small.url, token);
    const other = await connect(small.url, token);
    await expect(connect(small.url, token)).rejects.toMatchObject({
      code: 'conflict.too_many_sockets',
      details: { limit: 3 },
    });
    expect(await one.call('session.get')).toMatchObject({ user: { id: first.user.id } });
    for (const client of [first, one, other]) client.close();

    const crowd = await visitor(small.url);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => connect(small.url, crowd.token)));
    const clients = all.flatMap((tried) => (tried.status === 'fulfilled' ? [tried.value] : []));
    const alive = async () => clients.filter((client: Client) => client.socket.connected).length;
    await expect.poll(alive).toBe(2);
    for (const client of [crowd, ...clients]) client.close();
  });
});
