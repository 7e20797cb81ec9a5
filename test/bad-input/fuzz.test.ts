// Every command with almost right input, by everybody, over both transports: nothing is `internal`, nothing breaks what
// others read afterwards. The same numbers each time; FUZZ=<seed> tries others.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../../src/commands/table.ts';
import { CODES } from '../../src/domain/errors.ts';
import { randomFrom } from '../chaos/chatter.ts';
import { clientId } from '../helpers/client.ts';
import { place } from './world.ts';
import type { Place, Who } from './world.ts';

const CALLS = 1_500;
const AT_ONCE = 20;
const PEOPLE = {
  customer: 'customer',
  stranger: 'customer',
  ada: 'expert',
  ben: 'expert',
  dan: 'expert',
  care: 'admin',
} as const;
const NOBODY = 0.05; // the chance of somebody who may not; the other tables are about those

const EVERYBODY = Object.keys(PEOPLE) as (keyof typeof PEOPLE)[];

let here: Place;
beforeAll(async () => {
  here = await place({ POLICY_SHARE: '0.333' });
});
afterAll(() => here.close());

const NASTY: readonly unknown[] = [
  ...['', ' ', '\0', '\ud800', 'x'.repeat(300), '__proto__', '$ne', '1e999', '-1', 'null', '𝕏', 'a\u2028b', '../..'],
  ...[0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308, true, false, null],
  ...[[], [null], [[]], {}, { $gt: '' }, { $ne: null }, { length: 1 }, { amount: 1, currency: 'USD' }],
  ...['0000-01-01T00:00:00+10:00', '9999-12-31T23:59:59-10:00', '2026-02-30T00:00:00Z', '1970-01-01T00:00:00Z'],
];

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** What fits the schema, more or less: `wild` is the chance of something else at each place. */
class Inventor {
  readonly #random: () => number;
  readonly #known: Readonly<Record<string, readonly string[]>>;

  constructor(random: () => number, known: Readonly<Record<string, readonly string[]>>) {
    this.#random = random;
    this.#known = known;
  }

  one<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  make(schema: Schema, name: string, wild: number): unknown {
    if (this.#random() < wild) return this.one(NASTY);
    if (schema.enum) return this.one(schema.enum);
    if (schema.anyOf) return this.make(this.one(schema.anyOf), name, wild);
    switch (schema.type) {
      case 'object':
        return this.#object(schema, wild);
      case 'array':
        return Array.from({ length: Math.floor(this.#random() * 4) }, () => this.make(schema.items ?? {}, name, wild));
      case 'integer':
      case 'number':
        return this.one([schema.minimum ?? 1, 1, 2, 3, 1_000, schema.maximum ?? 5]);
      case 'boolean':
        return this.#random() < 0.5;
      default:
        return this.one(this.#known[name] ?? this.#known['text'] ?? []);
    }
  }

  #object({ properties = {}, required = [] }: Schema, wild: number): object {
    const made = Object.entries(properties).flatMap(([key, schema]) =>
      required.includes(key) || this.#random() < 0.5 ? [[key, this.make(schema, key, wild)] as const] : [],
    );
    const extra = this.#random() < wild / 2 ? [[this.one(['extra', '$set', 'a.b', 'constructor']), 1] as const] : [];
    return Object.fromEntries([...made, ...extra]);
  }
}

/** Nobody is thrown out, and the conversations stay open to the end. */
const ENDING = ['user.update', 'session.end', 'session.password', 'session.email', 'question.close'];

test(`${CALLS} calls with almost right input`, { timeout: 600_000 }, async () => {
  const { ids } = here;
  const random = randomFrom(Number(process.env['FUZZ'] ?? 1));
  const inventor = new Inventor(random, {
    questionId: [ids.question, ids.requestQuestion],
    offerId: [ids.offer, ids.request],
    requestId: [ids.offer, ids.request],
    userId: [ids.customer, 'u_00000000-0000-7000-8000-000000000002'],
    category: ['computer', 'law', 'constructor'],
    categories: ['computer', 'law'],
    currency: ['USD', 'EUR'],
    paymentMethod: ['pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_chargeCustomerFail', 'pm_unknown'],
    clientId: [clientId(), clientId(), clientId()],
    email: ['ada@example.test', 'new@example.test', 'other@example.test'],
    password: ['parley-demo', 'another-password'],
    id: ['computer', 'new-one', 'constructor'],
    key: ['phone_call', 'constructor'],
    automaticService: ['phone_call', 'constructor'],
    from: ['2020-01-01T00:00:00Z', '0000-01-01T00:00:00+10:00'],
    to: ['2030-01-01T00:00:00Z', '9999-12-31T23:59:59-10:00'],
    at: ['2026-01-01T00:00:00Z', '0000-01-01T00:00:00+10:00', '9999-12-31T23:59:59-10:00'],
    cursor: [ids.question, '2026-01-01T00:00:00.000Z/x', 'zzz'],
    text: ['Some words', 'x', '\u202e'],
  });
  const names = Object.keys(COMMANDS).filter((name) => !ENDING.includes(name) && COMMANDS[name]?.gives === 'json');
  const wrong: string[] = [];
  const seen = new Map<string, number>();

  const call = async () => {
    const name = inventor.one(names);
    const row = COMMANDS[name];
    if (row === undefined) return;
    const schema = z.toJSONSchema(row.input, { io: 'input', unrepresentable: 'any' }) as Schema;
    const input = JSON.stringify(inventor.make(schema, '', inventor.one([0, 0.05, 0.3])) ?? null);
    const may = EVERYBODY.filter((one) => row.who.includes('anyone') || row.who.includes(PEOPLE[one]));
    const who = random() < NOBODY ? inventor.one(['nobody', ...EVERYBODY] as const) : inventor.one(may);
    const transport = row.over === 'socket' || random() < 0.5 ? 'socket' : 'http';
    const answer = await here[transport](who, name, input);
    const outcome = answer.ok ? 'ok' : String(answer.error['code']);
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    if (outcome === 'internal' || (outcome !== 'ok' && !(CODES as readonly string[]).includes(outcome))) {
      wrong.push(`${outcome}: ${who} ${name} ${input}`);
    }
  };
  for (let done = 0; done < CALLS; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, call));

  expect(wrong).toEqual([]);
  expect(seen.get('ok') ?? 0).toBeGreaterThan(CALLS / 20); // it does get in
  expect(seen.get('input.invalid') ?? 0).toBeGreaterThan(CALLS / 20);

  // and whatever was let in can be read by those who may
  const reads: [who: Who, name: string, input: object][] = [
    ...(['customer', 'ada', 'ben', 'dan', 'care'] as const).map((who): [Who, string, object] => [
      who,
      'question.list',
      { view: 'all' },
    ]),
    ...(['ada', 'ben', 'dan'] as const).flatMap((who): [Who, string, object][] => [
      ...(['open', 'priority', 'done'] as const).map((view): [Who, string, object] => [who, 'request.list', { view }]),
      [who, 'earnings.list', {}],
    ]),
    ...[ids.question, ids.requestQuestion].flatMap((questionId): [Who, string, object][] => [
      ['customer', 'question.get', { questionId }],
      ['care', 'question.get', { questionId }],
      ['care', 'message.list', { questionId }],
    ]),
    ['care', 'request.get', { requestId: ids.request }],
    ['care', 'user.list', {}],
    ['nobody', 'category.list', { locale: 'de' }],
  ];
  for (const [who, name, input] of reads) {
    const answer = await here.http(who, name, JSON.stringify(input));
    expect(answer.ok, `${who} ${name}: ${answer.text}`).toBe(true);
  }
  await here.assertWell();
});
