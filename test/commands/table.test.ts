// Every command exists once and answers the same over both transports; the OpenAPI description knows them all.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { clientId, login } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { each, idsOf, join, scene } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
let node: Node;
let people: Record<'customer' | 'expert' | 'admin', Client>;

beforeAll(async () => {
  node = await here.start();
  const { customer, first } = await scene(node, 0);
  people = { customer, expert: first, admin: await login(node.url, 'care@example.test') };
});
afterAll(() => here.close());

const questionId = `q_${clientId()}`;
const offerId = `of_${clientId()}`;
const caseId = `cs_${clientId()}`;
const webhookId = `wh_${clientId()}`;
const post = { category: 'nothing', subject: 'x', body: 'x', value: { amount: 500, currency: 'USD' } };
const texts = { en: 'x', de: 'x', es: 'x' };
const service = { key: 'a_call', title: texts, description: texts, suggestedPrice: 1_000 };

/** For each command one call that changes nothing, and what comes of it. */
const CALLS: Record<string, readonly [who: 'customer' | 'expert' | 'admin', input: Json, code: string]> = {
  'time.get': ['customer', { now: 'now' }, 'input.invalid'], // what it answers is never the same: site.test.ts
  'site.get': ['expert', {}, 'ok'],
  'session.visitor': ['customer', { locale: 'fr' }, 'input.invalid'],
  'session.login': ['customer', { email: 'nobody@example.test', password: 'x' }, 'auth.required'],
  'session.open': ['customer', { link: 'x'.repeat(43) }, 'auth.link'],
  'session.look': ['expert', { link: 'x'.repeat(43) }, 'auth.link'],
  'session.renew': ['customer', { long: true }, 'input.invalid'], // what it answers is never the same: session.test.ts
  'session.end': ['customer', { everywhere: 'yes' }, 'input.invalid'],
  'session.password': ['expert', { old: 'x', new: 'short' }, 'input.invalid'],
  'notice.list': ['customer', { cursor: 'nothing' }, 'input.invalid'],
  'case.mine': ['customer', {}, 'ok'],
  'session.email': ['customer', { email: 'nobody' }, 'input.invalid'],
  'session.get': ['expert', {}, 'ok'],
  'category.list': ['customer', { locale: 'es' }, 'ok'],
  'category.availability': ['customer', { category: 'nothing' }, 'input.invalid'],
  'category.get': ['admin', { id: 'nothing' }, 'not_found'],
  'price.curve': ['admin', { category: 'nothing' }, 'not_found'],
  'category.save': [
    'admin',
    {
      id: 'nothing',
      name: texts,
      currency: 'USD',
      services: [service],
      automaticService: 'a_call',
      pricePoints: [100],
      version: 7,
    },
    'conflict.stale',
  ],
  'expert.get': ['customer', { expertId: `u_${clientId()}` }, 'not_found'],
  'question.post': ['customer', { ...post, paymentMethod: 'pm_card_visa', clientId: clientId() }, 'input.invalid'],
  'question.get': ['expert', { questionId }, 'not_found'],
  'question.list': ['customer', { view: 'mine' }, 'ok'],
  'question.claim': ['expert', { questionId }, 'not_found'],
  'question.release': ['expert', { questionId }, 'not_found'],
  'question.rate': ['customer', { questionId, stars: 5 }, 'not_found'],
  'question.close': ['admin', { questionId }, 'not_found'],
  'message.send': ['customer', { questionId, clientId: clientId(), body: 'x' }, 'not_found'],
  'message.check': ['expert', { questionId, kind: 'answer', body: 'x' }, 'not_found'],
  'message.list': ['admin', { questionId, afterSeq: 3, limit: 10 }, 'not_found'],
  'message.flag': ['customer', { questionId, seq: 1, reason: 'abuse' }, 'not_found'],
  'message.redact': ['admin', { questionId, seq: 1 }, 'not_found'],
  'message.read': ['expert', { questionId, seq: 1 }, 'not_found'],
  'catalogue.list': ['expert', {}, 'ok'],
  'catalogue.rename': ['expert', { serviceId: offerId, title: 'x' }, 'not_found'],
  'catalogue.remove': ['expert', { serviceId: offerId }, 'not_found'],
  'template.list': ['expert', {}, 'ok'],
  'template.save': ['expert', { templateId: offerId, title: 'x', body: 'x', locale: 'en' }, 'not_found'],
  'template.remove': ['expert', { templateId: offerId }, 'not_found'],
  'offer.form': ['expert', { questionId }, 'not_found'],
  'offer.propose': [
    'expert',
    {
      questionId,
      service: { title: 'x' },
      description: 'x',
      price: { amount: 500, currency: 'USD' },
      clientId: clientId(),
    },
    'not_found',
  ],
  'offer.withdraw': ['expert', { offerId }, 'not_found'],
  'offer.unable': ['expert', { offerId, reason: 'x' }, 'not_found'],
  'offer.accept': ['customer', { offerId }, 'not_found'],
  'offer.decline': ['customer', { offerId }, 'not_found'],
  'request.list': ['expert', { view: 'open' }, 'ok'],
  'request.get': ['admin', { requestId: offerId }, 'not_found'],
  'request.accept': ['expert', { requestId: offerId }, 'not_found'],
  'request.decline': ['expert', { requestId: offerId }, 'not_found'],
  'request.withdraw': ['customer', { requestId: offerId }, 'not_found'],
  'request.attempt': ['expert', { requestId: offerId, clientId: clientId() }, 'not_found'],
  'request.report': ['expert', { requestId: offerId, connected: true }, 'not_found'],
  'payment.setup': ['customer', { questionId }, 'not_found'],
  'payment.update': ['customer', { questionId, paymentMethod: 'pm_card_visa' }, 'not_found'],
  'earnings.list': ['expert', { from: '2030-01-01T00:00:00.000Z' }, 'ok'],
  'earnings.summary': [
    'expert',
    { from: '2030-01-01T00:00:00Z', to: '2029-01-01T00:00:00Z', bucket: 'day', timeZone: 'UTC' },
    'ok',
  ],
  'case.list': ['admin', { state: 'open', kind: 'refund', assignee: 'nobody', overdue: true }, 'ok'],
  'case.get': ['admin', { caseId }, 'not_found'],
  'case.open': ['expert', { kind: 'payout_dispute', questionId, reason: 'x', clientId: clientId() }, 'not_found'],
  'case.assign': ['admin', { caseId }, 'not_found'],
  'case.note': ['admin', { caseId, text: 'x', clientId: clientId() }, 'not_found'],
  'case.resolve': ['admin', { caseId, resolution: 'grant' }, 'not_found'],
  'evidence.get': ['admin', { questionId }, 'not_found'],
  'refund.request': ['customer', { questionId, reason: 'x' }, 'not_found'],
  'user.list': ['admin', { role: 'admin' }, 'ok'],
  'user.create': ['admin', { role: 'expert' }, 'input.invalid'],
  'presence.set': ['expert', { state: 'asleep' }, 'input.invalid'],
  'private-info.get': ['customer', { questionId }, 'not_found'],
  'private-info.put': ['expert', { questionId, text: 'x' }, 'not_found'],
  'audit.list': ['admin', { about: questionId }, 'ok'],
  'mail.list': ['admin', { about: questionId }, 'ok'],
  'mail.get': ['admin', { mailId: 'none' }, 'not_found'],
  'mail.resend': ['admin', { mailId: 'none', clientId: clientId() }, 'not_found'],
  'webhook.list': ['admin', {}, 'ok'],
  'webhook.save': ['admin', { url: 'http://example.test/', events: ['question.posted'] }, 'input.invalid'],
  'webhook.remove': ['admin', { webhookId }, 'not_found'],
  'webhook.rotate': ['admin', { webhookId }, 'not_found'],
  'webhook.test': ['admin', { webhookId }, 'not_found'],
  'webhook.deliveries': ['admin', { webhookId, state: 'failed' }, 'not_found'],
  'webhook.replay': ['admin', { deliveryId: `dl_${clientId()}` }, 'not_found'],
  'user.update': ['admin', { userId: `u_${clientId()}`, name: 'x' }, 'not_found'],
};
const SOCKET_ONLY = ['question.watch', 'question.unwatch', 'typing'];
const QUEUE = ['queue.watch', 'queue.unwatch']; // over a socket, too: test/commands/queue.test.ts
const FILES = ['earnings.csv']; // over HTTP, by GET alone: test/commands/files.test.ts

