// 6.3: letters about an open request go in rings: whoever is near first, the rest only while it is still open then.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { change } from '../../src/dispatch/change.ts';
import { OFFER } from '../../src/dispatch/machines.ts';
import { postman, sendMails } from '../../src/dispatch/mail.ts';
import { mailings } from '../../src/dispatch/mailing.ts';
import { requested } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, cleared, join, mailsTo, ownCategory } from '../helpers/people.ts';

const RING_MS = 600_000;
const here = world({ ROLE: 'gateway', POLICY_EMAIL_RINGS: '10m' });
let node: Node;
let clock = Date.now();
beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
});
afterAll(() => here.close());

/** A request that has just been opened to Ben, who is connected, to Dan, who was there ten minutes ago, and to Cleo, who was not. */
async function opened() {
  const category = await ownCategory(node);
  const [ben, dan, cleo] = ['ben', 'dan', 'cleo'].map((name) => `${name}-${category}@example.test`) as [
    string,
    string,
    string,
  ];
  const [customer, ada, wins, was] = await Promise.all([
    join(node, 'customer'),
    join(node, 'expert', { categories: [category] }),
    join(node, 'expert', { email: ben, categories: [category] }),
    account(node, 'expert', { email: dan, categories: [category] }),
    account(node, 'expert', { email: cleo, categories: [category] }),
  ]);
  const offer = await requested(customer, ada, { category });
  const { record } = (await node.ctx.stores.offers.read(String(offer.id)))!;
  await node.ctx.stores.readMarks.move(record.questionId, was.id, 1, new Date(clock - RING_MS));
  await change(node.ctx, OFFER, record.id, { type: 'pass', expertId: String(record.reservedFor) });
  await cleared(node, record.id);
  const wrote = async () =>
    (await Promise.all([ben, dan, cleo].map((email) => mailsTo(node, email)))).map((all) => all.length);
  return { offerId: record.id, wrote, wins };
}

/** The instant of the next ring. */
async function ring(): Promise<void> {
  clock += RING_MS;
  await sendMails(node.ctx);
}

test('6.3 whoever is connected is written to first, then who was there within the hour, then the others, each once', async () => {
  const { wrote } = await opened();
  await sendMails(node.ctx);
  expect(await wrote()).toEqual([1, 0, 0]);
  clock += RING_MS - 1;
  await sendMails(node.ctx);
  expect(await wrote()).toEqual([1, 0, 0]);
  clock += 1;
  await sendMails(node.ctx);
  expect(await wrote()).toEqual([1, 1, 0]);
  await ring();
  expect(await wrote()).toEqual([1, 1, 1]);
  await ring();
  expect(await wrote()).toEqual([1, 1, 1]);
});

test('6.3 once it is taken nobody further out is written to', async () => {
  const { offerId, wrote, wins } = await opened();
  await sendMails(node.ctx);
  await wins.call('request.accept', { requestId: offerId });
  await ring();
  await ring();
  expect(await wrote()).toEqual([1, 0, 0]);
  expect(await node.ctx.stores.mailings.due(new Date('2999-01-01'), 10)).toEqual([]);
});

test('6.3 a worker that dies in the middle of thousands of letters leaves the rest to the next: each is owed once', async () => {
  const category = await ownCategory(node);
  const { mails, mailings: owing } = node.ctx.stores;
  const experts = await Promise.all(
    Array.from({ length: 40 }, () => account(node, 'expert', { categories: [category] })),
  );
  const params = { offerId: `of_${category}`, subject: 'My printer', service: 'remote_assistance' };
  const work = {
    key: `open-${category}`,
    categoryId: category,
    except: null,
    template: 'request_open',
    params,
  } as const;
  await owing.owe([{ ...work, id: work.key, ring: 2 }], node.ctx.now());
  const { owe } = mails;
  const dying = {
    ...node.ctx,
    stores: {
      ...node.ctx.stores,
      mails: {
        ...mails,
        owe: async (all: Parameters<typeof owe>[0], now: Date) => {
          await owe(all.slice(0, 15), now);
          throw new Error('killed');
        },
      },
    },
  };
  const looked = mailingsOf(dying);
  await expect(looked.drain()).rejects.toThrow('killed');
  const owed = async () => (await mails.list({ about: params.offerId }, 100)).map(({ to }) => to);
  expect(await owed()).toHaveLength(15);
  clock += 60_000; // its lease
  await mailingsOf(node.ctx).drain();
  expect((await owed()).toSorted()).toEqual(experts.map(({ id }) => id).toSorted());
});

test('6.3 while thousands of letters are written those that can wait do, and urgent ones do not', async () => {
  const category = await ownCategory(node);
  const [expert, urgent, patient] = await Promise.all([
    account(node, 'expert', { categories: [category] }),
    account(node, 'expert'),
    account(node, 'expert'),
  ]);
  const params = { offerId: `of_${category}`, subject: 'My printer', service: 'remote_assistance' };
  const open = { template: 'request_open', params } as const;
  const work = { key: `open-${category}`, categoryId: category, except: null, ...open };
  const { mails, mailings: owing } = node.ctx.stores;
  await owing.owe([{ ...work, id: work.key, ring: 2 }], node.ctx.now());
  await mails.owe([{ id: `soon-${category}`, to: patient.id, ...open }], node.ctx.now());
  await mails.owe([{ id: `urgent-${category}`, to: urgent.id, template: 'request_reserved', params }], node.ctx.now());
  let written = () => {};
  const writing: Promise<unknown>[] = [new Promise<void>((resolve) => (written = resolve))];
  const post = postman(node.ctx, undefined, {
    during: (work) => (writing.push(work), work),
    queue: () => async () => void (await Promise.all(writing)),
  });
  await post.look();
  await vi.waitFor(async () => expect((await mails.find(`urgent-${category}`))?.settledAt).toBeInstanceOf(Date));
  expect((await mails.find(`soon-${category}`))?.settledAt).toBeNull();
  expect(writing).toHaveLength(2);
  written();
  await post.drain();
  expect((await mails.find(`soon-${category}`))?.settledAt).toBeInstanceOf(Date);
  expect(await mails.find(`open-${category}-${expert.id}`)).not.toBeNull();
});

const mailingsOf = (ctx: Node['ctx']) => mailings(ctx, () => Promise.resolve(), { during: (work) => work });
