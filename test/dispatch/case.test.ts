// Rule 10.1: cases that the machines open, and what keeps them one each.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { openCase } from '../../src/dispatch/case.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import { clientId, login, postQuestion } from '../helpers/client.ts';
import type { Client } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { each, heardOf, refused, scene, settled } from '../helpers/people.ts';

const here = world();
let node: Node;
let care: Client;

beforeAll(async () => {
  node = await here.start();
  care = await login(node.url, 'care@example.test');
});
afterAll(() => here.close());

const about = (questionId: string) => ({ questionId, offerId: null, seq: null, openedBy: SYSTEM, reason: 'Why' });

test('10.1 one key is one case, however many ask for it at once, and admins alone hear of it', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id } = await postQuestion(customer, { category });
  const wanted = { key: `test-${id}`, kind: 'unable_to_complete', ...about(id) } as const;
  const opened = await Promise.all(Array.from({ length: 20 }, () => openCase(node.ctx, wanted)));
  expect(new Set(opened.map((one) => one.id)).size).toBe(1);
  expect(await node.ctx.stores.cases.ofQuestion(id)).toHaveLength(1);
  const told = await care.heard('case.changed', ({ questionId }) => questionId === id);
  expect(told).toMatchObject({
    id: opened[0]!.id,
    version: 1,
    kind: 'unable_to_complete',
    state: 'open',
    subject: 'My laptop does not start',
    customer: { id: customer.user.id, name: 'Cora' },
    openedBy: SYSTEM,
    reason: 'Why',
    assignee: null,
    history: [{ what: 'opened', by: SYSTEM }],
  });
  expect(Date.parse(told.dueAt as string) - Date.parse(told.openedAt as string)).toBe(24 * 3_600_000);
  await settled(customer, first, care);
  for (const who of [customer, first]) expect(heardOf(who, 'case.changed', id)).toEqual([]);
});

test('10.1 there is no case about nothing', async () => {
  const nothing = `q_${clientId()}`;
  const wanted = { key: `test-${nothing}`, kind: 'refund', ...about(nothing) } as const;
  await refused(openCase(node.ctx, wanted), 'not_found');
});

test('2.5 a low rating opens one case, also when it is raised to another low one', async () => {
  const { category, customer, first } = await scene(node, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await customer.call('question.rate', { questionId, stars: 1, comment: 'It did not help.' });
  await customer.call('question.rate', { questionId, stars: 2 });
  const cases = await node.ctx.stores.cases.ofQuestion(questionId);
  expect(cases).toMatchObject([{ kind: 'low_rating', openedBy: SYSTEM, reason: 'It did not help.', offerId: null }]);
  expect(each(heardOf(care, 'case.changed', questionId), 'id')).toEqual([cases[0]!.id]);
});

test('10.1 many messages of a question that were flagged are one letter when they are overdue, to each admin', async () => {
  const DAY_MS = 86_400_000;
  let clock = new Date(new Date().setUTCHours(12, 0, 0, 0)).getTime(); // all of it is one day
  const still = world({ ROLE: 'gateway' }); // no worker: only the test sweeps
  const alone = await still.start({}, () => new Date(clock));
  const { category, customer } = await scene(alone, 0);
  const { id: questionId } = await postQuestion(customer, { category });
  const flagOne = () =>
    customer.call('message.send', { questionId, clientId: clientId(), body: 'I am at cora@example.test.' });
  const overdue = async () => {
    clock += DAY_MS;
    await sweep(alone.ctx);
    const cases = await alone.ctx.stores.cases.ofQuestion(String(questionId));
    const admins = await alone.ctx.stores.users.admins();
    const letters = await Promise.all(admins.map(({ id }) => alone.ctx.stores.mails.list({ to: id }, 10)));
    expect(letters.flat().every(({ template }) => template === 'care_case_overdue')).toBe(true);
    return [cases.filter((one) => one.overdue).length, ...letters.map(({ length }) => length)];
  };
  for (let n = 0; n < 3; n += 1) await flagOne();
  expect(await overdue()).toEqual([3, 1]);
  // what is flagged on another day is another letter
  await flagOne();
  expect(await overdue()).toEqual([4, 2]);
  await still.close();
});
