// Rule 3 over the real server: what experts may not say, in three languages, at two gateways, whatever is sent twice or at once.

import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { codeOf, join, ownCategory, refused, settled } from '../helpers/people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 3.3, here: sessions do not last for days */
const [FROM, UNTIL] = [HOUR, 4 * HOUR];

const here = world({
  POLICY_FRAGMENT_WINDOW: '10m',
  POLICY_FOLLOW_UP: '1h,4h',
  POLICY_CLAIM: '30d',
  POLICY_AUTO_CLOSE: '90d',
  POLICY_SWEEP: '1d',
});
let node: Node;
let other: Node;
let database: mongoose.Connection;
/** of both nodes, and of nobody else */
let nowMs = Date.now();

beforeAll(async () => {
  const now = () => new Date(nowMs);
  [node, other] = [await here.start({}, now), await here.start({}, now)];
  database = await mongoose.createConnection(here.env['MONGODB_URI'] ?? '').asPromise();
});
afterAll(async () => {
  await database.close();
  await here.close();
});

interface Scene {
  readonly questionId: string;
  readonly customer: Client;
  readonly ada: Client;
  /** the same expert at the other gateway */
  readonly tab: Client;
  readonly ben: Client;
  readonly care: Client;
}

/** A question that Ada holds. */
async function scene(locale: 'en' | 'de' | 'es' = 'en'): Promise<Scene> {
  const category = await ownCategory(node);
  const expert = { categories: [category], locale };
  const [customer, ada, ben, care] = await Promise.all([
    join(node, 'customer', { locale }),
    join(node, 'expert', { ...expert, name: 'Ada' }),
    join(node, 'expert', { ...expert, name: 'Ben' }),
    join(node, 'admin'),
  ]);
  const tab = await connect(other.url, ada.token);
  const { id } = await postQuestion(customer, { category });
  await ada.call('question.claim', { questionId: id });
  return { questionId: String(id), customer, ada, tab, ben, care };
}

const say = (who: Client, { questionId }: Pick<Scene, 'questionId'>, input: Json = {}) =>
  who.call('message.send', { questionId, clientId: clientId(), body: 'Unplug it for a minute.', ...input });
const written = async ({ customer, questionId }: Scene): Promise<Json[]> =>
  (await customer.call('message.list', { questionId })).items as Json[];
const happenings = async ({ care, questionId }: Scene): Promise<Json[]> =>
  ((await care.call('evidence.get', { questionId })).items as Json[]).filter(({ type }) =>
    String(type).startsWith('message'),
  );

describe('3.1 insistence', () => {
  test.each([
    [
      'en',
      'Please rate my answer.',
      'Did it help? Please do not forget to rate me.',
      'You have asked for a rating already',
    ],
    [
      'de',
      'Bitte bewerten Sie meine Antwort.',
      'Über eine Bewertung freue ich mich.',
      'Sie haben bereits um eine Bewertung',
    ],
    ['es', 'Por favor, valore mi respuesta.', 'Le agradecería una valoración.', 'Ya ha pedido una valoración'],
  ] as const)(
    'in %s: once, then not before a reply; it is recorded, and only care sees it',
    async (locale, first, again, sentence) => {
      const at = await scene(locale);
      await say(at.ada, at, { kind: 'answer', body: first });
      nowMs += HOUR;
      const id = clientId();
      const insisting = { body: again, clientId: id, confirm: true };
      const refusal = await refused(say(at.ada, at, insisting), 'policy.rating_insistence');
      expect(refusal.message).toContain(sentence);
      expect(refusal.details).toEqual({ since: new Date(nowMs - HOUR).toISOString() });
      await refused(say(at.tab, at, insisting), 'policy.rating_insistence'); // the same, once more

      expect(await happenings(at)).toMatchObject([
        { type: 'message', kind: 'answer', asksRating: true, by: { name: 'Ada' } },
        {
          type: 'message.refused',
          kind: 'message',
          code: 'policy.rating_insistence',
          by: { name: 'Ada', role: 'expert' },
        },
      ]);
      expect(await written(at)).toHaveLength(1);
      await settled(at.customer);
      const heard = JSON.stringify([
        at.customer.events,
        await at.customer.call('question.get', { questionId: at.questionId }),
      ]);
      for (const secret of ['insistence', 'asksRating', 'unreplied', again]) expect(heard).not.toContain(secret);
      await refused(at.ada.call('evidence.get', { questionId: at.questionId }), 'auth.forbidden');

      await say(at.customer, at, { body: first }); // customers may say what they like
      await say(at.customer, at, { body: first });
      expect((await say(at.ada, at, insisting)).message).toMatchObject({ body: again, clientId: id });
    },
  );
});

