// The mail log, and the wishes that it obeys: who may, what is seen of a letter, and sending it once more.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { sendMails } from '../../src/dispatch/mail.ts';
import { clientId, login, postQuestion } from '../helpers/client.ts';
import type { Client, Json } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { eventually, leave, mailsTo, refused, scene } from '../helpers/people.ts';

const here = world({ ROLE: 'gateway', POLICY_EMAIL_GATHER: '0s' }); // only the tests send
let node: Node;
let care: Client;

beforeAll(async () => {
  node = await here.start();
  care = await login(node.url, 'care@example.test');
});
afterAll(() => here.close());

/** A letter about a message to somebody who is away, not sent yet. */
async function written(): Promise<{ readonly mail: Json; readonly questionId: string; readonly customer: Client }> {
  const { category, customer, first } = await scene(node);
  const { id: questionId } = await postQuestion(customer, { category });
  await first.call('question.claim', { questionId });
  await leave(node, customer);
  await first.call('message.send', { questionId, clientId: clientId(), kind: 'message', body: 'Pull the plug.' });
  const about = async () => (await care.call('mail.list', { about: questionId })).items as Json[];
  await eventually(async () => (await about()).length).toBe(1);
  return { mail: (await about())[0]!, questionId: questionId as string, customer };
}

test('2.6 admins find a letter by its person, its state and its question, and see no address', async () => {
  const { mail, questionId, customer } = await written();
  expect(mail).toMatchObject({
    ...{ template: 'message_received', state: 'pending', why: null, tries: 0, about: [questionId] },
    to: { id: customer.user.id, name: 'Cora' },
  });
  expect(JSON.stringify(mail)).not.toContain('@');
  const found = async (filter: Json) =>
    ((await care.call('mail.list', filter)).items as Json[]).map(({ id }) => id as unknown);
  expect(await found({ to: customer.user.id })).toEqual([mail.id]);
  expect(await found({ to: customer.user.id, state: 'sent' })).toEqual([]);
  await sendMails(node.ctx);
  expect(await found({ to: customer.user.id, state: 'sent' })).toEqual([mail.id]);
  for (const cursor of ['x', '/', '2026-01-01']) await refused(care.call('mail.list', { cursor }), 'input.invalid');
});

test('2.6 what a letter says is shown without its receiver’s own links, and that somebody looked is recorded', async () => {
  const { mail, questionId } = await written();
  const { letter } = await care.call('mail.get', { mailId: mail.id });
  expect(letter).toMatchObject({ subject: expect.stringContaining('Your question') as unknown });
  expect((letter as Json).text).toContain('Pull the plug.');
  expect((letter as Json).text).not.toMatch(/#[\w-]{43}/);
  const { items } = await care.call('audit.list', { about: questionId });
  expect((items as Json[]).map(({ action }) => action as unknown)).toContain('mail.get');
  expect(JSON.stringify(items)).not.toContain('Pull the plug');
});

test('2.6 sent again is another letter, once; not when its reason is gone, unless it is forced', async () => {
  const { mail, questionId, customer } = await written();
  await sendMails(node.ctx);
  const again = { mailId: mail.id, clientId: clientId() };
  await refused(care.call('mail.resend', again), 'conflict.mail_over'); // it was told already
  const forced = { ...again, force: true };
  const [one, other] = [await care.call('mail.resend', forced), await care.call('mail.resend', forced)];
  expect((one.mail as Json).id).toBe((other.mail as Json).id);
  expect((one.mail as Json).id).not.toBe(mail.id);
  await sendMails(node.ctx);
  const letters = await mailsTo(node, String(customer.user.email));
  expect(letters).toHaveLength(2);
  expect(
    ((await care.call('mail.list', { about: questionId })).items as Json[]).map(({ state }) => state as unknown),
  ).toEqual(['sent', 'sent']);
});

test('what waits is sent without waiting', async () => {
  const { mail } = await written();
  await node.ctx.stores.mails.claim(
    { id: String(mail.id), dueAt: new Date(String(mail.dueAt)) },
    node.ctx.now(),
    node.ctx.now(),
  );
  const { takenAt } = (await node.ctx.stores.mails.find(String(mail.id)))!;
  await node.ctx.stores.mails.hold({ id: String(mail.id), takenAt: takenAt! }, new Date('2999-01-01'), 'quiet_hours');
  expect((await care.call('mail.get', { mailId: mail.id })).mail).toMatchObject({ state: 'held', why: 'quiet_hours' });
  await care.call('mail.resend', { mailId: mail.id, clientId: clientId() });
  await sendMails(node.ctx);
  expect((await care.call('mail.get', { mailId: mail.id })).mail).toMatchObject({ state: 'sent', why: null });
});

test('6.3 one’s own quiet hours, digest and time zone are kept, and what is none is refused', async () => {
  const { first } = await scene(node);
  const quiet = { from: '22:00', to: '07:00' };
  const { user } = await first.call('user.update', { notify: { digest: 'daily', quiet }, timeZone: 'Europe/Berlin' });
  expect(user).toMatchObject({ notify: { openRequests: true, digest: 'daily', quiet }, timeZone: 'Europe/Berlin' });
  const off = (await first.call('user.update', { notify: { quiet: null } })).user;
  expect(off).toMatchObject({
    notify: { openRequests: true, digest: 'daily', quiet: null },
    timeZone: 'Europe/Berlin',
  });
  for (const wrong of [
    { timeZone: 'Middle/Earth' },
    { notify: { digest: 'weekly' } },
    { notify: { quiet: { from: '22:00', to: '22:00' } } },
    { notify: { quiet: { from: '24:00', to: '07:00' } } },
    { notify: { quiet: { from: '22:00' } } },
  ]) {
    await refused(first.call('user.update', wrong), 'input.invalid');
  }
});
