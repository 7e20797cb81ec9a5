// Rule 6.1, away: what experts say of themselves and what is concluded from their silence, at two gateways, by a clock that is
// moved.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { countMissed } from '../../src/dispatch/availability.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { saySeen } from '../../web/client/presence.ts';
import { connect as open } from '../../web/client/connection.ts';
import { connect, greeted, post, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  account,
  cleared,
  eventually,
  join,
  mailsTo,
  ownCategory,
  posted,
  refused,
  tokenOf,
} from '../helpers/people.ts';

const MINUTE = 60_000;
const RESERVED = 5 * MINUTE;
const ENDS = 20_000; // sooner than a connection that is not refreshed by this clock is forgotten
const here = world({
  POLICY_RESERVATION: '5m',
  POLICY_CLAIM: '30d',
  POLICY_REQUEST_TTL: '30d',
  POLICY_AWAY_MISSED: '3',
  POLICY_AWAY_HIDDEN: '10m',
  POLICY_SWEEP: '1d',
});
let node: Node;
let other: Node;
/** of both nodes, and of nobody else */
let nowMs = Date.now();
const now = () => new Date(nowMs);

beforeAll(async () => {
  [node, other] = [await here.start({}, now), await here.start({}, now)];
});
afterAll(() => here.close());

interface Scene {
  readonly category: string;
  readonly customer: Client;
  readonly ada: Client;
  /** the same expert at the other gateway */
  readonly tab: Client;
  readonly email: string;
}

async function scene(locale: 'en' | 'de' | 'es' = 'en'): Promise<Scene> {
  const category = await ownCategory(node);
  const user = await account(node, 'expert', { name: 'Ada', categories: [category], locale });
  const token = await tokenOf(node, user);
  const customer = await join(node, 'customer', { name: 'Cora' });
  const ada = await connect(node.url, token);
  const tab = await connect(other.url, token);
  return { category, customer, ada, tab, email: String(user.email) };
}

/** A conversation with Ada that its customer follows at the other gateway. */
async function followed({ category, customer, ada }: Scene): Promise<{ questionId: string; watching: Client }> {
  const { id } = await postQuestion(customer, { category });
  await ada.call('question.claim', { questionId: id });
  const watching = await connect(other.url, customer.token);
  await watching.call('question.watch', { questionId: id });
  return { questionId: String(id), watching };
}

const own = async (who: Client) => ((await who.call('session.get')).user as Json).presence as Json;
const request = ({ category, customer, ada }: Scene) => requested(customer, ada, { category });
const heardAway = (who: Client, because: string) =>
  who.heard('presence.changed', (body) => body.questionId === undefined && body.because === because);

/** Automatic offers of questions that Ada holds: claiming is a sign of life, so it comes first. */
async function offered({ category, customer, ada }: Scene, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { id: questionId } = await postQuestion(customer, { category });
    ids.push(String((await greeted(customer, ada, String(questionId))).id));
  }
  nowMs += 1;
  return ids;
}

/** A request that is kept for Ada, and that she lets pass; when this returns, nothing is owed for it. */
async function letPass({ customer }: Scene, offerId: string): Promise<void> {
  await customer.call('offer.accept', { offerId });
  nowMs += RESERVED + 1;
  await sweep(node.ctx);
  await cleared(node, offerId);
}

