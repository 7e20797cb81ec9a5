// Rule 2.6: who is away is written to, once, about what they have not seen, and about nothing that is over; when, and how many.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import type { Ctx } from '../../src/context.ts';
import { send } from '../../src/dispatch/message.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import type { MessageKind } from '../../src/domain/message.ts';
import type { Actor } from '../../src/domain/people.ts';
import type { OwedMail } from '../../src/models/mail.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, eventually, mailsTo, ownCategory, tokenOf } from '../helpers/people.ts';
import { all } from '../helpers/all.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const here = world({ ROLE: 'gateway' }); // no worker: only the tests look
let node: Node;
let clock = Date.parse('2030-01-01T12:00:00.000Z');
let present = new Set<string>();
let ctx: Ctx;

beforeAll(async () => {
  node = await here.start({}, () => new Date(clock));
  ctx = { ...node.ctx, online: async (ids) => new Set(ids.filter((id) => present.has(id))), isHere: () => false };
});
beforeEach(() => {
  clock += 24 * HOUR;
  present = new Set();
});
afterAll(() => here.close());

interface Cast {
  readonly customer: User;
  readonly ada: User;
  readonly category: string;
  readonly questionId: string;
}

const by = async (who: User, name: string, input: Json = {}): Promise<Json> =>
  post(node.url, name, input, await tokenOf(node, who));

async function cast(customer: Partial<User> = {}): Promise<Cast> {
  const category = await ownCategory(node);
  const [cora, ada] = await Promise.all([
    account(node, 'customer', { name: 'Cora', ...customer }),
    account(node, 'expert', { name: 'Ada', categories: [category] }),
  ]);
  const value = { amount: 1_000, currency: 'USD' };
  const asked = { category, subject: 'It broke', body: 'Since today.', value, paymentMethod: 'pm_card_visa' };
  const { question } = await by(cora, 'question.post', { ...asked, clientId: clientId() });
  await by(ada, 'question.claim', { questionId: question.id });
  return { customer: cora, ada, category, questionId: question.id as string };
}

const actor = ({ id, role, name, locale, categories, tokenVersion }: User): Actor => ({
  ...{ id, role, name, locale, categories, tokenVersion },
  expiresAt: new Date('2999-01-01'),
});

/** What an expert writes; what it owes is owed when this returns. */
async function writes(
  { ada, questionId }: Cast,
  body: string,
  kind: MessageKind = 'message',
  its = ctx,
): Promise<number> {
  const written = { questionId, clientId: clientId(), kind, body, confirm: true };
  const { seq } = await send(its, actor(ada), written);
  if (its === ctx) await eventually(async () => (await owing(questionId)).length).toBe(0);
  return seq;
}

const owing = async (questionId: string) =>
  (await all(ctx.stores.messages.unsettled(new Date('2999-01-01'), 1_000))).filter(
    ({ record }) => record.questionId === questionId,
  );

const letters = async ({ customer }: Cast) => mailsTo(node, customer.email!);
const subjects = async (who: User) => (await mailsTo(node, who.email!)).map(({ subject }) => String(subject));
const logged = (about: string, to: User): Promise<OwedMail[]> => ctx.stores.mails.list({ about, to: to.id }, 100);
const became = async ({ questionId, customer }: Cast) =>
  (await logged(questionId, customer))
    .map(({ state, why }) => (why === null ? state : `${state}: ${why}`))
    .toReversed();

