// The unscaled times of the rules, to the millisecond, by a clock that is handed in. No worker runs here: what is due is
// looked for by the test. Nobody is connected, so everybody is away; calls go over HTTP with a token of that moment.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { wakeDue } from '../../src/dispatch/sweep.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  account,
  each,
  entriesOf,
  eventually,
  mailsTo,
  ownCategory,
  provided,
  refused,
  tokenOf,
} from '../helpers/people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REQUESTED = '[Secure Remote Assistance Requested] It broke';

const here = world({ ROLE: 'gateway' });
let node: Node;
let clock = new Date('2030-01-01T12:00:00.000Z').getTime();
let category: string;
let [customer, ada, ben]: User[] = [];

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
});
afterAll(() => here.close());
beforeEach(async () => {
  category = await ownCategory(node);
  [customer, ada, ben] = await Promise.all([
    account(node, 'customer'),
    account(node, 'expert', { categories: [category] }),
    account(node, 'expert', { categories: [category] }),
  ]);
  await look(); // what earlier tests left
});

const by = async (who: User | undefined, name: string, input: Json = {}): Promise<Json> =>
  post(node.url, name, input, await tokenOf(node, who!));

async function posted(paymentMethod = 'pm_card_visa'): Promise<string> {
  const value = { amount: 1_000, currency: 'USD' };
  const input = { category, subject: 'It broke', body: 'Since today.', value, paymentMethod, clientId: clientId() };
  return (await by(customer, 'question.post', input)).question.id as string;
}

const say = async (who: User | undefined, questionId: string, kind = 'message'): Promise<Json> =>
  (await by(who, 'message.send', { questionId, clientId: clientId(), kind, body: 'Hello' })).message as Json;

/** A request that is kept for Ada since now. */
async function requested(paymentMethod = 'pm_card_visa'): Promise<Json> {
  const questionId = await posted(paymentMethod);
  await by(ada, 'question.claim', { questionId });
  await say(ada, questionId, 'greeting');
  const { offers } = await by(customer, 'question.get', { questionId });
  return (await by(customer, 'offer.accept', { offerId: offers[0].id })).offer as Json;
}

const stateOf = async (offerId: string) => (await node.ctx.stores.offers.read(offerId))?.record.state;
const questionOf = async (questionId: string) => (await node.ctx.stores.questions.read(questionId))?.record;

/** Everything that is due now happens, the letters that it owes included. */
async function look(): Promise<void> {
  while ((await wakeDue(node.ctx)) + (await sendMails(node.ctx)) > 0);
}

/** Looks a millisecond before `at`; then it is `at`, and nobody has looked yet. */
async function reach(at: number): Promise<void> {
  clock = at - 1;
  await look();
  clock = at;
}

const subjectsTo = async (who: User | undefined) => each(await mailsTo(node, who!.email!), 'subject');

test('6.1, 6.2 a reservation lasts five minutes: not a millisecond less, and the record knows without a wake', async () => {
  const start = clock;
  const request = await requested();
  expect(request.reservedUntil).toBe(new Date(start + 5 * MINUTE).toISOString());
  await reach(start + 5 * MINUTE);
  clock -= 1;
  expect(await stateOf(request.id)).toBe('reserved');
  await refused(by(ben, 'request.accept', { requestId: request.id }), 'not_found');
  expect((await by(ben, 'request.list', { view: 'open' })).items).toEqual([]);

  clock = start + 5 * MINUTE;
  expect(await wakeDue(node.ctx)).toBeGreaterThan(0);
  expect(await stateOf(request.id)).toBe('open');
  expect((await by(ben, 'request.list', { view: 'open' })).items).toMatchObject([{ id: request.id }]);
  // 6.3: whoever was only silent is asked again with everybody else
  await look();
  expect(await subjectsTo(ada)).toEqual([REQUESTED, REQUESTED]);
  expect(await subjectsTo(ben)).toEqual([REQUESTED]);
});

test('6.2 that a request is open is told before all that follows from it is done', async () => {
  const request = await requested();
  clock += 5 * MINUTE;
  const told: Fact['type'][] = [];
  let go: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => (go = resolve));
  const waking = wakeDue({ ...node.ctx, publish: (fact) => told.push(fact.type), turn: () => turn });
  await expect.poll(() => told).toEqual(['offer.changed']);
  expect(await stateOf(request.id)).toBe('open');
  go();
  await waking;
  expect(told).toEqual(['offer.changed', 'notice']); // to the customer
});

test('6.2 No Thanks after the five minutes comes too late, also when nobody has looked yet', async () => {
  const request = await requested();
  clock += 5 * MINUTE;
  await refused(by(ada, 'request.decline', { requestId: request.id }), 'conflict.not_reserved');
  expect(await stateOf(request.id)).toBe('open');
  const { request: won } = await by(ada, 'request.accept', { requestId: request.id });
  expect(won).toMatchObject({ state: 'accepted', acceptedBy: { id: ada!.id } });
});

