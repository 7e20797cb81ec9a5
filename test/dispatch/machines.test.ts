// A further machine is one entry: this one has three states, exists in this file alone, and is stepped, settled, woken and
// swept by the engine as it stands.
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { change, create, unlessMoved } from '../../src/dispatch/change.ts';
import { MACHINES } from '../../src/dispatch/machines.ts';
import type { MachineOf } from '../../src/dispatch/machines.ts';
import { readAhead } from '../../src/dispatch/read-ahead.ts';
import { lookDue, sweep } from '../../src/dispatch/sweep.ts';
import type { EffectOf } from '../../src/domain/effects.ts';
import { Refusal } from '../../src/domain/errors.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { later } from '../../src/domain/instant.ts';
import type { MachineRecord } from '../../src/domain/machine.ts';
import { handedIn } from '../../src/models/clock.ts';
import { recordStore } from '../../src/models/record.ts';
import type { Doc } from '../../src/models/record.ts';
import { postQuestion } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, scene } from '../helpers/people.ts';

/** Somebody is being called; whoever was talked to gives their conversation five stars. */
interface Call extends MachineRecord {
  readonly state: 'ringing' | 'talked' | 'missed';
  readonly questionId: string;
  readonly calls: string;
}
type CallEvent = { readonly type: 'hang_up' } | { readonly type: 'miss' };

const RING_MS = 30_000;
const here = world({ ROLE: 'gateway' }); // no worker: only the tests sweep
let node: Node;
let ctx: Ctx;
let raw: mongoose.Connection;
let facts: Fact[] = [];
let CALL: MachineOf<Call, CallEvent>;
let clock = new Date('2032-01-01T12:00:00.000Z').getTime();
const now = () => new Date(clock);

beforeAll(async () => {
  node = await here.start({}, now);
  ctx = { ...node.ctx, publish: (fact) => facts.push(fact) };
  raw = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  const calls = recordStore<Call>(raw.db!.collection<Doc<Call>>('calls'), handedIn(now));
  CALL = {
    isRepeated: ({ state }, { type }) => state === 'talked' && type === 'hang_up',
    step(call, { type }) {
      if (call.state !== 'ringing') throw new Refusal('conflict.stale', { state: call.state });
      const missed: EffectOf<'notice'> = {
        type: 'notice',
        to: call.calls,
        code: 'question.closed',
        params: { subject: 'Missed' },
      };
      return {
        next: { ...call, version: call.version + 1, state: type === 'miss' ? 'missed' : 'talked', dueAt: null },
        effects: [{ type: 'changed' }, type === 'miss' ? missed : { type: 'automatic_rating' }],
      };
    },
    due: ({ dueAt }, at) => (dueAt !== null && dueAt <= at ? { type: 'miss' } : null),
    overtakenAt: ({ dueAt }) => dueAt,
    store: () => calls,
    fact: (_, call) => ({
      type: 'typing',
      questionId: call.questionId,
      by: { id: call.id, name: call.state, role: 'system' },
    }),
    told: { events: ['typing'], to: 'everybody' },
    deadline: ({ type }) => `call_${type}`,
  };
});
afterAll(async () => {
  await raw.close();
  await here.close();
});

const machines = () => [...MACHINES, CALL];
const saved = async (id: string) => (await CALL.store(ctx.stores).read(id))!;
const stateOf = async (id: string) => (await saved(id)).record.state;
/** Of this call alone: a sweep also tells what is still owed of its question, which was answered a moment before. */
const told = (call: Call) =>
  facts.flatMap((fact) => {
    if (fact.type === 'typing') return fact.by.id === call.id ? [fact.by.name] : [];
    const isOfCall = fact.type === 'notice' && fact.to === call.calls && fact.code === 'question.closed';
    return isOfCall ? [fact.params['subject']] : [];
  });