describe('2.6 messages to a customer who is away', () => {
  test('are one letter two minutes after the first of them, in the words that were written', async () => {
    const all = await cast();
    await writes(all, 'Hello, I look at it.', 'greeting');
    clock += MINUTE;
    await writes(all, 'Pull the plug.\nThen wait.', 'answer');
    clock += MINUTE - 1;
    expect(await sendMails(ctx)).toBe(0);
    clock += 1;
    expect(await sendMails(ctx)).toBe(1);
    const [letter, ...others] = await letters(all);
    expect(others).toEqual([]);
    expect(letter!.subject).toBe('Your question: It broke');
    expect(letter!.text).toContain('Ada has answered your question “It broke”, in 2 messages.');
    for (const line of ['Hello, I look at it.', 'Pull the plug.', 'Then wait.']) expect(letter!.text).toContain(line);
    expect(await became(all)).toEqual(['sent']);
  });

  test('what comes after the letter is in the next one, and only that', async () => {
    const all = await cast();
    await writes(all, 'The first.');
    clock += 2 * MINUTE;
    await sendMails(ctx);
    await writes(all, 'The second.');
    clock += 2 * MINUTE;
    await sendMails(ctx);
    const [first, second] = await letters(all);
    expect(first!.text).not.toContain('The second.');
    expect(second!.text).toContain('The second.');
    expect(second!.text).not.toContain('The first.');
  });

  test('what is written while a letter fails has one of its own, which says nothing of what the first was about', async () => {
    const all = await cast();
    await writes(all, 'The first.');
    clock += 2 * MINUTE;
    const { mail } = ctx;
    const down: Ctx = { ...ctx, mail: { ...mail, send: () => Promise.reject(new Error('the server is down')) } };
    const meanwhile = async () => {
      await writes(all, 'The second.');
      throw new Error('the server is down');
    };
    await sendMails({ ...down, mail: { ...mail, send: meanwhile } });
    clock += MINUTE;
    await sendMails(down);
    clock += MINUTE;
    await sendMails(ctx);
    expect((await letters(all))[0]!.text).toContain('The second.');
    clock += MINUTE;
    await sendMails(ctx);
    const texts = (await letters(all)).map(({ text }) => String(text));
    expect(texts.some((text) => text.includes('The first.'))).toBe(true);
  });

  test('nobody gets one about what they have read, nor while they are there', async () => {
    const [read, there, partly] = [await cast(), await cast(), await cast()];
    const seq = await writes(read, 'Read.');
    await writes(there, 'Back again.');
    const first = await writes(partly, 'Read, of two.');
    await writes(partly, 'Not read.');
    await by(read.customer, 'message.read', { questionId: read.questionId, seq });
    await by(partly.customer, 'message.read', { questionId: partly.questionId, seq: first });
    present = new Set([there.customer.id]);
    clock += 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(1);
    expect([await became(read), await became(there)]).toEqual([['dropped: read'], ['dropped: came_back']]);
    const [letter] = await letters(partly);
    expect(letter!.text).toContain('Not read.');
    expect(letter!.text).not.toContain('Read, of two.');
  });

  test('a customer who is connected is owed none', async () => {
    const all = await cast();
    present = new Set([all.customer.id]);
    await writes(all, 'Hello.');
    await by(all.customer, 'message.send', {
      questionId: all.questionId,
      clientId: clientId(),
      kind: 'message',
      body: 'Hi.',
    });
    present = new Set();
    clock += 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(0);
    expect(await logged(all.questionId, all.customer)).toEqual([]);
  });

  test('what was redacted is not told, nor what was written in a question that is closed since', async () => {
    const [redacted, closed] = [await cast(), await cast()];
    const seq = await writes(redacted, 'My secret.');
    await ctx.stores.messages.redact(redacted.questionId, seq, new Date(clock));
    await writes(closed, 'Too late.');
    await by(closed.customer, 'question.close', { questionId: closed.questionId });
    clock += 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(0);
    expect([await became(redacted), await became(closed)]).toEqual([['dropped: redacted'], ['dropped: closed']]);
  });

  test('a process that dies right after its answer: the message itself owes the letter, and the sweep finds it', async () => {
    const all = await cast();
    const never = () => new Promise<never>(() => undefined);
    const dying: Ctx = { ...ctx, stores: { ...ctx.stores, mails: { ...ctx.stores.mails, owe: never } } };
    await writes(all, 'Written, and then nothing.', 'message', dying);
    expect(await owing(all.questionId)).toHaveLength(1);
    clock += 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(0);
    await Promise.all([sweep(ctx), sweep(ctx)]);
    clock += 2 * MINUTE;
    await sendMails(ctx);
    expect((await letters(all)).map(({ text }) => String(text).includes('and then nothing'))).toEqual([true]);
    await expect.poll(() => owing(all.questionId)).toEqual([]); // noted behind the letter
  });

  test('what is owed again after its letter was sent is not told again', async () => {
    const all = await cast();
    await writes(all, 'One.');
    await writes(all, 'Two.');
    clock += 2 * MINUTE;
    await sendMails(ctx);
    const again = {
      to: all.customer.id,
      template: 'message_received',
      params: { questionId: all.questionId, seq: 2 },
    } as const;
    await ctx.stores.mails.owe([{ id: `message-${all.questionId}-2`, ...again }], new Date(clock));
    expect(await sendMails(ctx)).toBe(0);
    expect(await became(all)).toEqual(['sent', 'dropped: gathered']);
  });

  test('of many workers one sends it, whatever they do at once', async () => {
    const all = await cast();
    await writes(all, 'Once.');
    clock += 2 * MINUTE;
    const sent = await Promise.all(Array.from({ length: 5 }, () => sendMails(ctx)));
    expect(sent.reduce((one, other) => one + other, 0)).toBe(1);
    expect(await letters(all)).toHaveLength(1);
  });

  test('a flag that comes before the letter is owed does not take it along', async () => {
    const all = await cast();
    const never = () => new Promise<never>(() => undefined);
    const slow: Ctx = { ...ctx, stores: { ...ctx.stores, mails: { ...ctx.stores.mails, owe: never } } };
    const seq = await writes(all, 'Look at this.', 'message', slow);
    await by(all.customer, 'message.flag', { questionId: all.questionId, seq, reason: 'abuse' });
    await sweep(ctx);
    clock += 2 * MINUTE;
    await sweep(ctx);
    clock += 2 * MINUTE;
    await sendMails(ctx);
    expect((await letters(all)).filter(({ subject }) => subject === 'Your question: It broke')).toHaveLength(1);
  });
});

