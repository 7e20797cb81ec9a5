// What the version before the governor of letters still owes when a newer one starts (test/fixtures/README.md): each letter that
// has a reason goes out once, the others not at all, and the mail log has all of them.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { clientId, post } from '../helpers/client.ts';
import type { Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { each, tokenOf } from '../helpers/people.ts';
import { startSmtp } from '../helpers/smtp.ts';
import type { SmtpHere } from '../helpers/smtp.ts';

interface Doc extends Json {
  _id: string;
}
interface Dump {
  readonly at: Date;
  readonly people: Readonly<Record<'customer' | 'first' | 'other' | 'care', string>>;
  readonly main: Readonly<Record<string, Doc[]>>;
}

const FILE = path.join(import.meta.dirname, '..', 'fixtures', 'database-of-step-8.ejson');
const HOUR = 3_600_000;
const here = world({ ROLE: 'gateway', PUBLIC_URL: 'https://parley.example.test' }); // no worker: only the test sends
let dump: Dump;
let clock: number;
let smtp: SmtpHere;
let node: Node;
let raw: mongoose.Connection;

/** As that version left them: it kept what was sent without an end, and a letter that its worker died with came back by `dueAt`. */
function settledBefore({ main, at }: Dump): Doc[] {
  const [like] = main['mails'] ?? [];
  if (like === undefined) throw new Error('the fixture owes no letter');
  return [
    { ...like, _id: 'sent-before', attempts: 1, state: 'sent', dueAt: null },
    { ...like, _id: 'failed-before', attempts: 8, state: 'failed', dueAt: null },
    { ...like, _id: 'tried-before', attempts: 2, dueAt: new Date(at.getTime() + HOUR) },
  ];
}

beforeAll(async () => {
  dump = mongoose.mongo.BSON.EJSON.parse(await readFile(FILE, 'utf8')) as Dump;
  raw = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  for (const [name, docs] of Object.entries(dump.main)) await raw.collection<Doc>(name).insertMany(docs);
  await mails().insertMany(settledBefore(dump));
  await mails().createIndexes([
    { key: { dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $type: 'date' } } },
  ]);
  clock = dump.at.getTime();
  smtp = await startSmtp();
  node = await here.start({ SMTP_URL: smtp.smtpUrl }, () => new Date(clock));
});
afterAll(async () => {
  await here.close();
  await raw?.close();
  await smtp?.stop();
});

const mails = () => raw.collection<Doc>('mails');
const waiting = async () => mails().countDocuments({ dueAt: { $type: 'date' } });

test('2.6, 6.3 what was pending is sent once while it has its reason, and dropped with a word when it has none', async () => {
  const owed = (dump.main['mails'] ?? []).length;
  expect(owed).toBeGreaterThan(0);
  expect(await waiting()).toBe(owed + 1);
  await Promise.all([sendMails(node.ctx), sendMails(node.ctx)]);
  expect(await waiting()).toBe(1); // the lease of a worker that has died still holds
  clock += HOUR;
  await sendMails(node.ctx);
  await sendMails(node.ctx);
  expect(await waiting()).toBe(0);

  const settled = await mails()
    .find({ _id: { $nin: ['sent-before', 'failed-before'] } })
    .toArray();
  expect(settled).toHaveLength(owed + 1);
  const sent = settled.filter(({ state }) => state === 'sent');
  const ids = smtp.received.map(({ email }) => email.messageId);
  expect(ids).toHaveLength(sent.length);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(sent.map(({ template }) => template as string))).toEqual(
    new Set([
      ...['care_low_rating', 'care_not_connected', 'offer_accepted'],
      ...['refund_granted', 'request_refunded', 'request_open'],
    ]),
  );
  const dropped = settled.filter(({ state }) => state !== 'sent');
  expect(new Set(dropped.map(({ state, template }) => `${state} ${template}`))).toEqual(
    new Set(['dropped request_open', 'dropped offer_proposed']),
  );
  for (const { why } of dropped) expect(why).toMatch(/^[a-z_]+$/);
});

test('2.6 admins find in the mail log what was written before, by its question too, and may send it again', async () => {
  const care = (await node.ctx.stores.users.read(dump.people.care))!;
  const asked = async (name: string, input: Json) => post(node.url, name, input, await tokenOf(node, care));
  const { items } = await asked('mail.list', {});
  expect(each(items, 'id').toSorted()).toEqual((await mails().distinct('_id')).toSorted());
  for (const before of ['sent', 'failed']) {
    const { mail, letter } = await asked('mail.get', { mailId: `${before}-before` });
    expect(mail).toMatchObject({ state: before, why: null, dueAt: null, settledAt: expect.any(String) as unknown });
    expect(letter.text).not.toBe('');
    const about = (mail.about as string[])[0];
    expect(each((await asked('mail.list', { about })).items, 'id')).toContain(`${before}-before`);
  }
  const before = smtp.received.length;
  await asked('mail.resend', { mailId: 'failed-before', clientId: clientId() });
  await sendMails(node.ctx);
  expect(smtp.received).toHaveLength(before + 1);
});