describe('6.1 by their own press', () => {
  test('away is told to all of their pages, to the customer as a state alone, and is read again later', async () => {
    const at = await scene();
    const { questionId, watching } = await followed(at);
    const userId = at.ada.user.id as string;
    expect(at.ada.user.presence).toEqual({ state: 'available', version: 0 });
    expect(await watching.heard('presence.changed', (body) => body.userId === userId)).toEqual({
      ...{ questionId, userId, online: true, state: 'available' },
    });

    const until = new Date(nowMs + 30 * MINUTE).toISOString();
    expect(await at.ada.call('presence.set', { state: 'away', until })).toEqual({ state: 'away', until });
    for (const page of [at.ada, at.tab]) {
      expect(await heardAway(page, 'chosen')).toEqual({ userId, state: 'away', until, because: 'chosen', version: 1 });
    }
    const grey = await watching.heard('presence.changed', (body) => body.state === 'away');
    expect(grey).toEqual({ questionId, userId, online: true, state: 'away' });
    expect(await own(at.tab)).toEqual({ state: 'away', until, because: 'chosen', version: 1 });

    const newcomer = await connect(node.url, at.customer.token);
    const { online, away } = await newcomer.call('question.watch', { questionId });
    expect(online).toContain(userId);
    expect(away).toEqual([userId]);
    expect(await newcomer.heard('presence.changed', (body) => body.userId === userId)).toEqual(grey);
    expect((await newcomer.call('expert.get', { expertId: userId })).expert).not.toHaveProperty('presence');
    const care = await join(node, 'admin');
    const { items } = await care.call('user.list', { role: 'expert', search: at.email });
    expect(items).toMatchObject([{ presence: { state: 'away', until } }]);

    // it is kept with the account: another process knows it, and who edits the account does not lose it
    await at.ada.call('user.update', { name: 'Ada L' });
    const third = await here.start({}, now);
    expect(await own(await connect(third.url, at.ada.token))).toMatchObject({ state: 'away', until });
  });

  test(
    'the end of it is an instant: nobody has to do anything, and whoever sees the light hears it',
    { timeout: 180_000 },
    async () => {
      const at = await scene();
      const { watching } = await followed(at);
      const until = new Date(nowMs + ENDS).toISOString();
      await at.tab.call('presence.set', { state: 'away', until });
      await watching.heard('presence.changed', (body) => body.state === 'away');
      await heardAway(at.ada, 'chosen');
      expect(await node.ctx.online([at.ada.user.id])).toEqual(new Set());

      const from = [watching, at.ada].map(({ events }) => events.length);
      nowMs += ENDS;
      expect(await own(at.ada)).toEqual({ state: 'available', version: 1 });
      expect(await node.ctx.online([at.ada.user.id])).toEqual(new Set([at.ada.user.id]));
      for (const [index, who] of [watching, at.ada].entries()) {
        const later = () => who.events.slice(from[index]).filter(({ name }) => name === 'presence.changed');
        await expect.poll(later, { timeout: 180_000 }).toMatchObject([{ body: { state: 'available' } }]);
      }
    },
  );

  test('several tabs: the last press counts, wherever it comes from', async () => {
    const at = await scene();
    const { watching } = await followed(at);
    await at.ada.call('presence.set', { state: 'away' });
    expect(await at.tab.call('presence.set', { state: 'available' })).toEqual({ state: 'available' });
    await Promise.all([
      at.ada.call('presence.set', { state: 'away' }),
      at.tab.call('presence.set', { state: 'available' }),
      post(node.url, 'presence.set', { state: 'away' }, at.ada.token),
    ]);
    const { state, version } = await own(at.ada);
    expect(version).toBe(5);
    for (const page of [at.ada, at.tab]) {
      expect(await page.heard('presence.changed', (body) => body.version === version)).toMatchObject({ state });
    }
    const light = () => watching.events.findLast(({ name }) => name === 'presence.changed')?.body as Json;
    await eventually(light).toMatchObject({ state });
  });

  test('who is away is asked first all the same, and by a letter at once, also while connected', async () => {
    const [away, there] = [await scene(), await scene()];
    await away.ada.call('presence.set', { state: 'away' });
    const [asked, kept] = [await request(away), await request(there)];
    expect(asked).toMatchObject({ state: 'reserved', reservedFor: away.ada.user.id });
    expect(kept).toMatchObject({ state: 'reserved', reservedFor: there.ada.user.id });
    await away.ada.heard('request.changed', (body) => body.id === asked.id && body.state === 'reserved');
    const letters = async () => {
      nowMs += 10; // the worker is called within half a second after a letter is owed: time has to go by
      return (await mailsTo(node, away.email)).length;
    };
    await eventually(letters).toBe(1);
    await posted(node);
    expect(await mailsTo(node, there.email)).toEqual([]);
  });

  test.each([
    ['nothing', {}, 'state', 'required'],
    ['an end of being available', { state: 'available', until: '2999-01-01T00:00:00Z' }, 'until', 'away_only'],
    ['an end that has passed', { state: 'away', until: '2020-01-01T00:00:00Z' }, 'until', 'not_in_the_future'],
    ['an end in a thousand years', { state: 'away', until: '2999-01-01T00:00:00Z' }, 'until', 'too_big'],
    ['no instant', { state: 'away', until: 'tomorrow' }, 'until', 'invalid_format'],
    ['another state', { state: 'busy' }, 'state', 'invalid_value'],
  ])('%s is refused, and changes nothing', async (_, input, path, reason) => {
    const ada = await join(node, 'expert');
    const refusal = await refused(ada.call('presence.set', input), 'input.invalid');
    expect(refusal.details).toMatchObject({ fields: [{ path, reason }] });
    expect(await own(ada)).toEqual({ state: 'available', version: 0 });
  });

  test('it is for experts, and pages are seen over sockets only', async () => {
    for (const role of ['customer', 'admin'] as const) {
      await refused((await join(node, role)).call('presence.set', { state: 'away' }), 'auth.forbidden');
    }
    const ada = await join(node, 'expert');
    const over = await refused(post(node.url, 'presence.set', { hidden: true }, ada.token), 'input.invalid');
    expect(over.details).toMatchObject({ fields: [{ path: 'hidden', reason: 'socket_only' }] });
  });
});