test('6.2 at the end of the five minutes a colleague can accept, also when nobody has looked yet', async () => {
  const request = await requested();
  clock += 5 * MINUTE - 1;
  await refused(by(ben, 'request.accept', { requestId: request.id }), 'not_found');
  clock += 1;
  const { request: won } = await by(ben, 'request.accept', { requestId: request.id });
  expect(won).toMatchObject({ state: 'accepted', acceptedBy: { id: ben!.id } });
});

test('6.6 a request expires 24 hours after it was made, whatever happened to it meanwhile', async () => {
  const start = clock;
  const request = await requested();
  clock = start + 7 * HOUR;
  await look();
  expect(await stateOf(request.id)).toBe('open');
  await reach(start + DAY);
  expect(await stateOf(request.id)).toBe('open');
  await look();
  expect(await stateOf(request.id)).toBe('expired');
  expect(await provided(node, request.id)).toEqual(['authorise', 'void']);
  await eventually(() => entriesOf(node, request.id)).toEqual(['authorise-1', 'release-1']);
  expect(await subjectsTo(customer)).toEqual([
    'Your question: It broke', // what was written to them
    'Your Secure Remote Assistance request has expired',
  ]);
});

test('I4 in the last millisecond it is accepted; at the instant it has expired, though nobody has looked', async () => {
  const start = clock;
  const [kept, lost] = [await requested(), await requested()];
  clock = start + DAY - 1;
  // a day of outage: the reservation is over, whether somebody noticed or not
  expect((await by(ada, 'request.accept', { requestId: kept.id })).request.state).toBe('accepted');
  clock = start + DAY;
  await refused(by(ada, 'request.accept', { requestId: lost.id }), 'conflict.expired');
  expect(await stateOf(lost.id)).toBe('expired');
  await refused(by(customer, 'request.withdraw', { requestId: lost.id }), 'conflict.expired');
});

test('6.6 after a failed payment it is 24 hours from the failure', async () => {
  const request = await requested('pm_card_chargeCustomerFail');
  clock += 3 * MINUTE;
  await refused(by(ada, 'request.accept', { requestId: request.id }), 'payment.failed');
  const failedAt = clock;
  await reach(failedAt + DAY);
  expect(await stateOf(request.id)).toBe('payment_failed');
  await look();
  expect(await stateOf(request.id)).toBe('expired');
  await by(customer, 'payment.update', { questionId: request.questionId, paymentMethod: 'pm_card_visa' });
  expect(await stateOf(request.id)).toBe('expired');
  // the first two are due together, and go out side by side
  expect((await subjectsTo(customer)).map(String).toSorted()).toEqual([
    'The payment for your Secure Remote Assistance request did not go through',
    'Your Secure Remote Assistance request has expired',
    'Your question: It broke', // what was written to them
  ]);
});

test('6.5, 6.6 a request whose card was updated late gets time to be accepted', async () => {
  const request = await requested('pm_card_chargeCustomerFail');
  clock += 23 * HOUR;
  await refused(by(ada, 'request.accept', { requestId: request.id }), 'payment.failed');
  clock += 23 * HOUR; // 46 hours after the request, 23 after the failure: in time for an update
  await by(customer, 'payment.update', { questionId: request.questionId, paymentMethod: 'pm_card_visa' });
  await look();
  expect(await stateOf(request.id)).toBe('open');
  expect((await by(ben, 'request.accept', { requestId: request.id })).request.state).toBe('accepted');
});

test('7.1 the report is taken until the last millisecond of 36 hours, by its expert and nobody else', async () => {
  const [first, second] = [await requested(), await requested()];
  for (const { id } of [first, second]) await by(ada, 'request.accept', { requestId: id });
  const acceptedAt = clock;
  clock = acceptedAt + 36 * HOUR - 1;
  await look();
  await refused(by(ben, 'request.report', { requestId: first.id, connected: true }), 'not_found');
  expect((await by(ada, 'request.report', { requestId: first.id, connected: true })).request.state).toBe('fulfilled');
  clock = acceptedAt + 36 * HOUR;
  await refused(by(ada, 'request.report', { requestId: second.id, connected: true }), 'conflict.report_overdue');
  await look();
  expect(await stateOf(second.id)).toBe('report_overdue');
  await eventually(() => entriesOf(node, second.id)).toEqual(['authorise-1', 'capture']);
});

test('7.2 the reminders go out at 24 and 34 hours, each once', async () => {
  const request = await requested();
  await by(ada, 'request.accept', { requestId: request.id });
  const acceptedAt = clock;
  const reminder = expect.stringContaining('please send your report') as unknown;
  const reminders = async () => (await subjectsTo(ada)).filter((subject) => String(subject).includes('your report'));
  await reach(acceptedAt + DAY);
  expect(await reminders()).toEqual([]);
  await look();
  expect(await reminders()).toEqual([reminder]);
  await reach(acceptedAt + 34 * HOUR);
  expect(await reminders()).toEqual([reminder]);
  await look();
  expect(await reminders()).toEqual([reminder, reminder]);
  await reach(acceptedAt + 36 * HOUR);
  await look();
  expect(await reminders()).toEqual([reminder, reminder]);
});

