// session.open and session.look: the link of a letter, which opens its customer's question once (4.1).
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Node } from '../../src/app.ts';
import { linkFor } from '../../src/dispatch/link.ts';
import type { User } from '../../src/models/user.ts';
import { clientId, connect, post } from '../helpers/client.ts';
import { world } from '../helpers/node.ts';
import { account, mailed, onDisk, ownCategory, refused, tokenOf } from '../helpers/people.ts';

const DAY = 86_400_000;
const here = world();
let node: Node;
let ahead = 0;
let standing: number | null = null; // its time does not go by
let ada: User;
let category: string;

beforeAll(async () => {
  node = await here.start({ POLICY_AUTO_CLOSE: '90d' }, () => new Date(standing ?? Date.now() + ahead));
  category = await ownCategory(node);
  ada = await account(node, 'expert', { name: 'Ada', categories: [category] });
});
afterAll(() => here.close());

/** A customer who is away, and their answered question. */
async function answered(): Promise<{ cora: User; questionId: string }> {
  const cora = await account(node, 'customer', { name: 'Cora', locale: 'de' });
  const { question } = await post(
    node.url,
    'question.post',
    {
      ...{ category, subject: 'Mein Drucker', body: 'Er druckt nicht.', clientId: clientId() },
      ...{ value: { amount: 2_000, currency: 'USD' }, paymentMethod: 'pm_card_visa' },
    },
    await tokenOf(node, cora),
  );
  const questionId = String(question.id);
  const token = await tokenOf(node, ada); // of now: no session outlives the months that go by here
  await post(node.url, 'question.claim', { questionId }, token);
  const answer = { questionId, kind: 'answer', body: 'Turn it on.', clientId: clientId() };
  await post(node.url, 'message.send', answer, token);
  return { cora, questionId };
}

const letter = (user: User, questionId: string, key: string = clientId()) =>
  linkFor(node.ctx, user, questionId, key).then(String);
const look = (link: string) => post(node.url, 'session.look', { link });
const open = (link: string, by?: string) => post(node.url, 'session.open', { link, ...(by && { clientId: by }) });

test('4.1 a link signs its customer in, once', async () => {
  const { cora, questionId } = await answered();
  const link = await letter(cora, questionId);
  const opened = await open(link);
  expect(opened).toMatchObject({ questionId, user: { id: cora.id, role: 'customer' } });
  const client = await connect(node.url, String(opened.token));
  await client.call('question.rate', { questionId, stars: 5 });
  client.close();
  await refused(open(link), 'auth.link');
  await refused(look(link), 'auth.link');
});

test('4.1 looking at a link says what it leads to, and changes and uses up nothing', async () => {
  const { cora, questionId } = await answered();
  const link = await letter(cora, questionId);
  const before = await onDisk(node, questionId);
  const shown = { questionId, subject: 'Mein Drucker', expert: 'Ada', locale: 'de' };
  for (let times = 0; times < 5; times += 1) {
    expect(await look(link)).toEqual({ ...shown, state: 'open', ratingEnabled: true, stars: null });
  }
  expect(await onDisk(node, questionId)).toEqual(before);
  const { token } = await open(link);
  await post(node.url, 'question.rate', { questionId, stars: 4 }, String(token));
  expect(await look(await letter(cora, questionId))).toMatchObject({ stars: 4 });
  await post(node.url, 'question.close', { questionId }, String(token));
  expect(await look(await letter(cora, questionId))).toMatchObject({ state: 'closed', stars: 4 });
});

