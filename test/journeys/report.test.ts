// Rule 7: what the fulfillment report brings about, and what its absence does.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { request as requestIt } from '../../src/dispatch/request.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import { clientId, login, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  cleared,
  each,
  entriesOf,
  eventually,
  heardOf,
  leave,
  listed,
  mailed,
  mailsTo,
  onDisk,
  posted,
  provided,
  refused,
  scene,
} from '../helpers/people.ts';

const here = world();
const MINUTE = 60_000;
const hasty = world({ POLICY_REPORT_WINDOW: '24m', POLICY_REPORT_REMINDERS: '4m,14m' });
let node: Node;
let short: Node; // reports are due here by a clock that is moved
let ahead = 0; // of the real time there, ms
let care: Client;
let shortCare: Client;

beforeAll(async () => {
  [node, short] = await Promise.all([here.start(), hasty.start({}, () => new Date(Date.now() + ahead))]);
  [care, shortCare] = await Promise.all([login(node.url, 'care@example.test'), login(short.url, 'care@example.test')]);
});
afterAll(() => Promise.all([here.close(), hasty.close()]));

const amounts = async (expert: Client): Promise<[string, number, string][]> =>
  ((await expert.call('earnings.list')).items as Json[]).map(({ kind, amount, state }) => [
    String(kind),
    Number(amount.amount),
    String(state),
  ]);
const NO = { connected: false, reason: 'no_answer', comment: 'Nobody picked up.' };

/** A request that `first` passed on and `winner` accepted. */
async function accepted(customer: Client, first: Client, winner: Client, category: string): Promise<Json> {
  const request = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: request.id });
  return (await winner.call('request.accept', { requestId: request.id })).request as Json;
}

test('7.1, 7.4, 7.5 yes by another expert: the premium share to them, five stars and the value to the writer', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const request = await accepted(customer, first, ben, category);
  expect(request).toMatchObject({ prefix: '[Secure Remote Assistance Accepted]', report: null });
  const window = new Date(request.reportDueAt).getTime() - new Date(request.acceptedAt).getTime();
  expect(window).toBe(36 * 3_600_000);
  expect(await amounts(ben)).toEqual([['premium', 0, 'accepted']]);
  expect(await amounts(first)).toEqual([]);

  const { request: reported } = await ben.call('request.report', { requestId: request.id, connected: true });
  expect(reported).toMatchObject({ state: 'fulfilled', report: { connected: true } });
  await customer.heard('notice', ({ code }) => code === 'request.fulfilled');
  const rated = await customer.heard('question.changed', ({ rating }) => rating !== null);
  expect(rated.rating).toEqual({ stars: 5, by: 'automatic' });
  expect(await amounts(ben)).toEqual([['premium', 1_950, 'fulfilled']]);
  expect(await amounts(first)).toEqual([['question', 500, 'claimed']]);
  expect(await listed(ben, 'priority')).toEqual([]);
  expect(await listed(ben, 'done')).toEqual([request.id]);
  const again = await ben.call('request.report', { requestId: request.id, connected: true });
  expect(again.request).toEqual(reported);
  await refused(ben.call('request.report', { requestId: request.id, ...NO, attempts: 3 }), 'conflict.not_accepted');
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'capture', 'payout']);
  await eventually(() => entriesOf(node, request.questionId)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('7.4 what the customer rated before stays theirs, and the value is paid once', async () => {
  const { category, customer, first } = await scene(node);
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await customer.call('question.rate', { questionId, stars: 3 });
  await first.call('request.accept', { requestId: request.id });
  await first.call('request.report', { requestId: request.id, connected: true });
  const { question } = await customer.call('question.get', { questionId });
  expect(question.rating).toEqual({ stars: 3, by: 'customer' });
  expect((await first.call('earnings.list')).total).toEqual({ amount: 2_450, currency: 'USD' });
  expect(await provided(node, questionId)).toEqual(['authorise', 'capture']);
});

test('7.4 a report earns the value although the customer rated low, and another card pays it when the first fails', async () => {
  const { category, customer, first } = await scene(node);
  const request = await requested(customer, first, { category });
  const { questionId } = request;
  await first.call('request.accept', { requestId: request.id });
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'answer', body: 'Do this.' });
  await customer.call('question.rate', { questionId, stars: 1 });
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1']);
  await first.call('request.report', { requestId: request.id, connected: true });
  expect((await customer.call('question.get', { questionId })).question.rating.stars).toBe(1);
  await eventually(() => entriesOf(node, questionId)).toEqual(['authorise-1', 'capture', 'payout']);

  const failing = await requested(customer, first, { category, paymentMethod: 'pm_card_chargeCustomerFail' });
  const about = { questionId: failing.questionId };
  await refused(first.call('request.accept', { requestId: failing.id }), 'payment.failed');
  await customer.call('payment.update', { ...about, paymentMethod: 'pm_card_visa' });
  await first.call('request.accept', { requestId: failing.id });
  await first.call('request.report', { requestId: failing.id, connected: true });
  await customer.heard('notice', ({ code }) => code === 'question.payment_failed'); // its value was held on the first card
  expect((await customer.call('payment.update', { ...about, paymentMethod: 'pm_card_visa' })).question).toMatchObject({
    rating: { stars: 5, by: 'automatic' },
    payment: { state: 'captured' },
  });
  expect((await first.call('earnings.list')).total).toEqual({ amount: 2 * 2_450, currency: 'USD' });
});

