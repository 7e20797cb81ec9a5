// A mail server that takes a connection and says nothing more: deadlines are kept, commands are answered, and the letters go out
// once when it is back.

import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, join, ownCategory } from '../helpers/people.ts';
import { startSmtp } from '../helpers/smtp.ts';
import type { SmtpHere } from '../helpers/smtp.ts';

const EXPERTS = 30; // more letters at once than are handed over at once
const LAPSES = 5; // and fewer letters than one person may have within an hour
const SOON_MS = 30_000; // what a busy machine takes; a letter hangs for longer
const PATIENCE = { timeout: 180_000, interval: 50 }; // a letter that was given up while it hung comes again after a minute

const here = world({ POLICY_RESERVATION: '2s', PUBLIC_URL: 'https://parley.example.test' });
let smtp: SmtpHere;
let node: Node;
let slow: Node; // there nothing lapses before it is passed
let raw: mongoose.Connection;

beforeAll(async () => {
  raw = await mongoose.createConnection(here.env['MONGODB_URI']!).asPromise();
  smtp = await startSmtp();
  node = await here.start({ SMTP_URL: smtp.smtpUrl });
  slow = await here.start({ ROLE: 'gateway', SMTP_URL: smtp.smtpUrl, POLICY_RESERVATION: '1h' });
});
afterAll(async () => {
  await smtp?.stop(); // first: whoever waits for it waits no longer
  await here.close();
  await raw?.close();
});

const letters = (filter: Json = {}) => raw.collection<Json>('mails').find(filter).toArray();

/** When somebody heard that a reservation had lapsed, by the request. */
function lapsesHeard({ socket }: Client): ReadonlyMap<string, number> {
  const heard = new Map<string, number>();
  socket.on('offer.changed', ({ id, state }: Json) => {
    if (state === 'open' && !heard.has(String(id))) heard.set(String(id), Date.now());
  });
  return heard;
}

test(
  '6.1, 6.3 while the mail server hangs, reservations lapse on time and commands are answered; then each letter goes out once',
  { timeout: 600_000 },
  async () => {
    smtp.is({ hang: true });
    const category = await ownCategory(node);
    await Promise.all(Array.from({ length: EXPERTS }, () => account(node, 'expert', { categories: [category] })));
    const [customer, ada] = await Promise.all([
      join(node, 'customer', { name: 'Cora' }),
      join(node, 'expert', { name: 'Ada', categories: [category] }),
    ]);

    // as many hang as are handed over at once
    const passing = { customer: await connect(slow.url, customer.token), ada: await connect(slow.url, ada.token) };
    const passed = await requested(passing.customer, passing.ada, { category });
    await passing.ada.call('request.decline', { requestId: passed.id });
    await vi.waitFor(async () => {
      expect((await letters({ takenAt: { $type: 'date' }, lane: { $gt: 0 } })).length).toBeGreaterThanOrEqual(20);
    }, PATIENCE);

    const heard = lapsesHeard(customer);
    const requests: Json[] = [];
    for (let count = 0; count < LAPSES; count += 1) requests.push(await requested(customer, ada, { category }));
    await vi.waitFor(() => expect(heard.size).toBe(LAPSES), PATIENCE);
    for (const { id, reservedUntil } of requests) {
      const lateMs = heard.get(String(id))! - new Date(reservedUntil as string).getTime();
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(SOON_MS);
    }
    const { id: questionId } = await postQuestion(customer, { category });
    await customer.call('message.send', { questionId, clientId: clientId(), body: 'Is somebody there?' });
    expect(smtp.received).toEqual([]); // all the while

    smtp.is({});
    const owed = async () => (await letters({ template: 'request_open' })).length;
    await vi.waitFor(async () => {
      expect(await owed()).toBe((EXPERTS + 1) * (LAPSES + 1) - 1); // not to whoever passed
      expect(await letters({ dueAt: { $type: 'date' } })).toEqual([]);
    }, PATIENCE);
    const sent = await letters({ state: 'sent' });
    expect(smtp.received).toHaveLength(sent.length);
    expect(new Set(smtp.received.map(({ email }) => email.messageId)).size).toBe(sent.length);
    expect((await letters({ state: 'failed' })).length).toBe(0);
  },
);
