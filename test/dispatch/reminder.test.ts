// Reminders on a real node (4): what is due when, what ends them, and who is never reminded twice. There is no worker: only the
// tests look, and the clock is theirs.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, mailsTo, ownCategory, tokenOf } from '../helpers/people.ts';
import type { AccountInput } from '../helpers/people.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const here = world({ ROLE: 'gateway', POLICY_AUTO_CLOSE: '90d' });
let clock = Date.parse('2027-03-01T09:00:00.000Z');
let node: Node;
let other: Node;
let ada: User;
let category: string;

beforeAll(async () => {
  const now = () => new Date(clock);
  [node, other] = await Promise.all([here.start({}, now), here.start({}, now)]);
  category = await ownCategory(node);
  ada = await account(node, 'expert', { name: 'Ada', categories: [category] });
});
afterAll(() => here.close());

interface Scene {
  readonly customer: User;
  readonly questionId: string;
}

/** With a token that holds now, however far the clock has gone. */
const call = async (who: User, name: string, input: Json): Promise<Json> =>
  post(node.url, name, input, await tokenOf(node, who));

/** An answered question of a customer of its own. */
async function answered(input: AccountInput = {}): Promise<Scene> {
  const customer = await account(node, 'customer', { name: 'Cora', ...input });
  const value = { amount: 2_000, currency: 'USD' };
  const asked = { category, subject: 'My printer', body: 'It is off.', value, paymentMethod: 'pm_card_visa' };
  const { question } = await call(customer, 'question.post', { ...asked, clientId: clientId() });
  const questionId = String(question.id);
  await call(ada, 'question.claim', { questionId });
  await say(ada, questionId, 'answer');
  return { customer, questionId };
}

const say = (who: User, questionId: string, kind = 'message') =>
  call(who, 'message.send', { questionId, body: 'Words.', clientId: clientId(), ...(who === ada && { kind }) });

/** Moves the clock and lets everything happen that is due. */
async function after(ms: number, by: readonly Node[] = [node]): Promise<void> {
  clock += ms;
  await Promise.all(by.map(({ ctx }) => sweep(ctx)));
  await Promise.all(by.map(({ ctx }) => sendMails(ctx)));
}

const lettersOf = async ({ customer }: Scene) =>
  (await mailsTo(node, String(customer.email))).filter(({ text }) => String(text).includes('Rate or reply'));
const count = async (scene: Scene) => (await lettersOf(scene)).length;
const recordOf = async ({ questionId }: Scene) => (await node.ctx.stores.questions.read(questionId))!.record;
const owed = async ({ questionId }: Scene) => {
  const { remindAt, reminders } = await recordOf({ questionId } as Scene);
  return { remindAt: remindAt && remindAt.getTime() - clock, reminders };
};

test('4.1 a customer who neither rates nor replies is reminded at each step, by a letter with a way in', async () => {
  const scene = await answered();
  expect(await owed(scene)).toEqual({ remindAt: DAY, reminders: 0 });
  await after(DAY - 1);
  expect(await count(scene)).toBe(0);
  const sent: number[] = [];
  for (const days of [1 / DAY, 1, 1, 4, 7, 7, 7]) {
    await after(days * DAY);
    sent.push(await count(scene));
  }
  expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const [first] = await lettersOf(scene);
  expect(String(first!.text)).toContain('Ada has answered your question “My printer”');
  expect(String(first!.text)).toMatch(new RegExp(`/questions/${scene.questionId}#[\\w-]{43}`));
});

test('4.2 after an outage only the newest due step goes out, and a look more sends nothing more', async () => {
  const scene = await answered();
  await after(8 * DAY);
  await after(1);
  await after(HOUR);
  expect(await count(scene)).toBe(1);
  expect(await owed(scene)).toEqual({ remindAt: 14 * DAY - 8 * DAY - HOUR - 1, reminders: 4 });
});

