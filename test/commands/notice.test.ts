// notice.list: what one was told in a line is there for whoever was not connected; nobody else's, and not for ever.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { notify } from '../../src/dispatch/notify.ts';
import { clientId, greeted, post, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { join, pagesOf, refused, scene } from '../helpers/people.ts';

const here = world();
const DAY_MS = 86_400_000;
let node: Node;
let ahead = 0; // of the real time, ms
beforeAll(async () => {
  node = await here.start({}, () => new Date(Date.now() + ahead));
});
afterAll(() => here.close());

const listed = async (who: Client) => (await who.call('notice.list')).items as Json[];

test('what was told while nobody was connected is there afterwards, in the reader’s language, for them alone', async () => {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await greeted(customer, first, questionId);
  expect(await listed(customer)).toEqual([]);
  customer.close();
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'So.', confirm: true });
  const read = async (locale: string) => {
    await post(node.url, 'user.update', { locale }, customer.token);
    return (await post(node.url, 'notice.list', {}, customer.token)).items as Json[];
  };
  await expect.poll(() => read('en')).toHaveLength(1);
  const [one] = await read('en');
  expect(one).toMatchObject({ code: 'question.answered', params: { questionId }, id: expect.any(String) });
  expect(one!.text).toContain('rate the answer');
  expect((await read('de'))[0]).toMatchObject({ id: one!.id, at: one!.at, text: expect.stringContaining('bewerten') });
  expect(await listed(first)).toEqual([]);
  await refused(post(node.url, 'notice.list', {}), 'auth.required');
});

test('the same words stand once, at their last time; the newest two hundred stay, for thirty days', async () => {
  const expert = await join(node, 'expert');
  const to = String(expert.user.id);
  const tell = (subject: string) =>
    notify(node.ctx, [{ to, code: 'question.claim_lapsed', params: { questionId: 'q_1', subject } }]);
  for (const subject of ['$first', 'second', '$first']) {
    ahead += 1_000;
    await tell(subject);
  }
  const kept = await listed(expert);
  expect(kept.map(({ params }) => params.subject as string)).toEqual(['$first', 'second']);
  expect(new Date(String(kept[0]!.at)).getTime() - new Date(String(kept[1]!.at)).getTime()).toBeGreaterThanOrEqual(
    1_000,
  );

  ahead += 1_000;
  const many = Array.from({ length: 210 }, (_, n) => `${n}`);
  await notify(
    node.ctx,
    many.map((subject) => ({ to, code: 'question.claim_lapsed', params: { questionId: 'q_1', subject } }) as const),
  );
  const pages = await pagesOf(expert, 'notice.list', {});
  const all = pages.flat().map(({ params }) => String(params.subject));
  expect([pages.map(({ length }) => length), all.length, new Set(all).size]).toEqual([[50, 50, 50, 50], 200, 200]);
  expect(all).not.toContain('$first');

  ahead += 31 * DAY_MS;
  const later = await join(node, 'admin'); // whose token is of now
  const items = await node.ctx.stores.notices.list(to, node.ctx.now(), undefined, 10);
  expect(items).toEqual([]);
  await tell('new');
  const doc = await node.ctx.stores.notices.list(to, node.ctx.now(), undefined, 10);
  expect(doc.map(({ params }) => params['subject'])).toEqual(['new']);
  expect(await listed(later)).toEqual([]);
});

test('of notices that are written together one that cannot be kept keeps back no other', async () => {
  const experts = await Promise.all([1, 2, 3].map(() => join(node, 'expert')));
  const tell = (subject: string, index: number) =>
    notify(node.ctx, [
      { to: String(experts[index]!.user.id), code: 'question.claim_lapsed', params: { questionId: 'q_2', subject } },
    ]);
  const tooLarge = 'x'.repeat(16 * 1_024 * 1_024); // for a document of MongoDB
  const told = await Promise.allSettled(['one', tooLarge, 'three'].map(tell));
  expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const kept = await Promise.all(experts.map(listed));
  expect(kept.map((items) => items.map(({ params }) => String(params.subject)))).toEqual([['one'], [], ['three']]);
});