test('7.1 no needs three logged attempts, a reason and a comment, and changes nothing before', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const request = await accepted(customer, first, ben, category);
  const report = (input: Json) => ben.call('request.report', { requestId: request.id, ...input });
  const before = await onDisk(node, request.questionId);
  const twice = await refused(report({ ...NO, attempts: 2 }), 'policy.attempts_missing');
  expect(twice.details).toEqual({ needed: 3, logged: 2 });
  await refused(report(NO), 'policy.attempts_missing');
  const noReason = await refused(report({ connected: false, attempts: 3, comment: 'x' }), 'input.invalid');
  expect(noReason.details).toEqual({ fields: [{ path: 'reason', reason: 'required' }] });
  const noComment = await refused(report({ connected: false, attempts: 3, reason: 'x' }), 'input.invalid');
  expect(noComment.details).toEqual({ fields: [{ path: 'comment', reason: 'required' }] });
  const past = { at: new Date(Date.now() - 60_000).toISOString() };
  for (const at of [new Date(Date.now() + 3_600_000).toISOString(), '1969-12-31T23:59:59.000Z']) {
    const never = await refused(report({ ...NO, attempts: [past, past, { at }] }), 'input.invalid');
    expect(never.details).toEqual({ fields: [{ path: 'attempts.2.at', reason: 'not_in_the_past' }] });
  }
  expect(await onDisk(node, request.questionId)).toEqual(before);
});

test('7.1 attempts are logged when they happen, once each, seen by their expert and admins, and count for the report', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const request = await accepted(customer, first, ben, category);
  const requestId = request.id;
  const log = (who: Client, input: Json) => who.call('request.attempt', { requestId, ...input });
  const one = { note: 'Rang twice.', clientId: clientId() };
  await log(ben, one);
  const { request: logged } = await log(ben, one); // the answer was lost
  expect(logged.attempts).toEqual([{ at: expect.any(String), note: 'Rang twice.' }]);
  expect(Math.abs(new Date(logged.attempts[0].at as string).getTime() - node.ctx.now().getTime())).toBeLessThan(60_000);
  await refused(log(first, { clientId: clientId() }), 'not_found');
  await refused(log(customer, { clientId: clientId() }), 'auth.forbidden');
  await refused(log(care, { clientId: clientId() }), 'auth.forbidden');
  const heard = await care.heard('request.changed', ({ id, attempts }) => id === requestId && attempts.length === 1);
  expect(heard.attempts).toEqual(logged.attempts);
  const tried = async () => {
    const items = (await care.call('evidence.get', { questionId: request.questionId })).items as Json[];
    return items.filter(({ type }) => type === 'attempt').map(({ by, note }): unknown => [by.name, note]);
  };
  expect(await tried()).toEqual([[ben.user.name, 'Rang twice.']]);

  // two that were not logged at the time, and the one that was: it counts once
  const before = (minutes: number) => ({ at: new Date(Date.now() - minutes * 60_000).toISOString(), note: 'E-mail' });
  const [same] = logged.attempts as [Json];
  const few = await refused(
    ben.call('request.report', { requestId, ...NO, attempts: [same, before(2)] }),
    'policy.attempts_missing',
  );
  expect(few.details).toEqual({ needed: 3, logged: 2 });
  await refused(ben.call('request.report', { requestId, ...NO, attempts: 2 }), 'policy.attempts_missing');
  for (let more = 0; more < 2; more += 1) await log(ben, { clientId: clientId() });
  const { request: reported } = await ben.call('request.report', { requestId, ...NO });
  expect(each(reported.report.attempts, 'note')).toEqual(['Rang twice.', null, null]);
  expect((await ben.call('request.report', { requestId, ...NO })).request).toEqual(reported);
  expect(await tried()).toEqual([
    [ben.user.name, 'Rang twice.'],
    [ben.user.name, null],
    [ben.user.name, null],
  ]);
  await refused(log(ben, { clientId: clientId() }), 'conflict.not_accepted');
  for (const who of [customer, first]) {
    expect(
      JSON.stringify([...heardOf(who, 'offer.changed', requestId), ...heardOf(who, 'request.changed', requestId)]),
    ).not.toContain('Rang twice.');
  }
});

