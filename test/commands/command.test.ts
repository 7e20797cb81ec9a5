// The door, without any store behind it.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command, execute, openCommand } from '../../src/commands/command.ts';
import type { Call, Command } from '../../src/commands/command.ts';
import type { Ctx, Watcher } from '../../src/context.ts';
import { Refusal } from '../../src/domain/errors.ts';
import type { Actor } from '../../src/domain/people.ts';

const NOW = new Date('2026-03-02T10:00:00.000Z');
const ctx = { now: () => NOW } as Ctx;

const actor = (role: Actor['role'], expiresIn = 1): Actor => ({
  id: `u_${role}`,
  role,
  name: role,
  locale: 'en',
  categories: [],
  tokenVersion: 1,
  expiresAt: new Date(NOW.getTime() + expiresIn),
});
const by = (who: Actor | null, watcher: Watcher | null = null): Call => ({ actor: who, address: '192.0.2.1', watcher });
const customer = by(actor('customer'));
const watcher: Watcher = {
  watch: () => Promise.resolve(),
  show: () => Promise.resolve(true),
  unwatch: () => Promise.resolve(),
  watchQueue: () => Promise.resolve(),
  unwatchQueue: () => Promise.resolve(),
  extend: () => {},
  end: () => {},
};

/** Says what it was given. */
const echo = command({
  summary: 'Echo',
  who: ['customer', 'expert'],
  input: z.strictObject({
    text: z.string().max(10),
    nested: z.strictObject({ amount: z.int() }).optional(),
    list: z.array(z.int()).optional(),
  }),
  output: z.strictObject({ by: z.string(), text: z.string() }),
  run: (_ctx, who, { text }) => Promise.resolve({ by: who.id, text }),
});