test('4.1 of many who open it at once one gets in', async () => {
  const { cora, questionId } = await answered();
  const link = await letter(cora, questionId);
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => open(link)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('4.1 the same opening again is answered again, for ten minutes: its answer may have been lost', async () => {
  const { cora, questionId } = await answered();
  const link = await letter(cora, questionId);
  const [mine, theirs] = [clientId(), clientId()];
  standing = Date.now() + ahead;
  const both = await Promise.all([open(link, mine), open(link, mine)]);
  expect(both.map(({ user }) => String(user.id))).toEqual([cora.id, cora.id]);
  await refused(open(link, theirs), 'auth.link');
  await refused(open(link), 'auth.link');
  standing += 599_000;
  expect(await open(link, mine)).toMatchObject({ questionId });
  standing += 2_000;
  await refused(open(link, mine), 'auth.link');
  ahead += 601_000; // it goes on from there
  standing = null;
});

test('4.1 whatever is wrong with a link is the same refusal', async () => {
  const refusals: unknown[] = [];
  const says = async (link: string) => {
    const { message, details } = await refused(open(link), 'auth.link');
    refusals.push([message, details]);
    await refused(look(link), 'auth.link');
  };
  const [used, left, revoked, late, moved] = await Promise.all(Array.from({ length: 5 }, answered));
  await says('A'.repeat(43));
  const first = await letter(used!.cora, used!.questionId);
  await open(first);
  await says(first);
  const links = await Promise.all([left!, revoked!, late!].map(({ cora, questionId }) => letter(cora, questionId)));
  await node.ctx.stores.users.save({ ...left!.cora, version: 2, active: false });
  await says(links[0]!);
  await node.ctx.stores.users.save({ ...revoked!.cora, version: 2, tokenVersion: 2 });
  await says(links[1]!);
  await says(await letter(moved!.cora, left!.questionId)); // of somebody else's question
  ahead += 31 * DAY;
  await says(links[2]!);
  ahead -= 31 * DAY;
  expect(new Set(refusals.map((one) => JSON.stringify(one)))).toHaveProperty('size', 1);
  for (const link of ['', 'short', `${first}x`, `${first.slice(1)}%`]) await refused(open(link), 'input.invalid');
});

test('4.1 experts and admins have no links', async () => {
  const { questionId } = await answered();
  for (const role of ['expert', 'admin'] as const) {
    expect(await linkFor(node.ctx, await account(node, role), questionId, 'a letter')).toBeNull();
  }
});

test('4.1 a letter that is tried again has the same link, and one that is sent anew after it was used another one', async () => {
  const { cora, questionId } = await answered();
  const key = clientId();
  const first = await letter(cora, questionId, key);
  expect(await letter(cora, questionId, key)).toBe(first);
  expect(await letter(cora, questionId)).not.toBe(first);
  await open(first);
  const second = await letter(cora, questionId, key);
  expect(second).not.toBe(first);
  expect(await letter({ ...cora, email: 'another@example.test' }, questionId, key)).not.toBe(second);
  await open(second);
});

test('4.1 of a link only its hash is stored, with its end', async () => {
  const { cora, questionId } = await answered();
  const link = await letter(cora, questionId);
  const found = await node.ctx.stores.links.find(link, 'question');
  expect(found).toMatchObject({ userId: cora.id, questionId, purpose: 'question', tokenVersion: 1, usedAt: null });
  expect(Math.abs(found!.expiresAt.getTime() - node.ctx.now().getTime() - 30 * DAY)).toBeLessThan(60_000);
  expect(JSON.stringify(found)).not.toContain(link);
  expect(createHash('sha256').update(link).digest('hex')).toHaveLength(64);
});

test('4.1 whoever gets a letter about their question opens it by the button, and nobody else is signed in by theirs', async () => {
  const { cora, questionId } = await answered();
  const about = { questionId, subject: 'Mein Drucker', reason: 'Es war geliefert.' };
  const owe = (key: string, to: string) =>
    node.ctx.stores.mails.owe([{ id: key, to, template: 'refund_refused', params: about }], node.ctx.now());
  await owe(clientId(), cora.id);
  node.ctx.setAlarm(node.ctx.now());
  const [mail] = await mailed(node, cora.email!, 1);
  const link = /\/questions\/q_[\w-]+#([\w-]{43})/.exec(String(mail!.text))?.[1];
  expect(String(mail!.html)).toContain(`/questions/${questionId}#${link}`);
  expect(await open(String(link))).toMatchObject({ questionId, user: { id: cora.id } });
  const care = await account(node, 'admin');
  await owe(clientId(), care.id);
  node.ctx.setAlarm(node.ctx.now());
  const [theirs] = await mailed(node, care.email!, 1);
  expect(String(theirs!.text)).toContain(`/questions/${questionId}`);
  expect(String(theirs!.text)).not.toContain('#');
});

test('an address that tries one link after the other is told to wait', async () => {
  const own = world({ RATE_LOGINS: '1' });
  const other = await own.start();
  const codes: string[] = [];
  for (let tries = 0; tries < 12; tries += 1) {
    const link = String(tries).padStart(43, 'x');
    const { code } = (await post(other.url, 'session.open', { link }).catch((error: unknown) => error)) as {
      code: string;
    };
    codes.push(code);
  }
  expect(codes).toEqual([...Array<string>(10).fill('auth.link'), 'rate.limited', 'rate.limited']);
  await own.close();
});

test('4.1 a link in a letter to an address that its customer has changed opens nothing', async () => {
  const { cora, questionId } = await answered();
  const before = await letter(cora, questionId);
  expect((await look(before)).questionId).toBe(questionId);
  await post(node.url, 'session.email', { email: 'right@example.test' }, await tokenOf(node, cora));
  await refused(look(before), 'auth.link');
  await refused(open(before), 'auth.link');
  const moved = (await node.ctx.stores.users.read(cora.id))!;
  expect(await open(await letter(moved, questionId))).toMatchObject({
    questionId,
    user: { email: 'right@example.test' },
  });
});