let made = 0;
/** A call about a question that an expert has answered and nobody has rated. */
async function ringing(): Promise<Call> {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, clientId: `call-${questionId}`, kind: 'answer', body: 'So.' });
  made += 1;
  const call: Call = {
    ...{ id: `call_${made}`, version: 1, state: 'ringing', questionId: String(questionId), calls: customer.user.id },
    dueAt: later(now(), RING_MS),
  };
  facts = [];
  expect(await create(ctx, CALL, call, [{ type: 'changed' }])).toBe(true);
  expect(await create(ctx, CALL, call, [{ type: 'changed' }])).toBe(false);
  expect(told(call)).toEqual(['ringing']);
  await eventually(async () => (await saved(call.id)).outbox).toEqual([]);
  return call;
}

const ratingOf = async ({ questionId }: Call) => {
  const { record } = (await ctx.stores.questions.read(questionId))!;
  return [record.rating, record.payment.state];
};

test('a step is saved and told, the same again is answered with it, and a wrong one is refused', async () => {
  const call = await ringing();
  expect(await change(ctx, CALL, call.id, { type: 'hang_up' })).toMatchObject({ state: 'talked', version: 2 });
  expect(await change(ctx, CALL, call.id, { type: 'hang_up' })).toMatchObject({ state: 'talked', version: 2 });
  await expect(change(ctx, CALL, call.id, { type: 'miss' })).rejects.toMatchObject({ code: 'conflict.stale' });
  await expect(change(ctx, CALL, 'call_none', { type: 'miss' })).rejects.toMatchObject({ code: 'not_found' });
  expect(told(call)).toEqual(['ringing', 'talked']);
  expect(await ratingOf(call)).toEqual([{ stars: 5, by: 'automatic' }, 'captured']);
});

test('its deadline is found by a look and by a sweep, read ahead, and goes before whatever comes late', async () => {
  const [looked, swept, ahead, late] = [await ringing(), await ringing(), await ringing(), await ringing()];
  const near = await readAhead(ctx, now(), later(now(), RING_MS), [CALL]);
  expect(near.next()).toEqual(looked.dueAt);
  clock += RING_MS - 1;
  expect((await lookDue(ctx, machines())).moved).toBe(0);
  clock += 1;
  facts = [];
  await unlessMoved(change(ctx, CALL, late.id, { type: 'hang_up' }));
  expect(await stateOf(late.id)).toBe('missed');
  expect([await near.wake(), near.next()]).toMatchObject([{ moved: 3 }, null]);
  for (const { id } of [looked, swept, ahead]) expect(await stateOf(id)).toBe('missed');
  await sweep(ctx, machines());
  for (const call of [looked, swept, ahead, late]) await eventually(() => told(call)).toEqual(['missed', 'Missed']);

  const [one, other] = [await ringing(), await ringing()];
  clock += RING_MS;
  await (
    await lookDue(ctx, [CALL])
  ).settled;
  expect([await stateOf(one.id), await stateOf(other.id)]).toEqual(['missed', 'missed']);
  const left = await ringing();
  clock += RING_MS;
  await sweep(ctx, machines());
  expect([await stateOf(left.id), told(left)]).toEqual(['missed', ['ringing', 'missed', 'Missed']]);
});

test('what it asks of a question stays owed while that cannot be taken, and a sweep takes it, once', async () => {
  const call = await ringing();
  const away = () => Promise.reject(new Error('away'));
  const broken = { ...ctx, stores: { ...ctx.stores, questions: { ...ctx.stores.questions, save: away } } };
  expect(await change(broken, CALL, call.id, { type: 'hang_up' })).toMatchObject({ state: 'talked' });
  await eventually(async () => (await saved(call.id)).outbox).toEqual([{ type: 'automatic_rating' }]);
  expect(await ratingOf(call)).toEqual([null, 'authorised']);
  clock += 10_000;
  await sweep(ctx, machines());
  await sweep(ctx, machines());
  await eventually(async () => (await saved(call.id)).outbox).toEqual([]);
  expect(await ratingOf(call)).toEqual([{ stars: 5, by: 'automatic' }, 'captured']);
  expect(told(call)).toEqual(['ringing', 'talked']);
});

test('what a record cannot be settled for, its machine cannot owe', () => {
  const opened = { type: 'opened', generation: 1, told: null } as const;
  // @ts-expect-error -- a call knows of no offer that could be opened to all experts
  const step: (typeof CALL)['step'] = (call) => ({ next: call, effects: [opened] });
  expect(step).toBeTypeOf('function');
});
