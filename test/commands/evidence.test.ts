// What admins see of a dispute: everything that happened to a question, in order (10.1).
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { expectRefused, outsiders } from '../helpers/outsiders.ts';
import type { Outsiders } from '../helpers/outsiders.ts';
import { each, eventually, pagesOf, refused } from '../helpers/people.ts';

const here = world({ POLICY_REPORT_WINDOW: '1h', POLICY_REPORT_REMINDERS: '30m', POLICY_SWEEP: '200ms' });
let node: Node;
let ahead = 0; // of the real time, ms
let people: Outsiders;

beforeAll(async () => {
  node = await here.start({}, () => new Date(Date.now() + ahead));
  people = await outsiders(node);
});
afterAll(() => here.close());

/** Each step as "what by whom", for reading. */
const steps = (line: readonly Json[], type: 'question' | 'offer') =>
  line
    .filter((one) => one.type === type)
    .map(({ what, by, stars, reason }) =>
      [what, (by as Json | null)?.name, stars, reason].filter((word) => word !== undefined && word !== null).join(' '),
    );

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
  // booked a moment after the step
  const entries = async () => (await timeline(admin, questionId)).filter(({ type }) => type === 'entry');
  await eventually(async () => each(await entries(), 'kind').at(-1)).toBe('refund');

  const line = await timeline(admin, questionId);
  const times = each(line, 'at').map(String);
  expect(times).toEqual(times.toSorted());
  expect(new Set(each(line, 'id')).size).toBe(line.length);
  const of = (type: string) => line.filter((one) => one.type === type);
  const by = (who: Client) => ({ id: who.user.id, name: who.user.name, role: who.user.role });

  expect(steps(line, 'question')).toEqual([
    `created ${customer.user.name}`,
    `authorise ${customer.user.name}`,
    'authorised',
    `claim ${first.user.name}`,
    `write ${first.user.name}`,
    `answer ${first.user.name}`,
    `rate ${customer.user.name} 5`,
    'captured',
  ]);
  expect(of('message')).toMatchObject([
    { seq: 1, kind: 'greeting', by: by(first) },
    { seq: 2, kind: 'answer', by: by(first) },
  ]);
  expect(of('message.flagged')).toMatchObject([{ seq: 2, reason: 'abuse', by: by(customer) }]);
  expect(of('message.redacted')).toMatchObject([{ seq: 2 }]);
  expect(of('read')).toMatchObject([{ seq: 2, by: by(customer) }]);
  const terms = { price: { amount: 3_900, currency: 'USD' }, payout: { amount: 1_950, currency: 'USD' } };
  expect(steps(line, 'offer')).toEqual([
    'shown Parley',
    `authorise ${customer.user.name}`,
    `request ${customer.user.name}`,
    `pass ${first.user.name}`,
    `win ${colleague.user.name}`,
    'captured',
    `report_no ${colleague.user.name} no_answer`,
    'refund',
    'refunded',
  ]);
  const whatOf = (what: string) => of('offer').filter((one) => one.what === what);
  expect(whatOf('shown')).toMatchObject([{ offerId, terms, by: { role: 'system' } }]);
  expect(whatOf('request')).toMatchObject([{ offerId, terms: whatOf('shown')[0]!.terms, by: by(customer) }]);
  expect(whatOf('report_no')).toMatchObject([{ connected: false, comment: 'Nobody there.', by: by(colleague) }]);
  expect(each(of('attempt'), 'note')).toEqual(['Call 3', 'Call 2', 'Call 1']);
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

test('10.1 what was overtaken is still known: claims, stars, cards, an earlier acceptance and its report', async () => {
  const { customer, first, colleague, admin, category } = people;
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  await first.call('question.claim', { questionId }); // only held longer
  await first.call('question.release', { questionId });
  await colleague.call('question.claim', { questionId });
  ahead += 16 * 60_000;
  await first.call('question.claim', { questionId });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Restart it.' });
  await customer.call('question.rate', { questionId, stars: 2 });
  await customer.call('question.rate', { questionId, stars: 4 });

  await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_chargeCustomerFail' });
  const offerId = await eventuallyOffered(customer, questionId);
  await customer.call('offer.accept', { offerId });
  ahead += 6 * 60_000; // 6.2: no reply
  await refused(colleague.call('request.accept', { requestId: offerId }), 'payment.failed');
  await customer.call('payment.update', { questionId, paymentMethod: 'pm_card_visa' });
  await colleague.call('request.accept', { requestId: offerId });
  const no = { requestId: offerId, connected: false, attempts: 3, reason: 'no_answer', comment: 'Rang thrice.' };
  await colleague.call('request.report', no);
  await customer.call('offer.accept', { offerId });
  await first.call('request.accept', { requestId: offerId });
  ahead += 61 * 60_000; // 7.2
  await eventually(async () => steps(await timeline(admin, questionId), 'offer')).toContain('overdue Parley');
  await admin.call('request.report', { requestId: offerId, connected: true });
  await admin.call('question.close', { questionId });

  const line = await timeline(admin, questionId);
  const [cora, ada, ben, care] = [customer, first, colleague, admin].map(({ user }) => String(user.name));
  // a service that is fulfilled leaves the stars as they are: no step
  expect(steps(line, 'question').slice(3)).toEqual([
    ...[`claim ${ada}`, `release ${ada}`, `claim ${ben}`, 'lapse Parley', `claim ${ada}`],
    ...[`answer ${ada}`, `rate ${cora} 2`, `rate ${cora} 4`, 'captured'],
    ...[`change_method ${cora}`, `close ${care}`], // the second, after which the first says nothing
  ]);
  expect(steps(line, 'offer')).toEqual([
    ...['shown Parley', `authorise ${cora}`, `request ${cora}`, 'lapse Parley', `win ${ben}`],
    ...['capture_failed card_declined', `authorise ${cora}`, `reopen ${cora}`, `win ${ben}`, 'captured'],
    ...[`report_no ${ben} no_answer`, `request_again ${cora}`, `win ${ada}`],
    ...['overdue Parley', `report_yes ${care}`],
  ]);
  expect(line.filter(({ type }) => type === 'attempt')).toHaveLength(3);
});