test('7.2 whoever has reported is not reminded, and after a second acceptance the times count anew', async () => {
  const request = await requested();
  const target = { requestId: request.id };
  await by(ada, 'request.accept', target);
  const reminders = async (who: User | undefined) =>
    (await subjectsTo(who)).filter((subject) => String(subject).includes('your report')).length;
  clock += 30 * HOUR;
  await look();
  expect(await reminders(ada)).toBe(1);
  await by(ada, 'request.report', { ...target, connected: false, attempts: 3, reason: 'x', comment: 'x' });
  clock += 10 * HOUR;
  await look();
  expect(await reminders(ada)).toBe(1);
  await by(customer, 'offer.accept', { offerId: request.id });
  await by(ben, 'request.accept', target);
  await reach(clock + DAY);
  expect(await reminders(ben)).toBe(0);
  await look();
  expect([await reminders(ada), await reminders(ben)]).toEqual([1, 1]);
});

test('7.2 after an outage only the newest reminder goes out, and after the window none', async () => {
  const request = await requested();
  await by(ada, 'request.accept', { requestId: request.id });
  const late = await requested();
  await by(ada, 'request.accept', { requestId: late.id });
  const acceptedAt = clock;
  const reminders = async () => (await subjectsTo(ada)).filter((subject) => String(subject).includes('your report'));
  clock = acceptedAt + 35 * HOUR;
  await look();
  expect(await reminders()).toHaveLength(2); // one for each
  clock = acceptedAt + 35 * HOUR + 1;
  expect(await wakeDue(node.ctx)).toBe(0);

  const unheard = await requested();
  await by(ada, 'request.accept', { requestId: unheard.id });
  clock += 40 * HOUR;
  await look();
  expect(await stateOf(unheard.id)).toBe('report_overdue');
  expect(await reminders()).toHaveLength(2);
});

test('2.2 a claim without an answer lapses after fifteen minutes, renewed from the last claim', async () => {
  const questionId = await posted();
  await by(ada, 'question.claim', { questionId });
  clock += 14 * MINUTE;
  const { question } = await by(ada, 'question.claim', { questionId });
  expect(question.lockedUntil).toBe(new Date(clock + 15 * MINUTE).toISOString());
  const renewedAt = clock;
  clock = renewedAt + 15 * MINUTE - 1;
  await look();
  await refused(by(ben, 'question.claim', { questionId }), 'conflict.claimed');
  await refused(say(ben, questionId), 'conflict.claimed');
  await say(ada, questionId, 'info_request');

  clock = renewedAt + 15 * MINUTE;
  // the record judges: nobody has looked yet
  await refused(say(ada, questionId), 'conflict.not_claimed');
  await look();
  expect(await questionOf(questionId)).toMatchObject({ state: 'open', expert: null, lockedUntil: null });
  expect((await by(ben, 'question.claim', { questionId })).question.expert.id).toBe(ben!.id);
});

test('2.2 whoever comes at the instant takes a lapsed claim over, though nobody has looked', async () => {
  const questionId = await posted();
  await by(ada, 'question.claim', { questionId });
  clock += 15 * MINUTE;
  expect((await by(ben, 'question.claim', { questionId })).question.expert.id).toBe(ben!.id);
  await refused(by(ada, 'question.claim', { questionId }), 'conflict.claimed');
});

test('2.2 an answer holds the question for good', async () => {
  const questionId = await posted();
  await by(ada, 'question.claim', { questionId });
  await say(ada, questionId, 'answer');
  clock += 20 * DAY;
  await look();
  expect(await questionOf(questionId)).toMatchObject({ state: 'answered', expert: { id: ada!.id }, lockedUntil: null });
  await refused(by(ben, 'question.claim', { questionId }), 'conflict.claimed');
  await say(ada, questionId);
});

test('2.8 a question closes thirty days after its last message, whoever wrote it', async () => {
  const questionId = await posted();
  clock += 29 * DAY;
  await say(customer, questionId);
  const lastAt = clock;
  clock = lastAt + 29 * DAY; // thirty days after the post nothing has happened
  await look();
  expect(await questionOf(questionId)).toMatchObject({ state: 'open' });
  await reach(lastAt + 30 * DAY);
  expect(await questionOf(questionId)).toMatchObject({ state: 'open' });
  await look();
  expect(await questionOf(questionId)).toMatchObject({ state: 'closed', closedAt: new Date(clock) });
  expect(await provided(node, questionId)).toEqual(['authorise', 'void']);
});

test('2.8 a draft that is never paid goes away in the same time', async () => {
  const { details } = await refused(posted('pm_card_chargeDeclined'), 'payment.failed');
  clock += 30 * DAY;
  await look();
  expect(await questionOf(String(details?.questionId))).toMatchObject({ state: 'closed' });
});