describe('3.2 fragments', () => {
  test('a second message within ten minutes is confirmed, or waits; the confirmation is recorded', async () => {
    const at = await scene();
    await say(at.ada, at, { kind: 'greeting' });
    await say(at.ada, at, { kind: 'answer' });
    const began = nowMs;
    nowMs += MINUTE;
    const until = new Date(began + 10 * MINUTE).toISOString();
    for (const confirm of [undefined, false]) {
      for (const kind of ['answer', 'message', undefined]) {
        const refusal = await refused(say(at.ada, at, { kind, confirm }), 'policy.fragmented_answer');
        expect(refusal.details).toEqual({ until });
        expect(refusal.message).toMatch(/until .*\d:\d\d.* UTC/);
      }
    }
    await say(at.ada, at, { kind: 'info_request' });
    await say(at.ada, at, { body: 'And hold the button.', confirm: true });
    nowMs += 10 * MINUTE;
    await say(at.ada, at, { body: 'Or call your bank.' });
    await say(at.customer, at);
    await say(at.ada, at);
    const sent = (await happenings(at)).filter(({ type, by }) => type === 'message' && by.role === 'expert');
    expect(sent.map((one): unknown[] => [one.kind, one.confirmed])).toEqual([
      ['greeting', undefined],
      ['answer', undefined],
      ['info_request', undefined],
      ['message', true],
      ['message', undefined],
      ['message', undefined],
    ]);
    expect((await happenings(at)).filter(({ type }) => type === 'message.refused')).toHaveLength(6);
    for (const one of await written(at)) expect(one).not.toHaveProperty('confirmed');
  });

  test('a confirmation that nothing needed is none', async () => {
    const at = await scene();
    await say(at.ada, at, { confirm: true });
    expect((await happenings(at))[0]).not.toHaveProperty('confirmed');
  });

  test.each(['one gateway', 'two gateways'])(
    'two at once, at %s: exactly one goes without being confirmed',
    async (where) => {
      for (let round = 0; round < 5; round += 1) {
        const at = await scene();
        await say(at.customer, at);
        const second = where === 'one gateway' ? at.ada : at.tab;
        const outcomes = await Promise.all([
          codeOf(say(at.ada, at, { kind: 'answer' })),
          codeOf(say(second, at, { kind: 'answer' })),
        ]);
        expect(outcomes.toSorted()).toEqual(['ok', 'policy.fragmented_answer']);
        expect(await written(at)).toHaveLength(2);
      }
    },
  );

  test('a reply at another gateway counts at once, and nothing is refused for what this one remembers', async () => {
    const at = await scene();
    const away = await connect(other.url, at.customer.token);
    for (let round = 0; round < 5; round += 1) {
      await say(at.ada, at, { body: 'Please rate my answer.' });
      await say(away, at);
    }
    expect(await happenings(at)).toHaveLength(10);
  });

  test('2.3 the same clientId as a message that was accepted is never refused', async () => {
    const at = await scene();
    const one = { kind: 'answer', body: 'Please rate my answer.', clientId: clientId() };
    const sent = await say(at.ada, at, one);
    for (const who of [at.ada, at.tab, at.ada]) expect(await say(who, at, one)).toEqual(sent);
    const [first, again] = await Promise.all([say(at.ada, at, { ...one, body: 'x' }), say(at.tab, at, one)]);
    expect([first, again]).toEqual([sent, sent]);
    const both = { clientId: clientId(), kind: 'message', confirm: true };
    const results = await Promise.all([say(at.ada, at, both), say(at.tab, at, both)]);
    expect(results[0]).toEqual(results[1]);
    expect(await happenings(at)).toHaveLength(2);
  });

  test('a window of 0s switches the rule off', async () => {
    const off = await here.start({ POLICY_FRAGMENT_WINDOW: '0s' }, () => new Date(nowMs));
    const at = await scene();
    const there = await connect(off.url, at.ada.token);
    for (let round = 0; round < 3; round += 1) await say(there, at, { kind: 'answer' });
    await refused(say(at.ada, at), 'policy.fragmented_answer');
    expect((await happenings(at)).some(({ confirmed }) => confirmed)).toBe(false);
    there.close();
  });
});