/** 5.1: it comes after the expert's first message. */
async function eventuallyOffered(customer: Client, questionId: string): Promise<string> {
  const offers = async () => (await customer.call('question.get', { questionId })).offers as Json[];
  await eventually(async () => (await offers()).length).toBe(1);
  return String((await offers())[0]!.id);
}

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
  await eventually(async () => (await timeline(admin, questionId)).length).toBe(124); // created, authorise, authorised, the entry
  const seqs = (await timeline(admin, questionId))
    .filter(({ type }) => type === 'message')
    .map(({ seq }): unknown => seq);
  expect(seqs).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
});

/** Three thousand lines, of which many share an instant, some have one of before, and every tenth was flagged or redacted. */
function longTalk(questionId: string, begun: number) {
  const by = { id: 'u_customer', name: 'Cora', role: 'customer' };
  const flag = (reason: string, at: number) => ({ by: { ...by, id: `u_${reason}` }, reason, at: new Date(at) });
  return Array.from({ length: 3_000 }, (_, index) => {
    const at = begun + Math.floor(index / 120) * 10 - (index % 7 === 0 ? 10 : 0);
    const digits = String(index + 1).padStart(9, '0');
    const isFlagged = index % 20 === 3;
    return {
      doc: {
        ...{ _id: `${questionId}/${digits}`, questionId, clientId: `long-${index}`, by, kind: 'message', locale: 'en' },
        ...{ at: new Date(at), body: index % 20 === 13 ? '' : 'A secret word.' },
        ...(isFlagged && { flags: [flag('abuse', at), flag('spam', begun + 1_000)] }),
        ...(index % 20 === 13 && { redactedAt: new Date(begun + 1_000) }),
      },
      happened: [
        [at, `message-${digits}`],
        ...(isFlagged ? [[at, `message-${digits}-flag-0`] as const] : []),
        ...(isFlagged ? [[begun + 1_000, `message-${digits}-flag-1`] as const] : []),
        ...(index % 20 === 13 ? [[begun + 1_000, `message-${digits}-redacted`] as const] : []),
      ] as [number, string][],
    };
  });
}

test('10.1 a page of a very long conversation reads no more than a few pages of it, and all of them tell everything', async () => {
  const { customer, admin, category } = people;
  const { id } = await postQuestion(customer, { category });
  const questionId = String(id);
  await eventually(async () => (await timeline(admin, questionId)).length).toBe(4); // created, authorise, authorised, the entry
  const before = await timeline(admin, questionId);
  const talk = longTalk(questionId, Date.parse(String(before.at(-1)!.at)) - 10); // some of it while it was posted
  const connection = await mongoose.createConnection(String(here.env['MONGODB_URI'])).asPromise();
  const db = connection.db!;
  await db.collection<{ _id: string }>('messages').insertMany(talk.map(({ doc }) => doc));
  const { messages, entries } = node.ctx.stores;
  const [outline, booked] = [vi.spyOn(messages, 'outline'), vi.spyOn(entries, 'ofQuestion')];
  await db.command({ profile: 2 });
  const pages = await pagesOf(admin, 'evidence.get', { questionId }, 100);
  await db.command({ profile: 0 });

  const wanted = [
    ...before.map(({ at, id: known }) => [Date.parse(String(at)), String(known)] as const),
    ...talk.flatMap(({ happened }) => happened),
  ].toSorted(([at, one], [then, other]) => at - then || (one < other ? -1 : 1));
  const found = pages.flat().map(({ at, id: known }) => [Date.parse(String(at)), String(known)]);
  expect(found).toEqual(wanted);
  expect(pages.slice(0, -1).map(({ length }) => length)).toEqual(pages.slice(0, -1).map(() => 50));
  expect(JSON.stringify(pages)).not.toContain('A secret word.');
  const read = await Promise.all(outline.mock.results.map(({ value }) => value as ReturnType<typeof messages.outline>));
  for (const { written, flagged, redacted } of read) {
    expect(written.length + flagged.length + redacted.length).toBeLessThanOrEqual(3 * 51);
  }
  expect(booked.mock.calls.every(([, , limit]) => limit === 51)).toBe(true);
  const looked = await db
    .collection('system.profile')
    .find({ ns: /\.messages$/, op: { $in: ['query', 'command'] } })
    .toArray();
  expect(looked.length).toBeGreaterThanOrEqual(pages.length);
  for (const { docsExamined } of looked) expect(docsExamined).toBeLessThanOrEqual(400); // those that were flagged, at most
  outline.mockRestore();
  booked.mockRestore();
  await connection.close();
});