test('7.1 no: care is told, nothing is paid; reopened it goes to another expert without a second capture', async () => {
  const { category, customer, first, others } = await scene(node, 2);
  const [ben, cleo] = others as [Client, Client];
  const request = await accepted(customer, first, ben, category);
  const attempts = [1, 2, 3].map((n) => ({ at: new Date(Date.now() - n * 60_000).toISOString(), note: `Call ${n}` }));
  const { request: reported } = await ben.call('request.report', { requestId: request.id, ...NO, attempts });
  expect(reported).toMatchObject({ state: 'unfulfilled', report: { ...NO, attempts } });
  const told = await customer.heard('notice', ({ code }) => code === 'request.unfulfilled');
  expect(told.text).toContain('$39.00');
  expect(await amounts(ben)).toEqual([['premium', 0, 'unfulfilled']]);
  await eventually(async () => each(await mailsTo(node, 'care@example.test'), 'text')).toContainEqual(
    expect.stringContaining(`/questions/${request.questionId}`),
  );
  // nobody but the deliverer and admins reads the report
  await customer.heard('offer.changed', ({ state }) => state === 'unfulfilled');
  for (const who of [customer, first, cleo]) {
    const events = [...heardOf(who, 'offer.changed', request.id), ...heardOf(who, 'request.changed', request.id)];
    expect(JSON.stringify(events)).not.toContain('Nobody picked up');
  }
  expect(JSON.stringify(heardOf(care, 'request.changed', request.id))).toContain('Nobody picked up');

  const { offer: again } = await customer.call('offer.accept', { offerId: request.id });
  expect(again).toMatchObject({ state: 'open', acceptedBy: null, acceptedAt: null, reportDueAt: null });
  expect(new Date(again.expiresAt).getTime()).toBe(new Date(again.requestedAt).getTime() + 24 * 3_600_000);
  for (const expert of [first, ben, cleo]) expect(await listed(expert, 'open')).toEqual([request.id]);
  expect(await listed(ben, 'done')).toEqual([]);

  const { request: second } = await cleo.call('request.accept', { requestId: request.id });
  expect(second).toMatchObject({ state: 'accepted', acceptedBy: { id: cleo.user.id }, report: null });
  await refused(ben.call('request.report', { requestId: request.id, connected: true }), 'not_found');
  await cleo.call('request.report', { requestId: request.id, connected: true });
  expect(await amounts(cleo)).toEqual([['premium', 1_950, 'fulfilled']]);
  expect(await provided(node, request.id)).toEqual(['authorise', 'capture']);
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'capture', 'payout']);
});

test('7.1 no, and the customer presses twice at once for another: it is open once more, both are answered with it', async () => {
  const { category, customer, first, others } = await scene(node);
  const { id, questionId } = await accepted(customer, first, others[0]!, category);
  await others[0]!.call('request.report', { requestId: id, ...NO, attempts: 3 });
  const offer = (await node.ctx.stores.offers.read(id))!.record;
  const question = (await node.ctx.stores.questions.read(questionId))!.record;
  const other = await here.start({ ROLE: 'gateway' });
  const answers = await Promise.all([node, other].map(({ ctx }) => requestIt(ctx, question, offer))); // both have read it as it was
  expect(answers).toMatchObject([1, 2].map(() => ({ state: 'open', generation: offer.generation + 1 })));
  const { record } = (await node.ctx.stores.offers.read(id))!;
  expect(record).toMatchObject({ state: 'open', generation: offer.generation + 1 });
  expect(record.history.filter(({ what }) => what === 'request_again')).toHaveLength(1);
  // whoever presses later finds it as it is
  expect((await customer.call('offer.accept', { offerId: id })).offer).toMatchObject({
    state: 'open',
    version: record.version,
  });
});

