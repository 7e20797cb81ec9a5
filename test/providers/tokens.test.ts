// Session tokens: whatever a signature covers, only what is a claim of ours lets somebody in.
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { tokens } from '../../src/providers/tokens.ts';
import { createWorld } from '../gateway/world.ts';
import { Refusal } from '../../src/domain/errors.ts';

const SECRET = 'a secret of thirty-two characters';
const NOW = new Date('2026-11-29T12:00:00Z');
const HOUR = 3_600_000;
const LIVES = { customer: 720 * HOUR, staff: 12 * HOUR, staffMost: 20 * HOUR };
const port = tokens(SECRET, () => NOW, LIVES);
const GOOD = { sub: 'u_1', role: 'expert', ver: 1, iss: 'parley', aud: 'parley', exp: NOW.getTime() / 1_000 + 60 };

const signed = (claims: Record<string, unknown>) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));

test('a token of ours says who it is, and until when', async () => {
  const expiresAt = new Date('2026-11-29T12:01:00Z');
  expect(await port.read(await signed(GOOD))).toEqual({ userId: 'u_1', role: 'expert', tokenVersion: 1, expiresAt });
});

describe('claims that are none', () => {
  const odd: [string, Record<string, unknown>][] = [
    ['a subject that is an object', { sub: { $ne: null } }],
    ['a subject that is a list', { sub: ['u_1'] }],
    ['a subject that is a number', { sub: 7 }],
    ['a subject that is null', { sub: null }],
    ['no subject', { sub: undefined }],
    ['a role that is an object', { role: { admin: true } }],
    ['a role that nobody has', { role: 'system' }],
    ['a version that is text', { ver: '1' }],
    ['a version that is an object', { ver: { $gt: 0 } }],
    ['an end that is text', { exp: '2999-01-01' }],
    ['an end beyond all dates', { exp: 1e300 }],
    ['no end', { exp: undefined }],
    ['another audience', { aud: 'others' }],
  ];
  let forged: [string, string][];
  beforeAll(async () => {
    forged = await Promise.all(
      odd.map(async ([what, change]) => [what, await signed({ ...GOOD, ...change })] as [string, string]),
    );
  });

  test('let nobody in, and are no error', async () => {
    for (const [what, token] of forged) expect([what, await port.read(token)]).toEqual([what, null]);
    for (const token of ['', 'a.b.c', 'x'.repeat(10_000)]) expect(await port.read(token)).toBeNull();
  });

  test('are auth.required over HTTP and over a socket', async () => {
    const world = await createWorld({
      actorOf: async (token) => {
        if ((await port.read(token)) === null) throw new Refusal('auth.required');
        throw new Error('it was let in');
      },
    });
    for (const [, token] of forged) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await world.app.inject({ method: 'POST', url: '/v1/echo.list', headers, payload: {} });
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.required']);
      expect((await world.refused(token)).data).toMatchObject({ code: 'auth.required' });
    }
    await world.close();
  });
});

test('a renewed token is of the same session; of staff it holds no longer than a session may', async () => {
  let now = NOW;
  const moving = tokens(SECRET, () => now, LIVES);
  const hours = async (token: string) => {
    const { expiresAt } = (await moving.read(token))!;
    return (expiresAt.getTime() - NOW.getTime()) / HOUR;
  };
  for (const [role, ends] of [
    ['expert', [12, 20, 20]],
    ['customer', [720, 730, 731]],
  ] as const) {
    now = NOW;
    const claims = { userId: 'u_1', role, tokenVersion: 1 };
    const first = await moving.sign(claims);
    const { session } = (await moving.read(first))!;
    expect(session).toMatch(/^[0-9a-z]+\.[\w-]{12}$/);
    now = new Date(NOW.getTime() + 10 * HOUR);
    const second = await moving.sign({ ...claims, session: session! });
    expect((await moving.read(second))!.session).toBe(session);
    now = new Date(NOW.getTime() + 11 * HOUR);
    const third = await moving.sign({ ...claims, session: session! });
    expect(await Promise.all([first, second, third].map(hours))).toEqual(ends);
    // another log-in is another session
    expect((await moving.read(await moving.sign(claims)))!.session).not.toBe(session);
  }
});