test('4.2 a new answer restarts the schedule, sent twice or not; other messages of the expert do not', async () => {
  const scene = await answered();
  await after(DAY);
  await after(HOUR);
  await say(ada, scene.questionId, 'message');
  expect(await owed(scene)).toEqual({ remindAt: DAY - HOUR, reminders: 1 });
  const again = { questionId: scene.questionId, kind: 'answer', body: 'And this.', clientId: clientId() };
  await call(ada, 'message.send', again);
  const { version } = await recordOf(scene);
  expect(await owed(scene)).toEqual({ remindAt: DAY, reminders: 0 });
  clock += HOUR;
  await call(ada, 'message.send', again); // its acknowledgement was lost
  expect(await recordOf(scene)).toMatchObject({ version, reminders: 0 });
  await after(23 * HOUR);
  expect(await count(scene)).toBe(2);
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['a rating', ({ customer, questionId }) => call(customer, 'question.rate', { questionId, stars: 5 })],
  ['a low rating', ({ customer, questionId }) => call(customer, 'question.rate', { questionId, stars: 1 })],
  ['a reply', ({ customer, questionId }) => say(customer, questionId)],
  [
    'a reply and words of the expert',
    ({ customer, questionId }) => say(customer, questionId).then(() => say(ada, questionId)),
  ],
  ['closing', ({ customer, questionId }) => call(customer, 'question.close', { questionId })],
  ['an address that is gone', ({ customer }) => change(customer, { email: null })],
  ['an account that is switched off', ({ customer }) => change(customer, { active: false })],
])('4.2 %s ends them', async (_, happens) => {
  const scene = await answered();
  await after(DAY);
  expect(await count(scene)).toBe(1);
  clock += HOUR;
  await happens(scene);
  await after(10 * DAY);
  expect(await count(scene)).toBe(1);
  expect((await owed(scene)).remindAt).toBeNull();
});

async function change(user: User, to: { email?: null; active?: boolean }): Promise<void> {
  expect(await node.ctx.stores.users.save({ ...user, ...to, version: user.version + 1 })).toBe('saved');
}

test('4.2 a reply ends them until the next answer', async () => {
  const scene = await answered();
  clock += HOUR;
  await say(scene.customer, scene.questionId);
  await after(2 * DAY);
  expect([await count(scene), (await owed(scene)).remindAt]).toEqual([0, null]);
  await say(ada, scene.questionId, 'answer');
  await after(DAY);
  expect(await count(scene)).toBe(1);
});

test('4.2 a customer who has no address is not reminded, nor made up for when they give one', async () => {
  const scene = await answered({ email: null });
  await after(3 * DAY);
  expect((await owed(scene)).remindAt).toBeNull();
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['replies', ({ customer, questionId }) => say(customer, questionId)],
  ['rates', ({ customer, questionId }) => call(customer, 'question.rate', { questionId, stars: 4 })],
  ['closes', ({ customer, questionId }) => call(customer, 'question.close', { questionId })],
  ['hears a new answer', ({ questionId }) => say(ada, questionId, 'answer')],
])('4.2 a reminder that waits is not sent when its customer %s meanwhile', async (_, happens) => {
  const scene = await answered();
  const { send } = node.ctx.mail;
  Object.assign(node.ctx.mail, { send: () => Promise.reject(new Error('SMTP is away')) });
  await after(DAY);
  Object.assign(node.ctx.mail, { send });
  expect(await count(scene)).toBe(0);
  clock += 1;
  await happens(scene);
  await after(HOUR); // tried again long before
  expect(await count(scene)).toBe(0);
});

test('4.1 a reminder that waits is sent when nothing has happened, once', async () => {
  const scene = await answered();
  const { send } = node.ctx.mail;
  Object.assign(node.ctx.mail, { send: () => Promise.reject(new Error('SMTP is away')) });
  await after(DAY);
  Object.assign(node.ctx.mail, { send });
  await after(HOUR);
  await after(HOUR);
  expect(await count(scene)).toBe(1);
});

test('4.2 of two workers that look at once one reminds', async () => {
  const scenes = await Promise.all(Array.from({ length: 12 }, () => answered()));
  await after(DAY, [node, other, node, other]);
  await after(1, [other, node]);
  expect(await Promise.all(scenes.map(count))).toEqual(scenes.map(() => 1));
});

test('4.2 a worker that dies between the step and its letter leaves it owed, and the next one owes it once', async () => {
  const scene = await answered();
  const { owe } = node.ctx.stores.mails;
  for (const when of ['before', 'after'] as const) {
    Object.assign(node.ctx.stores.mails, {
      owe: async (...given: Parameters<typeof owe>) => {
        if (when === 'after') await owe(...given);
        throw new Error('killed');
      },
    });
    await after(DAY);
    Object.assign(node.ctx.stores.mails, { owe });
    await after(10_000, [other]);
    await after(10_000, [other]);
    expect(await count(scene)).toBe(when === 'before' ? 1 : 2);
  }
});

test('4.1 a reminder is a new version of the question, and nothing else in it changes', async () => {
  const { customer, questionId } = await answered();
  const before = await call(customer, 'question.get', { questionId });
  await after(DAY);
  const { question } = await call(customer, 'question.get', { questionId });
  expect(question).toEqual({ ...before.question, version: before.question.version + 1 });
});
