// private-info.*: the box of rule 9.1, whose it is, when it is there, and how it ends.
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { change } from '../../src/dispatch/change.ts';
import { QUESTION } from '../../src/dispatch/machines.ts';
import { destroyPrivateInfo, readPrivateInfo, writePrivateInfo } from '../../src/dispatch/private-info.ts';
import { rotateKeys } from '../../src/dispatch/keys.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { vault } from '../../src/providers/vault.ts';
import { post, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { codeOf, eventually, heardOf, join, refused, settled } from '../helpers/people.ts';

const here = world({ MAX_SOCKETS_PER_USER: '50' });
let node: Node;
let people: Outsiders;
/** ms that the node's clock, and with it that of its writes, is ahead; the people's sessions outlive it */
let ahead = 0;

beforeAll(async () => {
  // swept by hand
  node = await here.start({ POLICY_SWEEP: '1h', POLICY_AUTO_CLOSE: '1h' }, () => new Date(Date.now() + ahead));
  people = await outsiders(node);
});
afterAll(() => here.close());

/** A question whose automatic service was accepted by the first expert. */
async function accepted({ customer, first, category }: Outsiders = people): Promise<Json> {
  const request = await requested(customer, first, { category });
  return (await first.call('request.accept', { requestId: request.id })).request as Json;
}
const put = (who: Client, questionId: string, text: string, version?: number) =>
  who
    .call('private-info.put', { questionId, text, ...(version !== undefined && { version }) })
    .then(({ privateInfo }) => privateInfo as Json);
const get = (who: Client, questionId: string, more: Json = {}) =>
  who.call('private-info.get', { questionId, ...more }).then(({ privateInfo }) => privateInfo as Json);
const reason = 'The customer asked us to';
const outside = { otherCustomer: 'not_found', stranger: 'not_found', colleague: 'not_found' } as const;

/** What the two stores have: nothing, something, or a tombstone. */
async function stored(questionId: string) {
  const kind = (found: unknown) => (found === null ? 'nothing' : found === 'destroyed' ? 'destroyed' : 'something');
  const { dataKeys, privateInfo } = node.ctx.stores;
  return { key: kind(await dataKeys.find(questionId)), text: kind(await privateInfo.find(questionId)) };
}

/** As a worker sees it so much later; the people’s sessions stay as they are. */
const later = (ms: number): Ctx => ({ ...node.ctx, now: () => new Date(Date.now() + ms) });

test('9.1 there is no box before a premium service was accepted', async () => {
  const request = await requested(people.customer, people.first, { category: people.category });
  const { questionId } = request;
  for (const [name, input] of [
    ['private-info.get', { questionId }],
    ['private-info.put', { questionId, text: 'x' }],
  ] as const) {
    await expectRefused(node, people, questionId, [name, input], {
      ...outside,
      customer: 'not_found',
      first: 'not_found',
    });
  }
  await refused(get(people.admin, questionId, { reason }), 'not_found');
  expect(await stored(questionId)).toEqual({ key: 'nothing', text: 'nothing' });

  await people.first.call('request.accept', { requestId: request.id });
  expect(await get(people.customer, questionId)).toEqual({ questionId, version: 0, text: null, by: null, at: null });
});

test('9.1 customer and delivering expert read and write it; nobody else may know of it', async () => {
  const { questionId } = await accepted();
  const { customer, first } = people;
  const one = await put(customer, questionId, ' The code is 1234 ');
  expect(one).toEqual({
    questionId,
    version: 1,
    text: ' The code is 1234 ',
    by: { id: customer.user.id, name: 'Cora' },
    at: expect.any(String),
  });
  expect(await get(first, questionId)).toEqual(one);
  const two = await put(first, questionId, 'Thank you, use 5678');
  expect(two).toMatchObject({ version: 2, by: { name: 'Ada' } });
  expect(await get(customer, questionId)).toEqual(two);
  expect(await post(node.url, 'private-info.get', { questionId }, customer.token)).toEqual({ privateInfo: two });

  await expectRefused(node, people, questionId, ['private-info.get', { questionId }], {
    ...outside,
    admin: 'input.invalid',
  });
  await expectRefused(node, people, questionId, ['private-info.put', { questionId, text: 'Mine' }], {
    ...outside,
    admin: 'auth.forbidden',
  });
  expect((await get(customer, questionId)).version).toBe(2);
  expect(await put(customer, questionId, '')).toMatchObject({ version: 3, text: null });
  expect(await get(first, questionId)).toMatchObject({ version: 3, text: null, by: { name: 'Cora' } });
});

test('7.1, 9.1 accepted again by another expert, the first one has lost the box', async () => {
  const request = await accepted();
  const { questionId } = request;
  const { customer, first, colleague } = people;
  await put(customer, questionId, 'My number');
  await first.call('request.report', {
    requestId: request.id,
    connected: false,
    attempts: 3,
    reason: 'No answer',
    comment: 'Rang three times',
  });
  expect((await get(first, questionId)).text).toBe('My number');
  await customer.call('offer.accept', { offerId: request.id });
  await refused(get(first, questionId), 'not_found');
  expect((await get(customer, questionId)).text).toBe('My number'); // it is the customer’s

  await colleague.call('request.accept', { requestId: request.id });
  expect((await get(colleague, questionId)).text).toBe('My number');
  await refused(get(first, questionId), 'not_found');
  await refused(put(first, questionId, 'Still here'), 'not_found');
  await put(customer, questionId, 'Another number');
  await settled(first);
  expect(heardOf(first, 'private-info.changed', questionId).map(({ version }) => version as number)).toEqual([1]);
});

test('7.1, 9.1 there is no box any more once the money is given back', async () => {
  const request = await accepted();
  const form = { connected: false, attempts: 3, reason: 'No answer', comment: 'x' };
  await put(people.customer, request.questionId, 'My number');
  await people.first.call('request.report', { requestId: request.id, ...form });
  await people.customer.call('request.withdraw', { requestId: request.id });
  for (const who of [people.customer, people.first]) await refused(get(who, request.questionId), 'not_found');
});

test('9.1 admins give a reason, and each of their readings is recorded before it is answered', async () => {
  const { questionId } = await accepted();
  await put(people.customer, questionId, 'Canary of the audit');
  const told = await refused(get(people.admin, questionId), 'input.invalid');
  expect(told.details).toEqual({ fields: [{ path: 'reason', reason: 'required' }] });
  await refused(get(people.admin, questionId, { reason: '  ' }), 'input.invalid');
  expect(await node.ctx.stores.audit.list(questionId, undefined, 9)).toEqual([]);

  expect((await get(people.admin, questionId, { reason })).text).toBe('Canary of the audit');
  const byHttp = await post(node.url, 'private-info.get', { questionId, reason: 'Again' }, people.admin.token);
  expect(byHttp.privateInfo.text).toBe('Canary of the audit');
  const rows = await node.ctx.stores.audit.list(questionId, undefined, 9);
  const by = { actor: { id: people.admin.user.id, role: 'admin' }, action: 'private-info.get' };
  expect(rows).toMatchObject([
    { ...by, reason: 'Again' },
    { ...by, reason, targets: [{ what: 'question', id: questionId }] },
  ]);
  expect(JSON.stringify(rows)).not.toContain('Canary');
  // the two sides leave no trace there
  await get(people.customer, questionId);
  expect(await node.ctx.stores.audit.list(questionId, undefined, 9)).toHaveLength(2);
});

test('9.1 of two writers who have read the same version one is told', async () => {
  const { questionId } = await accepted();
  const { customer, first } = people;
  const outcomes = await Promise.all([
    codeOf(put(customer, questionId, 'Hers', 0)),
    codeOf(put(first, questionId, 'His', 0)),
  ]);
  expect(outcomes.toSorted()).toEqual(['conflict.stale', 'ok']);
  const stale = await refused(put(customer, questionId, 'Old', 0), 'conflict.stale');
  expect(stale.details).toEqual({ version: 1 });
  await refused(put(customer, questionId, 'From the future', 2), 'conflict.stale');
  const next = await put(first, questionId, 'Next', 1);
  expect(next.version).toBe(2);
  // who missed the answer gets it; whoever says something else, or is somebody else, is told
  expect(await put(first, questionId, 'Next', 1)).toEqual(next);
  await refused(put(first, questionId, 'Nearly next', 1), 'conflict.stale');
  await refused(put(customer, questionId, 'Next', 1), 'conflict.stale');

  // without a version the last one stands, and none is lost on the way
  const texts = Array.from({ length: 12 }, (_, n) => `Text ${n}`);
  const written = await Promise.all(texts.map((text, n) => put(n % 2 ? customer : first, questionId, text)));
  expect(written.map(({ version }) => version as number).toSorted((a, b) => a - b)).toEqual(texts.map((_, n) => n + 3));
  const last = written.find(({ version }) => version === 14);
  expect(await get(customer, questionId)).toEqual(last);
});

test('9.2 a card number is not kept in the box either', async () => {
  const { questionId } = await accepted();
  await put(people.customer, String(questionId), 'Ring twice. 4111 1111 1111 1111');
  const box = await get(people.customer, String(questionId));
  expect(box.text).toBe('Ring twice. •••• •••• •••• 1111');
});

test('9.1 the event says that it changed to the two sides, not what it says', async () => {
  const { questionId } = await accepted();
  const written = await put(people.customer, questionId, 'Whisper');
  const change = { questionId, version: 1, by: written.by as Json, at: written.at as string };
  for (const who of [people.customer, people.first]) {
    expect(await who.heard('private-info.changed', (event) => event.questionId === questionId)).toEqual(change);
  }
  const all = [people.customer, people.first, people.colleague, people.stranger, people.otherCustomer, people.admin];
  await settled(...all);
  for (const who of all) expect(JSON.stringify(who.events)).not.toContain('Whisper');
  for (const who of all.slice(2)) expect(heardOf(who, 'private-info.changed', questionId)).toEqual([]);
});

test('9.1 closing destroys key and text, for everybody and for good', async () => {
  const byCustomer = (questionId: string) => people.customer.call('question.close', { questionId });
  const byAdmin = (questionId: string) => people.admin.call('question.close', { questionId });
  const bySilence = async (questionId: string) => {
    ahead = node.ctx.policy.autoCloseMs;
    await sweep(node.ctx).finally(() => (ahead = 0));
    expect((await node.ctx.stores.questions.read(questionId))?.record.state).toBe('closed');
  };
  for (const close of [byCustomer, byAdmin, bySilence]) {
    const { questionId } = await accepted();
    await put(people.customer, questionId, 'To be forgotten');
    expect(await stored(questionId)).toEqual({ key: 'something', text: 'something' });
    await close(questionId);
    await eventually(() => stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
    const inside = { customer: 'conflict.closed', first: 'conflict.closed' } as const;
    await expectRefused(node, people, null, ['private-info.get', { questionId }], { ...outside, ...inside });
    await expectRefused(node, people, null, ['private-info.put', { questionId, text: 'x' }], { ...outside, ...inside });
    await refused(get(people.admin, questionId, { reason }), 'conflict.closed');
    expect(await stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
  }
});

/** As a verb sees the caller. */
const actor = ({ user }: Client) =>
  ({ ...user, categories: [], expiresAt: new Date(Date.now() + 60_000) }) as unknown as Parameters<
    typeof readPrivateInfo
  >[1];

/** The same ctx, but `before` happens once, right before this call of a store. */
function interrupted(store: 'dataKeys' | 'privateInfo', method: string, before: () => Promise<unknown>): Ctx {
  let pending = true;
  const { stores } = node.ctx;
  const inner = stores[store] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const wrapped = {
    ...inner,
    [method]: async (...args: unknown[]) => {
      if (pending) {
        pending = false;
        await before();
      }
      return inner[method]!(...args);
    },
  };
  return { ...node.ctx, stores: { ...stores, [store]: wrapped } };
}

test.each([
  ['dataKeys', 'find'],
  ['dataKeys', 'keep'],
  ['privateInfo', 'find'],
  ['privateInfo', 'save'],
] as const)('9.1 a put that the closing overtakes before %s.%s brings nothing back', async (store, method) => {
  const { questionId } = await accepted();
  const close = () => people.customer.call('question.close', { questionId });
  const putting = writePrivateInfo(
    interrupted(store, method, close),
    actor(people.customer),
    questionId,
    'Late',
    undefined,
  );
  await refused(putting, 'conflict.closed');
  expect(await stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
});

test('9.1 a put that stands between key and text of the closing leaves nothing that opens', async () => {
  const { questionId } = await accepted();
  await put(people.first, questionId, 'Before');
  const late = () => writePrivateInfo(node.ctx, actor(people.customer), questionId, 'Late', undefined);
  const between = async () => {
    expect(await stored(questionId)).toEqual({ key: 'destroyed', text: 'something' });
    await refused(late(), 'conflict.closed');
    await refused(readPrivateInfo(node.ctx, actor(people.customer), questionId), 'conflict.closed');
  };
  await destroyPrivateInfo(interrupted('privateInfo', 'destroy', between), questionId);
  expect(await stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
});

test('9.1 a get that the closing overtakes is refused', async () => {
  for (const store of ['privateInfo', 'dataKeys'] as const) {
    const { questionId } = await accepted();
    await put(people.customer, questionId, 'Secret');
    const close = () => people.customer.call('question.close', { questionId });
    const reading = readPrivateInfo(interrupted(store, 'find', close), actor(people.first), questionId);
    await refused(reading, 'conflict.closed');
  }
});

test('9.1 many writers while it closes: whoever was in time is destroyed too', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { questionId } = await accepted();
    const puts = Array.from({ length: 8 }, (_, n) =>
      codeOf(put(n % 2 ? people.customer : people.first, questionId, `${n}`)),
    );
    await people.customer.call('question.close', { questionId });
    for (const code of await Promise.all(puts)) expect(['ok', 'conflict.closed']).toContain(code);
    expect(await stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
  }
});

test.each([
  ['dataKeys', { key: 'something', text: 'something' }],
  ['privateInfo', { key: 'destroyed', text: 'something' }],
] as const)('9.1 a process that dies before %s is destroyed: the sweep finishes the closing', async (store, left) => {
  const { questionId } = await accepted();
  await put(people.customer, questionId, 'Half destroyed');
  const dead = interrupted(store, 'destroy', () => Promise.reject(new Error('the process has died')));
  await change(dead, QUESTION, questionId, { type: 'close', by: 'customer' });
  expect(await stored(questionId)).toEqual(left);
  await refused(get(people.customer, questionId), 'conflict.closed'); // nobody reads it meanwhile
  await Promise.all([sweep(later(11_000)), sweep(later(11_000))]);
  expect(await stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
});

test('9.1 a conversation that cannot be ended keeps no key alive', async () => {
  const { questionId } = await accepted();
  await put(people.customer, questionId, 'To be forgotten');
  const { messages } = node.ctx.stores;
  const append = () => Promise.reject(new Error('no room for the last line'));
  const failing: Ctx = { ...node.ctx, stores: { ...node.ctx.stores, messages: { ...messages, append } } };
  await change(failing, QUESTION, questionId, { type: 'close', by: 'customer' });
  await eventually(() => stored(questionId)).toEqual({ key: 'destroyed', text: 'destroyed' });
  await sweep(later(11_000)); // the last line is still owed
  expect((await messages.last(questionId))?.kind).toBe('closed');
});

test('9.1 what is too long or of another kind is refused over both transports, and nothing is written', async () => {
  const { questionId } = await accepted();
  const whole = 'x'.repeat(10_000);
  for (const [change, path, why] of [
    [{ text: `${whole}x` }, 'text', 'too_big'],
    [{ text: null }, 'text', 'invalid_type'],
    [{ text: { $ne: '' } }, 'text', 'invalid_type'],
    [{ text: 'half a \ud800' }, 'text', 'not_unicode'],
    [{}, 'text', 'invalid_type'],
    [{ text: 'x', version: -1 }, 'version', 'too_small'],
    [{ text: 'x', version: 0.5 }, 'version', 'invalid_type'],
    [{ text: 'x', reason: 'why not' }, 'reason', 'unrecognized_keys'],
    [{ text: 'x', questionId: { $gt: '' } }, 'questionId', 'invalid_type'],
  ] as const) {
    const input = { questionId, ...change };
    for (const call of [
      () => people.customer.call('private-info.put', input),
      () => post(node.url, 'private-info.put', input, people.customer.token),
    ]) {
      const told = await refused(call(), 'input.invalid');
      expect(told.details).toEqual({ fields: [{ path, reason: why }] });
    }
  }
  expect(await stored(questionId)).toEqual({ key: 'nothing', text: 'nothing' });
  await put(people.customer, questionId, whole);
  expect((await get(people.first, questionId)).text).toBe(whole);
});

test('9.1 keys:rotate wraps every key anew, may be stopped and run again, and brings no destroyed key back', async () => {
  const [one, other, closed] = [await accepted(), await accepted(), await accepted()].map(({ questionId }) =>
    String(questionId),
  );
  for (const questionId of [one!, other!, closed!]) await put(people.customer, questionId, `Of ${questionId}`);
  await people.customer.call('question.close', { questionId: closed });
  const { stores } = node.ctx;
  const next = vault([
    { version: 1, key: Buffer.alloc(32, 'a key of the tests') },
    { version: 2, key: Buffer.alloc(32, 'the next key') },
  ]);

  // stopped after the first batch has written something
  let writes = 0;
  const dying = {
    ...stores.dataKeys,
    rewrap: async (...args: Parameters<typeof stores.dataKeys.rewrap>) => {
      writes += 1;
      if (writes > 1) throw new Error('stopped');
      return stores.dataKeys.rewrap(...args);
    },
  };
  await expect(rotateKeys({ stores: { ...stores, dataKeys: dying }, vault: next })).rejects.toThrow('stopped');
  expect((await rotateKeys({ stores, vault: next })).rewrapped).toBeGreaterThan(0);
  expect(await rotateKeys({ stores, vault: next })).toEqual({ rewrapped: 0, damaged: [] });
  expect(await stores.dataKeys.find(one!)).toMatchObject({ kek: 2 });
  expect(await stored(closed!)).toEqual({ key: 'destroyed', text: 'destroyed' });

  // who has both keys reads on; who has only the new one as well; who has not heard of it yet is told to wait
  const only = vault([{ version: 2, key: Buffer.alloc(32, 'the next key') }]);
  for (const box of [next, only]) {
    const read = await readPrivateInfo({ ...node.ctx, vault: box }, actor(people.customer), other!);
    expect(read.text).toBe(`Of ${other}`);
  }
  await refused(get(people.customer, one!), 'unavailable');
});

test('9.1 whose keys were lost, as after a restored backup, finds an empty box and starts anew', async () => {
  const { questionId } = await accepted();
  await put(people.customer, questionId, 'Lost');
  const client = await mongoose.mongo.MongoClient.connect(here.env['MONGODB_URI']!);
  const keys = client.db(`${client.db().databaseName}_keys`).collection<{ _id: string }>('data_keys');
  expect((await keys.deleteOne({ _id: String(questionId) })).deletedCount).toBe(1);
  await client.close();
  await refused(put(people.first, questionId, 'Too late', 0), 'conflict.stale'); // makes no key for what it cannot open
  expect(await get(people.first, questionId)).toMatchObject({ version: 1, text: null, by: { name: 'Cora' } });
  expect((await put(people.customer, questionId, 'Once more', 1)).version).toBe(2);
  expect((await get(people.first, questionId)).text).toBe('Once more');
});

test('9.1 an expert whose category was taken away still delivers what they accepted', async () => {
  const all = await outsiders(node);
  const { questionId } = await accepted(all);
  await all.admin.call('user.update', { userId: all.first.user.id, categories: [] });
  const user = (await node.ctx.stores.users.read(String(all.first.user.id)))!;
  const token = await node.ctx.tokens.sign({ userId: user.id, role: user.role, tokenVersion: user.tokenVersion });
  await put(all.customer, questionId, 'Go on');
  expect((await post(node.url, 'private-info.get', { questionId }, token)).privateInfo.text).toBe('Go on');
  expect(await codeOf(get(await join(node, 'expert', { categories: [all.category] }), questionId))).toBe('not_found');
});