test('7.1 no, and the customer takes the money back: one refund, nothing left to accept', async () => {
  const { category, customer, first, others } = await scene(node);
  const ben = others[0]!;
  const request = await accepted(customer, first, ben, category);
  await ben.call('request.report', { requestId: request.id, ...NO, attempts: 3 });
  const presses = await Promise.allSettled(
    [1, 2].map(() => customer.call('request.withdraw', { requestId: request.id })),
  );
  for (const press of presses) expect(press).toMatchObject({ value: { request: { state: 'refunded' } } });
  const { offers } = await customer.call('question.get', { questionId: request.questionId });
  expect(offers).toMatchObject([{ id: request.id, state: 'refunded' }]);
  expect(await provided(node, request.id)).toEqual(['authorise', 'capture', 'refund']);
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'capture', 'refund']);
  await refused(customer.call('offer.accept', { offerId: request.id }), 'conflict.not_offered');
  await refused(first.call('request.accept', { requestId: request.id }), 'conflict.already_accepted');
  await refused(ben.call('request.report', { requestId: request.id, connected: true }), 'conflict.not_accepted');
  expect(await amounts(ben)).toEqual([['premium', 0, 'refunded']]);
});

test('7.2 no report in time: the expert is reminded, nothing is paid, and expert support settles it late', async () => {
  const { category, customer, first, others } = await scene(short);
  const ben = others[0]!;
  const careMails = (await mailsTo(short, 'care@example.test')).length;
  const request = await accepted(customer, first, ben, category);
  const yes = { requestId: request.id, connected: true };
  await refused(shortCare.call('request.report', yes), 'conflict.not_accepted'); // not before it is overdue

  const reminders = async () =>
    (await mailsTo(short, String(ben.user.email))).filter(({ subject }) =>
      String(subject).includes('please send your report'),
    );
  for (const [sent, minutes] of [4, 14].entries()) {
    ahead = minutes * MINUTE - 30_000; // no minute is over by itself while this is looked at
    await sweep(short.ctx);
    expect(await reminders()).toHaveLength(sent);
    ahead = minutes * MINUTE;
    await eventually(async () => (await reminders()).length).toBe(sent + 1);
  }
  for (const { text } of await reminders()) expect(text).toContain(`/requests/${request.id}`);

  ahead = 24 * MINUTE;
  await ben.heard('request.changed', ({ id, state }) => id === request.id && state === 'report_overdue');
  const told = await ben.heard('notice', ({ code }) => code === 'request.report_overdue');
  expect(told.text).toContain('nothing is paid');
  expect(await mailed(short, 'care@example.test', careMails + 1)).toContainEqual(
    expect.objectContaining({ subject: 'Report overdue: My laptop does not start' }),
  );
  await posted(short);
  const mails = await mailsTo(short, String(ben.user.email));
  expect(await reminders()).toHaveLength(2);

  await refused(ben.call('request.report', yes), 'conflict.report_overdue');
  expect(await amounts(ben)).toEqual([['premium', 0, 'report_overdue']]);
  expect(await listed(ben, 'priority')).toEqual([]);
  expect(await listed(ben, 'done')).toEqual([request.id]);

  const { request: settled } = await shortCare.call('request.report', yes);
  expect(settled.state).toBe('fulfilled');
  expect(await amounts(ben)).toEqual([['premium', 1_950, 'fulfilled']]);
  expect((await shortCare.call('request.report', yes)).request).toEqual(settled);
  await posted(short);
  expect(await mailsTo(short, String(ben.user.email))).toHaveLength(mails.length);
});

test('7.1 the customer who is away gets the choice by e-mail', async () => {
  const { category, customer, first, others } = await scene(node);
  const request = await accepted(customer, first, others[0]!, category);
  await cleared(node, request.id); // what is owed still would be judged again by the next step
  await leave(node, customer);
  await others[0]!.call('request.report', { requestId: request.id, ...NO, attempts: 3 });
  const [mail] = await mailed(node, customer.user.email, 1);
  expect(mail).toMatchObject({ subject: 'Your expert could not reach you' });
  expect(mail!.text).toContain(`/questions/${request.questionId}`);
  expect(mail!.text).toContain('$39.00');
});
