// What is odd but allowed: it comes back as it was sent, to whoever reads it and by whichever way, or it is refused.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientId } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { place } from './world.ts';
import type { Place } from './world.ts';

let here: Place;
beforeAll(async () => {
  here = await place();
});
afterAll(() => here.close());

const ODD: [what: string, text: string][] = [
  ['a NUL', 'a\0b'],
  ['control characters', 'a\u0001\u0008\u001b[31m\u007fb'],
  ['line breaks of every kind', 'a\r\n\u0085\u2028\u2029b'],
  ['letters that are written right to left, and marks that turn them', 'a\u202e\u200f שלום \u2066b'],
  ['nothing that can be seen', 'a\u200b\u200d\ufeffb'],
  ['people and flags', '👩‍👩‍👧‍👦🏳️‍🌈'],
  ['many marks on one letter', `a${'\u0301'.repeat(500)}b`],
  ['a page', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['a database', '$where {"$ne":null} a.b.c'],
  ['a protocol', '42["message.send",{}]'],
  ['a template', '{{constructor}} ${1} <%= 1 %> {amount, number}'],
  ['characters that stand for nothing', '\ufffe\uffff\ufffd'],
];
const LONELY: [what: string, text: string][] = [
  ['half a character', 'a\ud800b'],
  ['the other half', 'a\udfffb'],
  ['halves in the wrong order', 'a\udc00\ud800b'],
];

describe.each([...ODD, ...LONELY])('%s', (_what, text) => {
  test.each(['http', 'socket'] as const)('comes back as it was sent, or is refused: %s', async (transport) => {
    const questionId = here.ids.question;
    const sent = { questionId, clientId: clientId(), body: text };
    const answer = await here[transport]('customer', 'message.send', JSON.stringify(sent));
    if (!answer.ok) {
      expect(answer.error).toMatchObject({ code: 'input.invalid', details: { fields: [expect.anything()] } });
      return;
    }
    const { seq } = answer.data['message'] as Json;
    const kept = text.replace('\r\n', '\n'); // line ends are of one kind; all else is as it was written
    expect(answer.data['message'].body).toBe(kept);
    expect((await here.customer.heard('message.created', (message) => message.seq === seq)).body).toBe(kept);
    for (const read of ['http', 'socket'] as const) {
      const list = await here[read]('ada', 'message.list', JSON.stringify({ questionId, afterSeq: seq - 1, limit: 1 }));
      expect(list.data['items'][0].body, `listed by ${read}`).toBe(kept);
    }
    await here.assertWell();
  });

  test('a name and a subject of it', async () => {
    const made = await here.http(
      'nobody',
      'session.visitor',
      JSON.stringify({ locale: 'en', name: text.slice(0, 80) }),
    );
    if (!made.ok) {
      expect(made.error).toMatchObject({ code: 'input.invalid' });
      return;
    }
    const name = made.data['user'].name as string;
    expect(name).toBe(text.slice(0, 80));
    const seen = await fetch(`${here.url}/v1/session.get`, {
      headers: { authorization: `Bearer ${made.data['token'] as string}` },
    });
    expect(((await seen.json()) as Json)['user'].name).toBe(name);
  });

  test('a client id of it names one message', async () => {
    const id = `${text.slice(0, 40)}-${clientId().slice(0, 12)}`;
    const input = JSON.stringify({ questionId: here.ids.question, clientId: id, body: 'Once.' });
    const [first, again] = [
      await here.socket('customer', 'message.send', input),
      await here.http('customer', 'message.send', input),
    ];
    if (!first.ok) {
      expect(first.error).toMatchObject({ code: 'input.invalid' });
      return;
    }
    expect(again.data).toEqual(first.data);
    expect(first.data['message'].clientId).toBe(id);
  });
});

test('two client ids are two messages, whatever they are made of', async () => {
  const rest = clientId().slice(0, 20);
  const answers = await Promise.all(
    [`\ud800${rest}`, `\ud801${rest}`].map((id, index) => {
      const input = { questionId: here.ids.question, clientId: id, body: `Message ${index}` };
      return here.http('customer', 'message.send', JSON.stringify(input));
    }),
  );
  if (answers.every((answer) => !answer.ok)) return; // refused: as good
  expect(answers.map((answer) => answer.data['message'].body as string)).toEqual(['Message 0', 'Message 1']);
});

test('a client id of half a character makes no account break', async () => {
  const made = await here.http(
    'care',
    'user.create',
    JSON.stringify({
      ...{ role: 'expert', name: 'Odd', email: 'odd@example.test', password: 'long-enough' },
      clientId: `\ud800${clientId().slice(0, 20)}`,
    }),
  );
  expect(made.ok || made.error['code'] === 'input.invalid', made.text).toBe(true);
});

test.each([
  ['minus zero', '{"questionId":"<question>","afterSeq":-0}'],
  ['a number in another notation', '{"questionId":"<question>","afterSeq":1e0,"limit":2.0e1}'],
  ['the same key twice: the last counts', '{"questionId":"q_x","questionId":"<question>"}'],
  ['a key written in escapes', '{"\\u0071uestionId":"<question>"}'],
  ['white space around it', ' \n{"questionId" : "<question>"}\t '],
])('%s is read by both transports alike', async (_what, text) => {
  const input = text.replaceAll('<question>', here.ids.question);
  const [byHttp, bySocket] = [
    await here.http('customer', 'message.list', input),
    await here.socket('customer', 'message.list', input),
  ];
  expect(byHttp.ok, byHttp.text).toBe(true);
  expect(bySocket.data).toEqual(byHttp.data);
});

test.each([
  ['question.list', { view: 'all', cursor: 'zzzz' }, 'customer'],
  ['question.list', { view: 'mine', cursor: '\0' }, 'ada'],
  ['request.list', { view: 'done', cursor: '<request>' }, 'dan'],
  ['request.list', { view: 'open', cursor: '{"$gt":""}' }, 'ada'],
  ['user.list', { cursor: '<question>' }, 'care'],
  ['earnings.list', { cursor: '2026-02-03T00:00:00Z/<request>/x' }, 'ada'],
  ['earnings.list', { cursor: '+275760-09-13T00:00:00.000Z/x' }, 'ada'],
  ['earnings.list', { from: '0000-01-01T00:00:00+10:00', to: '9999-12-31T23:59:59-10:00' }, 'ada'],
  ['earnings.list', { from: '2026-02-03T00:00:00Z', to: '2025-02-03T00:00:00Z' }, 'ada'],
] as const)('a page after somewhere else is a page or a refusal: %s %j', async (name, input, who) => {
  const { question, request } = here.ids;
  const text = JSON.stringify(input).replaceAll('<question>', question).replaceAll('<request>', request);
  for (const transport of ['http', 'socket'] as const) {
    const answer = await here[transport](who, name, text);
    if (answer.ok) expect(Array.isArray(answer.data['items'])).toBe(true);
    else expect(answer.error['code']).toBe('input.invalid');
  }
});

test('7.1 attempts at the ends of time break neither the report nor the lists of the expert', async () => {
  const requestId = here.ids.request;
  await here.ada.call('request.accept', { requestId });
  const at = ['0000-01-01T00:00:00+10:00', '9999-12-31T23:59:59-10:00', '2026-01-01T00:00:00Z'];
  const report = {
    ...{ requestId, connected: false, reason: 'no_answer', comment: 'Nobody there.' },
    attempts: at.map((one) => ({ at: one })),
  };
  const answer = await here.http('ada', 'request.report', JSON.stringify(report));
  expect(answer.ok || answer.error['code'] === 'input.invalid', answer.text).toBe(true);
  const done = await here.http('ada', 'request.list', JSON.stringify({ view: 'done' }));
  expect(done.ok, done.text).toBe(true);
  const seen = await here.http('care', 'request.get', JSON.stringify({ requestId }));
  expect(seen.ok, seen.text).toBe(true);
});