describe('2.6 a reason is asked again just before', () => {
  const reservation = async () => {
    const all = await cast();
    present = new Set([all.customer.id]);
    await writes(all, 'Hello.', 'greeting');
    const [offer] = await ctx.stores.offers.ofQuestion(all.questionId);
    await by(all.customer, 'offer.accept', { offerId: offer!.id });
    present = new Set();
    return { ...all, offerId: offer!.id };
  };

  test('6.1 a reservation that was answered meanwhile is not written about', async () => {
    const { ada, offerId } = await reservation();
    await by(ada, 'request.accept', { requestId: offerId });
    await sendMails(ctx);
    expect(await subjects(ada)).toEqual([]);
    expect((await logged(offerId, ada)).map(({ why }) => why)).toEqual(['accepted']);
  });

  test('6.3 a request that was taken while its letters wait is written about to nobody', async () => {
    const { category, ada, offerId } = await reservation();
    const ben = await account(node, 'expert', { categories: [category] });
    await by(ada, 'request.decline', { requestId: offerId });
    const waits = { ...ctx, mail: { ...ctx.mail, send: () => Promise.reject(new Error('the server is away')) } };
    await sendMails(waits); // queued, and not taken
    expect((await logged(offerId, ben)).map(({ state, why }) => [state, why])).toEqual([['pending', 'not_taken']]);
    await by(ben, 'request.accept', { requestId: offerId });
    clock += HOUR;
    await sendMails(ctx);
    expect(await subjects(ben)).toEqual([]);
    expect((await logged(offerId, ben)).map(({ state, why }) => [state, why])).toEqual([['dropped', 'taken']]);
  });

  test('7.2 who is not to report any more is not reminded of it; who is to report now is', async () => {
    const { category, customer, ada, offerId } = await reservation();
    const ben = await account(node, 'expert', { categories: [category] });
    const reminders = async (to: User) =>
      (await logged(offerId, to))
        .filter(({ template }) => template === 'report_reminder')
        .map(({ state, why }) => [state, why]);
    await by(ada, 'request.accept', { requestId: offerId });
    clock += 24 * HOUR;
    await sweep(ctx);
    const waits = { ...ctx, mail: { ...ctx.mail, send: () => Promise.reject(new Error('the server is away')) } };
    await sendMails(waits);
    expect(await reminders(ada)).toEqual([['pending', 'not_taken']]);

    const said = { connected: false, attempts: 3, reason: 'no answer', comment: 'Rang three times.' };
    await by(ada, 'request.report', { requestId: offerId, ...said });
    await by(customer, 'offer.accept', { offerId });
    await by(ben, 'request.accept', { requestId: offerId });
    clock += HOUR;
    await sendMails(ctx);
    expect(await reminders(ada)).toEqual([['dropped', 'not_theirs']]);

    clock += 23 * HOUR;
    await sweep(ctx);
    await sendMails(ctx);
    expect([await reminders(ada), await reminders(ben)]).toEqual([[['dropped', 'not_theirs']], [['sent', null]]]);
  });

  test('who comes back while a letter is on its way is not written to when it is tried again', async () => {
    const all = await cast();
    await writes(all, 'Hello.');
    clock += 2 * MINUTE;
    const comesBack: Ctx = {
      ...ctx,
      mail: {
        ...ctx.mail,
        async send() {
          present = new Set([all.customer.id]);
          throw new Error('the line was lost');
        },
      },
    };
    await sendMails(comesBack);
    clock += HOUR;
    await sendMails(ctx);
    expect(await became(all)).toEqual(['dropped: came_back']);
  });

  test('who is gone, or has no address, is not written to', async () => {
    const [gone, without] = [await cast(), await cast({ email: null })];
    await writes(gone, 'Hello.');
    await writes(without, 'Hello.');
    await ctx.stores.users.save({ ...gone.customer, version: 2, active: false });
    clock += 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(0);
    expect([await became(gone), await became(without)]).toEqual([['dropped: inactive'], ['dropped: no_address']]);
  });
});