async function refused(work: Promise<unknown>): Promise<{ code: string; details: unknown }> {
  const error: unknown = await work.then(
    () => expect.fail('nothing was refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  const { code, details } = error as Refusal;
  return { code, details };
}

const invalid = (...fields: [path: string, reason: string][]) => ({
  code: 'input.invalid',
  details: { fields: fields.map(([path, reason]) => ({ path, reason })) },
});

/** A command that must not be reached, with this input. */
function unreached(input: z.ZodType = z.looseObject({}), more: { over?: 'socket' } = {}): Command {
  return command({
    summary: 'Never',
    who: ['customer'],
    input,
    output: z.strictObject({}),
    ...more,
    run: () => expect.fail('the door let it through'),
  });
}

describe('1.1 who may call', () => {
  test('1.1 those named in the row, and nobody else', async () => {
    for (const role of ['customer', 'expert'] as const) {
      expect(await execute(ctx, echo, by(actor(role)), { text: 'hi' })).toEqual({ by: `u_${role}`, text: 'hi' });
    }
    expect(await refused(execute(ctx, echo, by(actor('admin')), { text: 'hi' }))).toEqual({
      code: 'auth.forbidden',
      details: undefined,
    });
  });

  test('1.1 nobody without a token', async () => {
    expect((await refused(execute(ctx, echo, by(null), { text: 'hi' }))).code).toBe('auth.required');
  });

  test('1.1 nobody whose token has ended, to the millisecond', async () => {
    expect(await execute(ctx, echo, by(actor('customer', 1)), { text: 'hi' })).toMatchObject({ text: 'hi' });
    for (const ended of [0, -1]) {
      expect((await refused(execute(ctx, echo, by(actor('customer', ended)), { text: 'hi' }))).code).toBe(
        'auth.required',
      );
    }
  });

  test('1.1 an ended token hears that it has ended, not what it might not do', async () => {
    expect((await refused(execute(ctx, echo, by(actor('admin', 0)), { text: 'hi' }))).code).toBe('auth.required');
  });

  test('1.1 a stranger learns nothing about the input', async () => {
    expect((await refused(execute(ctx, echo, by(null), { nonsense: 1 }))).code).toBe('auth.required');
    expect((await refused(execute(ctx, echo, by(actor('admin')), { nonsense: 1 }))).code).toBe('auth.forbidden');
  });

  test('1.1 an open command takes anyone, with a token, an ended one, or none', async () => {
    const open = openCommand({
      summary: 'Open',
      limit: 'logins',
      input: z.strictObject({ text: z.string() }),
      output: z.strictObject({ text: z.string() }),
      run: (_ctx, { text }) => Promise.resolve({ text }),
    });
    expect(open).toMatchObject({ who: ['anyone'], limit: 'logins', reads: false, over: 'both' });
    for (const who of [null, actor('admin'), actor('customer', -1)]) {
      expect(await execute(ctx, open, by(who), { text: 'hi' })).toEqual({ text: 'hi' });
    }
    expect(await refused(execute(ctx, open, by(null), {}))).toEqual(invalid(['text', 'invalid_type']));
  });

  test('a command is quiet by default: no GET, both transports, the common limit', () => {
    expect(echo).toMatchObject({ reads: false, takes: 'json', gives: 'json', over: 'both', limit: 'commands' });
  });
});

describe('what may come in', () => {
  test.each([[undefined], [null], ['text'], [7], [true], [[]], [[{ text: 'hi' }]]])('not %j', async (input) => {
    expect(await refused(execute(ctx, echo, customer, input))).toEqual(invalid(['', 'invalid_type']));
  });

  test('a wrong field is named with its path and the reason, never with its value', async () => {
    const secret = 'a secret that is far too long';
    const refusal = await refused(execute(ctx, echo, customer, { text: secret, nested: { amount: 'much' } }));
    expect(refusal).toEqual(invalid(['text', 'too_big'], ['nested.amount', 'invalid_type']));
    expect(JSON.stringify(refusal)).not.toContain(secret);
  });

  test('each unknown field is named, wherever it stands', async () => {
    const input = { text: 'hi', role: 'admin', nested: { amount: 1, currency: 'USD' } };
    const refusal = await refused(execute(ctx, echo, customer, input));
    expect(refusal.code).toBe('input.invalid');
    expect((refusal.details as { fields: unknown[] }).fields).toEqual(
      expect.arrayContaining([
        { path: 'role', reason: 'unrecognized_keys' },
        { path: 'nested.currency', reason: 'unrecognized_keys' },
      ]),
    );
  });

  test('the verb gets what the schema made of it, not what was sent', async () => {
    const tidy = command({
      summary: 'Tidy',
      who: ['customer'],
      input: z.strictObject({ text: z.string().trim(), limit: z.int().default(50) }),
      output: z.strictObject({ text: z.string(), limit: z.int() }),
      run: (_ctx, _actor, input) => Promise.resolve(input),
    });
    expect(await execute(ctx, tidy, customer, { text: '  hi ' })).toEqual({ text: 'hi', limit: 50 });
  });
});

describe('what no schema has to look at', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('a key %s, at any depth', async (key) => {
    const inside = JSON.parse(`{ "${key}": { "admin": true } }`) as object;
    for (const input of [inside, { nested: inside }, { list: [1, inside] }]) {
      expect(await refused(execute(ctx, unreached(), customer, input))).toEqual(invalid([key, 'unrecognized_keys']));
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('an input of five levels passes, one of six more does not', async () => {
    const nest = (levels: number): object => (levels === 0 ? {} : { a: nest(levels - 1) });
    const any = command({
      summary: 'Any',
      who: ['customer'],
      input: z.looseObject({}),
      output: z.strictObject({}),
      run: () => Promise.resolve({}),
    });
    expect(await execute(ctx, any, customer, nest(5))).toEqual({});
    expect(await refused(execute(ctx, any, customer, nest(6)))).toEqual(invalid(['', 'too_deep']));
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(await refused(execute(ctx, any, customer, circle))).toEqual(invalid(['', 'too_deep']));
  });

  test('64 keys pass, 65 do not, in objects and lists', async () => {
    const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
    const any = command({
      summary: 'Any',
      who: ['customer'],
      input: z.unknown(),
      output: z.strictObject({}),
      run: () => Promise.resolve({}),
    });
    for (const make of [keys, (count: number) => Array.from({ length: count }, () => 1)]) {
      expect(await execute(ctx, any, customer, make(64))).toEqual({});
      expect(await refused(execute(ctx, any, customer, make(65)))).toEqual(invalid(['', 'too_many_keys']));
      expect(await refused(execute(ctx, any, customer, { a: make(65) }))).toEqual(invalid(['', 'too_many_keys']));
    }
  });

  test('half a character, named by its field', async () => {
    expect(await refused(execute(ctx, unreached(), customer, { text: 'a\ud800' }))).toEqual(
      invalid(['text', 'not_unicode']),
    );
    expect(await refused(execute(ctx, unreached(), customer, { nested: { list: ['ok', '\udc00'] } }))).toEqual(
      invalid(['nested.list.1', 'not_unicode']),
    );
    expect(await execute(ctx, echo, customer, { text: '👍' })).toMatchObject({ text: '👍' });
  });
});

describe('commands that need a socket', () => {
  test('are refused without one, and given it', async () => {
    expect(await refused(execute(ctx, unreached(z.strictObject({}), { over: 'socket' }), customer, {}))).toEqual(
      invalid(['', 'socket_only']),
    );
    const seen: (Watcher | null)[] = [];
    const watch = command({
      summary: 'Watch',
      who: ['customer'],
      over: 'socket',
      input: z.strictObject({}),
      output: z.strictObject({}),
      run: (_ctx, _actor, _input, call) => {
        seen.push(call.watcher);
        return Promise.resolve({});
      },
    });
    await execute(ctx, watch, by(actor('customer'), watcher), {});
    expect(seen).toEqual([watcher]);
  });
});

describe('what may go out', () => {
  /** Answers what it is told to, whatever the schema says. */
  const saying = (output: z.ZodType, answer: unknown) =>
    command({
      summary: 'Says',
      who: ['customer'],
      input: z.strictObject({}),
      output,
      run: () => Promise.resolve(answer),
    });

  test('what the row promises, whole', async () => {
    const answer = { offer: { id: 'of_1', price: { amount: 1, currency: 'USD' } }, at: null };
    const promised = z.strictObject({
      offer: z.strictObject({ id: z.string(), price: z.strictObject({ amount: z.int(), currency: z.string() }) }),
      at: z.null(),
    });
    expect(await execute(ctx, saying(promised, answer), customer, {})).toEqual(answer);
  });

  test.each([
    ['a field that is not promised', { id: 'of_1', payout: 500 }],
    ['a promised field that is missing', {}],
    ['a promised field of another type', { id: 1 }],
    ['nothing', undefined],
  ])('never %s: that is a bug, not a refusal', async (_what, answer) => {
    const told = execute(ctx, saying(z.strictObject({ id: z.string() }), answer), customer, {});
    await expect(told).rejects.toBeInstanceOf(z.ZodError);
  });

  test('a verb’s refusal and a verb’s bug come out as they are', async () => {
    for (const error of [new Refusal('conflict.stale', { state: 'open' }), new TypeError('a bug')]) {
      const failing = { ...echo, run: () => Promise.reject(error) };
      await expect(execute(ctx, failing, customer, { text: 'hi' })).rejects.toBe(error);
    }
  });
});