describe('6.1 after requests that passed without an answer', () => {
  test.each([
    ['en', 'the last 3 requests that were kept for you have passed without an answer', 'Press “Available”'],
    ['de', 'Die letzten 3 Anfragen, die für Sie reserviert waren, sind', 'Drücken Sie „Verfügbar“'],
    ['es', 'las últimas 3 solicitudes que le estaban reservadas han pasado', 'Pulse «Disponible»'],
  ] as const)(
    'three in a row: away, with a notice in %s that says why and what undoes it',
    async (locale, why, how) => {
      const at = await scene(locale);
      const { watching } = await followed(at);
      const [one = '', two = '', three = '', four = '', five = ''] = await offered(at, 5);
      for (const id of [one, two]) await letPass(at, id);
      expect(await own(at.ada)).toEqual({ state: 'available', version: 0 });
      await letPass(at, three);
      expect(await heardAway(at.tab, 'missed')).toMatchObject({ state: 'away' });
      const { text } = await at.ada.heard('notice', ({ code }) => code === 'presence.away_missed');
      expect(text).toContain(why);
      expect(text).toContain(how);
      expect(await watching.heard('presence.changed', (body) => body.state === 'away')).not.toHaveProperty('because');

      expect(await at.ada.call('presence.set', { state: 'available' })).toEqual({ state: 'available' });
      for (const id of [four, five]) await letPass(at, id);
      expect(await own(at.ada)).toEqual({ state: 'available', version: 2 });
    },
  );

  test.each([
    ['No Thanks', ({ ada }: Scene, id: string) => ada.call('request.decline', { requestId: id })],
    ['accepting', ({ ada }: Scene, id: string) => ada.call('request.accept', { requestId: id })],
    ['claiming a question', (at: Scene) => offered(at, 1)],
  ])('%s ends the row', async (what, answer) => {
    const at = await scene();
    const [one = '', two = '', asked = '', four = ''] = await offered(at, 4);
    for (const id of [one, two]) await letPass(at, id);
    if (what !== 'claiming a question') await at.customer.call('offer.accept', { offerId: asked });
    await answer(at, asked);
    const { users } = node.ctx.stores;
    const answeredAt = async () => (await users.read(String(at.ada.user.id)))?.availability?.answeredAt?.getTime() ?? 0;
    await eventually(answeredAt).toBeGreaterThan(nowMs - RESERVED); // beside the answer
    await letPass(at, four);
    expect(await own(at.ada)).toEqual({ state: 'available', version: 0 });
  });

  test('each is counted once, however often it is settled; while away none is; 0 switches it off', async () => {
    const ada = await join(node, 'expert');
    const missed = (offerId: string) =>
      ({ type: 'reservation_missed', expertId: ada.user.id, offerId, at: now() }) as const;
    const [first, second, third] = [missed('of_1'), missed('of_2'), missed('of_3')];
    const off = { ...node.ctx, policy: { ...node.ctx.policy, awayAfterMissed: 0 } };
    await countMissed(off, [first, second, third]);
    await countMissed(node.ctx, [first, second]);
    await countMissed(node.ctx, [second, first]);
    expect(await own(ada)).toEqual({ state: 'available', version: 0 });
    await Promise.all([countMissed(node.ctx, [third]), countMissed(other.ctx, [third])]);
    expect(await own(ada)).toMatchObject({ state: 'away', because: 'missed', version: 1 });

    await countMissed(node.ctx, [missed('of_4'), missed('of_5'), missed('of_6')]);
    nowMs += 1;
    await ada.call('presence.set', { state: 'available' });
    await countMissed(node.ctx, [third]); // settled once more, after it was undone
    expect(await own(ada)).toEqual({ state: 'available', version: 2 });
  });
});

