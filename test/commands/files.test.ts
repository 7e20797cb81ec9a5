// GET /v1/earnings.csv: the Earnings Report as a file (7.5).
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { payoutEntry } from '../../src/domain/ledger.ts';
import type { Money } from '../../src/domain/ledger.ts';
import { openApiOf } from '../../src/gateway/openapi.ts';
import { login, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { join, pagesOf, scene } from '../helpers/people.ts';

const here = world();
let node: Node;
beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const HOUR = 3_600_000;

test('7.5 it has every page of earnings.list, in the same order, with the same amounts', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const start = Date.now() - 1_000 * HOUR;
  await Promise.all(
    Array.from({ length: 120 }, (_, n) => earned(request.id as string, first, { at: new Date(start + n * HOUR) })),
  );
  const listed = (await pagesOf(first, 'earnings.list', {})).flat();
  const { rows } = await file(first);
  expect(rows).toHaveLength(120);
  expect(rows.map(({ id, at, subject }) => [id, at, subject])).toEqual(
    listed.map(({ id, at, subject }) => [id, at, subject] as unknown[]),
  );
  expect(new Set(rows.map(({ amount, currency }) => `${amount} ${currency}`))).toEqual(new Set(['19.50 USD']));
});

test('7.5 people’s words stay words: no formula, no broken line, every language', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const subjects = [
    '=1+1',
    '@SUM(A1:A9)',
    '+49 is not a formula',
    '-2',
    '＝1+1',
    'plain',
    'a;=1+1',
    'tab\t=1+1',
    '"; =1+1',
    'say "hello", then\nleave; or not',
    'Größe 漢字 ñandú 🙂',
  ];
  const start = Date.now() - 100 * HOUR;
  for (const [n, subject] of subjects.entries()) {
    await earned(request.id as string, first, { subject, at: new Date(start + n * HOUR) });
  }
  const { rows, text } = await file(first);
  expect(rows.map(({ subject }) => subject).toReversed()).toEqual([
    "'=1+1",
    "'@SUM(A1:A9)",
    "'+49 is not a formula",
    "'-2",
    "'＝1+1",
    'plain',
    'a;=1+1',
    'tab\t=1+1',
    '"; =1+1',
    'say "hello", then\nleave; or not',
    'Größe 漢字 ñandú 🙂',
  ]);
  expect(text).not.toMatch(/(?:^|,)"?[=@+]/m);
  // every field stands in quotes, whatever it is split at
  const [, ...lines] = text.split(/\n(?="[a-z]+_)/);
  for (const line of lines) expect(line.trimEnd()).toMatch(/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*"){8}$/);
});

test('money is a decimal of its currency, 0 until it is earned', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const start = Date.now() - 100 * HOUR;
  const amounts: Money[] = [
    { amount: 5, currency: 'USD' },
    { amount: 123_456, currency: 'EUR' },
    { amount: 1_500, currency: 'JPY' },
    { amount: 1_500, currency: 'KWD' },
  ];
  for (const [n, payout] of amounts.entries()) {
    await earned(request.id as string, first, { payout, at: new Date(start + n * HOUR) });
  }
  await first.call('request.accept', { requestId: request.id });
  const { rows } = await file(first);
  expect(rows.map(({ amount, currency, state }) => `${amount} ${currency} ${state}`).toReversed()).toEqual([
    '0.05 USD fulfilled',
    '1234.56 EUR fulfilled',
    '1500 JPY fulfilled',
    '1.500 KWD fulfilled',
    '0.00 USD accepted',
  ]);
});

test('from and to are those of earnings.list', async () => {
  const { category, customer, first } = await scene(node, 0);
  const request = await requested(customer, first, { category });
  const start = Date.now() - 100 * HOUR;
  const at = (hours: number) => new Date(start + hours * HOUR).toISOString();
  for (let n = 0; n < 5; n += 1) await earned(request.id as string, first, { at: new Date(at(n)) });
  const { rows } = await file(first, `?from=${at(1)}&to=${at(3)}`);
  expect(rows.map((row) => row.at)).toEqual([at(2), at(1)]);
  for (const query of ['?from=yesterday', '?cursor=x', '?nonsense=1']) {
    const response = await ask(first.token, query);
    expect([response.status, ((await response.json()) as Json).code]).toEqual([400, 'input.invalid']);
  }
});

test('it is a file with a header in UTF-8 that nobody keeps, also when there is nothing in it', async () => {
  const { first } = await scene(node, 0);
  const response = await ask(first.token);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="earnings.csv"');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.toString('utf8')).toBe('\uFEFFid,kind,questionId,offerId,subject,state,amount,currency,at\n');
});

test('each expert gets their own, and nobody else gets any', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await requested(customer, first, { category });
  await first.call('request.accept', { requestId: request.id });
  expect((await file(first)).rows).toHaveLength(1);
  expect((await file(others[0]!)).rows).toHaveLength(0);
  const admin = await login(node.url, 'care@example.test');
  const outsiders: [token: string | null, status: number, code: string][] = [
    [customer.token, 403, 'auth.forbidden'],
    [admin.token, 403, 'auth.forbidden'],
    ['not-a-token', 401, 'auth.required'],
    [null, 401, 'auth.required'],
  ];
  for (const [token, status, code] of outsiders) {
    const response = await ask(token);
    expect([response.status, ((await response.json()) as Json).code]).toEqual([status, code]);
  }
  const byPost = await fetch(`${node.url}/v1/earnings.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${first.token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(byPost.status).toBe(404);
  const overSocket = (await first.socket.timeout(60_000).emitWithAck('earnings.csv', {})) as Json;
  expect(overSocket).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

test('it counts as a call of its expert', async () => {
  const strict = world({ RATE_COMMANDS: '1' });
  try {
    const other = await strict.start();
    const { token } = await join(other, 'expert');
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await ask(token, '', other)).status));
    expect(statuses).toContain(429);
  } finally {
    await strict.close();
  }
});

test('the OpenAPI description knows it as a file', () => {
  const { paths } = openApiOf(COMMANDS) as { paths: Json };
  const path = paths['/v1/earnings.csv'] as Json;
  expect(Object.keys(path)).toEqual(['get']);
  expect(path.get.responses[200].content).toEqual({ 'text/csv; charset=utf-8': { schema: { type: 'string' } } });
  expect((path.get.parameters as Json[]).map(({ name }) => name as string)).toEqual(['from', 'to']);
});

/** A service of `expert` like this one, paid when it was accepted. */
async function earned(
  like: string,
  expert: Client,
  { at, subject, payout }: { at: Date; subject?: string; payout?: Money },
): Promise<void> {
  const { record } = (await node.ctx.stores.offers.read(like))!;
  const copy = {
    ...record,
    id: `of_${randomUUID()}`,
    state: 'fulfilled',
    acceptedBy: { id: String(expert.user.id), name: String(expert.user.name) },
    acceptedAt: at,
    dueAt: null,
    ...(subject !== undefined && { subject }),
    ...(payout && { payout, price: { amount: payout.amount * 2, currency: payout.currency } }),
  } as const;
  await node.ctx.stores.offers.insert(copy, [], at);
  const { id, questionId, customer, price } = copy;
  const about = { questionId, offerId: id, customerId: customer.id, money: price };
  await node.ctx.stores.entries.book([payoutEntry(about, copy.acceptedBy.id, copy.payout)], at);
}

const ask = (token: string | null, query = '', of = node) =>
  fetch(`${of.url}/v1/earnings.csv${query}`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });

async function file(expert: Client, query = ''): Promise<{ rows: Record<string, string>[]; text: string }> {
  const response = await ask(expert.token, query);
  expect(response.status).toBe(200);
  const text = await response.text();
  const [header = [], ...records] = parsed(text);
  return { rows: records.map((record) => Object.fromEntries(header.map((name, n) => [name, record[n] ?? '']))), text };
}

/** RFC 4180, as a spreadsheet reads it. */
function parsed(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (fields.length > 1) records.push(fields);
    fields = [];
  }
  return records;
}
