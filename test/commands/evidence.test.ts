// What admins see of a dispute: everything that happened to a question, in order (10.1).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { each, eventually, pagesOf, refused } from '../helpers/people.ts';

const here = world();
let node: Node;
let people: Outsiders;

beforeAll(async () => {
  node = await here.start();
  people = await outsiders(node);
});
afterAll(() => here.close());

const timeline = async (who: Client, questionId: string): Promise<Json[]> =>
  (await pagesOf(who, 'evidence.get', { questionId })).flat();

test('10.1 a disputed service, from the question to the refund', async () => {
  const { customer, first, colleague, admin, category } = people;
  const request = await requested(customer, first, { category });
  const questionId = String(request.questionId);
  const offerId = String(request.id);
  await first.call('request.decline', { requestId: offerId });
  await colleague.call('request.accept', { requestId: offerId });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'A secret answer.' });
  await customer.call('message.read', { questionId, seq: 2 });
  const attempts = [1, 2, 3].map((n) => ({ at: new Date(Date.now() - n * 60_000).toISOString(), note: `Call ${n}` }));
  const no = { requestId: offerId, connected: false, attempts, reason: 'no_answer', comment: 'Nobody there.' };
  await colleague.call('request.report', no);
  await customer.call('question.rate', { questionId, stars: 5 });
  await customer.call('message.flag', { questionId, seq: 2, reason: 'abuse' });
  await admin.call('message.redact', { questionId, seq: 2 });
  await customer.call('private-info.put', { questionId, text: 'A secret number.' });
  await admin.call('private-info.get', { questionId, reason: 'They disagree.' });
  const { case: asked } = await customer.call('refund.request', { questionId, offerId, reason: 'Nobody called.' });
  await admin.call('case.note', { caseId: asked.id, text: 'Checked the log.', clientId: clientId() });
  await admin.call('case.resolve', { caseId: asked.id, resolution: 'grant', comment: 'Agreed.' });

  const line = await timeline(admin, questionId);
  const times = each(line, 'at').map(String);
  expect(times).toEqual(times.toSorted());
  expect(new Set(each(line, 'id')).size).toBe(line.length);
  const of = (type: string) => line.filter((one) => one.type === type);
  const by = (who: Client) => ({ id: who.user.id, name: who.user.name, role: who.user.role });

  expect(of('question.created')).toMatchObject([{ by: by(customer) }]);
  expect(of('question.posted')).toHaveLength(1);
  expect(of('message')).toMatchObject([
    { seq: 1, kind: 'greeting', by: by(first) },
    { seq: 2, kind: 'answer', by: by(first) },
  ]);
  expect(of('message.flagged')).toMatchObject([{ seq: 2, reason: 'abuse', by: by(customer) }]);
  expect(of('message.redacted')).toMatchObject([{ seq: 2 }]);
  expect(of('read')).toMatchObject([{ seq: 2, by: by(customer) }]);
  const terms = { price: { amount: 3_900, currency: 'USD' }, payout: { amount: 1_950, currency: 'USD' } };
  expect(of('offer.shown')).toMatchObject([{ offerId, terms, by: { role: 'system' } }]);
  expect(of('offer.requested')).toMatchObject([{ offerId, terms, by: by(customer) }]);
  expect(of('offer.requested')[0]!.terms).toEqual(of('offer.shown')[0]!.terms);
  expect(of('offer.accepted')).toMatchObject([{ offerId, by: by(colleague) }]);
  expect(each(of('offer.attempt'), 'note')).toEqual(['Call 3', 'Call 2', 'Call 1']);
  expect(of('offer.reported')).toMatchObject([
    { connected: false, reason: 'no_answer', comment: 'Nobody there.', by: by(colleague) },
  ]);
  expect(of('question.rated')).toMatchObject([{ stars: 5, by: by(customer) }]);
  expect(of('entry').map(({ kind, offerId: about }) => `${kind} ${about === null ? 'value' : 'offer'}`)).toEqual([
    ...['authorise value', 'authorise offer', 'capture offer', 'capture value', 'payout value', 'refund offer'],
  ]);
  expect(of('case').map(({ kind, what, text, resolution }) => [kind, what, text, resolution].map(String))).toEqual([
    ['not_connected', 'opened', 'no_answer', 'null'],
    ['personal_information', 'opened', 'abuse', 'null'],
    ['refund', 'opened', 'Nobody called.', 'null'],
    ['refund', 'noted', 'Checked the log.', 'null'],
    ['refund', 'resolved', 'Agreed.', 'grant'],
  ]);
  expect(of('audit')).toMatchObject([
    { action: 'message.redact', by: by(admin) },
    { action: 'private-info.get', reason: 'They disagree.', by: by(admin) },
  ]);
  for (const secret of ['A secret answer.', 'A secret number.']) expect(JSON.stringify(line)).not.toContain(secret);
  expect(JSON.stringify(line)).not.toContain('pm_card');
});

test('10.1 it is for admins, and of questions that exist', async () => {
  const { id: questionId } = await postQuestion(people.customer, { category: people.category });
  await expectRefused(node, people, questionId, ['evidence.get', { questionId }], {
    customer: 'auth.forbidden',
    otherCustomer: 'auth.forbidden',
    first: 'auth.forbidden',
    colleague: 'auth.forbidden',
    stranger: 'auth.forbidden',
  });
  await refused(people.admin.call('evidence.get', { questionId: `q_${clientId()}` }), 'not_found');
  for (const cursor of ['x', '/', 'now/message']) {
    await refused(people.admin.call('evidence.get', { questionId, cursor }), 'input.invalid');
  }
});

test('10.1 a long conversation comes in pages that neither overlap nor miss anything', async () => {
  const { customer, admin, category } = people;
  const { id: questionId } = await postQuestion(customer, { category });
  const send = (n: number) => customer.call('message.send', { questionId, clientId: clientId(), body: `${n}` });
  await Promise.all(Array.from({ length: 120 }, (_, n) => send(n)));
  await eventually(async () => (await timeline(admin, questionId)).length).toBe(123); // created, posted, authorised
  const seqs = (await timeline(admin, questionId))
    .filter(({ type }) => type === 'message')
    .map(({ seq }): unknown => seq);
  expect(seqs).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
});