describe('when', () => {
  test('what can wait waits for the end of quiet hours, and is asked again then', async () => {
    const notify = { openRequests: false, quiet: { from: '12:00', to: '18:00' } };
    const [reads, sleeps] = [await cast({ notify }), await cast({ notify })];
    const seq = await writes(reads, 'Hello.');
    await writes(sleeps, 'Hello.');
    clock += 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(0);
    expect(await became(sleeps)).toEqual(['held: quiet_hours']);
    await by(reads.customer, 'message.read', { questionId: reads.questionId, seq });
    clock += 6 * HOUR - 2 * MINUTE;
    expect(await sendMails(ctx)).toBe(1);
    expect([await became(reads), await became(sleeps)]).toEqual([['dropped: read'], ['sent']]);
  });

  test('the thirteenth letter of an hour waits until the first is an hour old; nothing is lost', async () => {
    const all = await cast();
    for (let count = 0; count < 14; count += 1) {
      await writes(all, `Number ${count}.`, count === 0 ? 'answer' : 'message'); // a claim alone would lapse
      clock += 2 * MINUTE;
      await sendMails(ctx);
    }
    expect(await letters(all)).toHaveLength(12);
    expect((await became(all)).slice(12)).toEqual(['held: many']); // what comes meanwhile is gathered in it
    clock += HOUR;
    await sendMails(ctx);
    const last = (await letters(all)).at(-1)!;
    expect(last.text).toContain('Number 12.');
    expect(last.text).toContain('Number 13.');
    expect((await became(all)).slice(12)).toEqual(['sent']);
  });

  test('6.3 experts who want a digest get one letter of what is open then, and none when nothing is', async () => {
    const all = await cast();
    const notify = { openRequests: true, digest: 'hourly' } as const;
    const [ben, carl] = [
      await account(node, 'expert', { categories: [all.category], notify }),
      await account(node, 'expert', { categories: [all.category] }),
    ];
    present = new Set([all.customer.id]);
    await writes(all, 'Hello.', 'greeting');
    const [offer] = await ctx.stores.offers.ofQuestion(all.questionId);
    await by(all.customer, 'offer.accept', { offerId: offer!.id });
    await by(all.ada, 'request.decline', { requestId: offer!.id });
    present = new Set();
    await sendMails(ctx);
    expect([await subjects(ben), await subjects(carl)]).toEqual([
      [],
      ['[Secure Remote Assistance Requested] It broke'],
    ]);
    clock += HOUR;
    await sendMails(ctx);
    const [digest] = await mailsTo(node, ben.email!);
    expect(digest!.subject).toBe('1 open request in your categories');
    expect(digest!.text).toContain('It broke');
    await by(carl, 'request.accept', { requestId: offer!.id });
    clock += HOUR;
    await sendMails(ctx);
    expect(await subjects(ben)).toHaveLength(1);
  });
});