describe('3.3 follow-up', () => {
  const followUp = (who: Client, at: Scene, input: Json = {}) =>
    say(who, at, { kind: 'follow_up', body: 'Has it worked?', ...input });

  test('from when on and until when after the answer, once', async () => {
    const at = await scene();
    await refused(followUp(at.ada, at), 'policy.follow_up_unanswered');
    await say(at.ada, at, { kind: 'answer' });
    const answered = nowMs;
    const early = await refused(followUp(at.ada, at), 'policy.follow_up_early');
    expect(early.details).toEqual({ until: new Date(answered + FROM).toISOString() });
    expect(early.message).toMatch(/you can send it from .* UTC/);
    nowMs = answered + FROM;
    await refused(
      followUp(at.ada, at, { body: 'Has it worked? Then please rate it.' }),
      'policy.follow_up_asks_rating',
    );
    const outcomes = await Promise.all([codeOf(followUp(at.ada, at)), codeOf(followUp(at.tab, at))]);
    expect(outcomes.toSorted()).toEqual(['ok', 'policy.follow_up_repeated']);
    await say(at.customer, at);
    await say(at.ada, at, { kind: 'answer' });
    nowMs += FROM;
    await refused(followUp(at.ada, at), 'policy.follow_up_repeated');
    const codes = (await happenings(at)).flatMap(({ code }) => (code === undefined ? [] : [code as string]));
    expect(codes.map((code) => code.replace('policy.follow_up_', ''))).toEqual([
      ...['unanswered', 'early', 'asks_rating', 'repeated', 'repeated'],
    ]);
  });

  test('not too late, not after a reply, not after a rating', async () => {
    const [late, replied, rated] = await Promise.all([scene(), scene(), scene()]);
    for (const at of [late, replied, rated]) await say(at.ada, at, { kind: 'answer' });
    await say(replied.customer, replied);
    await rated.customer.call('question.rate', { questionId: rated.questionId, stars: 4 });
    nowMs += FROM;
    await refused(followUp(replied.ada, replied), 'policy.follow_up_replied');
    await refused(followUp(rated.ada, rated), 'policy.follow_up_rated');
    nowMs += UNTIL;
    await refused(followUp(late.ada, late), 'policy.follow_up_late');
  });

  test('with another expert on the question only once they have released it', async () => {
    const at = await scene();
    const { questionId } = at;
    await say(at.ada, at, { kind: 'greeting' });
    await at.ada.call('question.release', { questionId });
    await at.ben.call('question.claim', { questionId });
    await say(at.ben, at, { kind: 'answer' });
    nowMs += FROM;
    await refused(followUp(at.ada, at), 'conflict.claimed');
    await followUp(at.ben, at); // Ada has released it
  });

  test('another expert who has accepted a service is on the question', async () => {
    const at = await scene();
    await at.customer.call('question.watch', { questionId: at.questionId });
    await say(at.ada, at, { kind: 'answer' });
    const { id: offerId } = await at.customer.heard('offer.changed');
    await at.customer.call('offer.accept', { offerId });
    await at.ada.call('request.decline', { requestId: offerId });
    await at.ben.call('request.accept', { requestId: offerId });
    nowMs += FROM;
    await refused(followUp(at.ada, at), 'policy.follow_up_shared');
  });
});

