// Everything that live events tell is in the answer that a client catches up with. For each event of docs/protocol.md: one
// socket of a person hears it, another one of the same person was away, and reads the very same afterwards.

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { EVENTS as VIEWS } from '../../src/commands/events.ts';
import type { EventName } from '../../src/commands/events.ts';
import { clientId, connect, greeted, login, post, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { refused, scene } from '../helpers/people.ts';
import type { Scene } from '../helpers/people.ts';

const here = world({ POLICY_OFFER_DELAY: '0s' });
let node: Node;
let care: Client;
beforeAll(async () => {
  node = await here.start();
  care = await login(node.url, 'care@example.test');
});
afterAll(() => here.close());

/** A conversation of two lines that both sides and an admin follow. */
interface Talk extends Scene {
  readonly questionId: string;
  readonly offerId: string;
}

async function talk(): Promise<Talk> {
  const people = await scene(node);
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  const offer = await greeted(people.customer, people.first, questionId);
  await say(people.customer, questionId, 'My number is 212 555 0123.');
  for (const who of [people.first, care]) await who.call('question.watch', { questionId });
  return { ...people, questionId, offerId: String(offer.id) };
}

const say = async (who: Client, questionId: string, body = 'Hello') =>
  (await who.call('message.send', { questionId, clientId: clientId(), body })).message as Json;

interface Told {
  /** who hears it, and was away with another socket */
  readonly who: (talk: Talk) => Client;
  /** what happens; answers which event is meant */
  readonly happens: (talk: Talk) => Promise<(body: Json) => boolean>;
  /** what of the event counts; all of it by default */
  readonly says?: (event: Json, talk: Talk) => Json | undefined;
  /** what they read when they are back: this must hold what the event said */
  readonly read: (back: Client, talk: Talk) => Promise<unknown[]>;
}

const back = (who: Client) => connect(node.url, who.token);
const watched = (client: Client, { questionId }: Talk, afterSeq = 2) =>
  client.call('question.watch', { questionId, afterSeq });

/** The events of which nothing is kept: they say how it is at this moment. */
const EXEMPT = ['typing'];

const accepted = async ({ customer, others, first, offerId }: Talk) => {
  await customer.call('offer.accept', { offerId });
  await first.call('request.decline', { requestId: offerId });
  return others[0]!.call('request.accept', { requestId: offerId });
};

const released = async ({ first, questionId }: Talk) => {
  const { question } = await first.call('question.release', { questionId });
  return ({ items }: Json) => (items as Json[]).some(({ version }) => version === question.version);
};
const queuedIn = ({ items }: Json, { questionId }: Talk) => (items as Json[]).find(({ id }) => id === questionId);
const missed = (client: Client) =>
  client.call('queue.watch', { since: new Date(node.ctx.now().getTime() - 5_000).toISOString() });

const EVENTS: Record<string, Told[]> = {
  'message.created': [
    {
      who: ({ customer }) => customer,
      happens: async ({ first, questionId }) => {
        const { seq } = await say(first, questionId);
        return (body) => body.seq === seq;
      },
      read: async (client, one) => (await watched(client, one)).messages as Json[],
    },
  ],
  'message.changed': [
    {
      who: ({ first }) => first,
      happens: async ({ questionId }) => {
        await care.call('message.redact', { questionId, seq: 2 });
        return (body) => body.seq === 2;
      },
      read: async (client, one) => (await watched(client, one)).changed as Json[],
    },
    {
      who: () => care,
      happens: async ({ first, questionId }) => {
        await first.call('message.flag', { questionId, seq: 1, reason: 'abuse' });
        return (body) => body.questionId === questionId && body.seq === 1;
      },
      read: async (client, one) => (await watched(client, one)).changed as Json[],
    },
  ],
  'read.changed': [
    {
      who: ({ customer }) => customer,
      happens: async ({ first, questionId }) => {
        await first.call('message.read', { questionId, seq: 2 });
        return (body) => body.seq === 2;
      },
      read: async (client, one) => {
        const { reads } = await client.call('question.get', { questionId: one.questionId });
        expect((await watched(client, one)).reads).toEqual(reads);
        return (reads as Json[]).map((read) => ({ questionId: one.questionId, ...read }));
      },
    },
  ],
  'presence.changed': [
    {
      who: ({ customer }) => customer,
      happens: async ({ first, questionId }) => {
        first.close();
        return (body) => body.questionId === questionId && body.online === false;
      },
      read: async (client, one) => {
        await watched(client, one);
        return [await client.heard('presence.changed', ({ userId }) => userId === one.first.user.id)];
      },
    },
    {
      who: ({ first }) => first,
      happens: async ({ first }) => {
        await post(node.url, 'presence.set', { state: 'away' }, first.token);
        return (body) => body.questionId === undefined && body.state === 'away';
      },
      read: async (client) => {
        const { id, presence } = (await client.call('session.get')).user as Json;
        return [{ userId: id as string, ...(presence as Json) }];
      },
    },
  ],
  'question.changed': [
    {
      who: ({ customer }) => customer,
      happens: async ({ first, questionId }) => {
        const { question } = await first.call('question.release', { questionId });
        return ({ version }) => version === question.version;
      },
      read: async (client, one) => [(await watched(client, one)).question as Json],
    },
    {
      who: ({ first }) => first, // who lets it go has no part in it from then on, and hears so
      happens: async ({ first, questionId }) => {
        const { question } = await first.call('question.release', { questionId });
        return ({ version }) => version === question.version;
      },
      read: async (client, { questionId }) => [(await client.call('question.get', { questionId })).question as Json],
    },
  ],
  'queue.changed': [
    {
      who: ({ others }) => others[0]!,
      happens: released,
      says: queuedIn,
      read: async (client) => (await client.call('question.list', { view: 'open' })).items as Json[],
    },
    {
      who: ({ others }) => others[0]!,
      happens: released,
      says: queuedIn,
      read: async (client) => (await missed(client)).items as Json[],
    },
    {
      who: ({ others }) => others[0]!,
      happens: async ({ customer, questionId }) => {
        await customer.call('question.close', { questionId });
        return ({ items }) => (items as Json[]).some(({ state }) => state === 'closed');
      },
      // its value was let go since, which the queue does not show
      says: (event, one) => ({ ...queuedIn(event, one), version: undefined }),
      read: async (client) => ((await missed(client)).items as Json[]).map((item) => ({ ...item, version: undefined })),
    },
  ],
  'offer.changed': [
    {
      who: ({ customer }) => customer,
      happens: async ({ customer, offerId }) => {
        await customer.call('offer.decline', { offerId });
        return ({ state }) => state === 'declined';
      },
      read: async (client, one) => (await watched(client, one)).offers as Json[],
    },
  ],
  'request.changed': [
    {
      who: ({ others }) => others[0]!,
      happens: async ({ customer, first, offerId }) => {
        await customer.call('offer.accept', { offerId });
        await first.call('request.decline', { requestId: offerId });
        return ({ state }) => state === 'open';
      },
      read: async (client) => (await client.call('request.list', { view: 'open' })).items as Json[],
    },
    {
      who: ({ others }) => others[0]!,
      happens: async (one) => {
        await accepted(one);
        return ({ state }) => state === 'accepted';
      },
      read: async (client) => (await client.call('request.list', { view: 'priority' })).items as Json[],
    },
    {
      who: ({ first }) => first,
      happens: async (one) => {
        await accepted(one);
        return ({ state }) => state === 'accepted';
      },
      read: async (client, { offerId }) => [(await client.call('request.get', { requestId: offerId })).request as Json],
    },
  ],
  'case.changed': [
    {
      who: ({ customer }) => customer, // who has opened it
      happens: async ({ customer, questionId }) => {
        await customer.call('message.flag', { questionId, seq: 1, reason: 'abuse' });
        return (body) => body.questionId === questionId && body.reason === 'abuse';
      },
      read: async (client) => (await client.call('case.mine')).items as Json[],
    },
    {
      who: () => care,
      happens: async ({ first, questionId }) => {
        await first.call('message.flag', { questionId, seq: 2, reason: 'abuse' });
        return (body) => body.questionId === questionId && body.reason === 'abuse';
      },
      read: async (client) => (await client.call('case.list')).items as Json[],
    },
  ],
  notice: [
    {
      who: ({ customer }) => customer,
      happens: async ({ first, questionId }) => {
        await say(first, questionId);
        await first.call('message.send', {
          questionId,
          clientId: clientId(),
          kind: 'answer',
          body: 'So.',
          confirm: true,
        });
        return ({ code }) => code === 'question.answered';
      },
      read: async (client) => {
        const { items } = await client.call('notice.list');
        return (items as Json[]).map(({ id: _id, at: _at, ...told }) => told);
      },
    },
  ],
  'private-info.changed': [
    {
      who: ({ customer }) => customer,
      happens: async (one) => {
        await accepted(one);
        const { questionId } = one;
        await one.others[0]!.call('private-info.put', { questionId, text: 'Ring twice.' });
        return ({ version }) => version === 1;
      },
      read: async (client, one) => [(await watched(client, one)).privateInfo as Json],
    },
    {
      who: ({ others }) => others[0]!,
      happens: async (one) => {
        await accepted(one);
        await one.customer.call('private-info.put', { questionId: one.questionId, text: 'Ring twice.' });
        return ({ version }) => version === 1;
      },
      read: async (client, { questionId }) => [(await client.call('question.get', { questionId })).privateInfo as Json],
    },
  ],
};

test('every event of the protocol is read again somewhere, or is exempt', async () => {
  const text = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('\n## Events'), text.indexOf('\n## After a reconnect'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const events = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+(?:\.[a-z]+)?)`/g)].map(([, name]) => name),
  );
  expect(new Set(events)).toEqual(new Set([...Object.keys(EVENTS), ...EXEMPT]));
});

test.each(Object.entries(EVENTS).flatMap(([name, all]) => all.map((told, index) => ({ name, index, told }))))(
  'I10 $name ($index): whoever was away reads what it said',
  async ({ name, told }) => {
    const one = await talk();
    const who = told.who(one);
    const fits = await told.happens(one);
    const event = await who.heard(name, (body) => isAbout(body, one) && fits(body));
    const client = await back(who);
    expect(await told.read(client, one)).toContainEqual(told.says === undefined ? event : told.says(event, one));
    client.close();
    // whoever it reached was told what the table of events says, and nothing more
    for (const { events } of [one.customer, one.first, ...one.others, care, client]) {
      for (const { name: heard, told: raw } of events) expect([heard, badly(heard, raw)]).toEqual([heard, []]);
    }
  },
);

const badly = (name: string, body: unknown) => VIEWS[name as EventName].safeParse(body).error?.issues ?? [];

const isAbout = ({ questionId, id, userId, params, items = [] }: Json, one: Talk) =>
  [questionId, id, params?.questionId, ...(items as Json[]).map((item) => item.id as string)].includes(
    one.questionId,
  ) ||
  id === one.offerId ||
  (questionId === undefined && userId === one.first.user.id);

test('2.3, 9.1 marks, redactions and the box are for those whom the events would reach', async () => {
  const one = await talk();
  const { questionId, customer, first, others } = one;
  await accepted(one);
  await customer.call('private-info.put', { questionId, text: 'Ring twice.' });
  await customer.call('message.read', { questionId, seq: 1 });
  const seen = async (who: Client) => {
    const { reads, privateInfo } = await who.call('question.get', { questionId });
    return [reads !== undefined, privateInfo !== undefined];
  };
  expect(await seen(customer)).toEqual([true, true]);
  expect(await seen(first)).toEqual([true, false]); // the box is for who delivers
  expect(await seen(others[0]!)).toEqual([false, true]); // the marks for who talks
  expect(await seen(care)).toEqual([true, false]); // admins give a reason first
  // a flag of one's own is there again in the other tab, nobody else's is
  await customer.call('message.flag', { questionId, seq: 1, reason: 'abuse' });
  const changed = async (who: Client) => ((await watched(who, one)).changed as Json[]).map(({ seq }) => seq as number);
  expect(await changed(customer)).toEqual([1]);
  expect(await changed(first)).toEqual([]);
  expect(await changed(care)).toEqual([1, 2]);
  expect((await customer.call('question.watch', { questionId })).changed).toEqual([]); // all of it comes anyway
  // closed: the box is gone
  await customer.call('question.close', { questionId });
  expect(await seen(customer)).toEqual([true, false]);
  await refused(others[0]!.call('question.watch', { questionId }), 'auth.forbidden');
});