/** The outcome of a call as both transports can say it. */
async function overSocket(who: Client, name: string, input: Json): Promise<Json> {
  const answer = (await who.socket.timeout(60_000).emitWithAck(name, input)) as Json;
  return answer.ok ? { code: 'ok', data: answer.data } : { ...(answer.error as Json) };
}

async function overHttp(who: Client, path: string, init: RequestInit = {}): Promise<Json> {
  const headers = { authorization: `Bearer ${who.token}`, 'content-type': 'application/json' };
  const response = await fetch(`${node.url}/v1/${path}`, { headers, ...init });
  const body = (await response.json()) as Json;
  if (response.ok) return { code: 'ok', data: body };
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({ type: `urn:parley:problem:${body.code}`, status: response.status });
  const { code, detail: message, details } = body;
  return details === undefined ? { code, message } : { code, message, details };
}

const queryOf = (input: Json) =>
  new URLSearchParams(Object.entries(input).map(([key, value]): [string, string] => [key, String(value)]));

test('every command stands in this test', () => {
  expect([...Object.keys(CALLS), ...SOCKET_ONLY, ...QUEUE, ...FILES].toSorted()).toEqual(
    Object.keys(COMMANDS).toSorted(),
  );
});

test.for(Object.entries(CALLS))('%s answers the same over both transports', async ([name, [role, input, code]]) => {
  const who = people[role];
  const [socket, http] = [
    await overSocket(who, name, input),
    await overHttp(who, name, { method: 'POST', body: JSON.stringify(input) }),
  ];
  expect(socket.code).toBe(code);
  expect(http).toEqual(socket);
  const read = await overHttp(who, `${name}?${queryOf(input).toString()}`);
  // what only reads answers GET as well; nothing else does
  expect(read).toEqual(COMMANDS[name]!.reads ? socket : expect.objectContaining({ code: 'not_found' }));
});