describe('message.check', () => {
  const check = (who: Client, { questionId }: Scene, input: Json = {}) =>
    who.call('message.check', { questionId, kind: 'message', body: 'Unplug it.', ...input });

  test('tells all of it beforehand, writes nothing and tells nobody', async () => {
    const at = await scene();
    const { questionId } = at;
    const others = ['greeting', 'info_request', 'answer', 'message'];
    expect(await check(at.ada, at)).toEqual({ hints: [], allowedKinds: others });
    await say(at.ada, at, { kind: 'answer', body: 'Please rate my answer.' });
    const until = new Date(nowMs + 10 * MINUTE).toISOString();
    const body = 'Please rate me, or write to ada@example.test or 415-555-2671 and jane@example.test';
    const { hints, allowedKinds } = await check(at.tab, at, { body });
    expect(hints).toMatchObject([
      { code: 'policy.rating_insistence', message: expect.stringContaining('leave that sentence out') as string },
      { code: 'policy.fragmented_answer', until },
      { code: 'policy.personal_data', message: expect.stringContaining('e-mail address') as string },
      { code: 'policy.personal_data', message: expect.stringContaining('telephone number') as string },
    ]);
    expect(allowedKinds).toEqual([]);
    // what could be confirmed is allowed
    expect(await check(at.ada, at)).toMatchObject({
      hints: [{ code: 'policy.fragmented_answer' }],
      allowedKinds: others,
    });
    expect(await check(at.ada, at, { kind: 'follow_up' })).toMatchObject({
      hints: [{ code: 'policy.follow_up_early', until: new Date(nowMs + FROM).toISOString() }],
      allowedKinds: others,
    });
    nowMs += FROM;
    expect(await check(at.ada, at, { kind: 'follow_up' })).toEqual({
      hints: [],
      allowedKinds: ['greeting', 'info_request', 'answer', 'follow_up', 'message'],
    });
    await at.customer.call('question.rate', { questionId, stars: 5 });
    expect((await check(at.ada, at, { kind: 'follow_up' })).hints).toMatchObject([{ code: 'policy.follow_up_rated' }]);
    expect(await happenings(at)).toHaveLength(1);
  });

  test('is for whoever may write now, as sending is', async () => {
    const at = await scene();
    await refused(check(at.ben, at), 'conflict.claimed');
    await refused(check(at.customer, at), 'auth.forbidden');
    await refused(check(at.care, at), 'auth.forbidden');
    const stranger = await join(node, 'expert', { categories: [await ownCategory(node)] });
    await refused(check(stranger, at), 'not_found');
    for (const wrong of [{ body: ' ' }, { kind: 'closed' }, { body: 'x'.repeat(8_001) }, { confirm: true }]) {
      await refused(check(at.ada, at, wrong), 'input.invalid');
    }
    await at.customer.call('question.close', { questionId: at.questionId });
    await refused(check(at.ada, at), 'conflict.closed');
  });
});

/** What MongoDB was asked for meanwhile about this question; what is settled of an earlier message comes when it comes. */
async function asked(work: () => Promise<unknown>, { questionId }: Scene): Promise<string[]> {
  const db = database.db!;
  await db.command({ profile: 2 });
  await work();
  await db.command({ profile: 0 });
  const rows = await db
    .collection('system.profile')
    .find({ op: { $in: ['query', 'insert', 'command'] } })
    .sort({ ts: 1 })
    .toArray();
  await db.collection('system.profile').drop();
  // an insert is noted without what was inserted
  const about = rows.filter(({ op, command }) => op === 'insert' || JSON.stringify(command).includes(questionId));
  return about.map(({ op, ns }) => `${String(op)} ${String(ns).split('.')[1] ?? ''}`);
}

test('3 what a message costs: no read more, for customers and for experts', async () => {
  const at = await scene();
  await say(at.customer, at);
  await say(at.ada, at, { kind: 'answer' });
  /** Gateways look every few seconds at what has changed, which adds to it by chance: it is asked for no more than this. */
  const costsOnce = (message: Json, laterMs = 0) =>
    expect
      .poll(
        () => {
          nowMs += laterMs;
          return asked(() => say(at.ada, at, message), at);
        },
        { interval: 10 },
      )
      .toEqual(['query questions', 'insert messages']);
  await costsOnce({}, HOUR);
  await costsOnce({ body: 'Please rate me.' }, HOUR);
  await costsOnce({ confirm: true });
  await costsOnce({ kind: 'info_request' });
  const replied = await asked(() => say(at.customer, at), at);
  expect(replied.filter((one) => !one.endsWith('messages')).length).toBeGreaterThan(0);
  expect(replied.filter((one) => one === 'query messages').length).toBeLessThanOrEqual(2); // 8.1 looks for the second reply
});
