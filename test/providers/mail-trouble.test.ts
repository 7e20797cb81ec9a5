// What a mail server does to a letter, and what becomes of the letter: refused, put off, lost on the way, held up.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { sweep } from '../../src/dispatch/sweep.ts';
import type { User } from '../../src/models/user.ts';
import { world } from '../helpers/node.ts';
import { account, eventually } from '../helpers/people.ts';
import { startSmtp } from '../helpers/smtp.ts';
import type { SmtpHere } from '../helpers/smtp.ts';

const here = world({ ROLE: 'gateway' }); // no worker: only the tests send
let clock = new Date('2030-01-01T12:00:00.000Z').getTime();
let smtp: SmtpHere;
let node: Node;
let ada: User;
let raw: mongoose.Connection;

beforeAll(async () => {
  raw = await mongoose.createConnection(here.env.MONGODB_URI!).asPromise();
  smtp = await startSmtp();
  node = await here.start({ SMTP_URL: smtp.smtpUrl, PUBLIC_URL: 'https://parley.example.test' }, () => new Date(clock));
  ada = await account(node, 'expert');
});
afterAll(async () => {
  await here.close();
  await raw?.close();
  await smtp?.stop();
});
beforeEach(() => {
  smtp.is({});
  smtp.received.splice(0);
});

/** Owes a letter; answers its key. */
async function owed(to = ada): Promise<string> {
  const id = `test-${randomUUID()}`;
  const params = { questionId: 'q1', subject: 'My printer', amount: 1_000, currency: 'USD' };
  await node.ctx.stores.mails.owe([{ id, to: to.id, template: 'earnings_restored', params }], node.ctx.now());
  return id;
}

const stateOf = async (id: string) => {
  const found = await raw.collection<{ _id: string; state: string; why: string | null }>('mails').findOne({ _id: id });
  return [found?.state, found?.why];
};

/** Long after every lease and back-off. */
async function later(): Promise<void> {
  clock += 24 * 3_600_000;
  await sendMails(node.ctx);
}

test('an address that does not exist fails once and for all, with the reason and without the address', async () => {
  smtp.is({ refuse: { code: 550, text: `5.1.1 <${ada.email ?? ''}> no such mailbox` } });
  const id = await owed();
  await sendMails(node.ctx);
  expect(await stateOf(id)).toEqual(['failed', 'smtp 550 5.1.1']);
  smtp.is({});
  await later();
  expect(smtp.received).toEqual([]);
});

test.each([
  ['busy for now', 450, '4.2.1 try again'],
  ['relaying for us not allowed, which the operator can mend', 554, '5.7.1 relay access denied'],
  ['our sender blocked, which the operator can mend', 550, '5.7.26 not authenticated'],
  ['the domain of our sender not known', 550, '5.1.8 <no-reply@old.test>: Sender address rejected: Domain not found'],
  ['our sender not known', 550, '5.1.0 <no-reply@here.test>: Sender address rejected: User unknown'],
  ['relaying not allowed, by words alone', 550, 'relay not permitted'],
])('%s: the letter waits and arrives later, once', async (_what, code, text) => {
  smtp.is({ refuse: { code, text } });
  const id = await owed();
  await sendMails(node.ctx);
  expect((await stateOf(id))[0]).toBe('pending');
  smtp.is({});
  await later();
  expect((await stateOf(id))[0]).toBe('sent');
  await later();
  expect(smtp.received).toHaveLength(1);
});

test('a server that takes a letter and is lost before it says so gets it again, under the same Message-ID', async () => {
  smtp.is({ lose: true });
  const id = await owed();
  await sendMails(node.ctx);
  expect((await stateOf(id))[0]).toBe('pending'); // taken or not: nobody knows
  smtp.is({});
  await later();
  await later();
  expect((await stateOf(id))[0]).toBe('sent');
  expect(smtp.received).toHaveLength(2);
  const [first, second] = smtp.received.map(({ email }) => email.messageId);
  expect(second).toBe(first);
});

test('a server that is down for a while loses nothing, and gets nothing twice', async () => {
  const port = Number(new URL(smtp.smtpUrl).port);
  await smtp.stop();
  const ids = await Promise.all(Array.from({ length: 5 }, () => owed()));
  await sendMails(node.ctx);
  for (const id of ids) expect((await stateOf(id))[0]).toBe('pending');
  smtp = await startSmtp(port);
  await later();
  await later();
  for (const id of ids) expect((await stateOf(id))[0]).toBe('sent');
  expect(smtp.received).toHaveLength(5);
  expect(new Set(smtp.received.map(({ email }) => email.messageId)).size).toBe(5);
});

test('a slow server, which answers nothing for a while, holds up no deadline and gets its letter once', async () => {
  smtp.is({ hang: true });
  const id = await owed();
  const sending = sendMails(node.ctx);
  await sweep(node.ctx); // comes back while the letter hangs
  expect(await stateOf(id)).toEqual(['pending', null]);
  smtp.is({});
  await sending;
  await eventually(async () => (await stateOf(id))[0]).toBe('sent');
  await later();
  expect(smtp.received).toHaveLength(1);
});