describe('6.1 after pages that nobody looks at', () => {
  /** Pages say how they are, time goes by, and they are connected still: that is refreshed by another clock than this one. */
  async function pass(pages: { readonly hidden: Client[]; readonly seen: Client[] }, ms: number): Promise<void> {
    for (const moved of [0, ms]) {
      nowMs += moved;
      for (const page of pages.seen) await page.call('presence.set', { hidden: false });
      for (const page of pages.hidden) await page.call('presence.set', { hidden: true });
    }
    await Promise.all([sweep(node.ctx), sweep(other.ctx)]);
  }

  test('when none of them is seen for ten minutes: away, with a notice; one press undoes it', async () => {
    const at = await scene();
    const pages = { hidden: [at.ada], seen: [at.tab] };
    await pass(pages, 11 * MINUTE);
    expect(await own(at.ada)).toMatchObject({ state: 'available' }); // the other one is seen

    Object.assign(pages, { hidden: [at.ada, at.tab], seen: [] });
    await pass(pages, 9 * MINUTE);
    expect(await own(at.ada)).toMatchObject({ state: 'available' });
    await pass(pages, MINUTE);
    for (const page of [at.ada, at.tab]) {
      expect(await heardAway(page, 'hidden')).toMatchObject({ state: 'away' });
      const { text } = await page.heard('notice', ({ code }) => code === 'presence.away_hidden');
      expect(text).toContain('not looked at this page for 10 minutes');
    }
    expect(await at.ada.call('presence.set', { hidden: false })).toEqual({ state: 'away' }); // who looks has not pressed
    await at.ada.call('presence.set', { state: 'available' });
    await pass({ hidden: [], seen: [at.ada] }, 60 * MINUTE);
    expect(await own(at.ada)).toEqual({ state: 'available', version: 2 });
  });

  test('who is not connected, or looks again in time, is not meant; what nobody reads is no absence of its own', async () => {
    const [gone, back] = [await scene(), await scene()];
    await pass({ hidden: [gone.ada, gone.tab, back.ada, back.tab], seen: [] }, 0);
    for (const page of [gone.ada, gone.tab]) page.close();
    await eventually(async () => (await node.ctx.online([gone.ada.user.id])).size).toBe(0);
    await pass({ hidden: [back.ada, back.tab], seen: [] }, 9 * MINUTE);
    await pass({ hidden: [back.ada], seen: [back.tab] }, 9 * MINUTE);
    expect(await own(back.ada)).toMatchObject({ state: 'available' });
    expect(await own(await connect(node.url, gone.ada.token))).toMatchObject({ state: 'available' });
  });

  test('a page says by itself whether it is seen, to every new connection as well', async () => {
    const { ada, tab } = await scene();
    for (const page of [ada, tab]) page.close();
    const page = Object.assign(new EventTarget(), { hidden: true });
    const isUnseen = async () => (await node.ctx.unseen([ada.user.id]))!.size > 0;
    const connection = await open({ url: node.url, token: ada.token });
    const stop = saySeen(connection, page);
    await eventually(isUnseen).toBe(true);
    connection.socket.disconnect().connect();
    await eventually(isUnseen).toBe(true);
    Object.assign(page, { hidden: false }).dispatchEvent(new Event('visibilitychange'));
    await eventually(isUnseen).toBe(false);
    stop();
    connection.close();
  });
});