test('commands that only read are those called get, list, mine and availability, the log of deliveries, the curve of prices, forms, sums, and files', () => {
  for (const [name, row] of Object.entries(COMMANDS))
    expect([name, row.reads]).toEqual([
      name,
      FILES.includes(name) || /\.(get|list|mine|availability|deliveries|curve|form|summary)$/.test(name),
    ]);
});

test('every command refuses what its schema does not know, over both transports', async () => {
  for (const [name, [role, input]] of Object.entries(CALLS)) {
    const wrong = { ...input, nonsense: true };
    const socket = await overSocket(people[role], name, wrong);
    expect([name, socket]).toMatchObject([name, { code: 'input.invalid' }]);
    expect(socket.details.fields).toContainEqual({ path: 'nonsense', reason: 'unrecognized_keys' });
    expect(await overHttp(people[role], name, { method: 'POST', body: JSON.stringify(wrong) })).toEqual(socket);
  }
});

test('every command that is not for anyone is refused without a token and for every other role', async () => {
  const outsider = { customer: people.customer, expert: people.expert, admin: people.admin };
  for (const [name, [, input]] of Object.entries(CALLS)) {
    const { who } = COMMANDS[name]!;
    if (who.includes('anyone')) continue;
    const response = await fetch(`${node.url}/v1/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    expect([name, response.status, response.headers.get('www-authenticate')]).toEqual([name, 401, 'Bearer']);
    for (const [role, client] of Object.entries(outsider)) {
      if (who.includes(role as 'customer')) continue;
      expect([name, role, (await overSocket(client, name, input)).code]).toEqual([name, role, 'auth.forbidden']);
    }
  }
});

test('GET of reading commands makes numbers of a query string', async () => {
  const { customer, first, category } = await scene(node, 0);
  const posted = await customer.call('question.post', {
    ...post,
    category,
    paymentMethod: 'pm_card_visa',
    clientId: clientId(),
  });
  const id = String(posted.question.id);
  for (let n = 1; n <= 4; n += 1)
    await customer.call('message.send', { questionId: id, clientId: clientId(), body: `${n}` });
  const page = await overHttp(customer, `message.list?questionId=${id}&afterSeq=1&limit=2`);
  expect(each(page.data.items, 'seq')).toEqual([2, 3]);
  for (const wrong of ['limit=two', 'limit=', 'afterSeq=1&afterSeq=2', 'limit=1e2']) {
    expect((await overHttp(customer, `message.list?questionId=${id}&${wrong}`)).code).toBe('input.invalid');
  }
  const listed = await overHttp(first, `question.list?view=open&category=${category}`);
  expect(idsOf(listed.data as Json)).toEqual([id]);
});

test('the OpenAPI description lists every command that is not for sockets only, and every file', async () => {
  const description = (await (await fetch(`${node.url}/openapi.json`)).json()) as Json;
  expect(description.openapi).toBe('3.1.0');
  expect(Object.keys(description.paths as Json).toSorted()).toEqual(
    [...Object.keys(CALLS), ...FILES].map((name) => `/v1/${name}`).toSorted(),
  );
  for (const [name, row] of Object.entries(COMMANDS)) {
    if (row.over !== 'both') continue;
    const path = description.paths[`/v1/${name}`];
    expect([name, Object.keys(path as Json).toSorted()]).toEqual([name, row.reads ? ['get', 'post'] : ['post']]);
    expect(path.post).toMatchObject({ operationId: name, summary: row.summary });
  }
  expect((await fetch(`${node.url}/docs/`)).status).toBe(200);
});

test('sockets know the commands that HTTP does not', async () => {
  const customer = await join(node, 'customer');
  for (const name of SOCKET_ONLY) {
    const input = { questionId };
    expect((await overHttp(customer, name, { method: 'POST', body: JSON.stringify(input) })).code).toBe('not_found');
    const socket = await overSocket(customer, name, input);
    expect(socket.code).toBe(name === 'question.unwatch' ? 'ok' : 'not_found');
  }
  for (const unknown of ['nothing', 'constructor', '__proto__', 'question']) {
    expect((await overSocket(customer, unknown, {})).code).toBe('not_found');
  }
});
