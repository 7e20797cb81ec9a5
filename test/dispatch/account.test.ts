// 1.1: what follows from other rights, when whoever changed them was gone before it was done.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { update } from '../../src/dispatch/account.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, postQuestion } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { scene } from '../helpers/people.ts';

const HOUR_MS = 3_600_000;
const here = world({ ROLE: 'gateway', POLICY_CLAIM: '3h' }); // no worker: only the test sweeps
let clock = Date.now();
let node: Node;
let ctx: Ctx;

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
  ctx = node.ctx;
});
afterAll(() => here.close());

const accountOf = async ({ user }: Client): Promise<User> => (await ctx.stores.users.read(String(user.id)))!;

/** Saves other rights at a gateway that is gone before anything follows from them. */
async function changeAndDie(who: Client, change: Partial<User>): Promise<void> {
  const dies = () => Promise.reject(new Error('the process has died'));
  const { questions } = ctx.stores;
  const dying = { ...ctx, stores: { ...ctx.stores, questions: { ...questions, heldBy: dies } } };
  await expect(update(dying, await accountOf(who), change, true)).rejects.toThrow('has died');
}

async function answered({ category, customer, first }: Awaited<ReturnType<typeof scene>>): Promise<string> {
  const { id } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId: id });
  await first.call('message.send', { questionId: id, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  return id as string;
}
const stateOf = async (questionId: string) => (await ctx.stores.questions.read(questionId))?.record.state;

test('2.2 an account that was switched off lets go, however long nobody has looked since', async () => {
  const sides = await scene(node, 0);
  const questionId = await answered(sides);
  await changeAndDie(sides.first, { active: false, passwordHash: null });
  clock += 2 * HOUR_MS;
  expect(await stateOf(questionId)).toBe('answered');
  await sweep(ctx);
  expect(await stateOf(questionId)).toBe('open');
  // and then it is done with
  expect((await accountOf(sides.first)).followsSince).toBeUndefined();
  expect(await ctx.stores.users.unsettled(new Date(clock - HOUR_MS))).not.toContain(sides.first.user.id);
});

test('2.2 within the hour it is looked at again: a claim may have been on its way', async () => {
  const sides = await scene(node, 0);
  await update(ctx, await accountOf(sides.first), { active: false }, true);
  await sweep(ctx);
  const { id: questionId } = await postQuestion(sides.customer, { category: sides.category });
  const { record } = (await ctx.stores.questions.read(String(questionId)))!;
  const claimed = {
    ...record,
    version: record.version + 1,
    state: 'claimed',
    expert: { id: sides.first.user.id, name: 'Ada' },
  } as const;
  await ctx.stores.questions.save({ ...claimed, lockedUntil: new Date(clock + HOUR_MS) }, [], new Date(clock));
  clock += HOUR_MS / 2;
  await sweep(ctx);
  expect(await stateOf(String(questionId))).toBe('open');
});

test('1.1 what the version before has changed within the hour is looked at as well', async () => {
  const sides = await scene(node, 0);
  const questionId = await answered(sides);
  const before = await accountOf(sides.first);
  const changed = { ...before, version: before.version + 1, active: false, revokedAt: new Date(clock) };
  expect(await ctx.stores.users.save(changed)).toBe('saved');
  clock += HOUR_MS / 2;
  await sweep(ctx);
  expect(await stateOf(questionId)).toBe('open');
});

test('1.1 the letter of a changed password comes too, and what somebody changes afterwards is not taken for done', async () => {
  const { first } = await scene(node, 0);
  await update(ctx, await accountOf(first), { passwordHash: 'the old one' }, true);
  await changeAndDie(first, { passwordHash: 'the new one' });
  const { version, followsSince } = await accountOf(first);
  expect(followsSince).toBeDefined();
  clock += 2 * HOUR_MS;
  await update(ctx, await accountOf(first), { name: 'Ada L.' }, false);
  await ctx.stores.users.settled({ id: String(first.user.id), version }); // by whoever has followed what was there before
  expect((await accountOf(first)).followsSince).toEqual(followsSince);
  await sweep(ctx);
  const letters = await ctx.stores.mails.list({ to: String(first.user.id) }, 10);
  expect(letters.map(({ template }) => template)).toEqual(['password_changed']);
});
