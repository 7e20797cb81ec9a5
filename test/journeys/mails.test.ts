// The e-mails of rules 6 and 7 as people get them: who, when, once, and never with what was written in confidence.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { clientId, connect, postQuestion, requested } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import {
  cleared,
  eventually,
  join,
  leave,
  mailed,
  mailsTo,
  ownCategory,
  posted,
  refused,
  scene,
} from '../helpers/people.ts';

const SECRET = 'my-secret-word';
const PUBLIC_URL = 'https://parley.example.test';
const here = world({ PUBLIC_URL });
let node: Node;

beforeAll(async () => {
  node = await here.start();
});
afterAll(() => here.close());

const subjects = async (who: Client) =>
  (await mailsTo(node, String(who.user.email))).map(({ subject }) => String(subject));
const REQUESTED = '[Secure Remote Assistance Requested] My laptop does not start';

/** What every e-mail has to be. */
function expectProper(mail: Json, path: string, label: string): void {
  expect(mail.from).toBe('Parley <no-reply@localhost>');
  const [, link = ''] = /#([\w-]{43})\b/.exec(String(mail.text)) ?? [];
  // 4.1: whoever has no other way in is let in by the link
  expect(link === '').toBe(path.startsWith('/requests/'));
  const url = `${PUBLIC_URL}${path}${link && `#${link}`}`;
  expect(mail.text).toContain(`${label}: ${url}\n`);
  expect(mail.html).toContain(`href="${url}"`);
  expect(mail.html).toContain(label);
  for (const part of [mail.subject, mail.text, mail.html]) expect(part).not.toMatch(/undefined|\[object|NaN|\{[a-z]/i);
  expect(JSON.stringify(mail)).not.toMatch(new RegExp(`${SECRET}|pm_card`));
}

test('6.1 the reserved expert is e-mailed only when away', async () => {
  const { category, customer, first } = await scene(node);
  const here_ = await requested(customer, first, { category });
  await cleared(node, here_.id);
  await posted(node);
  expect(await subjects(first)).toEqual([]);

  // claims and greets, then goes
  const question = await postQuestion(customer, { category, body: SECRET });
  await first.call('question.claim', { questionId: question.id });
  await first.call('message.send', { questionId: question.id, clientId: clientId(), kind: 'greeting', body: SECRET });
  const offer = await customer.heard('offer.changed', ({ questionId }) => questionId === question.id);
  await leave(node, first);
  await customer.call('offer.accept', { offerId: offer.id });
  const [mail] = await mailed(node, String(first.user.email), 1);
  expect(mail!.subject).toBe(REQUESTED);
  expect(mail!.text).toContain('you are asked first');
  expect(mail!.text).toContain('$19.50'); // the amount they would earn
  expect(mail!.text).toMatch(/until .* UTC/); // the time left
  expect(mail!.text).not.toContain('$39.00');
  expectProper(mail!, `/requests/${offer.id}`, 'View request now');
});

test('6.3 View request now goes to every eligible expert who wants it, connected or not, and not to who passed', async () => {
  const category = await ownCategory(node);
  const expert = (input: Json = {}) => join(node, 'expert', { categories: [category], ...input });
  const [customer, first, present, away, without, elsewhere, gone] = await Promise.all([
    join(node, 'customer'),
    expert(),
    expert(),
    expert(),
    expert({ notify: { openRequests: false } }),
    join(node, 'expert', { categories: ['law'] }),
    expert({ active: true }),
  ]);
  await leave(node, away);
  const closed = (await node.ctx.stores.users.read(gone.user.id))!;
  await node.ctx.stores.users.save({ ...closed, version: closed.version + 1, active: false });
  const request = await requested(customer, first, { category, body: SECRET });
  const { questionId } = request;
  await customer.call('message.send', { questionId, clientId: clientId(), body: SECRET });
  await first.call('request.decline', { requestId: request.id });
  for (const who of [present, away]) {
    const mails = await mailed(node, String(who.user.email), 1);
    expect(mails[0]!.subject).toBe(REQUESTED);
    expect(mails[0]!.text).toContain('$19.50');
    expectProper(mails[0]!, `/requests/${request.id}`, 'View request now');
    expect(mails[0]!.text).toContain(`${PUBLIC_URL}/expert/settings#open-requests`); // there may be many
  }
  await posted(node);
  for (const who of [first, without, elsewhere, gone, customer]) expect(await subjects(who)).toEqual([]);

  // 6.4: opening the link accepts nothing, and says so when it is too late
  expect((await present.call('request.get', { requestId: request.id })).request.state).toBe('open');
  await present.call('request.accept', { requestId: request.id });
  await refused(first.call('request.accept', { requestId: request.id }), 'conflict.already_accepted');
});

test('6.2, 6.4 to 6.6 the customer is e-mailed only when away, each time with the way back to the conversation', async () => {
  const { category, customer, first, others } = await scene(node);
  const present = await requested(customer, first, { category });
  await first.call('request.decline', { requestId: present.id });
  await first.call('request.accept', { requestId: present.id });
  await cleared(node, present.id);
  await posted(node);
  expect(await subjects(customer)).toEqual([]);

  const request = await requested(customer, first, {
    category,
    paymentMethod: 'pm_card_chargeCustomerFail',
    body: SECRET,
  });
  const path = `/questions/${request.questionId}`;
  await cleared(node, request.id);
  await leave(node, customer);
  const address = String(customer.user.email);
  await first.call('request.decline', { requestId: request.id });
  const passed = (await mailed(node, address, 1))[0]!;
  expect(passed.subject).toBe('Your Secure Remote Assistance request is open to all experts');
  expectProper(passed, path, 'Open the conversation');

  const ben = String(others[0]!.user.email);
  const toBen = async () => (await mailsTo(node, ben)).filter(({ text }) => String(text).includes(request.id));
  await eventually(async () => (await toBen()).length).toBe(1);
  await refused(others[0]!.call('request.accept', { requestId: request.id }), 'payment.failed');
  const failed = (await mailed(node, address, 2))[1]!;
  expect(failed.subject).toBe('The payment for your Secure Remote Assistance request did not go through');
  expect(failed.text).toContain('$39.00');
  expect(failed.text).not.toContain('$19.50');
  expectProper(failed, path, 'Update payment method');

  const back = await connect(node.url, customer.token);
  await back.call('payment.update', { questionId: request.questionId, paymentMethod: 'pm_card_visa' });
  await cleared(node, request.id);
  await leave(node, back);
  await eventually(async () => (await toBen()).length).toBe(2);
  await others[0]!.call('request.accept', { requestId: request.id });
  const accepted = (await mailed(node, address, 3))[2]!;
  expect(accepted.subject).toBe('Your Secure Remote Assistance request has been accepted');
  expectProper(accepted, path, 'Open the conversation');
  // experts are never told about the customer's card by e-mail, and got each opening once
  expect(await toBen()).toHaveLength(2);
  for (const mail of await mailsTo(node, ben)) expect(JSON.stringify(mail)).not.toMatch(/card|\$39/);
});

test('2.5 a customer without an address gets none, and nobody else gets theirs', async () => {
  const { category, first } = await scene(node);
  const customer = await join(node, 'customer', { email: null });
  const request = await requested(customer, first, { category });
  await cleared(node, request.id);
  await leave(node, customer);
  // letters link to the one or the other
  const ids = [request.id, request.questionId].map(String);
  const about = async () => {
    const letters = (await node.ctx.stores.inbox.list()).map((mail) => JSON.stringify(mail));
    return letters.filter((letter) => ids.some((id) => letter.includes(id))).length;
  };
  const before = await about();
  await first.call('request.accept', { requestId: request.id });
  await cleared(node, request.id);
  await posted(node);
  expect(await about()).toBe(before);
});

test('a subject cannot smuggle anything into an e-mail', async () => {
  const { category, customer, first, others } = await scene(node);
  const subject = 'Hello\r\nBcc: victim@example.test\u2028<img src=x onerror=alert(1)> {money}';
  const request = await requested(customer, first, { category, subject });
  await first.call('request.decline', { requestId: request.id });
  const [mail] = await mailed(node, String(others[0]!.user.email), 1);
  expect(mail!.subject).not.toMatch(/[\r\n\u2028]/);
  expect(mail!.html).not.toContain('<img');
  expect(await mailsTo(node, 'victim@example.test')).toEqual([]);
});
